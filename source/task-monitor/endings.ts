import { failureText } from '#model/log-line.ts';
import { said } from '#model/said.ts';
import { isFinal, openAttempt, type Task, type TaskResult } from '#model/task.ts';
import type { ExecuteOutcome } from '#worker-client/worker-client.ts';
import type { Verdict } from './reconciliation.ts';
import type { Step } from './recorder.ts';
import { type AttemptEnd, afterAttempt, closeAttempt, failedEnd, type RetryPolicy } from './retry.ts';

/** How an attempt ended. */
export type Ending =
  | { readonly kind: 'completed'; readonly result: TaskResult }
  | (AttemptEnd & { readonly kind: 'ended' });

/** What an outcome or a verdict means for the attempt. `timeoutMs` is what it was given. */
export function endingOf(
  outcome: Verdict | Exclude<ExecuteOutcome, { kind: 'uncertain' }>,
  timeoutMs: number,
): Ending {
  switch (outcome.kind) {
    case 'completed':
      return outcome;
    case 'failed':
      return { kind: 'ended', ...failedEnd(outcome.error, outcome.httpStatus) };
    case 'not-sent':
      return ended('not-sent', said`could not be reached: ${failureText(outcome.failure)}`);
    case 'timeout':
      return ended('timeout', said`no result within ${timeoutMs / 1_000} s`);
    case 'never':
      return ended('not-sent', outcome.error);
    // Somebody called it off at the worker itself: as if it had failed there.
    case 'cancelled':
      return ended('failed', outcome.error);
    case 'died':
    case 'lost':
      return ended(outcome.kind, outcome.error);
  }
}

export function ended(outcome: AttemptEnd['outcome'], error: string): Ending & { kind: 'ended' } {
  return { kind: 'ended', outcome, error, httpStatus: null };
}

/** The change that the end of the open attempt makes; null where another attempt is open, or none. */
export function concluded(task: Task, number: number, ending: Ending, policy: RetryPolicy): Step | null {
  if (openAttempt(task)?.number !== number) return null;
  if (ending.kind === 'completed') {
    const closed = closeAttempt(task, { outcome: 'completed', error: null, endedAt: policy.now });
    return {
      change: 'completed',
      task: { ...closed, state: 'completed', result: ending.result, notBefore: null },
    };
  }
  // A run that is ended because the task was called off answers as one that failed.
  const isCalledOff = task.cancelAt !== null && ending.outcome === 'failed';
  const next = afterAttempt(task, isCalledOff ? { ...ending, outcome: 'cancelled' } : ending, policy);
  if (next.state === 'pending') return { change: 'requeued', task: next };
  return { change: next.state === 'cancelled' ? 'cancelled' : 'failed', task: next };
}

/** Whether an answer that comes late is still the result: the task waits or runs, or is held as suspect. */
export function mayEndLate({ state, failure }: Task): boolean {
  return !isFinal(state) || failure === 'suspect';
}

/**
 * The change that a result makes which comes for an attempt that was given up. While the task waits or runs it is the
 * result, and an attempt under way is called off; so it is where the task is held as suspect, since its worker has not
 * died of it. Else the task has ended before: it is shown, and does not count. Null where this attempt's result is known
 * already.
 */
export function late(task: Task, number: number, result: TaskResult, now: number): Step | null {
  const attempt = task.attempts.find((one) => one.number === number);
  if (attempt === undefined || attempt.outcome === 'completed' || attempt.outcome === 'duplicate')
    return null;
  const waits = mayEndLate(task);
  const replaced = {
    ...attempt,
    outcome: waits ? ('completed' as const) : ('duplicate' as const),
    endedAt: now,
  };
  const attempts = task.attempts.map((one) => {
    if (one.number === number) return replaced;
    if (!waits || one.outcome !== null) return one;
    return {
      ...one,
      outcome: 'cancelled' as const,
      endedAt: now,
      error: said`attempt ${number} answered first`,
    };
  });
  if (!waits) {
    return {
      change: 'duplicate',
      attempt: number,
      note: tooLate(task, attempt.workerId),
      // The task itself ended when it did.
      at: now,
      task: { ...task, attempts },
    };
  }
  const note = said`a result came late from ${attempt.workerId}, and was the first`;
  return {
    change: 'completed',
    attempt: number,
    note,
    task: { ...task, state: 'completed', failure: null, result, notBefore: null, updatedAt: now, attempts },
  };
}

function tooLate({ state }: Task, workerId: string): string {
  switch (state) {
    case 'completed':
      return said`a result came late from ${workerId}: the task was completed already, it does not count`;
    case 'failed':
      return said`a result came late from ${workerId}: the task was failed already, it does not count`;
    default:
      return said`a result came late from ${workerId}: the task was cancelled already, it does not count`;
  }
}

/** The change that its deadline makes of a task that waits; null where none has passed. */
export function missed(task: Task, now: number): Step | null {
  if (task.state !== 'pending' || task.deadline === null || task.deadline > now) return null;
  return {
    change: 'failed',
    task: { ...task, state: 'failed', failure: 'deadline', updatedAt: now, notBefore: null },
    note: said`its deadline passed before it could run`,
  };
}

/** The change that the sending of the open attempt makes; null where another attempt is open, or none. */
export function sent(task: Task, number: number, now: number): Step | null {
  const open = openAttempt(task);
  if (open?.number !== number) return null;
  const attempts = [...task.attempts.slice(0, -1), { ...open, sentAt: now }];
  return { change: 'sent', task: { ...task, state: 'running', updatedAt: now, attempts } };
}

/** The task with what went wrong so far written to its open attempt. */
export function withError(task: Task, error: string, now: number): Task {
  const open = openAttempt(task);
  if (open === undefined) return task;
  return { ...task, updatedAt: now, attempts: [...task.attempts.slice(0, -1), { ...open, error }] };
}
