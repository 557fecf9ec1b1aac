import type { SubmitTasks } from '#model/commands.ts';
import { DEFAULT_PRIORITY, type Task } from '#model/task.ts';
import { textOfKey } from '#ui/keys/key-names.ts';
import { bindingOf } from '#ui/keys/keymap.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { AUTOMATIC, choicesOf } from './form-choices.ts';
import { actInField, typeInField } from './form-edit.ts';
import type { ChoiceFieldId, FieldId, TextFieldId } from './form-fields.ts';
import { FORM_KEYMAP } from './form-keymap.ts';
import { type FormContext, firstWrongField, formContext, rememberedValues, tasksOf } from './form-task.ts';
import { valueKey } from './form-written.ts';
import { type TextField, textField } from './text-field.ts';

/** The dispatch form: what was chosen and written, and how far sending it has come. */
export interface FormState {
  readonly focus: FieldId;
  /** By value, never by place in a list: workers may come and go while the form is open. */
  readonly choices: Readonly<Record<ChoiceFieldId, string>>;
  readonly texts: Readonly<Record<TextFieldId, TextField>>;
  /** What was written into the fields of parameters, of every benchmark that was chosen meanwhile (`valueKey`). */
  readonly values: Readonly<Record<string, TextField>>;
  /** What was sent last, by field, and by benchmark and parameter. */
  readonly remembered: Remembered;
  /** The task that is sent again with changes; null for a new one. */
  readonly origin: Origin | null;
  /** Whether the seldom needed fields are unfolded. */
  readonly more: boolean;
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
/** What is taken over of a task that is sent again. */
type Origin = Pick<
  Task,
  | 'benchmark'
  | 'parameters'
  | 'priority'
  | 'wantedWorker'
  | 'description'
  | 'labels'
  | 'timeoutMs'
  | 'retries'
  | 'startAt'
  | 'deadline'
>;

/** What is sent again: a task, or a sweep by one of its tasks and what its parameters went through, as it is written. */
export interface SentAgain {
  readonly origin: Origin;
  readonly swept: Readonly<Record<string, string>>;
}

/** The form with what was sent last; what is remembered but gone or not valid gives way to the default. */
export function openForm({ snapshot }: Pick<ViewContext, 'snapshot'>, remembered: Remembered): FormState {
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
      labels: textField(''),
      copies: textField('1'),
      description: textField(''),
      timeout: textField(''),
      retries: textField(''),
    },
    values: {},
    remembered,
    origin: null,
    more: false,
    search: '',
    tried: false,
    sending: false,
    refusal: null,
  };
}

/** The form with everything that a task had, its times where they are to come, so that it can be sent again with changes. A worker that is gone is said. */
export function openFormAgain(
  context: Pick<ViewContext, 'snapshot'>,
  remembered: Remembered,
  { origin, swept }: SentAgain,
): FormState {
  const form = openForm(context, remembered);
  const { benchmark, wantedWorker, priority, description, labels, timeoutMs, retries } = origin;
  const values = Object.entries(swept).map(([name, text]) => [valueKey(benchmark, name), textField(text)]);
  return {
    ...form,
    choices: { benchmark, worker: wantedWorker ?? AUTOMATIC, priority: String(priority) },
    texts: {
      ...form.texts,
      labels: textField(labels.join(', ')),
      description: textField(description),
      timeout: textField(timeoutMs === null ? '' : String(timeoutMs / 1_000)),
      retries: textField(retries === null ? '' : String(retries)),
    },
    values: Object.fromEntries(values),
    origin,
    more: timeoutMs !== null || retries !== null,
  };
}

/** The form with the reason why the master did not take the tasks. */
export function refuseForm(state: FormState, message: string): FormState {
  return { ...state, sending: false, refusal: message };
}

/** What a key does to the form. */
export function pressInForm(before: FormState, key: string, view: ViewContext): FormStep {
  if (before.sending) return { form: before };
  const context = formContext(before, view);
  const state = withKnownFocus(before, context);
  const action = bindingOf(FORM_KEYMAP, key)?.action;
  switch (action) {
    case 'close':
      return { form: null };
    case 'send':
      return send(state, context);
    case 'next':
      return { form: focusOn(state, neighbour(state.focus, 1, context)) };
    case 'previous':
      return { form: focusOn(state, neighbour(state.focus, -1, context)) };
    case undefined:
      return { form: typeInField(state, textOfKey(key), context) };
    default:
      return { form: actInField(state, action, context) };
  }
}

/** The form with a focus that is there: a parameter may go with the worker that announced it. */
export function withKnownFocus(state: FormState, { fields }: Pick<FormContext, 'fields'>): FormState {
  return fields.includes(state.focus) ? state : focusOn(state, 'benchmark');
}

function send(state: FormState, context: FormContext): FormStep {
  const wrong = firstWrongField(state, context);
  if (wrong !== null) {
    const moved = wrong === state.focus ? state : focusOn(state, wrong);
    return { form: { ...moved, tried: true, refusal: null } };
  }
  return {
    form: { ...state, search: '', tried: false, sending: true, refusal: null },
    command: { type: 'submit-tasks', tasks: tasksOf(state, context) },
    remember: rememberedValues(state, context),
  };
}

function focusOn(state: FormState, focus: FieldId): FormState {
  return { ...state, focus, search: '' };
}

function neighbour(field: FieldId, by: number, { fields }: FormContext): FieldId {
  return fields[(fields.indexOf(field) + by + fields.length) % fields.length] ?? field;
}
