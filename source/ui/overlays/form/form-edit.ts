import { charactersOf } from '#ui/lines/line.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { choicesOf, matchingChoices, neighbourChoice, searchedChoice } from './form-choices.ts';
import {
  type ChoiceFieldId,
  type FieldId,
  isTextField,
  MAX_CHARACTERS,
  type TextFieldId,
} from './form-fields.ts';
import type { FormAction } from './form-keymap.ts';
import type { FormState } from './form-state.ts';
import { editText, insertText, type TextField } from './text-field.ts';

/** What is searched for is a name: nobody types a longer one. */
const MAX_SEARCH = 40;

/** The form after text was typed into the focused field: written there, or looked for among its choices. */
export function typeInField(state: FormState, typed: string, context: ViewContext): FormState {
  const { focus } = state;
  if (typed === '') return state;
  if (isTextField(focus)) {
    return withText(state, focus, insertText(state.texts[focus], typed, MAX_CHARACTERS[focus]));
  }
  return focus === 'priority'
    ? typePriority(state, typed, context)
    : typeSearch(state, focus, { typed, context });
}

/** The form after an editing key in the focused field. */
export function actInField(state: FormState, action: FormAction, context: ViewContext): FormState {
  const { focus, search } = state;
  if (isTextField(focus)) return withText(state, focus, editText(state.texts[focus], action));
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

function typeSearch(
  state: FormState,
  focus: Exclude<FieldId, TextFieldId>,
  { typed, context }: { readonly typed: string; readonly context: ViewContext },
): FormState {
  const search = `${state.search}${typed}`.trimStart();
  if (search === '' || charactersOf(search).length > MAX_SEARCH) return state;
  const choices = choicesOf(focus, context.snapshot);
  const found = searchedChoice(choices, state.choices[focus], { search, t: context.t });
  return { ...withChoice(state, focus, found), search };
}

/** A digit is the priority, but `0` after `1` makes it 10. */
function typePriority(state: FormState, typed: string, { snapshot }: ViewContext): FormState {
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
