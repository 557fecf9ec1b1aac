import { expect, test } from 'vitest';
import type { Balancer } from '#task-monitor/balancer.ts';
import type { Candidate } from '#task-monitor/occupancy.ts';
import { type Case, SIZES, type Sizes, scenarioOf } from '../helpers/fleet-scenarios.ts';
import { seededRandom } from '../helpers/random.ts';
import {
  type Outcome,
  type Scenario,
  type SimulatedTask,
  type SimulatedWorker,
  simulate,
} from '../helpers/simulated-fleet.ts';

/** A smaller version of bench/scheduling.ts: the production monitor against simulated fleets. */
const SEEDS = [1, 2, 3, 4, 5, 6, 7];

async function outcomesOf(asked: Omit<Case, 'seed'>): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const seed of SEEDS) {
    const outcome = await simulate(scenarioOf({ ...asked, seed }));
    expect(outcome.violations, JSON.stringify({ ...asked, seed })).toEqual([]);
    expect(outcome.runs.length).toBe(asked.tasks);
    outcomes.push(outcome);
  }
  return outcomes;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function medianOf(outcomes: readonly Outcome[], of: (outcome: Outcome) => number): number {
  return median(outcomes.map(of));
}

function meanWait({ runs }: Outcome): number {
  return runs.reduce((sum, { wait }) => sum + wait, 0) / runs.length;
}

function p95Wait({ runs }: Outcome): number {
  return runs.map(({ wait }) => wait).sort((a, b) => a - b)[Math.ceil(0.95 * runs.length) - 1] ?? Number.NaN;
}

function meanResponse({ runs }: Outcome): number {
  return runs.reduce((sum, { response }) => sum + response, 0) / runs.length;
}

const aboveBound = ({ makespan, bound }: Outcome) => makespan / bound;

test.each(SIZES)(
  'ten %s tasks a worker, all at once, are done within a tenth of the lower bound',
  async (sizes: Sizes) => {
    for (const workers of [2, 10, 40]) {
      const asked = { workers, sizes, tasks: 10 * workers, load: null };
      const ours = medianOf(await outcomesOf({ ...asked, rule: 'ours' }), aboveBound);
      expect(ours, `${workers} workers, seeds ${SEEDS}`).toBeLessThan(1.1);
      if (workers === 2) continue;
      const theirs = medianOf(await outcomesOf({ ...asked, rule: 'round-robin' }), aboveBound);
      expect(ours, `${workers} workers, seeds ${SEEDS}`).toBeLessThan(theirs);
    }
  },
);

test('a fleet of which nothing is known is learnt while it works', async () => {
  const outcomes: Outcome[] = [];
  for (const seed of SEEDS) {
    const scenario = scenarioOf({
      seed,
      workers: 20,
      sizes: 'uniform',
      tasks: 400,
      load: null,
      rule: 'ours',
    });
    outcomes.push(await simulate({ ...scenario, cold: true }));
  }
  expect(medianOf(outcomes, aboveBound), `seeds ${SEEDS}`).toBeLessThan(1.1);
});

test.each(
  SIZES.flatMap((sizes) => [
    // A busy small fleet, and a larger one with slots to choose from.
    { sizes, workers: 2, tasks: 300, load: 0.95 },
    { sizes, workers: 10, tasks: 300, load: 0.7 },
  ]),
)(
  '$sizes tasks that come one by one to $workers workers wait no longer than with round robin, and are done sooner',
  async (stream) => {
    const ours = await outcomesOf({ ...stream, rule: 'ours' });
    const theirs = await outcomesOf({ ...stream, rule: 'round-robin' });
    for (const of of [meanWait, p95Wait, meanResponse]) {
      // Seed by seed: from one of these short streams to the next far more differs than between the rules.
      const more = ours.map((outcome, index) => of(outcome) - of(theirs[index] ?? outcome));
      expect(median(more), `${of.name}, seeds ${SEEDS}`).toBeLessThan(0);
    }
  },
);

/** Slots, labels, a limit, and workers that are drained and taken back while tasks come. */
function busyScene(seed: number) {
  const random = seededRandom(seed);
  const labelled = () => ['gpu', 'fast'].filter(() => random() < 0.4);
  const workers: SimulatedWorker[] = Array.from({ length: 20 }, (_, index) => ({
    speed: 1 + 9 * random(),
    pingMs: 1 + 100 * random(),
    slots: 1 + Math.floor(4 * random()),
    // The first one has everything: no task waits for ever.
    labels: index === 0 ? ['gpu', 'fast'] : labelled(),
  }));
  const tasks: SimulatedTask[] = Array.from({ length: 600 }, () => ({
    size: 1 + 9 * random(),
    atSeconds: Math.floor(300 * random()),
    labels: labelled(),
  }));
  const draining = Array.from({ length: 60 }, () => {
    const worker = 1 + Math.floor(19 * random());
    return { atSeconds: 600 * random(), worker, drained: random() < 0.5 };
  });
  return { seed, workers, tasks, draining, limit: 25 };
}

test('slots, the limit, labels and draining are respected at every step', async () => {
  for (const seed of SEEDS) {
    const outcome = await simulate(busyScene(seed));
    expect(outcome.violations, `seed ${seed}`).toEqual([]);
    expect(outcome.runs.length, `seed ${seed}`).toBe(600);
  }
});

test.each<[string, Partial<Scenario>, RegExp]>([
  ['more tasks than slots', { balancer: sending(() => true) }, /runs more than its \d slots/],
  [
    'a task on a worker without its labels',
    { balancer: sending(({ free }) => free > 0) },
    /has not (gpu|fast)/,
  ],
  ['more tasks than the limit', { untold: 'limit' }, /tasks run, the limit is 25/],
  ['a task for a worker that is drained', { untold: 'draining' }, /got a task while it was drained/],
])('the simulation sees %s', async (_, wrong, sentence) => {
  const { violations } = await simulate({ ...busyScene(1), ...wrong });
  expect(violations).toContainEqual(expect.stringMatching(sentence));
});

/** A balancer that sends whatever is next to the first worker that will do. */
function sending(willDo: (candidate: Candidate) => boolean): Balancer {
  return ({ head: { task } }, { candidates }) => {
    const candidate = candidates.find(willDo);
    return candidate === undefined ? { kind: 'none' } : { kind: 'send', task, candidate };
  };
}
