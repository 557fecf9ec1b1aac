import { completedAttempt, type Parameters, type Task } from './task.ts';

/** One run that succeeded: what the duration of the next one is learnt from. */
export interface PastRun {
  readonly workerId: string;
  readonly benchmark: string;
  readonly parameters: Parameters;
  /** How long it took: as the worker measured it, or from sending to answer where it did not say. */
  readonly seconds: number;
}

/** The run that completed a task; null for one that was never sent, or has not completed. */
export function pastRun(task: Task): PastRun | null {
  const attempt = completedAttempt(task);
  if (attempt === undefined || attempt.sentAt === null || attempt.endedAt === null) return null;
  const { benchmark, parameters, result } = task;
  const seconds = result?.executionSeconds ?? (attempt.endedAt - attempt.sentAt) / 1_000;
  return { workerId: attempt.workerId, benchmark, parameters, seconds };
}
