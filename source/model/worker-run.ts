import { type Ring, ringOf, valuesOf } from './ring.ts';
import type { Attempt, AttemptOutcome, Task } from './task.ts';

/** What came of one attempt at a worker. Small, and without what it printed: each worker keeps a few. */
export interface WorkerRun {
  /** When it ended, Unix milliseconds. */
  readonly at: number;
  readonly taskId: string;
  /** Of the attempt. */
  readonly number: number;
  readonly batch: string | null;
  readonly benchmark: string;
  readonly outcome: AttemptOutcome;
  /** The worker's own measure of a run that completed; null where there is none. */
  readonly seconds: number | null;
  /** Plain text; null where nothing went wrong. */
  readonly error: string | null;
}

/** How many of them each worker keeps, however much others do. */
export const KEPT_WORKER_RUNS = 5;

/** The runs with one more, by when they ended: after a start they are not told in that order. A late answer to one makes it another. */
export function withRun(runs: Ring<WorkerRun>, run: WorkerRun): Ring<WorkerRun> {
  const others = valuesOf(runs).filter(
    ({ taskId, number }) => taskId !== run.taskId || number !== run.number,
  );
  return ringOf(
    KEPT_WORKER_RUNS,
    [...others, run].sort((a, b) => a.at - b.at),
  );
}

/** The attempt as a worker keeps it; null while it lasts. */
export function runOf(task: Task, { number, outcome, endedAt, error }: Attempt): WorkerRun | null {
  if (outcome === null) return null;
  return {
    at: endedAt ?? task.updatedAt,
    taskId: task.id,
    number,
    batch: task.batch,
    benchmark: task.benchmark,
    outcome,
    seconds: outcome === 'completed' ? (task.result?.executionSeconds ?? null) : null,
    error,
  };
}

/** What ended last at a worker, as far as these tasks tell. */
export function runsAt(workerId: string, tasks: Iterable<Task>): Ring<WorkerRun> {
  let runs = ringOf<WorkerRun>(KEPT_WORKER_RUNS);
  for (const task of tasks) {
    for (const attempt of task.attempts) {
      const run = attempt.workerId === workerId ? runOf(task, attempt) : null;
      if (run !== null) runs = withRun(runs, run);
    }
  }
  return runs;
}
