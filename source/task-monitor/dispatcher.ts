import type { Random } from '#model/clock.ts';
import { failureText } from '#model/log-line.ts';
import { type Attempt, openAttempt, type Task, type TaskResult, wireId } from '#model/task.ts';
import type { Worker } from '#model/worker.ts';
import type { ExecuteOutcome } from '#worker-client/worker-client.ts';
import { nextAttempt } from './attempt-number.ts';
import type { Occupancy } from './occupancy.ts';
import { type ReconciliationOptions, reconcile, type Verdict } from './reconciliation.ts';
import type { Recorder } from './recorder.ts';
import { type AttemptEnd, afterAttempt, closeAttempt, failedEnd } from './retry.ts';
import type { TaskClient } from './roles.ts';

export interface DispatcherOptions extends Omit<ReconciliationOptions, 'client' | 'settings'> {
  readonly settings: ReconciliationOptions['settings'] & { readonly retryAttempts: number };
  readonly random: Random;
  readonly client: TaskClient;
  readonly recorder: Recorder;
  readonly occupancy: Occupancy;
  /** A task by its id, whatever became of it. */
  readonly find: (id: string) => Promise<Task | null>;
  /** A task is pending again and wants its turn. */
  readonly onPending: (task: Task) => void;
  /** A slot is free again. */
  readonly onFree: () => void;
}

/** Brings a task through one attempt, from the decision to its end. */
export interface Dispatcher {
  /** Takes the slot at once. Never rejects. */
  dispatch(task: Task, worker: Worker): void;
  /** Goes on with an attempt that an earlier run of the master began. Takes the slot at once. */
  resume(task: Task): void;
  /** The worker became inactive: nobody waits for its answers any longer. */
  vanished(workerId: string): void;
}

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { clock, settings, random, client, recorder, occupancy, current, signal } = options;
  /** Calls under way, by worker. */
  const calls = new Map<string, Set<AbortController>>();

  async function attemptOn(task: Task, worker: Worker): Promise<void> {
    const { number, earlier } = await nextAttempt(task, worker.id, options.find);
    const attempt: Attempt = {
      number,
      workerId: worker.id,
      assignedAt: clock.now(),
      sentAt: null,
      endedAt: null,
      outcome: null,
      error: null,
    };
    // Committed before the request leaves: after a crash it is known whom to ask.
    const assigned = await recorder.change(task.id, 'assigned', (known) => ({
      ...known,
      state: 'assigned',
      updatedAt: attempt.assignedAt,
      notBefore: null,
      attempts: [...earlier, attempt],
    }));
    if (assigned === null || signal.aborted) return;
    const outcome = await execute(assigned, worker, attempt);
    // What was aborted here goes on at the worker, and is asked for at the next start.
    if (signal.aborted && outcome.kind !== 'completed' && outcome.kind !== 'failed') return;
    await conclude(task.id, await settled(task.id, outcome));
  }

  async function execute(
    { id, benchmark, parameters }: Task,
    worker: Worker,
    { number }: Attempt,
  ): Promise<ExecuteOutcome | Verdict> {
    const call = new AbortController();
    const toWorker = calls.get(worker.id) ?? new Set();
    calls.set(worker.id, toWorker.add(call));
    const outcome = await client.execute(
      worker.config,
      { wireId: wireId(id, number), benchmark, parameters },
      {
        timeoutMs: settings.taskTimeoutMs,
        onSent() {
          occupancy.reached(worker.id);
          markSent(id, number);
        },
        signal: AbortSignal.any([signal, call.signal]),
      },
    );
    toWorker.delete(call);
    const gaveUp = call.signal.aborted && outcome.kind === 'uncertain';
    return gaveUp ? { kind: 'lost', error: 'its worker vanished while it ran' } : outcome;
  }

  function markSent(taskId: string, number: number): void {
    void recorder.change(taskId, 'sent', (known) => {
      const open = openAttempt(known);
      if (open?.number !== number) return known;
      const sentAt = clock.now();
      const attempts = [...known.attempts.slice(0, -1), { ...open, sentAt }];
      return { ...known, state: 'running', updatedAt: sentAt, attempts };
    });
  }

  /** An uncertain outcome is asked of the worker before anything else happens to the task. */
  async function settled(taskId: string, outcome: ExecuteOutcome | Verdict): Promise<Ending | null> {
    if (outcome.kind === 'not-sent') {
      return ended({ outcome: 'not-sent', error: `could not be reached: ${failureText(outcome.failure)}` });
    }
    if (outcome.kind !== 'uncertain') return endingOf(outcome);
    const error = `no answer that could be understood: ${failureText(outcome.failure)}`;
    const asked = await recorder.change(taskId, 'uncertain', (known) => withError(known, error, clock.now()));
    return asked === null ? null : ask(asked);
  }

  async function ask(task: Task): Promise<Ending | null> {
    const attempt = openAttempt(task);
    if (attempt === undefined) return null;
    const verdict = await reconcile({ taskId: task.id, attempt }, options);
    return verdict === null ? null : endingOf(verdict);
  }

  function endingOf(outcome: Verdict): Ending {
    switch (outcome.kind) {
      case 'completed':
        return outcome;
      case 'failed':
        return { kind: 'ended', ...failedEnd(outcome.error, outcome.httpStatus) };
      case 'timeout':
        return ended({ outcome: 'timeout', error: `no result within ${settings.taskTimeoutMs / 1_000} s` });
      case 'lost':
        return ended({ outcome: 'lost', error: outcome.error });
    }
  }

  async function conclude(taskId: string, ending: Ending | null): Promise<void> {
    const workerId = openWorkerId(taskId);
    if (ending === null || workerId === undefined) return;
    // One that was not reached takes no task, and one that has not answered in time may still be busy: its next ping
    // tells.
    const worker = current().workers.get(workerId);
    const rests = ending.kind === 'ended' && (ending.outcome === 'not-sent' || ending.outcome === 'timeout');
    if (rests && worker !== undefined) occupancy.rest(worker);
    const now = clock.now();
    if (ending.kind === 'completed') {
      await recorder.change(taskId, 'completed', (known) => completed(known, ending.result, now));
    } else {
      const update = (known: Task) =>
        afterAttempt(known, ending, { retryAttempts: settings.retryAttempts, random, now });
      const fails = recorder.get(taskId);
      const change = fails !== undefined && update(fails).state === 'failed' ? 'failed' : 'requeued';
      const next = await recorder.change(taskId, change, update);
      if (next?.state === 'pending') options.onPending(next);
    }
    occupancy.release(workerId, taskId);
    options.onFree();
  }

  function openWorkerId(taskId: string): string | undefined {
    const task = recorder.get(taskId);
    return task === undefined ? undefined : openAttempt(task)?.workerId;
  }

  return {
    dispatch(task, worker) {
      occupancy.take(worker.id, task.id);
      void attemptOn(task, worker);
    },
    resume(task) {
      const attempt = openAttempt(task);
      if (attempt === undefined) return;
      occupancy.take(attempt.workerId, task.id);
      void ask(task).then((ending) => conclude(task.id, ending));
    },
    vanished(workerId) {
      for (const call of calls.get(workerId) ?? []) call.abort();
    },
  };
}

type Ending =
  | { readonly kind: 'completed'; readonly result: TaskResult }
  | (AttemptEnd & { readonly kind: 'ended' });

function ended({ outcome, error }: Pick<AttemptEnd, 'outcome' | 'error'>): Ending {
  return { kind: 'ended', outcome, error, httpStatus: null };
}

function completed(task: Task, result: TaskResult, now: number): Task {
  const closed = closeAttempt(task, { outcome: 'completed', error: null, endedAt: now });
  return { ...closed, state: 'completed', result, notBefore: null };
}

function withError(task: Task, error: string, now: number): Task {
  const open = openAttempt(task);
  if (open === undefined) return task;
  return { ...task, updatedAt: now, attempts: [...task.attempts.slice(0, -1), { ...open, error }] };
}
