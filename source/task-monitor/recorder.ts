import type { Bus } from '#bus/bus.ts';
import type { Clock } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';
import type { RemainingRun } from '#model/remaining-run.ts';
import { said } from '#model/said.ts';
import { isFinal, type Task } from '#model/task.ts';
import type { TaskChange } from '#model/task-history.ts';
import type { TaskStore } from './roles.ts';

const TRY_AGAIN_MS = 2_000;

/** What a change makes of a task. */
export interface Step {
  readonly task: Task;
  readonly change: TaskChange;
  /** The number of the attempt that it is about, where that is not the last. */
  readonly attempt?: number;
  /** What else there is to say: English, plain text. */
  readonly note?: string;
  /** When it happened, where that is not the time of the task's last change; Unix milliseconds. */
  readonly at?: number;
  /** A run that it leaves at its worker. */
  readonly remains?: RemainingRun;
}

/** Decides on a change from the task as it is then; null: it stays as it is. */
type Decide = (task: Task) => Step | null;

/** Keeps the tasks that are not final, and makes every change of them durable before anybody hears of it. */
export interface Recorder {
  get(id: string): Task | undefined;
  /** All that are kept. */
  readonly tasks: Iterable<Task>;
  /** Takes tasks that are in the database already. */
  hold(task: Task): void;
  /**
   * Changes a task: the change is committed with a line of its history, then published. Changes of one task happen in
   * the order of the calls; each sees what the one before made. Resolves with the task as it is then, or null where
   * nothing was decided, it is final, or the recorder was closed before the commit.
   */
  change(id: string, decide: Decide): Promise<Task | null>;
  /** As `change`, for a task that may be final: it is read from the database where it is not kept any more. */
  changeEnded(id: string, decide: Decide): Promise<Task | null>;
  /** Why the database refuses to write, while it does: nothing new may be promised. */
  readonly trouble: string | null;
  /** Resolves when everything that can be written is. */
  close(): Promise<void>;
}

export interface RecorderOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly store: Pick<TaskStore, 'save' | 'task'>;
}

export function createRecorder({ bus, clock, store }: RecorderOptions): Recorder {
  const tasks = new Map<string, Task>();
  const underWay = new Map<string, Promise<unknown>>();
  const wakeUps = new Set<() => void>();
  /** Changes that were refused and are not written yet. */
  const refused = new Set<Step>();
  let trouble: string | null = null;
  let closed = false;

  /** What a worker did must not be forgotten because a disk is full: tried until it is written. */
  async function commit(step: Step): Promise<boolean> {
    const { task, change, attempt, note, remains, at = task.updatedAt } = step;
    for (;;) {
      try {
        await store.save(task, { at, change, attempt, note, remains });
        written(step);
        return true;
      } catch (error) {
        if (closed) return false;
        troubled(step, messageOf(error));
        await pause();
      }
    }
  }

  function troubled(step: Step, reason: string): void {
    refused.add(step);
    if (trouble !== null) return;
    trouble = reason;
    const message = said`${reason}; what workers answer is kept in memory until it can be written`;
    bus.publish({ type: 'problem-raised', at: clock.now(), id: 'task-database', message });
  }

  function written(step: Step): void {
    refused.delete(step);
    if (trouble === null || refused.size > 0) return;
    trouble = null;
    bus.publish({ type: 'problem-cleared', at: clock.now(), id: 'task-database' });
  }

  function pause(): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        wakeUps.delete(wake);
        cancel();
        resolve();
      };
      const cancel = clock.after(TRY_AGAIN_MS, wake);
      wakeUps.add(wake);
    });
  }

  async function apply(before: Task | null | undefined, decide: Decide): Promise<Task | null> {
    const step = before ? decide(before) : null;
    if (!before || step === null || !(await commit(step))) return null;
    const { task, remains, at, ...told } = step;
    if (isFinal(task.state)) tasks.delete(task.id);
    else tasks.set(task.id, task);
    // The time of the telling: a commit may have waited for a disk, and a log goes forward.
    bus.publish({ type: 'task-changed', at: clock.now(), task, from: before.state, ...told });
    return task;
  }

  function inTurn(id: string, run: () => Promise<Task | null>): Promise<Task | null> {
    const turn = (underWay.get(id) ?? Promise.resolve()).then(run);
    const settled = turn.finally(() => {
      if (underWay.get(id) === settled) underWay.delete(id);
    });
    underWay.set(id, settled);
    return settled;
  }

  return {
    get: (id) => tasks.get(id),
    tasks: { [Symbol.iterator]: () => tasks.values() },
    hold: (task) => tasks.set(task.id, task),
    change: (id, decide) => inTurn(id, () => apply(tasks.get(id), decide)),
    changeEnded: (id, decide) =>
      inTurn(id, async () => {
        if (closed) return null;
        const ended = tasks.get(id) ?? (await store.task(id).catch(() => null));
        return apply(ended, decide);
      }),
    get trouble() {
      return trouble;
    },
    async close() {
      closed = true;
      for (const wake of wakeUps) wake();
      await Promise.allSettled(underWay.values());
    },
  };
}
