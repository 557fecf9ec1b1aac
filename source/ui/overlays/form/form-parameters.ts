import {
  type AnnouncedBenchmark,
  type BenchmarkParameter,
  PARTICLE_PARAMETERS,
} from '#model/benchmark-parameter.ts';
import type { Snapshot } from '#model/snapshot.ts';
import type { Table } from '#model/table.ts';
import type { ParameterValue, Task } from '#model/task.ts';
import type { Worker } from '#model/worker.ts';
import type { Translate } from '#ui/i18n/translate.ts';
import { AUTOMATIC } from './form-choices.ts';
import { accepts, type Wish } from './form-values.ts';

/** A parameter as the form offers it. */
export interface FormParameter extends BenchmarkParameter {
  /** False where the workers that may get the task have no value in common. */
  readonly agreed: boolean;
}

/** What decides which parameters the form has. */
export interface ParameterWish {
  readonly benchmark: string;
  /** A worker's id, or AUTOMATIC. */
  readonly worker: string;
  /** The task that is sent again with changes. */
  readonly origin: Pick<Task, 'benchmark' | 'parameters'> | null;
}

/**
 * The parameters of a benchmark. A worker that is chosen by name decides alone, where it announces the benchmark's; else
 * the task may go to any active worker that does, so that only what all of these take is offered: the narrowest bounds,
 * the choices in common. Of a benchmark whose parameters nobody announces (version 1) they are those of the particle
 * benchmark. What a task that is sent again has besides keeps its field.
 */
export function parametersOf(
  { benchmark, worker, origin }: ParameterWish,
  { workers }: Snapshot,
): readonly FormParameter[] {
  const chosen = worker === AUTOMATIC ? undefined : workers.get(worker);
  const own = chosen === undefined ? undefined : announcedBy(chosen.statusReport?.announced, benchmark);
  const common = own?.map(alone) ?? workers.derived(commonParameters).get(benchmark);
  const sent = origin?.benchmark === benchmark ? Object.entries(origin.parameters) : [];
  const isParticle = sent.every(([name]) => PARTICLE_PARAMETERS.some((known) => known.name === name));
  const base = common ?? (isParticle ? PARTICLE_PARAMETERS.map(alone) : []);
  const names = new Set(base.map(({ name }) => name));
  return [...base, ...sent.filter(([name]) => !names.has(name)).map(ofTask)];
}

function announcedBy(
  announced: readonly AnnouncedBenchmark[] | undefined,
  benchmark: string,
): readonly BenchmarkParameter[] | undefined {
  return announced?.find(({ name }) => name === benchmark)?.parameters;
}

/** By benchmark, what all active workers take that announce its parameters. */
function commonParameters(workers: Table<Worker>): ReadonlyMap<string, readonly FormParameter[]> {
  const merged = new Map<string, Map<string, FormParameter>>();
  for (const { status, statusReport } of workers) {
    if (status !== 'active') continue;
    for (const { name, parameters } of statusReport?.announced ?? []) {
      const known = merged.get(name) ?? new Map<string, FormParameter>();
      merged.set(name, known);
      for (const parameter of parameters) {
        const before = known.get(parameter.name);
        known.set(parameter.name, before === undefined ? alone(parameter) : narrowed(before, parameter));
      }
    }
  }
  return new Map([...merged].map(([name, known]) => [name, [...known.values()]]));
}

function alone(parameter: BenchmarkParameter): FormParameter {
  return { ...parameter, agreed: true };
}

function narrowed(one: FormParameter, other: BenchmarkParameter): FormParameter {
  // Thousands of workers announce the same.
  if (isSame(one, other)) return one;
  const minimum = bound(Math.max, one.minimum, other.minimum);
  const maximum = bound(Math.min, one.maximum, other.maximum);
  const choices = shared(one.choices, other.choices);
  const type = one.type === other.type ? one.type : isNumeric(one) && isNumeric(other) ? 'integer' : null;
  const isEmpty = (minimum !== null && maximum !== null && minimum > maximum) || choices?.length === 0;
  const agreed = one.agreed && type !== null && !isEmpty;
  const wish = { type: type ?? one.type, minimum, maximum, choices };
  return { ...one, ...wish, default: commonDefault(wish, [one.default, other.default]), agreed };
}

/** The first default that all of them take; else the value nearest to one; null where none has a default. */
function commonDefault(wish: Wish, defaults: readonly (ParameterValue | null)[]): ParameterValue | null {
  const told = defaults.filter((value) => value !== null);
  const accepted = told.find((value) => accepts(wish, value));
  if (accepted !== undefined) return accepted;
  if (told.length === 0) return null;
  const { minimum, maximum, choices } = wish;
  if (choices !== null) return choices[0] ?? null;
  const [first] = told;
  if (typeof first !== 'number') return null;
  const nearest = Math.min(maximum ?? first, Math.max(minimum ?? first, first));
  return accepts(wish, nearest) ? nearest : null;
}

function isSame(one: BenchmarkParameter, other: BenchmarkParameter): boolean {
  return (
    one.type === other.type &&
    one.default === other.default &&
    one.minimum === other.minimum &&
    one.maximum === other.maximum &&
    (one.choices === other.choices ||
      (one.choices?.length === other.choices?.length &&
        one.choices?.every((choice, index) => choice === other.choices?.[index]) === true))
  );
}

function bound(
  tighter: (one: number, other: number) => number,
  one: number | null,
  other: number | null,
): number | null {
  if (one === null) return other;
  return other === null ? one : tighter(one, other);
}

function shared(
  one: BenchmarkParameter['choices'],
  other: BenchmarkParameter['choices'],
): BenchmarkParameter['choices'] {
  if (one === null) return other;
  return other === null ? one : one.filter((choice) => other.includes(choice));
}

function isNumeric({ type }: BenchmarkParameter): boolean {
  return type === 'integer' || type === 'number';
}

/** Of a parameter that nobody announces, all that is known is what a task had. */
function ofTask([name, value]: readonly [string, ParameterValue]): FormParameter {
  const type = typeof value === 'string' ? 'text' : typeof value;
  return {
    name,
    type: type === 'number' || type === 'boolean' ? type : 'text',
    label: { en: name, es: name },
    default: value,
    minimum: null,
    maximum: null,
    choices: null,
    agreed: true,
  };
}

/** What left and right go through in a parameter's field; null where it is written only. */
export function parameterChoices({
  type,
  choices,
}: Pick<BenchmarkParameter, 'type' | 'choices'>): readonly string[] | null {
  if (type === 'boolean') return ['false', 'true'];
  return choices === null ? null : choices.map(String);
}

/** What a parameter is called: those of the particle benchmark in our own words, others as they are announced. */
export function parameterLabel(
  { name, label }: Pick<BenchmarkParameter, 'name' | 'label'>,
  t: Translate,
): string {
  switch (name) {
    case 'NUM_PARTICULAS':
      return t('form.particles');
    case 'NUM_PASOS':
      return t('form.steps');
    case 'SEMILLA':
      return t('form.seed');
    default:
      return t('form.label-language') === 'es' ? label.es : label.en;
  }
}
