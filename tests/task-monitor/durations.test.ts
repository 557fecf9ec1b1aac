import { expect, test } from 'vitest';
import type { Parameters } from '#model/task.ts';
import { createDurations, type Durations } from '#task-monitor/durations.ts';
import { normal, seededRandom } from '../helpers/random.ts';

const BENCHMARK = 'benchmark.py';

function particles(count: number, steps: number): Parameters {
  return { NUM_PARTICULAS: count, NUM_PASOS: steps, SEMILLA: 42 };
}

function learn(durations: Durations, workerId: string, parameters: Parameters, seconds: number): void {
  durations.learn({ workerId, benchmark: BENCHMARK, parameters, seconds });
}

function expected(durations: Durations, workerId: string, parameters: Parameters): number {
  return durations.expected({ benchmark: BENCHMARK, parameters }, workerId) ?? Number.NaN;
}

test('nothing is expected of a benchmark that nobody has run', () => {
  const durations = createDurations();
  expect(durations.expected({ benchmark: BENCHMARK, parameters: {} }, 'a')).toBeNull();
  learn(durations, 'a', {}, 1);
  expect(durations.expected({ benchmark: 'other', parameters: {} }, 'a')).toBeNull();
});

test('the particle benchmark takes particles² × steps from its first run on', () => {
  const durations = createDurations();
  learn(durations, 'a', particles(100, 500), 2);
  expect(expected(durations, 'a', particles(100, 500))).toBeCloseTo(2);
  expect(expected(durations, 'a', particles(300, 500))).toBeCloseTo(18);
  expect(expected(durations, 'a', particles(100, 5_000))).toBeCloseTo(20);
});

test('a missing parameter counts as what a worker takes for it', () => {
  const durations = createDurations();
  learn(durations, 'a', { NUM_PARTICULAS: 200 }, 4);
  expect(expected(durations, 'a', { NUM_PASOS: 1_000 })).toBeCloseTo(2);
});

test('a worker that has not run it is expected to be as fast as the fleet’s mean', () => {
  const durations = createDurations();
  for (let run = 0; run < 20; run += 1) {
    learn(durations, 'fast', particles(100, 100), 1);
    learn(durations, 'slow', particles(100, 100), 4);
  }
  expect(expected(durations, 'new', particles(100, 100))).toBeCloseTo(2, 1);
  expect(durations.of(BENCHMARK).speedOf('new').isKnown).toBe(false);
});

test('the first run of a worker says nearly everything about its speed', () => {
  const durations = createDurations();
  for (let run = 0; run < 20; run += 1) learn(durations, 'a', particles(100, 100), 1);
  const speed = durations.of(BENCHMARK).speedOf('b');
  expect(speed.secondsPerSize).toBeCloseTo(durations.of(BENCHMARK).secondsPerSize);
  learn(durations, 'b', particles(100, 100), 8);
  expect(speed.isKnown).toBe(true);
  expect(expected(durations, 'b', particles(100, 100))).toBeGreaterThan(6);
  expect(expected(durations, 'b', particles(100, 100))).toBeLessThan(8);
});

test('a worker that got the long tasks is not taken to be slow', () => {
  const durations = createDurations();
  for (let run = 0; run < 10; run += 1) {
    learn(durations, 'a', particles(1_000, 1_000 + 100 * run), 1_000 + 100 * run);
    learn(durations, 'b', particles(10, 1_000 + 100 * run), (1_000 + 100 * run) / 10_000);
  }
  const same = particles(100, 1_000);
  expect(expected(durations, 'a', same) / expected(durations, 'b', same)).toBeCloseTo(1, 1);
});

test('a start-up time of each run is learnt: short runs take longer than their work lets expect', () => {
  const seed = 7;
  const random = seededRandom(seed);
  const durations = createDurations();
  const seconds = (steps: number) => 0.5 + steps / 1_000;
  for (let run = 0; run < 400; run += 1) {
    const steps = Math.round(10 ** (1 + 3 * random()));
    learn(durations, run % 2 === 0 ? 'a' : 'b', particles(100, steps), seconds(steps));
  }
  const short = particles(100, 20);
  const byWorkAlone = (seconds(2_000) * 20) / 2_000;
  const error = (value: number) => Math.abs(Math.log(value / seconds(20)));
  expect(error(expected(durations, 'a', short)), `seed ${seed}`).toBeLessThan(error(byWorkAlone) / 3);
});

test('of any other benchmark, what its parameters do is learnt from the runs', () => {
  const seed = 11;
  const random = seededRandom(seed);
  const durations = createDurations();
  const speeds = { a: 1, b: 3, c: 9 };
  const truth = (size: number, rounds: number, mode: string, speed: number) =>
    (0.01 * size ** 1.5 * rounds * (mode === 'deep' ? 4 : 1)) / speed;
  for (let run = 0; run < 600; run += 1) {
    const [workerId, speed] = Object.entries(speeds)[run % 3] ?? ['a', 1];
    const size = Math.round(10 + 1_000 * random());
    const rounds = Math.round(1 + 50 * random());
    const mode = random() < 0.5 ? 'deep' : 'flat';
    const seconds = truth(size, rounds, mode, speed) * Math.exp(0.1 * normal(random));
    learn(durations, workerId, { size, rounds, mode, seed: Math.round(1e9 * random()) }, seconds);
  }
  for (const [workerId, speed] of Object.entries(speeds)) {
    const asked = { size: 500, rounds: 20, mode: 'deep', seed: 5 };
    const ratio = expected(durations, workerId, asked) / truth(500, 20, 'deep', speed);
    expect(Math.abs(Math.log(ratio)), `${workerId}, seed ${seed}`).toBeLessThan(0.35);
  }
});

test('a worker whose speed changes is followed within tens of runs, and one odd run changes little', () => {
  const durations = createDurations();
  const one = particles(100, 100);
  for (let run = 0; run < 50; run += 1) learn(durations, 'a', one, 1);
  learn(durations, 'a', one, 1_000);
  expect(expected(durations, 'a', one)).toBeLessThan(1.2);
  for (let run = 0; run < 40; run += 1) learn(durations, 'a', one, 4);
  expect(expected(durations, 'a', one)).toBeGreaterThan(3.5);
});

test('runs without a duration, and names of any kind, do no harm', () => {
  const durations = createDurations();
  learn(durations, '__proto__', { __proto__: 1, toString: 'x' } as unknown as Parameters, 1);
  learn(durations, 'a', {}, 0);
  learn(durations, 'a', {}, Number.NaN);
  expect(durations.of(BENCHMARK).speedOf('a').isKnown).toBe(false);
  expect(expected(durations, '__proto__', {})).toBeCloseTo(1);
});
