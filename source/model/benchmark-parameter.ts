import type { ParameterValue } from './task.ts';

/** The types that a parameter of a benchmark may have. */
export const PARAMETER_TYPES = ['integer', 'number', 'text', 'boolean'] as const;
type ParameterType = (typeof PARAMETER_TYPES)[number];

/** What a worker says of one parameter of a benchmark, validated and free of control characters. */
export interface BenchmarkParameter {
  /** A letter and at most 63 more of `A–Z a–z 0–9 _`. */
  readonly name: string;
  readonly type: ParameterType;
  /** In both languages of the screen; the name where it announces none. */
  readonly label: { readonly en: string; readonly es: string };
  /** Null: it must be given. */
  readonly default: ParameterValue | null;
  /** Of numbers, the bounds, both allowed; null: none. */
  readonly minimum: number | null;
  readonly maximum: number | null;
  /** The only values that are taken; null: any of the type in the bounds. */
  readonly choices: readonly (string | number)[] | null;
}

/** A benchmark that a worker announces together with its parameters. */
export interface AnnouncedBenchmark {
  readonly name: string;
  readonly parameters: readonly BenchmarkParameter[];
}

/** The parameters of the particle benchmark, which every version 1 worker takes and none announces (worker-http.md). */
export const PARTICLE_PARAMETERS: readonly BenchmarkParameter[] = [
  integer('NUM_PARTICULAS', { minimum: 1, maximum: null, default: 100 }),
  integer('NUM_PASOS', { minimum: 1, maximum: null, default: 500 }),
  integer('SEMILLA', { minimum: 0, maximum: 2 ** 32 - 1, default: 42 }),
];

function integer(
  name: string,
  bounds: Pick<BenchmarkParameter, 'minimum' | 'maximum' | 'default'>,
): BenchmarkParameter {
  return { name, type: 'integer', label: { en: name, es: name }, choices: null, ...bounds };
}
