import type { NewTask } from '#model/task.ts';
import { plainLine } from '#model/text.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { AUTOMATIC, choicesOf, matchingChoices } from './form-choices.ts';
import {
  FIELD_IDS,
  type FieldId,
  isNumberField,
  NUMBER_FIELDS,
  type NumberFieldId,
  type NumberProblem,
  PARAMETER_FIELDS,
  wholeNumber,
} from './form-fields.ts';
import type { FormState } from './form-state.ts';

/** Why a field cannot be sent as it is. */
export type FieldProblem = NumberProblem | 'no-benchmark' | 'worker-gone' | 'no-match';

type Known = Pick<ViewContext, 'snapshot' | 't'>;

/** What is wrong with a field, or null. */
export function fieldProblem(state: FormState, field: FieldId, known: Known): FieldProblem | null {
  if (isNumberField(field)) {
    const number = wholeNumber(state.texts[field].text, NUMBER_FIELDS[field]);
    return typeof number === 'number' ? null : number;
  }
  if (field === 'benchmark' && state.choices.benchmark === '') return 'no-benchmark';
  if (field === 'benchmark' || field === 'worker') {
    const choices = choicesOf(field, known.snapshot);
    // What is shown is not what was typed: sending it would not be what was asked for.
    const searching = field === state.focus && state.search !== '';
    if (searching && matchingChoices(choices, state.search, known.t).length === 0) return 'no-match';
    if (field === 'worker' && !choices.includes(state.choices.worker)) return 'worker-gone';
  }
  return null;
}

/** The first field that keeps the form from being sent, or null. */
export function firstWrongField(state: FormState, known: Known): FieldId | null {
  return FIELD_IDS.find((field) => fieldProblem(state, field, known) !== null) ?? null;
}

/** The tasks that a valid form asks for. */
export function tasksOf(state: FormState): readonly NewTask[] {
  const { benchmark, worker, priority } = state.choices;
  const task: NewTask = {
    benchmark,
    parameters: Object.fromEntries(
      PARAMETER_FIELDS.map((field) => [NUMBER_FIELDS[field].parameter, numberIn(state, field)]),
    ),
    priority: Number(priority),
    wantedWorker: worker === AUTOMATIC ? null : worker,
    description: plainLine(state.texts.description.text).trim(),
  };
  return Array.from({ length: numberIn(state, 'copies') }, () => task);
}

/** What the next form starts with. How many and the description are of one time only. */
export function rememberedValues(state: FormState): Readonly<Record<string, string>> {
  const numbers = PARAMETER_FIELDS.map((field) => [
    NUMBER_FIELDS[field].parameter,
    String(numberIn(state, field)),
  ]);
  return { ...state.choices, ...Object.fromEntries(numbers) };
}

/** The number in a field of a valid form; its minimum where it is not valid. */
export function numberIn(state: FormState, field: NumberFieldId): number {
  const number = wholeNumber(state.texts[field].text, NUMBER_FIELDS[field]);
  return typeof number === 'number' ? number : NUMBER_FIELDS[field].minimum;
}
