import type { SubmitTasks } from '#model/commands.ts';
import { DEFAULT_PRIORITY } from '#model/task.ts';
import { textOfKey } from '#ui/keys/key-names.ts';
import { bindingOf } from '#ui/keys/keymap.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { AUTOMATIC, choicesOf } from './form-choices.ts';
import { actInField, typeInField } from './form-edit.ts';
import {
  type ChoiceFieldId,
  defaultNumbers,
  FIELD_IDS,
  type FieldId,
  MAX_CHARACTERS,
  NUMBER_FIELDS,
  type ParameterFieldId,
  sweptNumbers,
  type TextFieldId,
} from './form-fields.ts';
import { FORM_KEYMAP } from './form-keymap.ts';
import { firstWrongField, rememberedValues, tasksOf } from './form-task.ts';
import { type TextField, textField } from './text-field.ts';

/** A remembered range of more values than this is not offered again. */
const MOST_REMEMBERED = 100_000;

/** The dispatch form: what was chosen and written, and how far sending it has come. */
export interface FormState {
  readonly focus: FieldId;
  /** By value, never by place in a list: workers may come and go while the form is open. */
  readonly choices: Readonly<Record<ChoiceFieldId, string>>;
  readonly texts: Readonly<Record<TextFieldId, TextField>>;
  /** What was typed to find a choice in the focused field. */
  readonly search: string;
  /** True once `enter` found something wrong: from then on the form says what. */
  readonly tried: boolean;
  /** From sending to the master's answer. Nothing can be changed meanwhile, so that nothing is sent twice or lost. */
  readonly sending: boolean;
  /** Why the master did not take the tasks, plain text; null where it did not say no. */
  readonly refusal: string | null;
}

/** What a key did to the form; null: it is closed. */
export interface FormStep {
  readonly form: FormState | null;
  readonly command?: SubmitTasks;
  /** The values to start with next time. */
  readonly remember?: Readonly<Record<string, string>>;
}

type Remembered = Readonly<Record<string, string>>;

/** The form with what was sent last; what is remembered but gone or not valid gives way to the default. */
export function openForm(context: Pick<ViewContext, 'snapshot'>, remembered: Remembered): FormState {
  const { snapshot } = context;
  const defaults = defaultNumbers(snapshot.settings);
  const number = (field: ParameterFieldId) =>
    textField(rememberedNumber(field, remembered) ?? defaults[field]);
  const choice = (field: ChoiceFieldId, fallback: string) => {
    const choices = choicesOf(field, snapshot);
    const last = remembered[field];
    if (last !== undefined && choices.includes(last)) return last;
    return choices.includes(fallback) ? fallback : (choices[0] ?? '');
  };
  return {
    focus: 'benchmark',
    choices: {
      benchmark: choice('benchmark', snapshot.settings?.benchmarks.python ?? ''),
      worker: choice('worker', AUTOMATIC),
      priority: choice('priority', String(DEFAULT_PRIORITY)),
    },
    texts: {
      particles: number('particles'),
      steps: number('steps'),
      seed: number('seed'),
      copies: textField(defaults.copies),
      description: textField(''),
    },
    search: '',
    tried: false,
    sending: false,
    refusal: null,
  };
}

function rememberedNumber(field: ParameterFieldId, remembered: Remembered): string | null {
  const text = remembered[NUMBER_FIELDS[field].parameter] ?? '';
  if (text.length > MAX_CHARACTERS[field]) return null;
  return typeof sweptNumbers(text, NUMBER_FIELDS[field], MOST_REMEMBERED) === 'string' ? null : text;
}

/** The form with the reason why the master did not take the tasks. */
export function refuseForm(state: FormState, message: string): FormState {
  return { ...state, sending: false, refusal: message };
}

/** What a key does to the form. */
export function pressInForm(state: FormState, key: string, context: ViewContext): FormStep {
  if (state.sending) return { form: state };
  const action = bindingOf(FORM_KEYMAP, key)?.action;
  switch (action) {
    case 'close':
      return { form: null };
    case 'send':
      return send(state, context);
    case 'next':
      return { form: focusOn(state, neighbour(state.focus, 1)) };
    case 'previous':
      return { form: focusOn(state, neighbour(state.focus, -1)) };
    case undefined:
      return { form: typeInField(state, textOfKey(key), context) };
    default:
      return { form: actInField(state, action, context) };
  }
}

function send(state: FormState, { snapshot, t }: ViewContext): FormStep {
  const wrong = firstWrongField(state, { snapshot, t });
  if (wrong !== null) {
    const moved = wrong === state.focus ? state : focusOn(state, wrong);
    return { form: { ...moved, tried: true, refusal: null } };
  }
  return {
    form: { ...state, search: '', tried: false, sending: true, refusal: null },
    command: { type: 'submit-tasks', tasks: tasksOf(state) },
    remember: rememberedValues(state),
  };
}

function focusOn(state: FormState, focus: FieldId): FormState {
  return { ...state, focus, search: '' };
}

function neighbour(field: FieldId, by: number): FieldId {
  const index = (FIELD_IDS.indexOf(field) + by + FIELD_IDS.length) % FIELD_IDS.length;
  return FIELD_IDS[index] ?? field;
}
