import { charactersOf } from '#ui/lines/line.ts';
import { choicesOf, fleetLabels, matchingChoices, neighbourChoice, searchedChoice } from './form-choices.ts';
import {
  type ChoiceFieldId,
  isChoiceField,
  isTextField,
  MAX_CHARACTERS,
  maxCharactersOf,
  type TextFieldId,
} from './form-fields.ts';
import type { FormAction } from './form-keymap.ts';
import { nextLabel } from './form-labels.ts';
import { type FormParameter, parameterChoices } from './form-parameters.ts';
import type { FormState } from './form-state.ts';
import { type FormContext, parameterIn } from './form-task.ts';
import { parameterText, valueKey } from './form-written.ts';
import { editText, insertText, type TextField, textField } from './text-field.ts';

/** What is searched for is a name: nobody types a longer one. */
const MAX_SEARCH = 40;

/** The form after text was typed into the focused field: written there, or looked for among its choices. */
export function typeInField(state: FormState, typed: string, context: FormContext): FormState {
  const { focus } = state;
  if (typed === '') return state;
  if (focus === 'more') return typed === ' ' ? unfolded(state) : state;
  const parameter = parameterIn(focus, context);
  if (parameter !== undefined) return typeParameter(state, parameter, { typed, context });
  if (isTextField(focus)) {
    return withText(state, focus, insertText(state.texts[focus], typed, MAX_CHARACTERS[focus]));
  }
  if (!isChoiceField(focus)) return state;
  return focus === 'priority'
    ? typePriority(state, typed, context)
    : typeSearch(state, focus, { typed, context });
}

/** The form after an editing key in the focused field. */
export function actInField(state: FormState, action: FormAction, context: FormContext): FormState {
  const { focus, search } = state;
  const parameter = parameterIn(focus, context);
  if (parameter !== undefined) return actInParameter(state, parameter, { action, context });
  if (focus === 'more') return action === 'right' ? unfolded(state) : state;
  if (focus === 'labels' && action === 'right' && isAtEnd(state.texts.labels)) {
    const next = nextLabel(state.texts.labels.text, fleetLabels(context.snapshot));
    return withText(state, focus, next === null ? state.texts.labels : textField(next));
  }
  if (isTextField(focus)) return withText(state, focus, editText(state.texts[focus], action));
  if (!isChoiceField(focus)) return state;
  const choices = matchingChoices(choicesOf(focus, context.snapshot), search, context.t);
  const chosen = state.choices[focus];
  switch (action) {
    case 'left':
      return withChoice(state, focus, neighbourChoice(choices, chosen, -1));
    case 'right':
      return withChoice(state, focus, neighbourChoice(choices, chosen, 1));
    case 'start':
      return withChoice(state, focus, choices[0] ?? chosen);
    case 'end':
      return withChoice(state, focus, choices.at(-1) ?? chosen);
    case 'erase':
      return { ...state, search: charactersOf(search).slice(0, -1).join('') };
    case 'clear':
      return { ...state, search: '' };
    default:
      return state;
  }
}

/** The form with its seldom needed fields, the first of them focused. */
function unfolded(state: FormState): FormState {
  return { ...state, more: true, focus: 'timeout' };
}

function isAtEnd({ text, cursor }: TextField): boolean {
  return cursor >= charactersOf(text).length;
}

interface Typing {
  readonly typed: string;
  readonly context: FormContext;
}

/**
 * A parameter with choices takes what is typed in place of the choice that it shows, unless both together begin
 * another; behind a comma it begins the next of a list.
 */
function typeParameter(state: FormState, parameter: FormParameter, { typed, context }: Typing): FormState {
  const field = parameterText(state, parameter, context);
  const choices = parameterChoices(parameter);
  const inserted = insertText(field, typed, maxCharactersOf(parameter));
  const replaces =
    choices?.includes(field.text) === true &&
    !typed.startsWith(',') &&
    !choices.some((choice) => choice.startsWith(inserted.text));
  return withValue(state, parameter, {
    before: field,
    after: replaces ? insertText(textField(''), typed, maxCharactersOf(parameter)) : inserted,
  });
}

function actInParameter(
  state: FormState,
  parameter: FormParameter,
  { action, context }: { readonly action: FormAction; readonly context: FormContext },
): FormState {
  const field = parameterText(state, parameter, context);
  const choices = parameterChoices(parameter);
  const isList = field.text.includes(',') && choices?.includes(field.text) === false;
  const after = choices === null || isList ? null : chosenBy(action, choices, field.text);
  return withValue(state, parameter, {
    before: field,
    after: after === null ? editText(field, action) : textField(after),
  });
}

/** The choice that a key leads to; null for keys that edit. */
function chosenBy(action: FormAction, choices: readonly string[], chosen: string): string | null {
  switch (action) {
    case 'left':
      return neighbourChoice(choices, chosen, -1);
    case 'right':
      return neighbourChoice(choices, chosen, 1);
    case 'start':
      return choices[0] ?? null;
    case 'end':
      return choices.at(-1) ?? null;
    default:
      return null;
  }
}

function withValue(
  state: FormState,
  { name }: FormParameter,
  { before, after }: { readonly before: TextField; readonly after: TextField },
): FormState {
  if (after === before) return state;
  const key = valueKey(state.choices.benchmark, name);
  return { ...state, values: { ...state.values, [key]: after }, refusal: null };
}

function typeSearch(
  state: FormState,
  focus: ChoiceFieldId,
  { typed, context }: { readonly typed: string; readonly context: FormContext },
): FormState {
  const search = `${state.search}${typed}`.trimStart();
  if (search === '' || charactersOf(search).length > MAX_SEARCH) return state;
  const choices = choicesOf(focus, context.snapshot);
  const found = searchedChoice(choices, state.choices[focus], { search, t: context.t });
  return { ...withChoice(state, focus, found), search };
}

/** A digit is the priority, but `0` after `1` makes it 10. */
function typePriority(state: FormState, typed: string, { snapshot }: FormContext): FormState {
  const { priority } = state.choices;
  const wanted = typed === '0' ? `${priority}0` : typed;
  return choicesOf('priority', snapshot).includes(wanted) ? withChoice(state, 'priority', wanted) : state;
}

function withText(state: FormState, field: TextFieldId, text: TextField): FormState {
  return text === state.texts[field]
    ? state
    : { ...state, texts: { ...state.texts, [field]: text }, refusal: null };
}

function withChoice(state: FormState, field: ChoiceFieldId, choice: string): FormState {
  return choice === state.choices[field]
    ? state
    : { ...state, choices: { ...state.choices, [field]: choice }, refusal: null };
}
