import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Batch, NewBatch } from '#model/batch.ts';
import { messageOf, UserError } from '#model/errors.ts';
import type { PastRun } from '#model/past-run.ts';
import type { RemainingRun } from '#model/remaining-run.ts';
import { type RunStatistics, runStatistics, STATISTICS_TASKS } from '#model/run-statistics.ts';
import { said } from '#model/said.ts';
import { NO_TASKS } from '#model/snapshot.ts';
import { type Sweep, sweepTask } from '#model/sweep.ts';
import { sameParameters, TASK_STATES, type Task, type TaskState } from '#model/task.ts';
import type { HistoryEntry } from '#model/task-history.ts';
import { commitTogether } from '#storage/group-commit.ts';
import { loadSqlite } from '#storage/sqlite.ts';
import { damaged } from './database-error.ts';
import { migrateTasks } from './migrations.ts';
import { type Performances, pastRuns, performances } from './past-runs.ts';
import { type Pruned, prune, type Retention } from './task-retention.ts';
import {
  attemptValues,
  batchOf,
  type ChangeNote,
  changeValues,
  finishedRunOf,
  historyOf,
  identityValues,
  remainingRunOf,
  stateValues,
  taskOf,
} from './task-rows.ts';
import { prepareStatements, type Statements } from './task-statements.ts';

/** How long a writer waits for another connection, for example a backup. */
const BUSY_TIMEOUT_MS = 5_000;
/** A write-ahead log that grew in a burst is cut back to this. */
const JOURNAL_LIMIT_BYTES = 16 * 2 ** 20;

/** Lines of a task's history that are given at once, the newest. */
const HISTORY_LINES = 500;
/** Finished batches that a start is given. */
const SHOWN_BATCHES = 200;

/** Whether a task was new, or was there already with the same content. */
type Insertion = 'inserted' | 'existing';

/** Tasks and sweeps that are accepted together, or not at all. */
export interface Submission {
  /** Made where they are not there yet. */
  readonly batches: readonly NewBatch[];
  readonly tasks: readonly Task[];
  readonly sweeps: readonly Sweep[];
}

/** What became of it. */
export interface Inserted {
  /** In the order of the tasks. */
  readonly tasks: readonly Insertion[];
  /** For each sweep the places of the tasks that were there already. */
  readonly sweeps: readonly (readonly number[])[];
}

/** What a start needs to know beside the tasks themselves. */
export interface Summary {
  readonly counts: Readonly<Record<TaskState, number>>;
  readonly performance: Performances;
  /** The last runs of each worker and benchmark, the oldest first. */
  readonly runs: readonly PastRun[];
  /** 0 while there was no task. */
  readonly lastSequence: number;
  /** Those that are not finished, and the last ones that are, in order of submission. */
  readonly batches: readonly Batch[];
  /** Ids of the workers that the operator drains. */
  readonly drained: readonly string[];
  /** Runs that may go on at their workers though nobody waits for them. */
  readonly remaining: readonly RemainingRun[];
}

/** Tasks of some states, newest first; `before` is the `sequence` to go on from, null for the newest. */
export interface TaskPage {
  readonly states: readonly TaskState[];
  /** Only those of a batch. */
  readonly batch?: string | undefined;
  readonly before: number | null;
  readonly limit: number;
}

/** The task database, synchronous: it lives in a thread of its own. */
export interface TaskDatabase {
  /** Runs `writes` as one commit, each alone in what it may break; gives back what each threw, or undefined. */
  commit(writes: readonly (() => void)[]): readonly unknown[];
  /** Within `commit`. @throws UserError `TASK_ID_TAKEN` */
  insert(submission: Submission): Inserted;
  /** Within `commit`. The task's state and its attempts as they are now, and one more line of its history. */
  save(task: Task, change: ChangeNote): void;
  /** Within `commit`. */
  drain(workerId: string, drained: boolean, at: number): void;
  /** Within `commit`. A run that remained is over. */
  forgetRun(run: Pick<RemainingRun, 'taskId' | 'number'>): void;
  /** Within `commit`. */
  prune(retention: Retention): Pruned;
  task(id: string): Task | null;
  batch(id: string): Batch | null;
  /** Of the tasks that ended last. */
  statistics(): RunStatistics;
  /** Oldest first, at most the last 500 lines. Empty for a task that is not there. */
  history(id: string): readonly HistoryEntry[];
  tasks(page: TaskPage): readonly Task[];
  summary(): Summary;
  close(): void;
}

export interface TaskDatabaseOptions {
  readonly path: string;
  /** Bound on the size of the file, in pages of 4 KiB; missing: what the disk holds. */
  readonly maxPages?: number | undefined;
}

/** Opens or creates the database and brings it to the newest version. */
export function openTaskDatabase(options: TaskDatabaseOptions): TaskDatabase {
  mkdirSync(dirname(options.path), { recursive: true });
  const database = connectTaskDatabase(options);
  try {
    return taskDatabase(database, options.path);
  } catch (error) {
    database.close();
    throw error;
  }
}

/** The connection that writes, at the newest version. Every commit is synced to the disk before it is answered. */
export function connectTaskDatabase({ path, maxPages }: TaskDatabaseOptions): DatabaseSync {
  const { DatabaseSync } = loadSqlite();
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA foreign_keys = OFF;
      PRAGMA journal_size_limit = ${JOURNAL_LIMIT_BYTES};
      ${maxPages === undefined ? '' : `PRAGMA max_page_count = ${maxPages}`}
    `);
    migrateTasks(database, path);
    database.exec('PRAGMA foreign_keys = ON');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function taskDatabase(database: DatabaseSync, path: string): TaskDatabase {
  const statements = prepareStatements(database);

  function read(row: unknown): Task {
    const { sequence } = row as { sequence: number };
    try {
      return taskOf(row, statements.attempts.all(sequence));
    } catch (error) {
      throw damaged(path, said`task number ${sequence} cannot be read: ${messageOf(error)}`);
    }
  }

  function insertOne(task: Task): Insertion {
    const { changes } = statements.insert.run({ ...identityValues(task), ...stateValues(task) });
    if (changes === 1) {
      for (const attempt of task.attempts) statements.attempt.run(attemptValues(task, attempt));
      statements.change.run(changeValues(task, { at: task.createdAt, change: 'submitted' }));
      return 'inserted';
    }
    const known = read(statements.byId.get(task.id));
    const same = known.benchmark === task.benchmark && sameParameters(known.parameters, task.parameters);
    if (same) return 'existing';
    throw new UserError(
      'TASK_ID_TAKEN',
      said`task id ${task.id} is taken by another task (${known.benchmark} ${JSON.stringify(known.parameters)}): choose another id, or send the same benchmark and parameters`,
    );
  }

  /** Made one by one: a sweep may be larger than what should be in memory at once. */
  function insertSweep(sweep: Sweep): readonly number[] {
    const existing: number[] = [];
    for (let index = 0; index < sweep.count; index += 1) {
      if (insertOne(sweepTask(sweep, index)) === 'existing') existing.push(index);
    }
    return existing;
  }

  return {
    commit: (writes) => commitTogether(database, writes),
    insert({ batches, tasks, sweeps }) {
      for (const { id, description, benchmark, createdAt } of batches) {
        statements.insertBatch.run({ id, description, benchmark, created_at: createdAt });
      }
      const inserted = { tasks: tasks.map(insertOne), sweeps: sweeps.map(insertSweep) };
      // All that was asked for with it was there already, elsewhere.
      for (const { id } of batches) statements.dropEmptyBatch.run(id);
      return inserted;
    },
    save(task, change) {
      const { changes } = statements.save.run(stateValues(task));
      if (changes !== 1) throw new Error(said`task ${task.id} is not in the task database`);
      for (const attempt of task.attempts) statements.attempt.run(attemptValues(task, attempt));
      statements.change.run(changeValues(task, change));
      if (change.remains !== undefined) {
        const { taskId, number, workerId, until } = change.remains;
        statements.keepRun.run(taskId, number, workerId, until);
      }
      const { number } = statements.storedAttempts.get(task.sequence) ?? {};
      if (number === task.attempts.length) return;
      const kept = JSON.stringify(task.attempts.map((attempt) => attempt.number));
      statements.dropAttempts.run(task.sequence, kept);
    },
    drain(workerId, drained, at) {
      if (drained) statements.drain.run(workerId, at);
      else statements.undrain.run(workerId);
    },
    forgetRun({ taskId, number }) {
      statements.forgetRun.run(taskId, number);
    },
    prune: (retention) => prune(statements, retention),
    task(id) {
      const row = statements.byId.get(id);
      return row === undefined ? null : read(row);
    },
    batch(id) {
      const row = statements.batch.get(id);
      return row === undefined ? null : batchOf(row);
    },
    statistics: () => runStatistics(statements.finishedRuns.all(STATISTICS_TASKS).map(finishedRunOf)),
    history: (id) => statements.history.all(id, HISTORY_LINES).map(historyOf).reverse(),
    tasks({ states, batch, before, limit }) {
      const below = before ?? Number.MAX_SAFE_INTEGER;
      const sequences = [...new Set(states)].flatMap((state) => {
        const rows =
          batch === undefined
            ? statements.sequences.all(state, below, limit)
            : statements.batchSequences.all(batch, state, below, limit);
        return rows.map(({ sequence }) => Number(sequence));
      });
      const newest = sequences.sort((a, b) => b - a).slice(0, limit);
      return newest.map((sequence) => read(statements.bySequence.get(sequence)));
    },
    summary: () => ({
      counts: counts(statements.counts),
      performance: performances(statements),
      runs: pastRuns(statements),
      lastSequence: Number(statements.lastSequence.get()?.sequence ?? 0),
      batches: batches(statements),
      drained: statements.drained.all().map(({ id }) => String(id)),
      remaining: statements.remaining.all().map(remainingRunOf),
    }),
    close: () => database.close(),
  };
}

function counts(statement: StatementSync): Record<TaskState, number> {
  const found = new Map(statement.all().map(({ state, number }) => [state, Number(number)]));
  const all = { ...NO_TASKS };
  for (const state of TASK_STATES) all[state] = found.get(state) ?? 0;
  return all;
}

function batches({ batches: latest, openBatches }: Statements): Batch[] {
  const found = [...openBatches.all(), ...latest.all(SHOWN_BATCHES)].map(batchOf);
  const byId = new Map(found.map((batch) => [batch.id, batch]));
  return [...byId.values()].sort((a, b) => a.createdAt - b.createdAt);
}
