import type { Random } from '#model/clock.ts';
import { failureText } from '#model/log-line.ts';
import type { RemainingRun } from '#model/remaining-run.ts';
import { said } from '#model/said.ts';
import { type Attempt, openAttempt, type Task, type TaskResult, wireId } from '#model/task.ts';
import { type NoteReason, noteText } from '#model/task-note.ts';
import { can, type Worker } from '#model/worker.ts';
import type { ExecuteOutcome } from '#worker-client/worker-client.ts';
import { nextAttempt } from './attempt-number.ts';
import { createCalls } from './calls.ts';
import { concluded, type Ending, ended, endingOf, late, missed, sent, withError } from './endings.ts';
import { createLateAnswers } from './late-answers.ts';
import type { Occupancy } from './occupancy.ts';
import { judgeAccount, type ReconciliationOptions, reconcile } from './reconciliation.ts';
import type { Recorder } from './recorder.ts';
import { createRemains, remainingRun } from './remains.ts';
import { cancelled, closeAttempt, isRefusal } from './retry.ts';
import type { TaskClient, TaskStore } from './roles.ts';

export interface DispatcherOptions extends Omit<ReconciliationOptions, 'client' | 'settings'> {
  readonly settings: ReconciliationOptions['settings'] & { readonly retryAttempts: number };
  readonly random: Random;
  readonly client: TaskClient;
  readonly recorder: Recorder;
  readonly occupancy: Occupancy;
  readonly store: Pick<TaskStore, 'forgetRun'>;
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
  /** Asks the workers of a task for the attempts that an earlier run of the master gave up. */
  askAgain(task: Task): void;
  /** Keeps the slot of a run that an earlier run of the master left at its worker, until that is free of it. */
  resumeRun(run: RemainingRun): void;
  /** The worker became inactive: what it ran goes elsewhere. A late answer is still heard. */
  vanished(workerId: string): void;
  /**
   * Calls off a task that is assigned or running. Resolves, once that is recorded, with what there is to say of it; null
   * where its attempt ended just before.
   */
  cancel(task: Task): Promise<NoteReason | null>;
  close(): void;
}

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { bus, clock, settings, random, client, recorder, occupancy, current, signal } = options;
  const calls = createCalls(client, signal);
  const onLate = (taskId: string, number: number, result: TaskResult) =>
    void answeredLate(taskId, number, result);
  const remains = createRemains({ ...options, onLate, isOver: calls.isOver });
  const lateAnswers = createLateAnswers({ ...options, onLate });

  /** How long one execution may take: not beyond the deadline, and never no time at all. */
  function timeoutOf({ timeoutMs, deadline }: Task): number {
    const own = timeoutMs ?? settings.taskTimeoutMs;
    return deadline === null ? own : Math.max(1, Math.min(own, deadline - clock.now()));
  }

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
    const assigned = await recorder.change(task.id, (known) => {
      if (known.state !== 'pending') return null;
      // Its alarm may come a little later.
      const tooLate = missed(known, clock.now());
      if (tooLate !== null) return tooLate;
      const attempts = [...earlier, attempt];
      const next = {
        ...known,
        state: 'assigned',
        updatedAt: attempt.assignedAt,
        notBefore: null,
        attempts,
      } as const;
      return { change: 'assigned', task: next };
    });
    if (assigned?.state !== 'assigned' || signal.aborted) {
      free(worker.id, task.id);
      return;
    }
    const timeoutMs = timeoutOf(assigned);
    let sentAt = clock.monotonic();
    const outcome = await calls.execute(assigned, worker, {
      number,
      timeoutMs,
      onSent() {
        sentAt = clock.monotonic();
        occupancy.reached(worker.id);
        void recorder.change(task.id, (known) => sent(known, number, clock.now()));
      },
    });
    // What was aborted here goes on at the worker, and is asked for at the next start.
    if (signal.aborted && outcome.kind !== 'completed' && outcome.kind !== 'failed') return;
    await settle(assigned, { attempt, outcome, timeoutMs, sentAt });
  }

  interface Heard {
    readonly attempt: Attempt;
    readonly timeoutMs: number;
    /** Monotonic milliseconds. */
    readonly sentAt: number;
    readonly outcome: ExecuteOutcome;
  }

  /** An uncertain outcome is asked of the worker before anything else happens to the task. */
  async function settle(task: Task, { attempt, outcome, timeoutMs, sentAt }: Heard): Promise<void> {
    if (outcome.kind !== 'uncertain') {
      await conclude(task.id, attempt, { ending: endingOf(outcome, timeoutMs), timeoutMs });
      return;
    }
    const error = said`no answer that could be understood: ${failureText(outcome.failure)}`;
    const asked = await recorder.change(task.id, (known) =>
      openAttempt(known)?.number === attempt.number
        ? { change: 'uncertain', task: withError(known, error, clock.now()) }
        : null,
    );
    if (asked !== null) await ask(asked, timeoutMs, sentAt);
  }

  /** How long ago an earlier run of the master sent it a wall clock that may have been set cannot tell: as if just now. */
  async function ask(task: Task, timeoutMs: number, sentAt = clock.monotonic()): Promise<void> {
    const attempt = openAttempt(task);
    if (attempt === undefined) return;
    const verdict = await reconcile({ taskId: task.id, attempt, expiresAt: sentAt + timeoutMs }, options);
    if (verdict !== null)
      await conclude(task.id, attempt, { ending: endingOf(verdict, timeoutMs), timeoutMs });
  }

  interface Conclusion {
    readonly ending: Ending;
    readonly timeoutMs: number;
  }

  async function conclude(
    taskId: string,
    { number, workerId }: Pick<Attempt, 'number' | 'workerId'>,
    { ending, timeoutMs }: Conclusion,
  ): Promise<void> {
    const known = recorder.get(taskId);
    // The run is over, recorded or not: what comes next shares the commit. A later attempt keeps the slot that it has.
    if (ending.kind === 'completed' && known && openAttempt(known)?.number === number) free(workerId, taskId);
    const isLeft = ending.kind === 'ended' && ending.outcome === 'timeout';
    const run = remainingRun(taskId, { number, workerId }, clock.now() + timeoutMs);
    const next = await recorder.change(taskId, (known) => {
      const policy = { retryAttempts: settings.retryAttempts, random, now: clock.now() };
      const step = concluded(known, number, ending, policy);
      return step === null || !isLeft ? step : { ...step, remains: run };
    });
    if (next === null) {
      // It was given up before: somebody else may have the task by now.
      if (ending.kind === 'completed') await answeredLate(taskId, number, ending.result);
      return;
    }
    noticeOf(workerId, ending);
    if (ending.kind === 'ended') {
      if (isLeft) remains.leave(run);
      if (ending.outcome === 'died' || ending.outcome === 'lost' || ending.outcome === 'timeout') {
        lateAnswers.watch(taskId, { number, workerId });
      }
    }
    free(workerId, taskId);
    if (next.state === 'pending') options.onPending(next);
  }

  /** What the end of an attempt says of its worker. */
  function noticeOf(workerId: string, ending: Ending): void {
    const worker = current().workers.get(workerId);
    if (ending.kind !== 'ended' || ending.outcome !== 'not-sent' || worker === undefined) return;
    // One that was not reached, or took nothing, is asked again after its next ping.
    occupancy.rest(worker);
    const { httpStatus } = ending;
    if (httpStatus === null || !isRefusal(httpStatus)) return;
    bus.publish({ type: 'worker-refused', at: clock.now(), workerId, httpStatus });
  }

  function free(workerId: string, taskId: string): void {
    occupancy.release(workerId, taskId);
    options.onFree();
  }

  async function answeredLate(taskId: string, number: number, result: TaskResult): Promise<void> {
    const overtaken: RemainingRun[] = [];
    const next = await recorder.changeEnded(taskId, (known) => {
      const step = late(known, number, result, clock.now());
      const open = openAttempt(known);
      if (step?.task.state !== 'completed' || open === undefined) return step;
      const run = remainingRun(taskId, open, clock.now() + timeoutOf(known));
      overtaken.push(run);
      return { ...step, remains: run };
    });
    // What the worker showed as under way is known to have ended.
    options.onFree();
    for (const run of next === null ? [] : overtaken) {
      remains.leave(run);
      free(run.workerId, taskId);
    }
  }

  /** The worker is told, and what it answers ends the attempt: it may have completed just before. */
  async function callOff(task: Task, attempt: Attempt): Promise<void> {
    const wire = wireId(task.id, attempt.number);
    const answer = await remains.callOff(attempt.workerId, wire);
    if (signal.aborted) return;
    const verdict = answer === null ? null : judgeAccount(answer, true);
    const timeoutMs = timeoutOf(task);
    const ending: Ending =
      verdict?.kind === 'completed'
        ? verdict
        : ended('cancelled', answer === null ? said`its worker is gone` : said`called off`);
    await conclude(task.id, attempt, { ending, timeoutMs });
  }

  async function cancelThere(task: Task, attempt: Attempt): Promise<NoteReason | null> {
    const now = clock.now();
    let isUnderWay = false;
    const next = await recorder.change(task.id, (known) => {
      if (openAttempt(known)?.number !== attempt.number) return null;
      isUnderWay = known.cancelAt !== null;
      if (isUnderWay) return null;
      return { change: 'cancelling', task: { ...known, cancelAt: now, updatedAt: now } };
    });
    if (next !== null) void callOff(next, attempt);
    else if (!isUnderWay) return null;
    return { code: 'told', worker: attempt.workerId };
  }

  async function cancelHere(task: Task, attempt: Attempt): Promise<NoteReason | null> {
    const { number, workerId } = attempt;
    const reason: NoteReason = { code: 'goes-on', worker: workerId, sent: attempt.sentAt !== null };
    const error = noteText(reason);
    const run = remainingRun(task.id, attempt, clock.now() + timeoutOf(task));
    const answered = calls.isOver(wireId(task.id, number));
    const next = await recorder.change(task.id, (known) => {
      if (openAttempt(known)?.number !== number) return null;
      const closed = closeAttempt(known, { outcome: 'cancelled', error, endedAt: clock.now() });
      return { change: 'cancelled', task: cancelled(closed, clock.now()), note: error, remains: run };
    });
    if (next === null) return null;
    remains.leave(run, answered);
    free(workerId, task.id);
    return reason;
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
      if (task.cancelAt === null) void ask(task, task.timeoutMs ?? settings.taskTimeoutMs);
      else void callOff(task, attempt);
    },
    askAgain: lateAnswers.resume,
    resumeRun: remains.resume,
    vanished(workerId) {
      for (const { taskId, number, hangUp } of calls.on(workerId)) {
        const known = recorder.get(taskId);
        if (known && openAttempt(known)?.sentAt === null) {
          // Nothing has left this machine, as far as is known: the end of the call will tell.
          hangUp();
          continue;
        }
        const ending = ended('died', said`its worker vanished while it ran`);
        void conclude(taskId, { number, workerId }, { ending, timeoutMs: settings.taskTimeoutMs });
      }
    },
    async cancel(task) {
      const attempt = openAttempt(task);
      if (attempt === undefined) return null;
      const worker = current().workers.get(attempt.workerId);
      const wire = wireId(task.id, attempt.number);
      if (attempt.sentAt === null) calls.get(wire)?.hangUp();
      return worker !== undefined && can(worker, 'cancel')
        ? cancelThere(task, attempt)
        : cancelHere(task, attempt);
    },
    close: () => lateAnswers.close(),
  };
}
