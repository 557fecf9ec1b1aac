import { messageOf, UserError } from '#model/errors.ts';
import { said } from '#model/said.ts';
import { failureOf } from '#storage/sqlite.ts';
import type { SentError } from '#storage/thread-messages.ts';

/** What went wrong with the task database at `path`, in a form that can cross to another thread. */
export function toSent(error: unknown, path: string): SentError {
  const { code, message } =
    error instanceof UserError ? error : (userErrorOf(error, path) ?? noUserError(error));
  return { code, message };
}

function noUserError(error: unknown): SentError {
  return { code: null, message: said`task database: ${messageOf(error)}` };
}

function userErrorOf(error: unknown, path: string): UserError | null {
  switch (failureOf(error)) {
    case 'full':
      return new UserError(
        'TASK_DATABASE_FULL',
        said`no room left for the task database ${path}: free space on that disk; no task is accepted until then`,
      );
    case 'unwritable':
      return unwritable(path, messageOf(error));
    case 'damaged':
      return damaged(path, messageOf(error));
    case 'busy':
      return new UserError(
        'TASK_DATABASE_BUSY',
        said`the task database ${path} is held by another program: end that program`,
      );
    case null:
      return null;
  }
}

function unwritable(path: string, detail: string): UserError {
  return new UserError(
    'TASK_DATABASE_UNWRITABLE',
    said`the task database ${path} cannot be written (${detail}): check that disk and its quota, and that the file and its folder may be written; or choose another folder with --dir`,
  );
}

/** A file that is no task database, or no whole one. It is never touched: tasks are precious. */
export function damaged(path: string, detail: string): UserError {
  return new UserError(
    'TASK_DATABASE_DAMAGED',
    said`the task database ${path} is damaged (${detail}): put back a copy, or move it and its -wal and -shm files away to begin with an empty one`,
  );
}
