import { said } from '#model/said.ts';
import type { Settings } from '#model/settings.ts';
import { type Attempt, wireId } from '#model/task.ts';
import { can, type Worker } from '#model/worker.ts';
import type { ExecuteOutcome, HistoryAnswer, TaskAnswer } from '#worker-client/worker-client.ts';
import type { TaskClient } from './roles.ts';
import { nextSign, type SignOptions } from './signs.ts';

/**
 * What a worker said about an attempt of which nothing was heard. `never`: it did not get it. `died`: the worker died
 * with it. `lost`: nobody can say whether it ran.
 */
export type Verdict =
  | Extract<ExecuteOutcome, { kind: 'completed' | 'failed' | 'died' }>
  | { readonly kind: 'timeout' }
  | { readonly kind: 'never' | 'lost' | 'cancelled'; readonly error: string };

/** What can be seen of such an attempt at a worker of version 1. */
export interface Evidence {
  /** What the worker showed in a good ping that was sent after the doubt arose: this attempt, nothing, or another task. */
  readonly current: 'this' | 'none' | 'other';
  /** What /history, asked after that ping, says: how it ended, that it is not there, or no answer. */
  readonly history: Extract<Verdict, { kind: 'completed' | 'failed' | 'died' }> | 'absent' | 'no-answer';
  /** Whether TASK_TIMEOUT has passed since it was sent. */
  readonly expired: boolean;
}

/**
 * The verdict on an attempt at a worker of version 1, or null while it is too early for one. Since /history is asked
 * after the ping, a run that ends in between is found there. That it is not there proves nothing: a worker forgets its
 * history when it starts again, and shows only the task that started last.
 *
 * | /history            | the worker's current task | before TASK_TIMEOUT | after it   |
 * |---------------------|---------------------------|---------------------|------------|
 * | has it              | any                       | as it says          | as it says |
 * | lacks it, no answer | this                      | wait                | timeout    |
 * | lacks it, no answer | none, another             | wait                | lost       |
 */
export function judge({ current, history, expired }: Evidence): Verdict | null {
  if (typeof history === 'object') return history;
  if (!expired) return null;
  if (current === 'this') return { kind: 'timeout' };
  const error = said`no answer came, and the worker could not tell in time what became of it: it may have run`;
  return { kind: 'lost', error };
}

/**
 * The verdict on an attempt at a worker that keeps account of every task it accepted, or null while there is none yet.
 *
 * | /v2/tasks/:id               | before TASK_TIMEOUT | after it   |
 * |-----------------------------|---------------------|------------|
 * | completed, failed, timeout  | as it says          | as it says |
 * | cancelled                   | cancelled           | cancelled  |
 * | lost                        | died                | died       |
 * | 404                         | never, see below    | see below  |
 * | queued, running             | wait                | timeout    |
 * | no answer                   | wait                | lost       |
 *
 * That it is not there now does not say that it will not come: the request may still be on its way. A worker that can
 * cancel is therefore told to: after that it does not start it any more, and the verdict is `lost` (`calledOffAhead`).
 */
export function judgeAccount(answer: TaskAnswer, expired: boolean): Verdict | null {
  if (answer.kind === 'unknown') return { kind: 'never', error: said`the worker never got it` };
  if (answer.kind === 'no-answer') {
    return expired
      ? { kind: 'lost', error: said`the worker could not tell in time what became of it` }
      : null;
  }
  const { state, outcome } = answer.report;
  if (state === 'lost') return { kind: 'died', error: said`its worker died while it ran` };
  if (state === 'cancelled') return { kind: 'cancelled', error: said`called off at the worker` };
  if (outcome !== null) return outcome;
  return expired ? { kind: 'timeout' } : null;
}

/**
 * The verdict on an attempt that such a worker did not know, once it was told not to run it. It is not `never`: an attempt
 * that reached nobody may be sent to the same worker once more under its id, which stands for a cancelled task there now.
 */
function calledOffAhead(answer: TaskAnswer, expired: boolean): Verdict | null {
  const verdict = judgeAccount(answer, expired);
  return verdict?.kind === 'never' || verdict?.kind === 'cancelled'
    ? { kind: 'lost', error: said`the worker had not got it, and does not run it any more` }
    : verdict;
}

export interface ReconciliationOptions extends SignOptions {
  readonly settings: Pick<Settings, 'httpTimeoutMs' | 'taskTimeoutMs'>;
  readonly client: Pick<TaskClient, 'history' | 'task' | 'cancel'>;
}

/** An attempt in doubt. */
export interface Doubt {
  readonly taskId: string;
  readonly attempt: Attempt;
  /** When TASK_TIMEOUT has passed since the sending, in monotonic milliseconds: a wall clock that is set changes nothing. */
  readonly expiresAt: number;
}

/**
 * Finds out what became of an attempt whose connection broke, or that an earlier run of the master sent: asks the
 * worker each time it answers a ping, until there is a verdict. A worker that is inactive has died with it. Null once
 * `signal` is aborted.
 */
export async function reconcile(
  { taskId, attempt, expiresAt }: Doubt,
  options: ReconciliationOptions,
): Promise<Verdict | null> {
  const { clock, settings, current, client, signal } = options;
  const wire = wireId(taskId, attempt.number);
  const since = clock.monotonic();
  const isExpired = () => clock.monotonic() >= expiresAt;

  async function ask(worker: Worker, runs: string | undefined): Promise<Verdict | null> {
    if (can(worker, 'tasks')) {
      const answer = await client.task(worker.config, wire, settings.httpTimeoutMs);
      if (answer.kind !== 'unknown' || !can(worker, 'cancel')) return judgeAccount(answer, isExpired());
      return calledOffAhead(await client.cancel(worker.config, wire, settings.httpTimeoutMs), isExpired());
    }
    // While it is seen running, nothing can be learnt.
    if (runs === wire && !isExpired()) return null;
    const answer = await client.history(worker.config, settings.httpTimeoutMs);
    const seen = runs === undefined ? 'none' : runs === wire ? 'this' : 'other';
    return judge({ current: seen, history: historyOf(wire, answer), expired: isExpired() });
  }

  for (;;) {
    const sign = await nextSign(attempt.workerId, since, options);
    if (sign === 'aborted') return null;
    if (sign === 'inactive') return { kind: 'died', error: said`its worker vanished while it ran` };
    if (sign === 'not-configured')
      return { kind: 'lost', error: said`its worker is not configured any more` };
    const worker = current().workers.get(attempt.workerId);
    const verdict = worker === undefined ? null : await ask(worker, sign.currentTask?.taskId);
    if (signal.aborted) return null;
    if (verdict !== null) return verdict;
  }
}

/** What a worker remembers of a run. Version 1 may have run an id twice: what succeeded stands. */
export function historyOf(wire: string, answer: HistoryAnswer): Evidence['history'] {
  if (!answer.ok) return 'no-answer';
  const ends = answer.entries.filter(({ taskId }) => taskId === wire).map(({ outcome }) => outcome);
  return ends.findLast(({ kind }) => kind === 'completed') ?? ends.at(-1) ?? 'absent';
}
