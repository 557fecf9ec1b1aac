import { mkdirSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { codeOf, messageOf, UserError } from '#model/errors.ts';
import { said } from '#model/said.ts';
import { loadSqlite, SQLITE, sqliteCode } from '#storage/sqlite.ts';

/** Held until it is released or the process ends, however it ends. */
export interface MasterLock {
  release(): void;
}

/**
 * Two masters that start at the same instant stand in each other's way for a moment. Within this time one of them
 * has the lock for good; only the other one waits it out.
 */
const CONTENTION_MS = 1_000;

/**
 * Makes this process the only master of a folder. The lock is SQLite's exclusive lock on a file of its own: the
 * system drops it with the process, kill -9 included, so that no lock is ever left behind.
 *
 * Invariant: nothing else in this process opens `path`: closing any other descriptor of it would drop the lock.
 *
 * @throws UserError `MASTER_RUNNING` while another process holds it, `MASTER_LOCK_FAILED` where it cannot be taken.
 */
export function takeMasterLock(path: string): MasterLock {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const { DatabaseSync } = loadSqlite();
    database = new DatabaseSync(path, { timeout: CONTENTION_MS });
    // In this order: in exclusive mode SQLite keeps the shared lock that each try begins with, so that two masters which
    // start at once would wait for each other until both give up.
    database.exec('BEGIN EXCLUSIVE; PRAGMA locking_mode = EXCLUSIVE; COMMIT');
  } catch (error) {
    database?.close();
    throw lockError(path, error);
  }
  const connection = database;
  let isHeld = true;
  function release(): void {
    process.off('exit', release);
    if (isHeld) connection.close();
    isHeld = false;
  }
  // Keeps the connection alive: one that nobody refers to is closed with the garbage, and the lock with it.
  process.on('exit', release);
  return { release };
}

/**
 * Whether a master holds the lock. Looks without taking it, which keeps a master from nothing, and makes no file. False
 * also where it cannot be told. Never asked in the process of a master.
 */
export function isMasterLocked(path: string): boolean {
  const { DatabaseSync } = loadSqlite();
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: true });
    database.exec('PRAGMA schema_version');
    return false;
  } catch (error) {
    return sqliteCode(error) === SQLITE.busy;
  } finally {
    database?.close();
  }
}

/**
 * The process that holds the lock: the only other one that has its file open. Null where none does, where there are several
 * (one that only looks, at the same moment), and where the system does not tell (no /proc, the master of another user).
 */
export function masterLockHolder(path: string): number | null {
  if (!isMasterLocked(path)) return null;
  const file = realpathSync(path);
  const pids = namesIn('/proc').map(Number).filter(Number.isInteger);
  const [holder, ...others] = pids.filter((pid) => pid !== process.pid && opensOf(pid).includes(file));
  return holder !== undefined && others.length === 0 ? holder : null;
}

/** What a process has open. */
function opensOf(pid: number): readonly string[] {
  const folder = `/proc/${pid}/fd`;
  return namesIn(folder).flatMap((name) => {
    try {
      return [readlinkSync(`${folder}/${name}`)];
    } catch {
      return [];
    }
  });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function lockError(path: string, cause: unknown): UserError {
  const folder = dirname(path);
  if (sqliteCode(cause) === SQLITE.busy) {
    return new UserError(
      'MASTER_RUNNING',
      said`another elastic-tui is already running on ${folder}: end that one first, or give this one a folder of its own with --dir`,
      { cause },
    );
  }
  if (sqliteCode(cause) === SQLITE.notADatabase || sqliteCode(cause) === SQLITE.corrupt) {
    return new UserError(
      'MASTER_LOCK_FAILED',
      said`${path} is not the lock file of elastic-tui (it holds something else): move it away and start again`,
      { cause },
    );
  }
  return new UserError(
    'MASTER_LOCK_FAILED',
    said`the lock file ${path} cannot be used (${codeOf(cause) ?? 'error'}: ${messageOf(cause)}): make ${folder} writable, or choose another folder with --dir`,
    { cause },
  );
}
