import type { Random } from '#model/clock.ts';
import {
  type Attempt,
  type AttemptOutcome,
  countAttempts,
  type FailureReason,
  openAttempt,
  spentAttempts,
  type Task,
} from '#model/task.ts';

const FIRST_BACKOFF_MS = 500;
/** No task waits longer for its next attempt. */
export const LONGEST_BACKOFF_MS = 30_000;
/** So many workers that died with it make a task suspect. */
const SUSPECT_DEATHS = 3;
/** The request itself is at fault: another worker would answer the same. */
const FINAL_STATUSES: readonly number[] = [400, 404, 413, 422];
/** The worker takes nothing just now and has not run the task. */
const UNWILLING_STATUSES: readonly number[] = [429, 503];
/** The worker, or what it knows of us, is not configured as it should be; it has not run the task. */
const REFUSAL_STATUSES: readonly number[] = [401, 403];
/** The worker's own limit on one execution. */
const TIMEOUT_STATUS = 408;

/** How an attempt ended without completing. */
export interface AttemptEnd {
  readonly outcome: Exclude<AttemptOutcome, 'completed' | 'duplicate'>;
  readonly error: string;
  /** What the worker answered with, where it did. */
  readonly httpStatus: number | null;
}

/** The end of an attempt that the worker answered with an error. */
export function failedEnd(error: string, httpStatus: number | null): AttemptEnd {
  return { outcome: outcomeOf(httpStatus), error, httpStatus };
}

function outcomeOf(httpStatus: number | null): AttemptEnd['outcome'] {
  if (httpStatus === null) return 'failed';
  if (httpStatus === TIMEOUT_STATUS) return 'timeout';
  const notRun = UNWILLING_STATUSES.includes(httpStatus) || isRefusal(httpStatus);
  return notRun ? 'not-sent' : 'failed';
}

/** Whether a status says that the worker does not accept us, whatever the task. */
export function isRefusal(httpStatus: number): boolean {
  return REFUSAL_STATUSES.includes(httpStatus);
}

export interface RetryPolicy {
  /** After the first attempt (ORCHESTRATOR_RETRY_ATTEMPTS), where the task does not say otherwise. */
  readonly retryAttempts: number;
  readonly random: Random;
  readonly now: number;
}

/**
 * The task after an attempt that did not complete. The whole of what may be retried:
 *
 * | what happened | the attempt | the task | costs an attempt |
 * |---|---|---|---|
 * | refused, or no connection, before anything was sent | not-sent | elsewhere at once | no |
 * | 429, 503: the worker takes nothing just now | not-sent | later, or elsewhere at once | no |
 * | 401, 403: the worker's configuration is at fault; it becomes unhealthy | not-sent | elsewhere at once | no |
 * | 404 of /v2/tasks/:id: the worker never got it, and cannot be told not to run it | not-sent | elsewhere at once | no |
 * | its worker died, or came back without it | died | elsewhere at once, the second time after a backoff | no |
 * | three workers died with it | died | failed, as suspect | – |
 * | nobody can say what became of it within TASK_TIMEOUT of the sending; it had not come, and was called off | lost | as for died, but never suspect | no |
 * | 500, a program that ends with another code than 0, any other answer | failed | on another worker, after a backoff | yes |
 * | no answer within TASK_TIMEOUT, 408 | timeout | as for failed | yes |
 * | 400, 404, 413, 422: another worker would say the same | failed | failed | – |
 * | called off | cancelled | cancelled | – |
 * | its deadline has passed | any | failed | – |
 *
 * A connection that breaks after the sending is none of these yet: reconciliation.ts finds out which it is.
 * One whose attempts are used up is failed, with every error kept, and can be retried by hand.
 */
export function afterAttempt(task: Task, end: AttemptEnd, { retryAttempts, random, now }: RetryPolicy): Task {
  const closed = closeAttempt(task, { outcome: end.outcome, error: end.error, endedAt: now });
  if (end.outcome === 'cancelled' || task.cancelAt !== null) return cancelled(closed, now);
  const failure = failureOf(closed, end, { retryAttempts, now });
  if (failure !== null) return { ...closed, state: 'failed', failure, notBefore: null };
  const wait = setbacks(closed, end);
  return { ...closed, state: 'pending', notBefore: wait === 0 ? null : now + backoffMs(wait, random) };
}

function failureOf(
  task: Task,
  { outcome, httpStatus }: AttemptEnd,
  { retryAttempts, now }: Omit<RetryPolicy, 'random'>,
): FailureReason | null {
  if (outcome === 'failed' && httpStatus !== null && FINAL_STATUSES.includes(httpStatus)) return 'rejected';
  if (countAttempts(task, ['died']) >= SUSPECT_DEATHS) return 'suspect';
  if (spentAttempts(task) > (task.retries ?? retryAttempts)) return 'attempts';
  return task.deadline !== null && task.deadline <= now ? 'deadline' : null;
}

/** What the backoff grows with; 0: no backoff. */
function setbacks(task: Task, { outcome }: AttemptEnd): number {
  switch (outcome) {
    case 'not-sent':
      return 0;
    case 'died':
    case 'lost':
      return countAttempts(task, ['died', 'lost']) - 1;
    default:
      return spentAttempts(task);
  }
}

/** Exponential backoff with full jitter: uniform in [0, 500 ms × 2^(setbacks − 1)], at most 30 s. */
function backoffMs(times: number, random: Random): number {
  // Whole milliseconds: the database takes nothing else for a time.
  return Math.round(random() * Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (times - 1)));
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

/** The task, called off for good; its attempts have ended. */
export function cancelled(task: Task, now: number): Task {
  return { ...task, state: 'cancelled', updatedAt: now, notBefore: null, cancelAt: task.cancelAt ?? now };
}

/** The task as it waits once more after its end, by hand: earlier attempts stay and do not count. */
export function retried(task: Task, now: number): Task {
  return {
    ...task,
    state: 'pending',
    failure: null,
    updatedAt: now,
    notBefore: null,
    cancelAt: null,
    countedFrom: (task.attempts.at(-1)?.number ?? 0) + 1,
  };
}
