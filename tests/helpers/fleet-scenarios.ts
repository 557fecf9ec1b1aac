import type { Random } from '#model/clock.ts';
import { averageLatencyMs } from '#model/recent-pings.ts';
import type { Balancer, Choice } from '#task-monitor/balancer.ts';
import type { Candidate } from '#task-monitor/occupancy.ts';
import { mayRun } from '#task-monitor/runners.ts';
import { seededRandom } from './random.ts';
import { type Scenario, type SimulatedTask, type SimulatedWorker, UNIT_SECONDS } from './simulated-fleet.ts';

/** How the sizes of tasks are spread. */
export const SIZES = ['uniform', 'heavy-tailed', 'mixed'] as const;
export type Sizes = (typeof SIZES)[number];

/** The rules that are compared. `old-rule`: the lowest mean ping, as the old system chose. */
export const RULES = ['ours', 'round-robin', 'random', 'old-rule'] as const;
export type Rule = (typeof RULES)[number];

const SLOWEST = 1;
const FASTEST = 10;

/** Shape and range of the bounded Pareto distribution (Harchol-Balter, Performance Modeling, §20.4: α ≈ 1.1 is usual). */
const TAIL = 1.1;
const SMALLEST = 1;
const LARGEST = 100;

/** One size in multiples of the unit. */
const SIZE: Record<Sizes, (random: Random) => number> = {
  uniform: (random) => 1 + 9 * random(),
  'heavy-tailed': (random) => SMALLEST / (1 - random() * (1 - (SMALLEST / LARGEST) ** TAIL)) ** (1 / TAIL),
  // One in ten is twenty times as long as the others.
  mixed: (random) => (random() < 0.9 ? 1 + random() : 20 * (1 + random())),
};

/** Workers with speeds spread evenly from 1 to 10, and pings that have nothing to do with that. */
function fleetOf(count: number, random: Random): SimulatedWorker[] {
  return Array.from({ length: count }, () => ({
    speed: SLOWEST + (FASTEST - SLOWEST) * random(),
    pingMs: 1 + 100 * random(),
    slots: 1,
    labels: [],
  }));
}

export interface Case {
  readonly seed: number;
  readonly workers: number;
  readonly sizes: Sizes;
  readonly tasks: number;
  /** Null: all tasks at once. Else they come as a Poisson process that keeps this share of all speed busy. */
  readonly load: number | null;
  readonly rule: Rule;
}

/** The same fleet and tasks for every rule. */
export function scenarioOf({ seed, workers: count, sizes, tasks: wanted, load, rule }: Case): Scenario {
  const random = seededRandom(seed);
  const workers = fleetOf(count, random);
  const drawn = Array.from({ length: wanted }, () => SIZE[sizes](random));
  const tasks = load === null ? atOnce(drawn) : poisson(drawn, { workers, load, random });
  return { seed, workers, tasks, ...(rule === 'ours' ? {} : { balancer: rivalOf(rule, seed) }) };
}

function atOnce(sizes: readonly number[]): SimulatedTask[] {
  return sizes.map((size) => ({ size, atSeconds: 0, labels: [] }));
}

interface Stream {
  readonly workers: readonly SimulatedWorker[];
  readonly load: number;
  readonly random: Random;
}

function poisson(sizes: readonly number[], { workers, load, random }: Stream): SimulatedTask[] {
  const speed = workers.reduce((sum, worker) => sum + worker.speed, 0);
  const work = sizes.reduce((sum, size) => sum + size, 0);
  const meanGap = (work * UNIT_SECONDS) / sizes.length / speed / load;
  let atSeconds = 0;
  return sizes.map((size) => {
    atSeconds += -Math.log(1 - random()) * meanGap;
    return { size, atSeconds, labels: [] };
  });
}

/**
 * A rule that knows nothing of durations: it sends the task whose turn it is at once to some free worker. It is given our
 * queue, which puts long tasks first among equals, so it is better than it would be by itself.
 */
function rivalOf(rule: Exclude<Rule, 'ours'>, seed: number): Balancer {
  const pick = pickerOf(rule, seed);
  return ({ head: { task } }, { candidates }): Choice => {
    const able = candidates.filter(({ free, worker }) => free > 0 && mayRun(task, worker));
    const candidate = pick(able, candidates);
    return candidate === undefined ? { kind: 'none' } : { kind: 'send', task, candidate };
  };
}

type Picker = (able: readonly Candidate[], all: readonly Candidate[]) => Candidate | undefined;

function pickerOf(rule: Exclude<Rule, 'ours'>, seed: number): Picker {
  switch (rule) {
    case 'random': {
      const random = seededRandom(seed + 1);
      return (able) => able[Math.floor(random() * able.length)];
    }
    case 'round-robin': {
      let last = -1;
      return (able, all) => {
        const free = new Set(able);
        for (let step = 1; step <= all.length; step += 1) {
          const place = (last + step) % all.length;
          const next = all[place];
          if (next === undefined || !free.has(next)) continue;
          last = place;
          return next;
        }
        return undefined;
      };
    }
    case 'old-rule':
      return (able) => {
        let best = able[0];
        for (const one of able) if (best === undefined || pingOf(one) < pingOf(best)) best = one;
        return best;
      };
  }
}

function pingOf({ worker }: Candidate): number {
  return averageLatencyMs(worker) ?? Number.MAX_VALUE;
}
