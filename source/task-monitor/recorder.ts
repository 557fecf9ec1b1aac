import type { Bus } from '#bus/bus.ts';
import type { Clock } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';
import type { TaskChange } from '#model/events.ts';
import { isFinal, type Task } from '#model/task.ts';
import type { TaskStore } from './roles.ts';

const TRY_AGAIN_MS = 2_000;

/** Keeps the tasks that are not final, and makes every change of them durable before anybody hears of it. */
export interface Recorder {
  get(id: string): Task | undefined;
  /** Takes tasks that are in the database already. */
  hold(task: Task): void;
  /**
   * Changes a task: the change is committed, then published. Changes of one task happen in the order of the calls; each
   * sees what the one before made. Resolves with the task as it is then, or null where it is final or the
   * recorder was closed before the commit.
   */
  change(id: string, change: TaskChange, update: (task: Task) => Task): Promise<Task | null>;
  /** Why the database refuses to write, while it does: nothing new may be promised. */
  readonly trouble: string | null;
  /** Resolves when everything that can be written is. */
  close(): Promise<void>;
}

export interface RecorderOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly store: Pick<TaskStore, 'save'>;
}

export function createRecorder({ bus, clock, store }: RecorderOptions): Recorder {
  const tasks = new Map<string, Task>();
  const underWay = new Map<string, Promise<unknown>>();
  const wakeUps = new Set<() => void>();
  /** Changes that were refused and are not written yet. */
  const refused = new Set<Task>();
  let trouble: string | null = null;
  let closed = false;

  /** What a worker did must not be forgotten because a disk is full: tried until it is written. */
  async function commit(task: Task): Promise<boolean> {
    for (;;) {
      try {
        await store.save(task);
        written(task);
        return true;
      } catch (error) {
        if (closed) return false;
        troubled(task, messageOf(error));
        await pause();
      }
    }
  }

  function troubled(task: Task, reason: string): void {
    refused.add(task);
    if (trouble !== null) return;
    trouble = reason;
    const message = `${reason}; what workers answer is kept in memory until it can be written`;
    bus.publish({ type: 'problem-raised', at: clock.now(), id: 'task-database', message });
  }

  function written(task: Task): void {
    refused.delete(task);
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

  async function apply(id: string, change: TaskChange, update: (task: Task) => Task): Promise<Task | null> {
    const before = tasks.get(id);
    if (before === undefined) return null;
    const after = update(before);
    if (!(await commit(after))) return null;
    if (isFinal(after.state)) tasks.delete(id);
    else tasks.set(id, after);
    // The time of the telling: a commit may have waited for a disk, and a log goes forward.
    bus.publish({ type: 'task-changed', at: clock.now(), change, task: after, from: before.state });
    return after;
  }

  return {
    get: (id) => tasks.get(id),
    hold: (task) => tasks.set(task.id, task),
    change(id, change, update) {
      const turn = (underWay.get(id) ?? Promise.resolve()).then(() => apply(id, change, update));
      const settled = turn.finally(() => {
        if (underWay.get(id) === settled) underWay.delete(id);
      });
      underWay.set(id, settled);
      return settled;
    },
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
