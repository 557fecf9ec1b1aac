import { codeOf } from '#model/errors.ts';

type Sqlite = typeof import('node:sqlite');

/**
 * `node:sqlite`, loaded without the ExperimentalWarning that Node before 24.15 prints with it: on stderr it would
 * tear the screen. Other warnings are not touched.
 */
export function loadSqlite(): Sqlite {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** SQLite's own primary result code (https://www.sqlite.org/rescode.html), or null where the error is not SQLite's. */
export function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null;
  return error.errcode & 0xff;
}

/** The primary result codes that are told apart. */
export const SQLITE = {
  /** A statement that does not fit the tables, among others. */
  error: 1,
  busy: 5,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
} as const;

/** What is wrong with a database, as far as a person can do something about it; null: anything else, a defect of ours. */
export type DatabaseFailure = 'full' | 'unwritable' | 'damaged' | 'busy';

export function failureOf(error: unknown): DatabaseFailure | null {
  switch (sqliteCode(error)) {
    case SQLITE.full:
      return 'full';
    case SQLITE.ioError:
    case SQLITE.readOnly:
    case SQLITE.cannotOpen:
      return 'unwritable';
    case SQLITE.corrupt:
    case SQLITE.notADatabase:
      return 'damaged';
    case SQLITE.busy:
      return 'busy';
    default:
      return /^E[A-Z0-9]+$/.test(codeOf(error) ?? '') ? 'unwritable' : null;
  }
}
