import type { AttemptOutcome, Task } from '#model/task.ts';
import { hasBenchmark, hasLabels, type Worker } from '#model/worker.ts';
import type { Durations, Speed } from './durations.ts';
import type { Candidate } from './occupancy.ts';
import type { Lane } from './queue.ts';
import type { Standing } from './standing.ts';

/** Lanes whose workers are remembered. */
const REMEMBERED_LANES = 64;

/** A worker as one lane sees it. */
export interface Runner {
  readonly candidate: Candidate;
  /** Expected seconds here for a task of size 1, with those that have to be repeated elsewhere. */
  readonly pace: number;
}

export interface RunnersOptions {
  readonly durations: Pick<Durations, 'of'>;
  readonly standing: Pick<Standing, 'reliabilityOf' | 'isAside' | 'anyAside'>;
}

/** What a runner follows from: while it is the same, so is who may run the tasks of a lane. */
interface Remembered extends Runner {
  pace: number;
  readonly speed: Speed;
  readonly config: Worker['config'];
  readonly statusReport: Worker['statusReport'];
}

/**
 * The workers that the tasks of a lane may go to: those that are set aside only where nobody else may run them. One
 * that failed goes to a worker on which it has not failed yet, and waits for one that is busy; it goes back only where
 * there is no other. Good until the next call for the same lane.
 */
export function createRunners({ durations, standing }: RunnersOptions) {
  const remembered = new Map<string, readonly Remembered[]>();
  let among: readonly Candidate[] = [];

  function find({ head: { task } }: Lane, candidates: readonly Candidate[]): readonly Remembered[] {
    const known = durations.of(task.benchmark);
    const found: Remembered[] = [];
    for (const candidate of candidates) {
      const { worker } = candidate;
      if (!mayRun(task, worker)) continue;
      const { config, statusReport } = worker;
      found.push({ candidate, pace: 0, speed: known.speedOf(worker.id), config, statusReport });
    }
    return found;
  }

  /** Invariant: the workers of the fleet as such have not changed since they were remembered. */
  function recall(lane: Lane, candidates: readonly Candidate[]): readonly Remembered[] {
    if (candidates !== among || remembered.size > REMEMBERED_LANES) remembered.clear();
    among = candidates;
    const known = remembered.get(lane.key);
    if (known !== undefined) return known;
    const found = find(lane, candidates);
    remembered.set(lane.key, found);
    return found;
  }

  function isSame({ candidate: { worker }, config, statusReport }: Remembered): boolean {
    return worker.config === config && worker.statusReport === statusReport;
  }

  return (lane: Lane, candidates: readonly Candidate[]): readonly Runner[] => {
    let runners = recall(lane, candidates);
    if (!runners.every(isSame)) {
      remembered.clear();
      runners = recall(lane, candidates);
    }
    for (const runner of runners) {
      runner.pace = runner.speed.secondsPerSize / standing.reliabilityOf(runner.candidate.worker.id);
    }
    const { task } = lane.head;
    const trusted = standing.anyAside
      ? orAll(runners, ({ candidate }) => !standing.isAside(candidate.worker.id))
      : runners;
    if (task.attempts.length === 0) return trusted;
    const failedOn = workersOf(task, ['failed', 'timeout']);
    return orAll(trusted, ({ candidate }) => !failedOn.has(candidate.worker.id));
  };
}

/** Whether a worker may run a task at all: it is the one asked for, if one was, and has the labels and the benchmark. */
export function mayRun(
  { wantedWorker, labels, benchmark }: Pick<Task, 'wantedWorker' | 'labels' | 'benchmark'>,
  worker: Worker,
): boolean {
  return (
    (wantedWorker === null || wantedWorker === worker.id) &&
    hasLabels(worker, labels) &&
    hasBenchmark(worker, benchmark)
  );
}

const NOWHERE: ReadonlySet<string> = new Set();

/** The workers on which a task was tried with such an end. */
export function workersOf({ attempts }: Task, outcomes: readonly AttemptOutcome[]): ReadonlySet<string> {
  if (attempts.length === 0) return NOWHERE;
  const ended = attempts.filter(({ outcome }) => outcome !== null && outcomes.includes(outcome));
  return new Set(ended.map(({ workerId }) => workerId));
}

function orAll<T>(all: readonly T[], isWanted: (one: T) => boolean): readonly T[] {
  const wanted = all.filter(isWanted);
  return wanted.length > 0 ? wanted : all;
}
