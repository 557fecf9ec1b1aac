import { mersenneTwister } from './mersenne-twister.ts';

export const WIDTH = 800;
export const HEIGHT = 600;
export const RADIUS = 5;
export const DIAMETER = 2 * RADIUS;
export const TIME_STEP = 0.1;
const SPEED_RANGE = 40;
/** Particles are numbered with 32 bits. */
const MOST_PARTICLES = 2 ** 31 - 1;

/** Where the particles are, and their velocities in units a time unit. */
export interface Discs {
  readonly count: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly vx: Float64Array;
  readonly vy: Float64Array;
}

/** Particles at random in the box; throws a RangeError where there is no memory for so many. */
export function scatterDiscs(count: number, seed: number): Discs {
  if (count > MOST_PARTICLES) throw new RangeError('too many particles');
  const uniform = mersenneTwister(seed);
  const numbers = () => new Float64Array(count);
  const discs = { count, x: numbers(), y: numbers(), vx: numbers(), vy: numbers() };
  for (let i = 0; i < count; i += 1) {
    discs.x[i] = uniform() * (WIDTH - DIAMETER) + RADIUS;
    discs.y[i] = uniform() * (HEIGHT - DIAMETER) + RADIUS;
  }
  for (let i = 0; i < count; i += 1) {
    discs.vx[i] = (uniform() - 0.5) * SPEED_RANGE;
    discs.vy[i] = (uniform() - 0.5) * SPEED_RANGE;
  }
  return discs;
}
