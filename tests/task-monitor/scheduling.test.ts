import { expect, test } from 'vitest';
import { type Case, SIZES, type Sizes, scenarioOf } from '../helpers/fleet-scenarios.ts';
import { seededRandom } from '../helpers/random.ts';
import {
  type Outcome,
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

function medianOf(outcomes: readonly Outcome[], of: (outcome: Outcome) => number): number {
  const values = outcomes.map(of).sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? Number.NaN;
}

function meanWait({ runs }: Outcome): number {
  return runs.reduce((sum, { wait }) => sum + wait, 0) / runs.length;
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

test.each(SIZES)(
  '%s tasks that come one by one wait no longer than with round robin, and are done sooner',
  async (sizes: Sizes) => {
    const asked = { workers: 10, sizes, tasks: 600, load: 0.7 };
    const ours = await outcomesOf({ ...asked, rule: 'ours' });
    const theirs = await outcomesOf({ ...asked, rule: 'round-robin' });
    const seeds = `seeds ${SEEDS}`;
    // Seed by seed: what differs from one to the next is far more than what differs between the rules.
    const longer = (of: (outcome: Outcome) => number) => {
      const more = new Map(
        ours.map((outcome, index) => [outcome, of(outcome) - of(theirs[index] ?? outcome)]),
      );
      return medianOf(ours, (outcome) => more.get(outcome) ?? Number.NaN);
    };
    expect(longer(meanWait), seeds).toBeLessThanOrEqual(0);
    expect(longer(meanResponse), seeds).toBeLessThan(0);
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

test('the simulation sees a task that goes where it must not', async () => {
  const scene = busyScene(1);
  const { violations } = await simulate({
    ...scene,
    balancer: ({ head: { task } }, { candidates: [candidate] }) =>
      candidate === undefined ? { kind: 'none' } : { kind: 'send', task, candidate },
  });
  const seen = (pattern: RegExp) => violations.some((violation) => pattern.test(violation));
  expect(seen(/slots/)).toBe(true);
  const loose = await simulate({
    ...scene,
    balancer: ({ head: { task } }, { candidates }) => {
      const candidate = candidates.find(({ free }) => free > 0);
      return candidate === undefined ? { kind: 'none' } : { kind: 'send', task, candidate };
    },
  });
  expect(loose.violations.some((violation) => /has not/.test(violation))).toBe(true);
});
