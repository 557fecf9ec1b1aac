import type { Random } from '#model/clock.ts';
import { type Attempt, type AttemptOutcome, openAttempt, spentAttempts, type Task } from '#model/task.ts';

const FIRST_BACKOFF_MS = 500;
/** No task waits longer for its next attempt. */
export const LONGEST_BACKOFF_MS = 30_000;
/** The request itself is at fault: another worker would answer the same. */
const FINAL_STATUSES: readonly number[] = [400, 404, 413, 422];
/** The worker takes nothing just now and has not run the task. */
const UNWILLING_STATUSES: readonly number[] = [429, 503];

/** How an attempt ended without completing. */
export interface AttemptEnd {
  readonly outcome: Exclude<AttemptOutcome, 'completed'>;
  readonly error: string;
  /** What the worker answered with, where it did. */
  readonly httpStatus: number | null;
}

/** The end of an attempt that the worker answered with an error. */
export function failedEnd(error: string, httpStatus: number | null): AttemptEnd {
  const unwilling = httpStatus !== null && UNWILLING_STATUSES.includes(httpStatus);
  return { outcome: unwilling ? 'not-sent' : 'failed', error, httpStatus };
}

export interface RetryPolicy {
  /** After the first attempt (ORCHESTRATOR_RETRY_ATTEMPTS). */
  readonly retryAttempts: number;
  readonly random: Random;
  readonly now: number;
}

/**
 * The task after an attempt that did not complete.
 *
 * | the attempt ended | the task |
 * |---|---|
 * | failed with 400, 404, 413, 422 | failed: another worker would answer the same |
 * | failed otherwise, timeout | again after a backoff, on another worker where there is one, until the retries are spent |
 * | lost | elsewhere at once, from the second time on after a backoff; costs no attempt |
 * | not-sent (answers 429 and 503 too: it was not run) | elsewhere at once; costs no attempt |
 */
export function afterAttempt(task: Task, end: AttemptEnd, { retryAttempts, random, now }: RetryPolicy): Task {
  const closed = closeAttempt(task, { outcome: end.outcome, error: end.error, endedAt: now });
  const spent = spentAttempts(closed);
  const final =
    end.outcome === 'failed' && end.httpStatus !== null && FINAL_STATUSES.includes(end.httpStatus);
  if (final || spent > retryAttempts) return { ...closed, state: 'failed', notBefore: null };
  const setbacks = end.outcome === 'not-sent' ? 0 : end.outcome === 'lost' ? timesLost(closed) - 1 : spent;
  return {
    ...closed,
    state: 'pending',
    notBefore: setbacks === 0 ? null : now + backoffMs(setbacks, random),
  };
}

/** Exponential backoff with full jitter: uniform in [0, 500 ms × 2^(setbacks − 1)], at most 30 s. */
function backoffMs(setbacks: number, random: Random): number {
  // Whole milliseconds: the database takes nothing else for a time.
  return Math.round(random() * Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (setbacks - 1)));
}

function timesLost({ attempts }: Task): number {
  return attempts.filter(({ outcome }) => outcome === 'lost').length;
}

/** The task with its open attempt ended. */
export function closeAttempt(
  task: Task,
  end: Pick<Attempt, 'outcome' | 'error'> & { readonly endedAt: number },
): Task {
  const open = openAttempt(task);
  if (open === undefined) throw new Error(`task ${task.id} has no attempt under way`);
  return { ...task, updatedAt: end.endedAt, attempts: [...task.attempts.slice(0, -1), { ...open, ...end }] };
}
