// The production task monitor, its queue, balancer and dispatcher, against simulated fleets (tests/helpers/), beside other
// rules for choosing a worker: makespan where all tasks come at once, waiting where they come one by one. Fails where our
// rule is worse than round robin (in the median of what differs seed by seed: from one seed to the next far more differs
// than between the rules), where the makespan is further from the lower bound than it may be, or where a simulated worker
// was given what it must not be given.
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type Case, RULES, type Rule, SIZES, type Sizes } from '../tests/helpers/fleet-scenarios.ts';
import { median } from './program.ts';
import type { Figures } from './scheduling-thread.ts';

const SEEDS = Number(process.env.BENCH_SEEDS ?? 20);
const FLEETS = (process.env.BENCH_FLEETS ?? '2,10,100,1000').split(',').map(Number);
const WANTED_SIZES = SIZES.filter((sizes) => (process.env.BENCH_SIZES ?? SIZES.join()).includes(sizes));
const TASKS_PER_WORKER = 10;
const LOADS = [0.7, 0.95];
/** Tasks of a stream: more where the queue is long, and what was there before decides for long. */
const streamLength = (workers: number, load: number) =>
  (workers > 10 ? 1_000 : load > 0.9 ? 3_000 : 1_500) + 2 * workers;
/** How far from the lower bound the makespan may be. */
const ABOVE_BOUND = 1.1;
/** Less of a difference is none. */
const SAME = 0.005;

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
  const byRule = RULES.map(async (rule) => {
    const seeds = Array.from({ length: SEEDS }, (_, index) => index + 1);
    return [
      rule,
      await Promise.all(seeds.map((seed) => run({ seed, workers, sizes, tasks, load, rule }))),
    ] as const;
  });
  const entries = await Promise.all(byRule);
  return Object.fromEntries(entries) as unknown as ByRule;
}

type ByRule = Record<Rule, readonly Figures[]>;

/** Prints the medians over the seeds, and that of what ours has more than round robin in the same seed; gives ours. */
function compare(name: string, figures: ByRule, of: (figures: Figures) => number): number {
  const values = (rule: Rule) => figures[rule].map(of);
  const cells = RULES.map((rule) => `${rule} ${median(values(rule)).toFixed(3).padStart(8)}`);
  const theirs = values('round-robin');
  const more = values('ours').map((value, seed) => value - (theirs[seed] ?? Number.NaN));
  const worse = more.filter((value) => value > SAME).length;
  const better = more.filter((value) => value < -SAME).length;
  console.log(`${name.padEnd(52)} ${cells.join('  ')}  better in ${better}, worse in ${worse} seeds`);
  if (!(median(more) <= SAME)) fail(`${name}: worse than round robin`);
  return median(values('ours'));
}

console.log(`medians over ${SEEDS} seeds; makespan as multiples of the lower bound, the rest in seconds`);
for (const workers of FLEETS) {
  for (const sizes of WANTED_SIZES) {
    const name = `${workers} workers, ${sizes}`;
    const batch = await figuresOf({ workers, sizes, load: null });
    const ours = compare(`${name}, at once: makespan`, batch, ({ makespan, bound }) => makespan / bound);
    if (ours > ABOVE_BOUND) fail(`${name}: ${ours.toFixed(3)} times the bound (limit ${ABOVE_BOUND})`);
    for (const load of LOADS) {
      const stream = await figuresOf({ workers, sizes, load });
      const at = `${name}, load ${load}`;
      compare(`${at}: mean wait`, stream, ({ meanWait }) => meanWait);
      compare(`${at}: p95 wait`, stream, ({ p95Wait }) => p95Wait);
      compare(`${at}: mean wait and run`, stream, ({ meanResponse }) => meanResponse);
    }
  }
}
for (const thread of threads) await thread.terminate();
