import { codeOf, messageOf, UserError } from '#model/errors.ts';
import { SQLITE, sqliteCode } from './sqlite.ts';

/** An error as it crosses from the database's thread; `code` is a UserError's, or null. */
export interface SentError {
  readonly code: string | null;
  readonly message: string;
}

/** What went wrong with the task database at `path`, in a form that can cross to another thread. */
export function toSent(error: unknown, path: string): SentError {
  const { code, message } =
    error instanceof UserError ? error : (userErrorOf(error, path) ?? noUserError(error));
  return { code, message };
}

/** The error again, on the other side. */
export function fromSent({ code, message }: SentError): Error {
  return code === null ? new Error(message) : new UserError(code, message);
}

function noUserError(error: unknown): SentError {
  return { code: null, message: `task database: ${messageOf(error)}` };
}

function userErrorOf(error: unknown, path: string): UserError | null {
  const said = messageOf(error);
  switch (sqliteCode(error)) {
    case SQLITE.full:
      return new UserError(
        'TASK_DATABASE_FULL',
        `no room left for the task database ${path}: free space on that disk; no task is accepted until then`,
      );
    case SQLITE.ioError:
    case SQLITE.readOnly:
    case SQLITE.cannotOpen:
      return unwritable(path, said);
    case SQLITE.corrupt:
    case SQLITE.notADatabase:
      return damaged(path, said);
    case SQLITE.busy:
      return new UserError(
        'TASK_DATABASE_BUSY',
        `the task database ${path} is held by another program: end that program`,
      );
    default:
      return /^E[A-Z0-9]+$/.test(codeOf(error) ?? '') ? unwritable(path, said) : null;
  }
}

function unwritable(path: string, detail: string): UserError {
  return new UserError(
    'TASK_DATABASE_UNWRITABLE',
    `the task database ${path} cannot be written (${detail}): check that disk and its quota, and that the file and its folder may be written; or choose another folder with --dir`,
  );
}

/** A file that is no task database, or no whole one. It is never touched: tasks are precious. */
export function damaged(path: string, detail: string): UserError {
  return new UserError(
    'TASK_DATABASE_DAMAGED',
    `the task database ${path} is damaged (${detail}): put back a copy, or move it and its -wal and -shm files away to begin with an empty one`,
  );
}
