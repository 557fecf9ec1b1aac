import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { messageOf, UserError } from '#model/errors.ts';
import { NO_TASKS } from '#model/snapshot.ts';
import { TASK_STATES, type Task, type TaskState } from '#model/task.ts';
import type { Performance } from '#model/worker.ts';
import { commitTogether } from '#storage/group-commit.ts';
import { loadSqlite } from '#storage/sqlite.ts';
import { damaged } from './database-error.ts';
import { migrateTasks } from './migrations.ts';
import {
  ATTEMPT_COLUMNS,
  attemptValues,
  identityValues,
  sameParameters,
  stateValues,
  TASK_COLUMNS,
  taskOf,
} from './task-rows.ts';

/** Past runs of a worker that its mean is made of: enough to be steady, few enough to follow a change. */
const REMEMBERED_RUNS = 50;
/** How long a writer waits for another connection, for example a backup. */
const BUSY_TIMEOUT_MS = 5_000;
/** A write-ahead log that grew in a burst is cut back to this. */
const JOURNAL_LIMIT_BYTES = 16 * 2 ** 20;

/** Whether a task was new, or was there already with the same content. */
export type Insertion = 'inserted' | 'existing';

/** Means of past runs: worker id → benchmark → performance. */
type Performances = Readonly<Record<string, Readonly<Record<string, Performance>>>>;

/** What a start needs to know beside the tasks themselves. */
export interface Summary {
  readonly counts: Readonly<Record<TaskState, number>>;
  readonly performance: Performances;
  /** 0 while there was no task. */
  readonly lastSequence: number;
}

/** Tasks of some states, newest first; `before` is the `sequence` to go on from, null for the newest. */
export interface TaskPage {
  readonly states: readonly TaskState[];
  readonly before: number | null;
  readonly limit: number;
}

/** The task database, synchronous: it lives in a thread of its own. */
export interface TaskDatabase {
  /** Runs `writes` as one commit, each alone in what it may break; gives back what each threw, or undefined. */
  commit(writes: readonly (() => void)[]): readonly unknown[];
  /** Within `commit`. @throws UserError `TASK_ID_TAKEN` */
  insert(tasks: readonly Task[]): readonly Insertion[];
  /** Within `commit`. The task's state and its attempts as they are now. */
  save(task: Task): void;
  task(id: string): Task | null;
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
export function openTaskDatabase({ path, maxPages }: TaskDatabaseOptions): TaskDatabase {
  mkdirSync(dirname(path), { recursive: true });
  const { DatabaseSync } = loadSqlite();
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA foreign_keys = ON;
      PRAGMA journal_size_limit = ${JOURNAL_LIMIT_BYTES};
      ${maxPages === undefined ? '' : `PRAGMA max_page_count = ${maxPages}`}
    `);
    migrateTasks(database, path);
    return taskDatabase(database, path);
  } catch (error) {
    database.close();
    throw error;
  }
}

function taskDatabase(database: DatabaseSync, path: string): TaskDatabase {
  const statements = prepare(database);

  function read(row: unknown): Task {
    const { sequence } = row as { sequence: number };
    try {
      return taskOf(row, statements.attempts.all(sequence));
    } catch (error) {
      throw damaged(path, `task number ${sequence} cannot be read: ${messageOf(error)}`);
    }
  }

  function insertOne(task: Task): Insertion {
    const { changes } = statements.insert.run({ ...identityValues(task), ...stateValues(task) });
    if (changes === 1) {
      for (const attempt of task.attempts) statements.attempt.run(attemptValues(task, attempt));
      return 'inserted';
    }
    const known = read(statements.byId.get(task.id));
    const same = known.benchmark === task.benchmark && sameParameters(known.parameters, task.parameters);
    if (same) return 'existing';
    throw new UserError(
      'TASK_ID_TAKEN',
      `task id ${task.id} is taken by another task (${known.benchmark} ${JSON.stringify(known.parameters)}): choose another id, or send the same benchmark and parameters`,
    );
  }

  return {
    commit: (writes) => commitTogether(database, writes),
    insert: (tasks) => tasks.map(insertOne),
    save(task) {
      const { changes } = statements.save.run(stateValues(task));
      if (changes !== 1) throw new Error(`task ${task.id} is not in the task database`);
      // Attempts before the last stored one have ended: they may be dropped, but never change.
      const { last } = statements.storedAttempts.get(task.sequence) ?? {};
      const from = typeof last === 'number' ? last : 0;
      for (const attempt of task.attempts) {
        if (attempt.number >= from) statements.attempt.run(attemptValues(task, attempt));
      }
      const { number } = statements.storedAttempts.get(task.sequence) ?? {};
      if (number === task.attempts.length) return;
      const kept = JSON.stringify(task.attempts.map((attempt) => attempt.number));
      statements.dropAttempts.run(task.sequence, kept);
    },
    task(id) {
      const row = statements.byId.get(id);
      return row === undefined ? null : read(row);
    },
    tasks({ states, before, limit }) {
      const below = before ?? Number.MAX_SAFE_INTEGER;
      const sequences = [...new Set(states)].flatMap((state) =>
        statements.sequences.all(state, below, limit).map(({ sequence }) => Number(sequence)),
      );
      const newest = sequences.sort((a, b) => b - a).slice(0, limit);
      return newest.map((sequence) => read(statements.bySequence.get(sequence)));
    },
    summary: () => ({
      counts: counts(statements.counts),
      performance: performances(statements),
      lastSequence: Number(statements.lastSequence.get()?.sequence ?? 0),
    }),
    close: () => database.close(),
  };
}

type Statements = ReturnType<typeof prepare>;

function prepare(database: DatabaseSync) {
  return {
    insert: database.prepare(`
      INSERT INTO task (sequence, id, benchmark, parameters, priority, wanted_worker, description, state, created_at,
        updated_at, not_before, completed_by, execution_seconds, result)
      VALUES (:sequence, :id, :benchmark, :parameters, :priority, :wanted_worker, :description, :state, :created_at,
        :updated_at, :not_before, :completed_by, :execution_seconds, :result)
      ON CONFLICT (id) DO NOTHING`),
    save: database.prepare(`
      UPDATE task SET state = :state, updated_at = :updated_at, not_before = :not_before,
        completed_by = :completed_by, execution_seconds = :execution_seconds, result = :result
      WHERE sequence = :sequence AND id = :id`),
    attempt: database.prepare(`
      INSERT INTO attempt (task, number, worker_id, assigned_at, sent_at, ended_at, outcome, error)
      VALUES (:task, :number, :worker_id, :assigned_at, :sent_at, :ended_at, :outcome, :error)
      ON CONFLICT (task, number) DO UPDATE SET worker_id = excluded.worker_id, assigned_at = excluded.assigned_at,
        sent_at = excluded.sent_at, ended_at = excluded.ended_at, outcome = excluded.outcome, error = excluded.error`),
    storedAttempts: database.prepare(
      'SELECT MAX(number) AS last, COUNT(*) AS number FROM attempt WHERE task = ?',
    ),
    dropAttempts: database.prepare(
      'DELETE FROM attempt WHERE task = ? AND number NOT IN (SELECT value FROM json_each(?))',
    ),
    attempts: database.prepare(`SELECT ${ATTEMPT_COLUMNS} FROM attempt WHERE task = ? ORDER BY number`),
    byId: database.prepare(`SELECT ${TASK_COLUMNS} FROM task WHERE id = ?`),
    bySequence: database.prepare(`SELECT ${TASK_COLUMNS} FROM task WHERE sequence = ?`),
    sequences: database.prepare(
      'SELECT sequence FROM task WHERE state = ? AND sequence < ? ORDER BY sequence DESC LIMIT ?',
    ),
    lastSequence: database.prepare('SELECT MAX(sequence) AS sequence FROM task'),
    counts: database.prepare('SELECT state, COUNT(*) AS number FROM task GROUP BY state'),
    // One step of a walk along the index from one worker and benchmark to the next, past all their runs.
    nextRuns: database.prepare(`
      SELECT completed_by AS worker, benchmark FROM task
      WHERE completed_by IS NOT NULL AND execution_seconds IS NOT NULL AND (completed_by, benchmark) > (?, ?)
      ORDER BY completed_by, benchmark LIMIT 1`),
    runs: database.prepare(`
      SELECT COUNT(*) AS runs, AVG(execution_seconds) AS mean FROM (
        SELECT execution_seconds FROM task
        WHERE completed_by = ? AND benchmark = ? AND execution_seconds IS NOT NULL
        ORDER BY updated_at DESC LIMIT ${REMEMBERED_RUNS})`),
  };
}

function counts(statement: StatementSync): Record<TaskState, number> {
  const found = new Map(statement.all().map(({ state, number }) => [state, Number(number)]));
  const all = { ...NO_TASKS };
  for (const state of TASK_STATES) all[state] = found.get(state) ?? 0;
  return all;
}

function performances({ nextRuns, runs }: Statements): Performances {
  const workers = new Map<string, [string, Performance][]>();
  for (let at = nextRuns.get('', ''); at !== undefined; ) {
    const worker = String(at.worker);
    const benchmark = String(at.benchmark);
    const found = runs.get(worker, benchmark);
    const performance = { runs: Number(found?.runs), meanSeconds: Number(found?.mean) };
    workers.set(worker, [...(workers.get(worker) ?? []), [benchmark, performance]]);
    at = nextRuns.get(worker, benchmark);
  }
  // Names come from outside: fromEntries makes plain properties even of `__proto__`.
  return Object.fromEntries([...workers].map(([worker, entries]) => [worker, Object.fromEntries(entries)]));
}
