import type { RemainingRun } from '#model/remaining-run.ts';
import type { Settings } from '#model/settings.ts';
import { type Attempt, type TaskResult, wireId } from '#model/task.ts';
import { can } from '#model/worker.ts';
import type { TaskAnswer } from '#worker-client/worker-client.ts';
import { type Occupancy, remainsOf } from './occupancy.ts';
import type { TaskClient, TaskStore } from './roles.ts';
import { nextSign, type SignOptions } from './signs.ts';

/** Until a worker has ended everything that a task started: it first asks its programs to end, then kills them. */
const CANCEL_ANSWER_MS = 30_000;

export interface RemainsOptions extends SignOptions {
  readonly settings: Pick<Settings, 'httpTimeoutMs'>;
  readonly client: Pick<TaskClient, 'cancel'>;
  readonly occupancy: Occupancy;
  readonly store: Pick<TaskStore, 'forgetRun'>;
  /** A slot is free again. */
  readonly onFree: () => void;
  /** Resolves when the call that started a run has been answered. */
  readonly isOver: (wire: string) => Promise<void>;
  /** A worker that was told to end a run says that it had completed. */
  readonly onLate: (taskId: string, number: number, result: TaskResult) => void;
}

/** An attempt as a run that is left. */
export function remainingRun(
  taskId: string,
  { number, workerId }: Pick<Attempt, 'number' | 'workerId'>,
  until: number,
): RemainingRun {
  return { taskId, number, workerId, until };
}

/** Keeps the slots of runs that were called off or given up, until their workers are free of them. */
export interface Remains {
  /**
   * Keeps the slot of a run that the database has, and tells the worker to end it where it can. `answered`: as
   * `isOver` says where it is missing.
   */
  leave(run: RemainingRun, answered?: Promise<unknown>): void;
  /** The same for a run that an earlier run of the master left: what its worker can do is known from its next ping on. */
  resume(run: RemainingRun): void;
  /** Tells a worker to end a run, again and again until it has answered or is gone. Null where it is gone. */
  callOff(workerId: string, wire: string): Promise<TaskAnswer | null>;
}

export function createRemains(options: RemainsOptions): Remains {
  const { clock, current, client, occupancy, signal } = options;

  async function callOff(workerId: string, wire: string): Promise<TaskAnswer | null> {
    for (;;) {
      const config = current().workers.get(workerId)?.config;
      if (config === undefined || signal.aborted) return null;
      const since = clock.monotonic();
      const answer = await client.cancel(config, wire, CANCEL_ANSWER_MS);
      if (answer.kind !== 'no-answer') return answer;
      const sign = await nextSign(workerId, since, options);
      if (typeof sign === 'string') return null;
    }
  }

  /**
   * A worker of version 1 is free of a run when a ping sent after now shows nothing, or, where another task is in front,
   * when its time is up: a run that is seen is waited for as long as it takes.
   */
  async function untilGone(run: RemainingRun, isOver: () => boolean): Promise<void> {
    const { taskId, number, workerId, until } = run;
    const since = clock.monotonic();
    const leftMs = until - clock.now();
    for (;;) {
      const sign = await nextSign(workerId, since, options);
      if (typeof sign === 'string' || isOver()) return;
      const runs = sign.currentTask?.taskId;
      if (runs === undefined) return;
      if (runs !== wireId(taskId, number) && clock.monotonic() - since >= leftMs) return;
    }
  }

  /** Tells the worker where it can be told, and waits otherwise; then its slot is free. */
  function end(run: RemainingRun, answered: Promise<unknown>): void {
    const worker = current().workers.get(run.workerId);
    const canEnd = worker !== undefined && can(worker, 'cancel');
    const told = canEnd ? callOff(run.workerId, wireId(run.taskId, run.number)) : null;
    let isOver = false;
    void Promise.race([answered, told ?? untilGone(run, () => isOver)]).then(() => {
      isOver = true;
      release(run);
    });
    void told?.then((answer) => heard(run, answer));
  }

  function heard({ taskId, number }: RemainingRun, answer: TaskAnswer | null): void {
    const outcome = answer?.kind === 'known' ? answer.report.outcome : null;
    if (outcome?.kind === 'completed') options.onLate(taskId, number, outcome.result);
  }

  function take({ workerId, taskId, number }: RemainingRun): void {
    occupancy.take(workerId, remainsOf(wireId(taskId, number)));
  }

  /** What still runs as the master ends keeps its place in the database. */
  function release(run: RemainingRun): void {
    if (signal.aborted) return;
    occupancy.release(run.workerId, remainsOf(wireId(run.taskId, run.number)));
    options.onFree();
    // A row that could not be removed frees its slot at the first ping after the next start.
    options.store.forgetRun(run).catch(() => {});
  }

  return {
    callOff,
    leave(run, answered = options.isOver(wireId(run.taskId, run.number))) {
      take(run);
      end(run, answered);
    },
    resume(run) {
      take(run);
      void nextSign(run.workerId, clock.monotonic(), options).then((sign) => {
        const isGone =
          typeof sign === 'string' || (sign.currentTask === null && !sign.capabilities.includes('cancel'));
        end(run, isGone ? Promise.resolve() : new Promise(() => {}));
      });
    },
  };
}
