import * as z from 'zod/mini';
import {
  type AnnouncedBenchmark,
  type BenchmarkParameter,
  PARAMETER_TYPES,
} from '#model/benchmark-parameter.ts';
import { shownLine } from './shown-text.ts';

/** Longest name of a benchmark. */
export const MAX_BENCHMARK_NAME = 128;
const MAX_BENCHMARKS = 1_000;
/** Of one benchmark, as many as our workers may declare. */
const MAX_PARAMETERS = 64;
/** Of all benchmarks of a worker: what it announces is kept for every worker. */
const MAX_PARAMETERS_IN_ALL = 1_000;
const MAX_CHOICES = 100;
const MAX_LABEL = 40;
const MAX_TEXT = 200;

const label = z.object({ en: z.string(), es: z.string() });
const parameter = z.object({
  name: z.string().check(z.regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/)),
  type: z.enum(PARAMETER_TYPES),
  label: z.catch(z.nullable(label), null),
  default: z.optional(z.union([z.string(), z.number(), z.boolean()])),
  minimum: z.optional(z.number()),
  maximum: z.optional(z.number()),
  choices: z.optional(z.array(z.union([z.string(), z.number()])).check(z.minLength(1))),
});
const benchmark = z.object({ name: z.string(), parameters: z.optional(z.array(z.unknown())) });

/** What a worker announces of its benchmarks. */
interface Announced {
  readonly names: readonly string[];
  /** Those whose parameters are known. */
  readonly announced: readonly AnnouncedBenchmark[];
}

/**
 * Reads `benchmarks` of /status. A benchmark with a parameter that is not as expected, or beyond the bounds on what is
 * kept, is known by its name alone: a form without that parameter would send what its worker refuses.
 */
export function readAnnounced(items: readonly unknown[]): Announced {
  const names: string[] = [];
  const announced: AnnouncedBenchmark[] = [];
  let room = MAX_PARAMETERS_IN_ALL;
  for (const item of items.slice(0, MAX_BENCHMARKS)) {
    const one = benchmark.safeParse(item);
    if (!one.success) continue;
    const name = shownLine(one.data.name, MAX_BENCHMARK_NAME);
    if (name === '' || names.includes(name)) continue;
    names.push(name);
    const told = one.data.parameters;
    if (told === undefined || told.length > Math.min(room, MAX_PARAMETERS)) continue;
    const parameters = told.map(readParameter).filter((read) => read !== null);
    if (parameters.length < told.length) continue;
    if (new Set(parameters.map((read) => read.name)).size < parameters.length) continue;
    room -= parameters.length;
    announced.push({ name, parameters });
  }
  return { names, announced };
}

function readParameter(told: unknown): BenchmarkParameter | null {
  const read = parameter.safeParse(told);
  if (!read.success) return null;
  const { name, type, label: said, choices = null } = read.data;
  const { default: fallback = null, minimum = null, maximum = null } = read.data;
  if (choices !== null && (choices.length > MAX_CHOICES || !choices.every(isShown))) return null;
  if (minimum !== null && maximum !== null && minimum > maximum) return null;
  const shownLabel = (text: string | undefined) => shownLine(text ?? '', MAX_LABEL) || name;
  return {
    name,
    type,
    label: { en: shownLabel(said?.en), es: shownLabel(said?.es) },
    // One that cannot be shown whole is left to its worker to know, and here to be written.
    default: fallback !== null && isShown(fallback) ? fallback : null,
    minimum,
    maximum,
    choices: choices === null ? null : [...new Set(choices)],
  };
}

/** Whether it can be shown as it is: cutting or cleaning a value would make another of it. */
function isShown(value: string | number | boolean): boolean {
  return typeof value !== 'string' || shownLine(value, MAX_TEXT) === value;
}
