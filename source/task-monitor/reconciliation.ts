import type { Bus } from '#bus/bus.ts';
import type { Clock } from '#model/clock.ts';
import type { Settings } from '#model/settings.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { type Attempt, wireId } from '#model/task.ts';
import type { PingReport } from '#model/worker.ts';
import type { ExecuteOutcome, HistoryAnswer } from '#worker-client/worker-client.ts';
import type { TaskClient } from './roles.ts';

/** A worker that is not configured may still come: embedded ones do once they listen. */
const UNKNOWN_WORKER_GRACE_MS = 10_000;

/** What a worker said about an attempt of which nothing was heard. `lost`: as far as can be known it does not run there. */
export type Verdict =
  | Extract<ExecuteOutcome, { kind: 'completed' | 'failed' | 'lost' }>
  | { readonly kind: 'timeout' };

/** What can be seen of such an attempt. */
export interface Evidence {
  /** What the worker showed in a good ping that was sent after the doubt arose: this attempt, nothing, or another task. */
  readonly current: 'this' | 'none' | 'other';
  /** What /history, asked after that ping, says: how it ended, that it is not there, or no answer. */
  readonly history: Extract<Verdict, { kind: 'completed' | 'failed' | 'lost' }> | 'absent' | 'no-answer';
  /** Whether TASK_TIMEOUT has passed since it was sent. */
  readonly expired: boolean;
}

/**
 * The verdict, or null while it is too early for one. Since /history is asked after the ping, a run that ends in
 * between is found there.
 *
 * | /history            | the worker's current task | before TASK_TIMEOUT | after it                                    |
 * |---------------------|---------------------------|---------------------|---------------------------------------------|
 * | has it              | any                       | as it says          | as it says                                  |
 * | lacks it            | none                      | lost                | lost                                        |
 * | lacks it            | another                   | wait                | lost: version 1 shows only the last started |
 * | no answer           | none, another             | wait                | lost                                        |
 * | lacks it, no answer | this                      | wait                | timeout                                     |
 */
export function judge({ current, history, expired }: Evidence): Verdict | null {
  if (typeof history === 'object') return history;
  if (current === 'this') return expired ? { kind: 'timeout' } : null;
  if (current === 'none' && history === 'absent') {
    return { kind: 'lost', error: 'no answer came, and the worker does not know of it' };
  }
  if (!expired) return null;
  const error = 'no answer came, and the worker could not tell in time what became of it: it may have run';
  return { kind: 'lost', error };
}

export interface ReconciliationOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly settings: Pick<Settings, 'httpTimeoutMs' | 'taskTimeoutMs'>;
  readonly current: () => Snapshot;
  readonly client: Pick<TaskClient, 'history'>;
  readonly signal: AbortSignal;
}

/**
 * Finds out what became of an attempt whose connection broke, or that an earlier run of the master sent: asks the
 * worker each time it answers a ping, until there is a verdict. A worker that is inactive, or not configured any more,
 * has lost it. Null once `signal` is aborted.
 */
export async function reconcile(
  { taskId, attempt }: { readonly taskId: string; readonly attempt: Attempt },
  options: ReconciliationOptions,
): Promise<Verdict | null> {
  const { clock, settings, current, client } = options;
  const wire = wireId(taskId, attempt.number);
  const since = clock.monotonic();
  // Durations are measured: a wall clock that is set must neither end the wait nor make it longer.
  const left = (attempt.sentAt ?? attempt.assignedAt) + settings.taskTimeoutMs - clock.now();
  const deadline = since + Math.min(Math.max(0, left), settings.taskTimeoutMs);
  const isExpired = () => clock.monotonic() >= deadline;
  for (;;) {
    const sign = await nextSign(attempt.workerId, since, options);
    if (sign === 'aborted') return null;
    if (sign === 'inactive') return { kind: 'lost', error: 'its worker vanished while it ran' };
    if (sign === 'not-configured') return { kind: 'lost', error: 'its worker is not configured any more' };
    const runs = sign.currentTask?.taskId;
    const config = current().workers.get(attempt.workerId)?.config;
    // While it is seen running, nothing can be learnt.
    if (config === undefined || (runs === wire && !isExpired())) continue;
    const answer = await client.history(config, settings.httpTimeoutMs);
    if (options.signal.aborted) return null;
    const verdict = judge({
      current: runs === undefined ? 'none' : runs === wire ? 'this' : 'other',
      history: historyOf(wire, answer),
      expired: isExpired(),
    });
    if (verdict !== null) return verdict;
  }
}

/** What the worker remembers of a run. Version 1 may have run an id twice: what succeeded stands. */
function historyOf(wire: string, answer: HistoryAnswer): Evidence['history'] {
  if (!answer.ok) return 'no-answer';
  const ends = answer.entries.filter(({ taskId }) => taskId === wire).map(({ outcome }) => outcome);
  return ends.findLast(({ kind }) => kind === 'completed') ?? ends.at(-1) ?? 'absent';
}

type Sign = PingReport | 'inactive' | 'not-configured' | 'aborted';

/** The next thing heard of a worker that tells something: of pings, only good ones that were sent after `since`. */
function nextSign(workerId: string, since: number, options: ReconciliationOptions): Promise<Sign> {
  const { bus, clock, current, signal } = options;
  return new Promise((resolve) => {
    function end(sign: Sign): void {
      unsubscribe();
      cancelGrace();
      signal.removeEventListener('abort', abort);
      resolve(sign);
    }
    const abort = () => end('aborted');
    const isConfigured = () => current().workers.has(workerId);
    const unsubscribe = bus.subscribe((event) => {
      if (event.type === 'worker-status-changed' && event.workerId === workerId) {
        if (event.to === 'inactive') end('inactive');
      } else if (event.type === 'worker-pinged' && event.workerId === workerId && event.outcome.ok) {
        const { latencyMs, report } = event.outcome;
        if (clock.monotonic() - latencyMs >= since) end(report);
      }
    });
    const cancelGrace = isConfigured()
      ? () => {}
      : clock.after(UNKNOWN_WORKER_GRACE_MS, () => {
          if (!isConfigured()) end('not-configured');
        });
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    else if (current().workers.get(workerId)?.status === 'inactive') end('inactive');
  });
}
