import type { AttemptOutcome, Task } from '#model/task.ts';
import { averageLatencyMs, hasBenchmark, type Worker } from '#model/worker.ts';

/** A worker that tasks may be sent to, and how many more it takes now. */
export interface Candidate {
  readonly worker: Worker;
  readonly free: number;
}

export interface Choice {
  readonly task: Task;
  /** Healthy workers, the busy ones too. */
  readonly candidates: Iterable<Candidate>;
  /** The whole fleet: what it knows decides for those that know nothing. */
  readonly fleet: Iterable<Worker>;
}

/**
 * The worker for a task, or null where it has to wait: of those that may run it and have a free slot, the one that
 * will be done first by its own past runs of that benchmark. One without past runs counts with the mean of the fleet,
 * so that it gets to show what it can; equals are told apart by average ping, then by id.
 *
 * A task that failed goes to a worker on which it has not failed yet, and waits for one that is busy; it goes back
 * only where there is no other. One that was lost goes to another worker where one is free: a loss may have had nothing
 * to do with the worker, so it waits for none.
 */
export function chooseWorker({ task, candidates, fleet }: Choice): Worker | null {
  const failedOn = workersOf(task, ['failed', 'timeout']);
  const lostOn = workersOf(task, ['lost', 'died']);
  const mean = fleetMean(task.benchmark, fleet);
  const order = inOrderOf(task.benchmark, mean);
  let othersAreLeft = false;
  let other: Worker | null = null;
  let lostThere: Worker | null = null;
  let again: Worker | null = null;
  const better = (worker: Worker, best: Worker | null) => best === null || order(worker, best) < 0;
  for (const { worker, free } of candidates) {
    if (!mayRun(task, worker)) continue;
    const hasFailed = failedOn.has(worker.id);
    if (!hasFailed) othersAreLeft = true;
    if (free <= 0) continue;
    if (hasFailed) again = better(worker, again) ? worker : again;
    else if (lostOn.has(worker.id)) lostThere = better(worker, lostThere) ? worker : lostThere;
    else other = better(worker, other) ? worker : other;
  }
  return other ?? lostThere ?? (othersAreLeft ? null : again);
}

function inOrderOf(benchmark: string, mean: number): (a: Worker, b: Worker) => number {
  const seconds = (worker: Worker) => worker.performance[benchmark]?.meanSeconds ?? mean;
  const ping = (worker: Worker) => averageLatencyMs(worker) ?? Number.MAX_VALUE;
  return (a, b) => seconds(a) - seconds(b) || ping(a) - ping(b) || (a.id < b.id ? -1 : 1);
}

/** Whether a worker may run a task at all: it is the one asked for, if one was, and has the benchmark. */
export function mayRun(
  { wantedWorker, benchmark }: Pick<Task, 'wantedWorker' | 'benchmark'>,
  worker: Worker,
): boolean {
  return (wantedWorker === null || wantedWorker === worker.id) && hasBenchmark(worker, benchmark);
}

function workersOf({ attempts }: Task, outcomes: readonly AttemptOutcome[]): ReadonlySet<string> {
  const ended = attempts.filter(({ outcome }) => outcome !== null && outcomes.includes(outcome));
  return new Set(ended.map(({ workerId }) => workerId));
}

/** Mean of the workers' means, in seconds; 0 where nobody has run it, so that the ping decides. */
function fleetMean(benchmark: string, fleet: Iterable<Worker>): number {
  let sum = 0;
  let count = 0;
  for (const { performance } of fleet) {
    const known = performance[benchmark];
    if (known === undefined) continue;
    sum += known.meanSeconds;
    count += 1;
  }
  return count === 0 ? 0 : sum / count;
}
