import { waitedMs } from '#model/aging.ts';
import type { Clock } from '#model/clock.ts';
import { averageLatencyMs } from '#model/recent-pings.ts';
import type { Task } from '#model/task.ts';
import type { Entry } from './cohort.ts';
import type { BenchmarkDurations } from './durations.ts';
import type { Candidate } from './occupancy.ts';
import type { Lane } from './queue.ts';
import { createRunners, type Runner, type RunnersOptions, workersOf } from './runners.ts';

/** A run that takes longer than expected goes on for this share of the time that it has taken so far. */
const OVERDUE_SHARE = 0.1;
/** Runs are taken to take longer than expected by no more than this, as a factor. */
const MOST_CAUTION = 2;
/** A task is kept for a faster worker for at most this share of the time in which no new task is to be expected. */
const HELD_SHARE = 0.05;
/** In a stream a task may be overtaken by shorter ones that came no more than this share of its wait after it. */
const OVERTAKEN_SHARE = 0.2;

/** A task and the worker that it goes to; or for how long it is kept for one that is busy. */
export type Choice =
  | { readonly kind: 'send'; readonly task: Task; readonly candidate: Candidate }
  | { readonly kind: 'hold'; readonly forMs: number }
  /** No worker that may run it is free, or none may. */
  | { readonly kind: 'none' };

/** What decides for one lane of the queue. */
export type Balancer = (lane: Lane, fleet: Fleet) => Choice;

/** The workers that take tasks, and what waits for them. */
interface Fleet {
  readonly candidates: readonly Candidate[];
  /** Expected seconds of all that waits, on workers as fast as the fleet's mean. */
  readonly waitingSeconds: number;
  /** For how long no new task is to be expected. */
  readonly calmSeconds: number;
  /** Tasks that may run at once, over the whole fleet. */
  readonly limit: number;
}

export interface BalancerOptions extends RunnersOptions {
  readonly clock: Clock;
}

/**
 * Chooses by expected completion. Of the free workers the fastest for this benchmark is looked at, the expected seconds
 * of a run divided by the worker's reliability (a run that fails has to be repeated); equals are told apart by average
 * ping, then by id. Where a busy worker is faster, the task that is next goes to the free one only if it
 * does no harm there, that is, if it is done there
 *
 *   - before the fleet could be done with all that waits and runs, shared out evenly: D = Σ seconds / Σ 1/slowness, or
 *   - before the first faster worker that becomes free would be done with it.
 *
 * Else one of its equals goes first that does no harm on the free worker, the longest of those. Where there is none, the
 * task is kept for the faster worker, if that is free within a twentieth of the time in which no new task is to be
 * expected: at the end of a batch it is not given to a slow worker, and in a stream no slot is left empty that the next
 * ones will need. What comes behind it may use the free worker meanwhile, where that does no harm.
 *
 * D is taken shorter by what the longest of as many runs as there are slots may take more than was expected: many slow
 * workers run one task until the end, and the one that is latest decides.
 *
 * Longest first and a deadline that all can meet are the rules of list scheduling on uniform machines: Gonzalez, Ibarra
 * and Sahni, “Bounds for LPT schedules on uniform processors”, SIAM Journal on Computing 6(1), 1977; Hochbaum and
 * Shmoys, “A polynomial approximation scheme for scheduling on uniform processors: using the dual approximation
 * approach”, SIAM Journal on Computing 17(3), 1988. Using a worker behind a task that is kept for another one is
 * backfilling: Lifka, “The ANL/IBM SP scheduling system”, 1995.
 *
 * Whose turn it is: the head of the lane. But where new tasks are expected before D, those of its priority that came
 * after it within a fifth of its wait so far count as equally old, and the shortest goes first: that makes the mean wait
 * as short as can be (Smith, “Various optimizers for single-stage production”, Naval Research Logistics Quarterly 3,
 * 1956). Nobody is starved: what comes later overtakes nobody, so that at a load that the fleet can bear a task waits
 * about a quarter longer than in turn at most.
 *
 * A worker that has not run a benchmark shows what it can on the shortest task.
 */
export function createBalancer({ clock, durations, standing }: BalancerOptions): Balancer {
  const runnersOf = createRunners({ durations, standing });

  /** Seconds until it has a slot. */
  function secondsUntilFree({ runs, foreign, foreignSince, worker }: Candidate): number {
    const now = clock.monotonic();
    let first = Number.POSITIVE_INFINITY;
    for (const { since, expectedSeconds } of runs) {
      if (expectedSeconds === null) continue;
      first = Math.min(first, remaining(expectedSeconds, (now - since) / 1_000));
    }
    if (foreign === 0) return first;
    const usual = durations.of(worker.report?.currentTask?.benchmark ?? '').usualSeconds(worker.id);
    return usual === null ? first : Math.min(first, foreign * remaining(usual, (now - foreignSince) / 1_000));
  }

  /** What the busy workers let expect that are faster than the fastest free one. */
  function survey(
    runners: readonly Runner[],
    best: Runner,
    { waitingSeconds, calmSeconds, limit }: Fleet,
    { secondsPerSize: mean, deviation }: Pick<BenchmarkDurations, 'secondsPerSize' | 'deviation'>,
  ): Survey {
    const now = clock.monotonic();
    const faster: Runner[] = [];
    let work = waitingSeconds;
    // Without the one that is asked.
    let capacity = -mean / best.pace;
    let slots = 0;
    for (const runner of runners) {
      const { candidate, pace } = runner;
      const speed = mean / pace;
      slots += candidate.slots;
      capacity += candidate.slots * speed;
      if (pace < best.pace && candidate.free <= 0) faster.push(runner);
      for (const { since, expectedSeconds } of candidate.runs) {
        work += remaining(expectedSeconds ?? 0, (now - since) / 1_000) * speed;
      }
    }
    const drain = work / (capacity * Math.min(1, limit / slots)) / caution(deviation, slots);
    return { faster, drain, calmSeconds };
  }

  /** Where new tasks are expected before the fleet could be done with those it has, waits count, else the end of all. */
  function turnIn(lane: Lane, { calmSeconds, drain }: Survey): Entry {
    const { rank, task } = lane.head;
    if (calmSeconds >= drain) return lane.head;
    return lane.shortestAfter(OVERTAKEN_SHARE * waitedMs(rank, task, clock.monotonic()));
  }

  /** Where a busy worker is faster than the fastest free one. */
  function decide({ lane, turn }: Offer, best: Runner, { faster, drain, calmSeconds }: Survey): Choice {
    const send = ({ task }: Entry): Choice => ({ kind: 'send', task, candidate: best.candidate });
    const waits = faster.map(({ candidate, pace }) => ({ pace, wait: secondsUntilFree(candidate) }));
    // Done here by size × pace, there by wait + size × their pace: up to this size, nobody is sooner.
    let nobodySooner = Number.POSITIVE_INFINITY;
    for (const { pace, wait } of waits) nobodySooner = Math.min(nobodySooner, wait / (best.pace - pace));
    const harmless = Math.max(drain / best.pace, nobodySooner);
    if (turn.size <= harmless) return send(turn);
    const equal = lane.within(harmless);
    if (equal !== undefined) return send(equal);
    const held = heldFor(turn.size * best.pace, turn.size, { waits, calmSeconds });
    if (held === null) return send(turn);
    const other = lane.behind(harmless);
    return other === undefined ? { kind: 'hold', forMs: held * 1_000 } : send(other);
  }

  return (lane, fleet) => {
    const { task } = lane.head;
    const runners = runnersOf(lane, fleet.candidates);
    const best = bestFree(task, runners);
    if (best === null) return { kind: 'none' };
    const { candidate, pace } = best;
    const known = durations.of(task.benchmark);
    if (!known.speedOf(candidate.worker.id).isKnown)
      return { kind: 'send', task: lane.smallest.task, candidate };
    const surveyed = survey(runners, best, fleet, known);
    const turn = turnIn(lane, surveyed);
    const harmless = surveyed.faster.length === 0 || turn.size * pace <= surveyed.drain;
    return harmless ? { kind: 'send', task: turn.task, candidate } : decide({ lane, turn }, best, surveyed);
  };
}

interface Offer {
  readonly lane: Lane;
  /** The task whose turn it is. */
  readonly turn: Entry;
}

interface Survey extends Pick<Fleet, 'calmSeconds'> {
  readonly faster: readonly Runner[];
  /** Seconds until the fleet has done all that waits and runs, shared out evenly, with some caution. */
  readonly drain: number;
}

/**
 * How many times longer than expected the longest of so many runs may take: the largest of n normal deviations is
 * about √(2 ln n) of the standard ones (Cramér, Mathematical Methods of Statistics, §28.6).
 */
function caution(deviation: number, runs: number): number {
  return Math.min(MOST_CAUTION, Math.exp(deviation * Math.sqrt(2 * Math.log(Math.max(1, runs)))));
}

/** A busy worker, as one lane sees it. */
interface Wait {
  readonly pace: number;
  /** Seconds until it has a slot. */
  readonly wait: number;
}

interface Prospect {
  readonly waits: readonly Wait[];
  readonly calmSeconds: number;
}

/** How many seconds a task is kept that would take so many seconds on the free worker; null: it is not. */
function heldFor(here: number, size: number, { waits, calmSeconds }: Prospect): number | null {
  let soonest = here;
  let held: number | null = null;
  for (const { wait, pace } of waits) {
    const done = wait + size * pace;
    if (wait > HELD_SHARE * calmSeconds || done >= soonest) continue;
    soonest = done;
    held = wait;
  }
  return held;
}

/**
 * The free one that is done first. A task that was lost, or whose worker died, goes to another worker where one is free:
 * that may have had nothing to do with the worker, so it waits for none.
 */
function bestFree(task: Task, runners: readonly Runner[]): Runner | null {
  const lostOn = workersOf(task, ['lost', 'died']);
  let best: Runner | null = null;
  let lostThere: Runner | null = null;
  for (const runner of runners) {
    if (runner.candidate.free <= 0) continue;
    if (lostOn.has(runner.candidate.worker.id)) lostThere = sooner(runner, lostThere);
    else best = sooner(runner, best);
  }
  return best ?? lostThere;
}

function sooner(a: Runner, b: Runner | null): Runner {
  if (b === null || a.pace < b.pace) return a;
  if (a.pace > b.pace) return b;
  const ping = pingOf(a) - pingOf(b);
  return ping < 0 || (ping === 0 && a.candidate.worker.id < b.candidate.worker.id) ? a : b;
}

function pingOf({ candidate }: Runner): number {
  return averageLatencyMs(candidate.worker) ?? Number.MAX_VALUE;
}

/** Seconds that a run still takes. */
function remaining(expected: number, elapsed: number): number {
  return Math.max(expected - elapsed, OVERDUE_SHARE * elapsed);
}
