import type { Wanted } from '#model/commands.ts';
import type { Snapshot } from '#model/snapshot.ts';
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
  type ParameterFieldId,
  type Swept,
  sweptNumbers,
  wholeNumber,
} from './form-fields.ts';
import type { FormState } from './form-state.ts';

/** Why a field cannot be sent as it is. */
export type FieldProblem = NumberProblem | 'no-benchmark' | 'worker-gone' | 'no-match';

type Known = Pick<ViewContext, 'snapshot' | 't'>;

/** What is wrong with a field, or null. */
export function fieldProblem(state: FormState, field: FieldId, known: Known): FieldProblem | null {
  if (isNumberField(field)) {
    const limit = limitOf(known.snapshot);
    if (field !== 'copies') {
      const swept = sweptNumbers(state.texts[field].text, NUMBER_FIELDS[field], limit);
      return typeof swept === 'string' ? swept : null;
    }
    const number = wholeNumber(state.texts.copies.text, NUMBER_FIELDS.copies);
    if (typeof number === 'string') return number;
    return countIn(state, known.snapshot) > limit ? 'too-many' : null;
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

/** How many tasks one submission may make. */
export function limitOf({ settings }: Snapshot): number {
  return settings?.sweepLimit ?? Number.MAX_SAFE_INTEGER;
}

/** How many tasks a form will make, before they are made: what is not valid in it counts as one value. */
export function countIn(state: FormState, snapshot: Snapshot): number {
  const limit = limitOf(snapshot);
  return PARAMETER_FIELDS.reduce(
    (product, field) => {
      const swept = sweptNumbers(state.texts[field].text, NUMBER_FIELDS[field], limit);
      return typeof swept === 'string' ? product : product * swept.count;
    },
    numberIn(state, 'copies'),
  );
}

/** The tasks that a valid form asks for. */
export function tasksOf(state: FormState): readonly Wanted[] {
  const { benchmark, worker, priority } = state.choices;
  const task: Wanted = {
    benchmark,
    parameters: Object.fromEntries(
      PARAMETER_FIELDS.map((field) => [NUMBER_FIELDS[field].parameter, wantedIn(state, field)]),
    ),
    priority: Number(priority),
    wantedWorker: worker === AUTOMATIC ? null : worker,
    description: plainLine(state.texts.description.text).trim(),
  };
  return Array.from({ length: numberIn(state, 'copies') }, () => task);
}

function wantedIn(state: FormState, field: ParameterFieldId): Swept['wanted'] {
  const swept = sweptNumbers(state.texts[field].text, NUMBER_FIELDS[field], Number.MAX_SAFE_INTEGER);
  return typeof swept === 'string' ? NUMBER_FIELDS[field].minimum : swept.wanted;
}

/** What the next form starts with. How many and the description are of one time only; a sweep is remembered as written. */
export function rememberedValues(state: FormState): Readonly<Record<string, string>> {
  const numbers = PARAMETER_FIELDS.map((field) => {
    const wanted = wantedIn(state, field);
    const text = typeof wanted === 'number' ? String(wanted) : state.texts[field].text.trim();
    return [NUMBER_FIELDS[field].parameter, text];
  });
  return { ...state.choices, ...Object.fromEntries(numbers) };
}

/** The number in a field of a valid form; its minimum where it is not valid. */
function numberIn(state: FormState, field: NumberFieldId): number {
  const number = wholeNumber(state.texts[field].text, NUMBER_FIELDS[field]);
  return typeof number === 'number' ? number : NUMBER_FIELDS[field].minimum;
}
