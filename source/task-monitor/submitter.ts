import type { Bus } from '#bus/bus.ts';
import type { Clock } from '#model/clock.ts';
import type { CommandAnswer, Wanted } from '#model/commands.ts';
import { UserError } from '#model/errors.ts';
import { said } from '#model/said.ts';
import type { Settings } from '#model/settings.ts';
import { NO_TASKS, type Snapshot } from '#model/snapshot.ts';
import { sweepTask } from '#model/sweep.ts';
import type { Task } from '#model/task.ts';
import type { Recorder } from './recorder.ts';
import type { TaskStore } from './roles.ts';
import { type Accepted, acceptTasks } from './submission.ts';

/** Tasks made and told of in one go: more would hold up keys and pings. */
const AT_ONCE = 1_000;
/** A large submission is heard out for at most so long. */
const HEARD_OUT_MS = 500;
/** From here on tasks are told of together, not each in a line of the log. */
const MANY = 50;

export interface SubmitterOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly settings: Pick<Settings, 'sweepLimit'>;
  readonly current: () => Snapshot;
  readonly store: Pick<TaskStore, 'insert' | 'batch'>;
  readonly recorder: Recorder;
  /** Makes the id of a task that came without one. */
  readonly newId: () => string;
  /** Lets everything else have its turn. */
  readonly turn: () => Promise<void>;
  /** A new task wants its turn. */
  readonly onPending: (task: Task) => void;
}

/** Takes tasks: they are checked and counted, committed as a whole, then told of. */
export interface Submitter {
  /** `after`: the last sequence in the database. Nothing is taken before. */
  open(after: number): void;
  /** Whether there is more to hear of a large submission before its first task is sent: the longest are to go first. */
  readonly isTelling: boolean;
  /** Resolves when all that is being accepted now has been told of. */
  told(): Promise<unknown>;
  submit(tasks: readonly Wanted[]): Promise<CommandAnswer & { readonly ids: readonly string[] }>;
}

export function createSubmitter(options: SubmitterOptions): Submitter {
  const { bus, clock, settings, current, store, recorder, newId, turn, onPending } = options;
  let lastSequence: number | null = null;
  let tellingSince: number | null = null;
  const underWay = new Set<Promise<unknown>>();

  function ready(): number {
    if (lastSequence === null) {
      throw new UserError(
        'TASK_DATABASE_UNAVAILABLE',
        said`the tasks are still being read: try again in a moment`,
      );
    }
    if (recorder.trouble !== null) {
      throw new UserError('TASK_DATABASE_UNAVAILABLE', said`no task was accepted: ${recorder.trouble}`);
    }
    return lastSequence;
  }

  /** The batches as they are with these tasks in them. */
  async function tellBatches({ batches }: Accepted, added: ReadonlyMap<string, number>): Promise<void> {
    for (const batch of batches) {
      const tasks = added.get(batch.id) ?? 0;
      if (tasks === 0) continue;
      const shown = current().tasks.batches.get(batch.id);
      // One that is not shown any more has ended: nothing moves in it.
      const known = shown ?? (await store.batch(batch.id).catch(() => null));
      const before = shown ?? { ...batch, counts: NO_TASKS, startedAt: null, marks: [] };
      const counts =
        shown || !known ? { ...before.counts, pending: before.counts.pending + tasks } : known.counts;
      bus.publish({
        type: 'batch-submitted',
        at: clock.now(),
        batch: { ...before, counts, endedAt: null },
        tasks,
      });
    }
  }

  async function tell(tasks: readonly Task[]): Promise<void> {
    const plain = tasks.length < MANY ? tasks.filter(({ batch }) => batch === null) : [];
    for (const task of plain) {
      recorder.hold(task);
      bus.publish({ type: 'task-changed', at: task.createdAt, change: 'submitted', task, from: null });
      onPending(task);
    }
    await tellTogether(plain.length === 0 ? tasks : tasks.filter(({ batch }) => batch !== null));
  }

  async function tellTogether(tasks: readonly Task[]): Promise<void> {
    for (let start = 0; start < tasks.length; start += AT_ONCE) {
      if (start > 0) await turn();
      const some = tasks.slice(start, start + AT_ONCE);
      for (const task of some) recorder.hold(task);
      bus.publish({ type: 'tasks-added', at: clock.now(), tasks: some });
      for (const task of some) onPending(task);
    }
  }

  /** All that was accepted and is new. */
  async function tellAll(
    { tasks, sweeps }: Accepted,
    existing: readonly ReadonlySet<number>[],
  ): Promise<void> {
    await tell(tasks);
    for (const [index, sweep] of sweeps.entries()) {
      for (let start = 0; start < sweep.count; start += AT_ONCE) {
        const places = Array.from({ length: Math.min(AT_ONCE, sweep.count - start) }, (_, at) => start + at);
        if (start > 0) await turn();
        const made = places.filter((place) => !existing[index]?.has(place));
        await tellTogether(made.map((place) => sweepTask(sweep, place)));
      }
    }
  }

  async function accept(
    tasks: readonly Wanted[],
  ): Promise<CommandAnswer & { readonly ids: readonly string[] }> {
    const sequence = ready() + 1;
    const { workers } = current();
    const limit = settings.sweepLimit;
    const accepted = acceptTasks(tasks, { now: clock.now(), sequence, newId, workers, limit });
    lastSequence = sequence + accepted.count - 1;
    const inserted = await store.insert(accepted);
    const fresh = accepted.tasks.filter((_, index) => inserted.tasks[index] === 'inserted');
    const existing = inserted.sweeps.map((places) => new Set(places));
    const added = new Map<string, number>();
    const add = (batch: string | null, count: number) => {
      if (batch !== null) added.set(batch, (added.get(batch) ?? 0) + count);
    };
    for (const { batch } of fresh) add(batch, 1);
    for (const [index, { template, count }] of accepted.sweeps.entries()) {
      add(template.batch, count - (existing[index]?.size ?? 0));
    }
    await tellBatches(accepted, added);
    if (accepted.count > AT_ONCE) tellingSince = clock.monotonic();
    await tellAll({ ...accepted, tasks: fresh }, existing);
    tellingSince = null;
    return {
      ids: accepted.tasks.map(({ id }) => id),
      batches: accepted.sweeps.map(({ template, count }) => ({
        id: template.batch ?? template.id,
        tasks: count,
      })),
    };
  }

  return {
    get isTelling() {
      return tellingSince !== null && clock.monotonic() - tellingSince < HEARD_OUT_MS;
    },
    told: () => Promise.allSettled(underWay),
    open(after) {
      lastSequence = after;
    },
    async submit(tasks) {
      const accepting = accept(tasks);
      underWay.add(accepting);
      try {
        return await accepting;
      } finally {
        underWay.delete(accepting);
      }
    },
  };
}
