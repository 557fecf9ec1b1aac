import type { Wanted } from '#model/commands.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { plainLine } from '#model/text.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { AUTOMATIC, choicesOf, fleetLabels, matchingChoices } from './form-choices.ts';
import { COPIES, type FieldId, fieldIds, parameterOf, RETRIES, TIMEOUT_SECONDS } from './form-fields.ts';
import { labelsIn } from './form-labels.ts';
import { type FormParameter, parametersOf } from './form-parameters.ts';
import type { FormState } from './form-state.ts';
import { oneNumber, type Swept, sweptValues, type ValueProblem, wholeNumber } from './form-values.ts';
import { parameterText, valueKey } from './form-written.ts';

/** Why a field cannot be sent as it is. */
export type FieldProblem = ValueProblem | 'no-benchmark' | 'worker-gone' | 'no-match' | 'no-common';

/** What a form is looked at with: its fields are found once, however many of them ask. */
export type FormContext<Context = ViewContext> = Context & {
  readonly parameters: readonly FormParameter[];
  readonly fields: readonly FieldId[];
};

type Known = FormContext<Pick<ViewContext, 'snapshot' | 't'>>;

/** The context with the fields of the form, and among them the parameters of the chosen benchmark. */
export function formContext<Context extends Pick<ViewContext, 'snapshot'>>(
  { choices, origin, more }: FormState,
  context: Context,
): FormContext<Context> {
  const { benchmark, worker } = choices;
  const parameters = parametersOf({ benchmark, worker, origin }, context.snapshot);
  const labels = fleetLabels(context.snapshot).length > 0 || (origin?.labels.length ?? 0) > 0;
  return { ...context, parameters, fields: fieldIds({ parameters, labels, more }) };
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
  if (field === 'timeout' || field === 'retries') {
    const optional = optionalNumber(state, field);
    return optional.ok ? null : optional.problem;
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
  return known.fields.find((field) => fieldProblem(state, field, known) !== null) ?? null;
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
export function tasksOf(
  state: FormState,
  known: Pick<Known, 'snapshot' | 'parameters'> & { readonly now: number },
): readonly Wanted[] {
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
    ...limitsOf(state, known.now),
  };
  return Array.from({ length: copiesIn(state) }, () => task);
}

/** What is not said of most tasks: only what there is of it. */
function limitsOf(state: FormState, now: number): Partial<Wanted> {
  const labels = labelsIn(state.texts.labels.text).map((label) => plainLine(label));
  const [timeout, retries] = [optionalNumber(state, 'timeout'), optionalNumber(state, 'retries')];
  return {
    ...(labels.length > 0 ? { labels } : {}),
    ...(timeout.ok && timeout.value !== null ? { timeoutMs: Math.round(timeout.value * 1_000) } : {}),
    ...(retries.ok && retries.value !== null ? { retries: retries.value } : {}),
    ...timesKept(state, now),
  };
}

/** When the task that is sent again was to begin and to be done, where that is still to come. Unix milliseconds. */
export function timesKept(
  { origin }: Pick<FormState, 'origin'>,
  now: number,
): { readonly startAt?: number; readonly deadline?: number } {
  const { startAt = null, deadline = null } = origin ?? {};
  return {
    ...(startAt !== null && startAt > now ? { startAt } : {}),
    ...(deadline !== null && deadline > now ? { deadline } : {}),
  };
}

/** A number that may be left out; null where it is. */
function optionalNumber({ texts }: FormState, field: 'timeout' | 'retries') {
  const { text } = texts[field];
  if (text.trim() === '') return { ok: true, value: null } as const;
  return field === 'timeout'
    ? oneNumber(text, { type: 'number', ...TIMEOUT_SECONDS })
    : wholeNumber(text, RETRIES);
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
