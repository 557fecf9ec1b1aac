import type { Parameters, ParameterValue, Task } from '#model/task.ts';

/** Features of a benchmark that are told apart; what comes later is not looked at. */
const MAX_FEATURES = 8;

/** The parameters that say how much there is to do in the particle benchmark, and what a worker takes where one is missing. */
const PARTICLES = 'NUM_PARTICULAS';
const DEFAULT_PARTICLES = 100;
const STEPS = 'NUM_PASOS';
const DEFAULT_STEPS = 500;

/** The place of the logarithm of the work among the features. */
export const WORK = 0;

/** What of a task's parameters may decide how long it runs, as numbers. */
interface Features {
  /** Natural logarithm of the work, where it is known from the parameters alone; 0 where it is not. */
  readonly offset: number;
  readonly values: readonly number[];
}

/** Turns the parameters of one benchmark into numbers, the same parameter always in the same place. */
export type FeatureReader = (parameters: Task['parameters']) => Features;

/**
 * The particle benchmark looks at each pair of particles in each step, so its work is particles² × steps; the one
 * feature is how the time departs from that (starting a program takes its time however small the work). Of any other,
 * each number counts by its logarithm, since work is mostly a product of powers of the parameters, and each text by
 * being there.
 */
export function createFeatureReader(): FeatureReader {
  const places = new Map<string, number>();

  function placeOf(name: string): number | undefined {
    const known = places.get(name);
    if (known !== undefined || places.size >= MAX_FEATURES) return known;
    // The first is that of the work.
    places.set(name, places.size + 1);
    return places.size;
  }

  return (parameters) => {
    const offset = particleWork(parameters);
    if (offset !== null) return { offset, values: [offset] };
    const values: number[] = [];
    for (const [name, value] of Object.entries(parameters)) {
      const place = placeOf(typeof value === 'string' ? `${name}=${value}` : name);
      if (place !== undefined) values[place] = magnitude(value);
    }
    return { offset: 0, values: Array.from(values, (value) => value ?? 0) };
  };
}

function particleWork(parameters: Parameters): number | null {
  const { [PARTICLES]: particles, [STEPS]: steps } = parameters;
  if (particles === undefined && steps === undefined) return null;
  return workOf(particles ?? DEFAULT_PARTICLES, steps ?? DEFAULT_STEPS);
}

function workOf(particles: ParameterValue, steps: ParameterValue): number | null {
  if (typeof particles !== 'number' || typeof steps !== 'number') return null;
  if (particles < 1 || steps < 1) return null;
  return 2 * Math.log(particles) + Math.log(steps);
}

/** The logarithm of a number from 1 on, continued as a straight line down to 0. */
function magnitude(value: ParameterValue): number {
  if (typeof value !== 'number') return Number(value !== false);
  const size = Math.abs(value);
  return size < 1 ? size - 1 : Math.log(size);
}
