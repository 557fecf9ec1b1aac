// The production task monitor, its queue, balancer and dispatcher, against simulated fleets (tests/helpers/), beside other
// rules for choosing a worker: makespan where all tasks come at once, waiting where they come one by one. Fails where our
// rule is worse than round robin, by the medians of both or by the median of what differs seed by seed, where the makespan
// is further from the lower bound than it may be, or where a simulated worker was given what it must not be given.
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type Case, RULES, type Rule, SIZES, type Sizes } from '../tests/helpers/fleet-scenarios.ts';
import { median } from './program.ts';
import type { Figures } from './scheduling-thread.ts';

const FEWEST_SEEDS = Number(process.env.BENCH_SEEDS ?? 20);
/**
 * A median is taken over so many tasks at least. Twenty seeds of two workers with ten tasks each are 400 tasks, and their
 * medians say more about the seeds than about the rules: a small fleet needs more seeds to say as much as a large one.
 */
const FEWEST_TASKS = 60_000;
const FLEETS = (process.env.BENCH_FLEETS ?? '2,10,100,1000').split(',').map(Number);
const WANTED_SIZES = SIZES.filter((sizes) => (process.env.BENCH_SIZES ?? SIZES.join()).includes(sizes));
const TASKS_PER_WORKER = 10;
const LOADS = [0.7, 0.95];
/** Tasks of a stream: more where the queue is long, and what was there before decides for long. */
const streamLength = (workers: number, load: number) =>
  (workers > 10 ? 1_000 : load > 0.9 ? 3_000 : 1_500) + 2 * workers;
/** How far from the lower bound the makespan may be. */
const ABOVE_BOUND = 1.1;
/** Relative: the same seconds, summed up in another order, differ by less. */
const ROUNDING = 1e-9;

interface Group {
  readonly workers: number;
  readonly sizes: Sizes;
  readonly load: number | null;
}

const threads = Array.from(
  { length: Math.max(1, Math.min(4, availableParallelism())) },
  () => new Worker(new URL('./scheduling-thread.ts', import.meta.url)),
);
const idle = [...threads];
const wanted: ((thread: Worker) => void)[] = [];

async function run(asked: Case): Promise<Figures> {
  const thread = idle.pop() ?? (await new Promise<Worker>((resolve) => wanted.push(resolve)));
  thread.postMessage(asked);
  const [figures] = (await once(thread, 'message')) as [Figures];
  const next = wanted.shift();
  if (next === undefined) idle.push(thread);
  else next(thread);
  if (figures.violations.length > 0) {
    fail(`${JSON.stringify(asked)}: ${figures.violations.slice(0, 3).join('; ')}`);
  }
  return figures;
}

function fail(what: string): void {
  console.log(`OVER ${what}`);
  process.exitCode = 1;
}

async function figuresOf({ workers, sizes, load }: Group): Promise<ByRule> {
  const tasks = load === null ? TASKS_PER_WORKER * workers : streamLength(workers, load);
  const count = Math.max(FEWEST_SEEDS, Math.ceil(FEWEST_TASKS / tasks));
  const seeds = Array.from({ length: count }, (_, index) => index + 1);
  const byRule = RULES.map(
    async (rule) =>
      [
        rule,
        await Promise.all(seeds.map((seed) => run({ seed, workers, sizes, tasks, load, rule }))),
      ] as const,
  );
  const entries = await Promise.all(byRule);
  return Object.fromEntries(entries) as unknown as ByRule;
}

type ByRule = Record<Rule, readonly Figures[]>;

interface Compared {
  readonly name: string;
  readonly of: (figures: Figures) => number;
  /** Ours may not be above it, besides not being worse than round robin. */
  readonly limit?: number;
}

/** Prints one figure of all rules, medians over the seeds, and the verdict on ours. */
function compare(figures: ByRule, { name, of, limit = Number.POSITIVE_INFINITY }: Compared): void {
  const values = (rule: Rule) => figures[rule].map(of);
  const ours = values('ours');
  const theirs = values('round-robin');
  const more = ours.map((value, seed) => value - (theirs[seed] ?? Number.NaN));
  const same = ROUNDING * median(theirs);
  const isWorse = !(median(ours) - median(theirs) <= same && median(more) <= same);
  const cells = RULES.map((rule) => `${rule} ${median(values(rule)).toFixed(3).padStart(8)}`);
  const better = more.filter((value) => value < -same).length;
  const worse = more.filter((value) => value > same).length;
  const seeds = `better in ${better}, worse in ${worse} of ${more.length} seeds`;
  console.log(`${isWorse ? 'OVER' : 'ok  '} ${name.padEnd(50)} ${cells.join('  ')}  ${seeds}`);
  if (isWorse) fail(`${name}: worse than round robin`);
  if (!(median(ours) <= limit)) fail(`${name}: above ${limit}`);
}

console.log(
  `medians over ${FEWEST_SEEDS} seeds and ${FEWEST_TASKS} tasks at least; makespan as multiples of the lower bound, the rest in seconds`,
);
for (const workers of FLEETS) {
  for (const sizes of WANTED_SIZES) {
    const group = `${workers} workers, ${sizes}`;
    compare(await figuresOf({ workers, sizes, load: null }), {
      name: `${group}, at once: makespan`,
      of: ({ makespan, bound }) => makespan / bound,
      limit: ABOVE_BOUND,
    });
    for (const load of LOADS) {
      const stream = await figuresOf({ workers, sizes, load });
      const at = `${group}, load ${load}`;
      compare(stream, { name: `${at}: mean wait`, of: ({ meanWait }) => meanWait });
      compare(stream, { name: `${at}: p95 wait`, of: ({ p95Wait }) => p95Wait });
      compare(stream, { name: `${at}: mean wait and run`, of: ({ meanResponse }) => meanResponse });
    }
  }
}
console.log(process.exitCode ? 'OVER' : 'ok: nowhere worse than round robin');
for (const thread of threads) await thread.terminate();
