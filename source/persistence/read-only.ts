import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { messageOf, UserError } from '#model/errors.ts';
import { said } from '#model/said.ts';
import { failureOf, loadSqlite, SQLITE, sqliteCode } from '#storage/sqlite.ts';
import { toSent } from './database-error.ts';

/** How long whoever else holds the file is waited for. */
const BUSY_MS = 2_000;

/**
 * The task database of a folder, only to be looked at: beside a master that works on it, or without one. Whoever opens
 * it closes it.
 *
 * @throws UserError TASK_DATABASE_MISSING; anything else as `readingError` makes it one.
 */
export function openReadOnly(path: string): DatabaseSync {
  if (!existsSync(path)) {
    throw new UserError(
      'TASK_DATABASE_MISSING',
      said`there is no task database at ${path}: no master has worked there; name its folder with --dir`,
    );
  }
  const { DatabaseSync } = loadSqlite();
  return new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS });
}

/** What to throw for anything that was thrown while a task database was read: a UserError where the file is at fault. */
export function readingError(error: unknown, path: string): unknown {
  if (error instanceof UserError) return error;
  // A file of another release has other tables and columns.
  if (sqliteCode(error) === SQLITE.error) {
    return new UserError(
      'TASK_DATABASE_OTHER_VERSION',
      said`the task database ${path} is of another version of elastic-tui: start a master of this version on it once, or read it with its own`,
      { cause: error },
    );
  }
  if (failureOf(error) === 'unwritable') {
    // Also who only reads has to write into its -shm file, by which SQLite keeps readers and writers apart.
    return new UserError(
      'TASK_DATABASE_UNREADABLE',
      said`the task database ${path} cannot be read (${messageOf(error)}): run this as its owner, or name another folder with --dir`,
      { cause: error },
    );
  }
  const { code, message } = toSent(error, path);
  return code === null ? error : new UserError(code, message, { cause: error });
}
