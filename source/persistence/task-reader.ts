import type { DatabaseSync } from 'node:sqlite';
import type { Batch } from '#model/batch.ts';
import { NO_TASKS } from '#model/snapshot.ts';
import { TASK_STATES, type Task, type TaskState } from '#model/task.ts';
import type { HistoryEntry } from '#model/task-history.ts';
import { workerBenchmarks } from './past-runs.ts';
import { openReadOnly, readingError } from './read-only.ts';
import type { TaskPage } from './task-database.ts';
import { batchOf, historyOf, taskOf } from './task-rows.ts';
import { prepareReading } from './task-statements.ts';

/** A history is shown to a person: its end says what matters. */
const HISTORY_LINES = 500;
/** Follows every character that an id may hold. */
const AFTER_IDS = '\u007f';

/** The ids that begin alike, at most so many as were asked for of each kind. */
interface IdsFound {
  readonly tasks: readonly string[];
  readonly batches: readonly string[];
}

/** The task database of a folder, only read: beside a master that works on it, or without one. Synchronous. */
export interface TaskReader {
  task(id: string): Task | null;
  batch(id: string): Batch | null;
  /** Oldest first, at most the last 500 lines. */
  history(id: string): readonly HistoryEntry[];
  tasks(page: TaskPage): readonly Task[];
  counts(): Readonly<Record<TaskState, number>>;
  /** Of the tasks that completed. */
  benchmarks(): readonly string[];
  /** Ids that begin with `prefix`. */
  idsFrom(prefix: string, limit: number): IdsFound;
  close(): void;
}

/**
 * Opens the task database to look at it. Nothing is written, nothing migrated. What its methods throw is a UserError
 * where the file is at fault.
 *
 * @throws UserError TASK_DATABASE_MISSING, TASK_DATABASE_OTHER_VERSION, or what keeps the file from being read.
 */
export function openTaskReader(path: string): TaskReader {
  return guarded(path, () => {
    const database = openReadOnly(path);
    try {
      return readerOf(database, path);
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

function readerOf(database: DatabaseSync, path: string): TaskReader {
  const statements = prepareReading(database);
  const taskIds = database.prepare('SELECT id FROM task WHERE id >= ? AND id < ? ORDER BY id LIMIT ?');
  const batchIds = database.prepare('SELECT id FROM batch WHERE id >= ? AND id < ? ORDER BY id LIMIT ?');
  const read = (row: unknown): Task =>
    taskOf(row, statements.attempts.all((row as { sequence: number }).sequence));

  return {
    task: (id) =>
      guarded(path, () => {
        const row = statements.byId.get(id);
        return row === undefined ? null : read(row);
      }),
    batch: (id) =>
      guarded(path, () => {
        const row = statements.batch.get(id);
        return row === undefined ? null : batchOf(row);
      }),
    history: (id) => guarded(path, () => statements.history.all(id, HISTORY_LINES).map(historyOf).reverse()),
    tasks: ({ states, batch, before, limit }) =>
      guarded(path, () => {
        const below = before ?? Number.MAX_SAFE_INTEGER;
        const sequences = [...new Set(states)].flatMap((state) =>
          batch === undefined
            ? statements.sequences.all(state, below, limit)
            : statements.batchSequences.all(batch, state, below, limit),
        );
        const newest = sequences.map(({ sequence }) => Number(sequence)).sort((a, b) => b - a);
        return newest.slice(0, limit).map((sequence) => read(statements.bySequence.get(sequence)));
      }),
    counts: () =>
      guarded(path, () => {
        const found = new Map(statements.counts.all().map(({ state, number }) => [state, Number(number)]));
        const all = { ...NO_TASKS };
        for (const state of TASK_STATES) all[state] = found.get(state) ?? 0;
        return all;
      }),
    idsFrom: (prefix, limit) =>
      guarded(path, () => {
        const range = [prefix, `${prefix}${AFTER_IDS}`, limit] as const;
        return {
          tasks: taskIds.all(...range).map(({ id }) => String(id)),
          batches: batchIds.all(...range).map(({ id }) => String(id)),
        };
      }),
    benchmarks: () =>
      guarded(path, () => [...new Set([...workerBenchmarks(statements)].map(({ benchmark }) => benchmark))]),
    close: () => database.close(),
  };
}

function guarded<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw readingError(error, path);
  }
}
