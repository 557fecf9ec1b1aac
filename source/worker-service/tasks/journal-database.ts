import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { messageOf, UserError } from '#model/errors.ts';
import { commitTogether } from '#storage/group-commit.ts';
import { migrate } from '#storage/migrations.ts';
import { loadSqlite } from '#storage/sqlite.ts';
import type { Acceptance } from './journal.ts';
import { damaged } from './journal-error.ts';
import { JOURNAL_MIGRATIONS } from './journal-migrations.ts';
import { acceptedValues, endedOf, endValues, recordOf, TASK_COLUMNS } from './journal-rows.ts';
import { type AcceptedTask, type EndedTask, mayComeAgain, type TaskEnd, type TaskRecord } from './task.ts';

/** Two workers that start at the same instant: one has the file for good, only the other one waits this out. */
const BUSY_TIMEOUT_MS = 1_000;
/** A write-ahead log that grew in a burst is cut back to this. */
const LOG_LIMIT_BYTES = 16 * 2 ** 20;

/** What is kept of the tasks that have ended; the oldest go first. Unfinished ones are never pruned. */
export interface Retention {
  readonly tasks: number;
  readonly ageMs: number;
  /** Of the whole file. */
  readonly bytes: number;
}

export interface JournalDatabaseOptions {
  readonly path: string;
  /** Bound on the size of the file, in pages of 4 KiB; missing: what the disk holds. */
  readonly maxPages?: number | undefined;
}

/** The journal, synchronous: it lives in a thread of its own. */
export interface JournalDatabase {
  commit(writes: readonly (() => void)[]): readonly unknown[];
  /** Within `commit`, as `start`, `end` and `prune`. */
  accept(task: AcceptedTask, acceptedAt: number): Acceptance;
  start(row: number, startedAt: number): void;
  end(row: number, endedAt: number, end: TaskEnd): void;
  /** Removes at most `step` tasks that `retention` does not keep; whether there are more. `now` is Unix milliseconds. */
  prune(retention: Retention, now: number, step: number): boolean;
  find(taskId: string): TaskRecord | undefined;
  unfinished(): readonly TaskRecord[];
  lastEnded(limit: number): readonly EndedTask[];
  close(): void;
}

/**
 * Opens or creates the journal and brings it to the newest version. The file is locked as long as it is open; the system
 * drops the lock with the process, kill -9 included.
 *
 * @throws UserError `JOURNAL_NEWER` for a file of a later release, `JOURNAL_DAMAGED` for one that is not whole.
 */
export function openJournalDatabase({ path, maxPages }: JournalDatabaseOptions): JournalDatabase {
  mkdirSync(dirname(path), { recursive: true });
  const { DatabaseSync } = loadSqlite();
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    database.exec(`
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA journal_size_limit = ${LOG_LIMIT_BYTES};
      ${maxPages === undefined ? '' : `PRAGMA max_page_count = ${maxPages}`}
    `);
    const { quick_check: found } = database.prepare('PRAGMA quick_check(1)').get() ?? {};
    if (found !== 'ok') throw new UserError('JOURNAL_DAMAGED', damaged(path, String(found)));
    migrate(database, JOURNAL_MIGRATIONS, (version) => newer(path, version));
    return journalDatabase(database, path);
  } catch (error) {
    database.close();
    throw error;
  }
}

function newer(path: string, version: number): UserError {
  return new UserError(
    'JOURNAL_NEWER',
    `the journal ${path} was written by a newer elastic-worker (its version is ${version}, this program knows up to ${JOURNAL_MIGRATIONS.length}): start that one, or move the file away`,
  );
}

function journalDatabase(database: DatabaseSync, path: string): JournalDatabase {
  const statements = prepare(database);

  function read<T>(row: unknown, parse: (row: unknown) => T): T {
    try {
      return parse(row);
    } catch (error) {
      const { row: number } = row as { row: number };
      throw new UserError(
        'JOURNAL_DAMAGED',
        damaged(path, `row ${number} cannot be read: ${messageOf(error)}`),
      );
    }
  }

  function find(taskId: string): TaskRecord | undefined {
    const row = statements.byId.get(taskId);
    return row === undefined ? undefined : read(row, recordOf);
  }

  const count = (pragma: string) =>
    Number(Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0]);
  const usedBytes = () => (count('page_count') - count('freelist_count')) * count('page_size');

  return {
    commit: (writes) => commitTogether(database, writes),
    accept(task, acceptedAt) {
      const record = task.taskId === null ? undefined : find(task.taskId);
      if (record !== undefined && !mayComeAgain(record)) return { kind: 'known', record };
      if (record !== undefined) statements.remove.run(record.row);
      const { lastInsertRowid } = statements.accept.run(acceptedValues(task, acceptedAt));
      return { kind: 'accepted', row: Number(lastInsertRowid) };
    },
    start(row, startedAt) {
      const { changes } = statements.start.run(startedAt, row);
      if (changes !== 1) throw new Error(`row ${row} waits for no start`);
    },
    end(row, endedAt, end) {
      const { changes } = statements.end.run(endValues(row, endedAt, end));
      if (changes !== 1 && statements.isEnded.get(row) === undefined) {
        throw new Error(`row ${row} is not in the journal`);
      }
    },
    prune(retention, now, step) {
      const { ended } = statements.countEnded.get() ?? {};
      const { old } = statements.countOld.get(now - retention.ageMs) ?? {};
      const surplus = Math.max(Number(ended) - retention.tasks, Number(old));
      const isLarge = usedBytes() > retention.bytes;
      const { changes } = statements.prune.run(Math.min(step, isLarge ? step : Math.max(0, surplus)));
      return changes > 0 && (surplus > step || (isLarge && usedBytes() > retention.bytes));
    },
    find,
    unfinished: () => statements.unfinished.all().map((row) => read(row, recordOf)),
    lastEnded: (limit) =>
      statements.lastEnded
        .all(limit)
        .map((row) => read(row, endedOf))
        .reverse(),
    close: () => database.close(),
  };
}

function prepare(database: DatabaseSync) {
  return {
    accept: database.prepare(`
      INSERT INTO task (task_id, benchmark, params, accepted_at)
      VALUES (:task_id, :benchmark, :params, :accepted_at)`),
    start: database.prepare(`
      UPDATE task SET state = 'running', started_at = ?, starts = starts + 1
      WHERE row = ? AND ended_at IS NULL`),
    end: database.prepare(`
      UPDATE task SET state = :state, ended_at = :ended_at, seconds = :seconds, return_code = :return_code,
        error = :error, results = :results, status = :status, body = :body
      WHERE row = :row AND ended_at IS NULL`),
    isEnded: database.prepare('SELECT row FROM task WHERE row = ? AND ended_at IS NOT NULL'),
    remove: database.prepare('DELETE FROM task WHERE row = ?'),
    byId: database.prepare(`SELECT ${TASK_COLUMNS} FROM task WHERE task_id = ?`),
    unfinished: database.prepare(`SELECT ${TASK_COLUMNS} FROM task WHERE ended_at IS NULL ORDER BY row`),
    lastEnded: database.prepare(`
      SELECT ${TASK_COLUMNS} FROM task WHERE ended_at IS NOT NULL ORDER BY ended_at DESC, row DESC LIMIT ?`),
    countEnded: database.prepare('SELECT COUNT(*) AS ended FROM task WHERE ended_at IS NOT NULL'),
    countOld: database.prepare('SELECT COUNT(*) AS old FROM task WHERE ended_at < ?'),
    prune: database.prepare(`
      DELETE FROM task WHERE row IN (
        SELECT row FROM task WHERE ended_at IS NOT NULL ORDER BY ended_at, row LIMIT ?)`),
  };
}
