import type { Bus } from '#bus/bus.ts';
import type { Clock } from '#model/clock.ts';
import type { TaskNote, TasksAnswer } from '#model/commands.ts';
import { UserError } from '#model/errors.ts';
import { said } from '#model/said.ts';
import type { Snapshot } from '#model/snapshot.ts';
import type { Task } from '#model/task.ts';
import type { NoteReason } from '#model/task-note.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Recorder } from './recorder.ts';
import { cancelled, retried } from './retry.ts';
import type { TaskStore } from './roles.ts';

/** Tasks changed in one go: each goes share a commit, and leave room for keys and pings. */
const AT_ONCE = 500;
/** Of many notes of the same kind the first ones tell enough. */
const MAX_NOTES = 100;

export interface CallingOffOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly current: () => Snapshot;
  readonly store: Pick<TaskStore, 'task' | 'tasks' | 'batch' | 'drain'>;
  readonly recorder: Recorder;
  readonly dispatcher: Dispatcher;
  /** Resolves when the recorder has all tasks that are being accepted now. */
  readonly allTold: () => Promise<unknown>;
  readonly turn: () => Promise<void>;
  /** A task wants its turn again. */
  readonly onPending: (task: Task) => void;
  /** A task does not want its turn any more. */
  readonly onGone: (id: string) => void;
}

/** What a person does to tasks that are there already, and to workers. */
export interface CallingOff {
  cancelTasks(ids: readonly string[]): Promise<TasksAnswer>;
  retryTasks(ids: readonly string[]): Promise<TasksAnswer>;
  cancelBatch(batch: string): Promise<TasksAnswer>;
  retryBatch(batch: string): Promise<TasksAnswer>;
  drainWorker(workerId: string, drained: boolean): Promise<{ readonly drained: boolean }>;
}

/** What became of one task: done, and what there is to say of it. */
interface Outcome {
  readonly done: boolean;
  readonly reason: NoteReason | null;
}

export function createCallingOff(options: CallingOffOptions): CallingOff {
  const { bus, clock, current, store, recorder, dispatcher, allTold, turn, onPending, onGone } = options;

  async function forEach(
    ids: readonly string[],
    act: (id: string) => Promise<Outcome>,
  ): Promise<TasksAnswer> {
    let done = 0;
    const notes: TaskNote[] = [];
    for (let start = 0; start < ids.length; start += AT_ONCE) {
      if (start > 0) await turn();
      const some = ids.slice(start, start + AT_ONCE);
      const outcomes = await Promise.all(some.map(act));
      for (const [index, outcome] of outcomes.entries()) {
        if (outcome.done) done += 1;
        const id = some[index];
        const { reason } = outcome;
        if (reason !== null && id !== undefined && notes.length < MAX_NOTES) notes.push({ id, reason });
      }
    }
    return { done, notes };
  }

  async function cancel(id: string): Promise<Outcome> {
    if (recorder.get(id) === undefined) await allTold();
    for (;;) {
      const task = recorder.get(id);
      if (task === undefined) return ended(id);
      const next = await recorder.change(id, (known) =>
        known.state === 'pending' ? { change: 'cancelled', task: cancelled(known, clock.now()) } : null,
      );
      if (next !== null) {
        onGone(id);
        return { done: true, reason: null };
      }
      const running = recorder.get(id);
      if (running === undefined) return ended(id);
      const reason = await dispatcher.cancel(running);
      if (reason !== null) return { done: true, reason };
      // Its attempt ended just before: what it is now is called off. Nothing changes any more where the master ends.
      if (recorder.get(id) === task) return { done: false, reason: { code: 'master-ends' } };
    }
  }

  async function ended(id: string): Promise<Outcome> {
    const task = await store.task(id);
    if (task === null) throw new UserError('TASK_UNKNOWN', said`there is no task ${id}`);
    return { done: task.state === 'cancelled', reason: { code: 'ended', state: task.state } };
  }

  async function retry(id: string): Promise<Outcome> {
    const next = await recorder.changeEnded(id, (known) =>
      known.state === 'failed' || known.state === 'cancelled'
        ? { change: 'retried', task: retried(known, clock.now()) }
        : null,
    );
    if (next === null) {
      const task = recorder.get(id) ?? (await store.task(id));
      if (task === null) throw new UserError('TASK_UNKNOWN', said`there is no task ${id}`);
      return { done: false, reason: { code: 'not-again', state: task.state } };
    }
    onPending(next);
    return { done: true, reason: null };
  }

  async function known(batch: string): Promise<void> {
    if (current().tasks.batches.has(batch) || (await store.batch(batch)) !== null) return;
    throw new UserError('BATCH_UNKNOWN', said`there is no batch ${batch}`);
  }

  return {
    cancelTasks: (ids) => forEach(ids, cancel),
    retryTasks: (ids) => forEach(ids, retry),
    async cancelBatch(batch) {
      await known(batch);
      // What was accepted and is not told of yet is called off as well.
      await allTold();
      const ids = [...recorder.tasks].filter((task) => task.batch === batch).map(({ id }) => id);
      return forEach(ids, cancel);
    },
    async retryBatch(batch) {
      await known(batch);
      const ids: string[] = [];
      for (let before: number | null = null; ; ) {
        const page = await store.tasks({ states: ['failed', 'cancelled'], batch, before, limit: AT_ONCE });
        ids.push(...page.map(({ id }) => id));
        before = page.at(-1)?.sequence ?? null;
        if (page.length < AT_ONCE) break;
      }
      return forEach(ids.reverse(), retry);
    },
    async drainWorker(workerId, drained) {
      const worker = current().workers.get(workerId);
      if (worker === undefined) throw new UserError('WORKER_UNKNOWN', said`there is no worker ${workerId}`);
      if (worker.drained !== drained) {
        await store.drain(workerId, drained, clock.now());
        bus.publish({ type: 'worker-drained', at: clock.now(), workerId, drained, restored: false });
      }
      return { drained };
    },
  };
}
