import type { Wanted } from '#model/commands.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { plainLine } from '#model/text.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { AUTOMATIC, choicesOf, matchingChoices } from './form-choices.ts';
import { COPIES, type FieldId, fieldIds, parameterOf } from './form-fields.ts';
import { type FormParameter, parametersOf } from './form-parameters.ts';
import type { FormState } from './form-state.ts';
import { type Swept, sweptValues, type ValueProblem, wholeNumber } from './form-values.ts';
import { parameterText, valueKey } from './form-written.ts';

/** Why a field cannot be sent as it is. */
export type FieldProblem = ValueProblem | 'no-benchmark' | 'worker-gone' | 'no-match' | 'no-common';

/** What a form is looked at with: its parameters are found once, however many fields ask for them. */
export type FormContext<Context = ViewContext> = Context & { readonly parameters: readonly FormParameter[] };

type Known = FormContext<Pick<ViewContext, 'snapshot' | 't'>>;

/** The context with the parameters of the chosen benchmark. */
export function formContext<Context extends Pick<ViewContext, 'snapshot'>>(
  { choices, origin }: FormState,
  context: Context,
): FormContext<Context> {
  const { benchmark, worker } = choices;
  return { ...context, parameters: parametersOf({ benchmark, worker, origin }, context.snapshot) };
}

/** What is wrong with a field, or null. */
export function fieldProblem(state: FormState, field: FieldId, known: Known): FieldProblem | null {
  const parameter = parameterIn(field, known);
  if (parameter !== undefined) {
    if (!parameter.agreed) return 'no-common';
    const swept = sweptIn(state, parameter, known);
    return swept.ok ? null : swept.problem;
  }
  if (field === 'copies') {
    const number = wholeNumber(state.texts.copies.text, COPIES);
    if (!number.ok) return number.problem;
    return countIn(state, known) > limitOf(known.snapshot) ? 'too-many' : null;
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

/** The parameter that a field is for; undefined for the other fields. */
export function parameterIn(
  field: FieldId,
  { parameters }: Pick<Known, 'parameters'>,
): FormParameter | undefined {
  const name = parameterOf(field);
  return name === null ? undefined : parameters.find((parameter) => parameter.name === name);
}

/** The first field that keeps the form from being sent, or null. */
export function firstWrongField(state: FormState, known: Known): FieldId | null {
  return fieldIds(known.parameters).find((field) => fieldProblem(state, field, known) !== null) ?? null;
}

/** How many tasks one submission may make. */
export function limitOf({ settings }: Snapshot): number {
  return settings?.sweepLimit ?? Number.MAX_SAFE_INTEGER;
}

/** How many tasks a form will make, before they are made: what is not valid in it counts as one value. */
export function countIn(state: FormState, known: Pick<Known, 'snapshot' | 'parameters'>): number {
  return known.parameters.reduce((product, parameter) => {
    const swept = sweptIn(state, parameter, known);
    return swept.ok ? product * swept.value.count : product;
  }, copiesIn(state));
}

/** The tasks that a valid form asks for. */
export function tasksOf(state: FormState, known: Pick<Known, 'snapshot' | 'parameters'>): readonly Wanted[] {
  const { benchmark, worker, priority } = state.choices;
  const parameters = known.parameters.flatMap((parameter): [string, Swept['wanted']][] => {
    const swept = sweptIn(state, parameter, known);
    return swept.ok ? [[parameter.name, swept.value.wanted]] : [];
  });
  const task: Wanted = {
    benchmark,
    parameters: Object.fromEntries(parameters),
    priority: Number(priority),
    wantedWorker: worker === AUTOMATIC ? null : worker,
    description: plainLine(state.texts.description.text).trim(),
  };
  return Array.from({ length: copiesIn(state) }, () => task);
}

/** Values of this many parameters are remembered; those that were sent longest ago give way. */
const MOST_REMEMBERED = 500;

/**
 * What the next form starts with, beside what other benchmarks were sent with. How many and the description are of one
 * time only; a sweep is remembered as written.
 */
export function rememberedValues(
  state: FormState,
  known: Pick<Known, 'snapshot' | 'parameters'>,
): Readonly<Record<string, string>> {
  const sent = known.parameters.map(
    (parameter) =>
      [
        valueKey(state.choices.benchmark, parameter.name),
        parameterText(state, parameter, known).text.trim(),
      ] as const,
  );
  const keys = new Set(sent.map(([key]) => key));
  const before = Object.entries(state.remembered).filter(([key]) => key.includes(':') && !keys.has(key));
  return { ...state.choices, ...Object.fromEntries([...before, ...sent].slice(-MOST_REMEMBERED)) };
}

function sweptIn(state: FormState, parameter: FormParameter, known: Pick<Known, 'snapshot'>) {
  return sweptValues(parameterText(state, parameter, known).text, parameter, limitOf(known.snapshot));
}

/** How many of a valid form; 1 where that is not valid. */
function copiesIn(state: FormState): number {
  const number = wholeNumber(state.texts.copies.text, COPIES);
  return number.ok ? number.value : COPIES.minimum;
}
