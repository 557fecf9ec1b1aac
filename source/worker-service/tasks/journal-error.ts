import { messageOf, UserError } from '#model/errors.ts';
import { failureOf } from '#storage/sqlite.ts';
import type { SentError } from '#storage/thread-messages.ts';

/** What went wrong with the journal at `path`, in a form that can cross to another thread. */
export function toSent(error: unknown, path: string): SentError {
  if (error instanceof UserError) return { code: error.code, message: error.message };
  const said = messageOf(error);
  switch (failureOf(error)) {
    case 'full':
      return {
        code: 'JOURNAL_FULL',
        message: `no room left for the journal ${path}: free space on that disk; no task is accepted until then`,
      };
    case 'unwritable':
      return {
        code: 'JOURNAL_UNWRITABLE',
        message: `the journal ${path} cannot be written (${said}): check that disk and its quota, and that the file and its folder may be written; or choose another folder with --dir`,
      };
    case 'damaged':
      return { code: 'JOURNAL_DAMAGED', message: damaged(path, said) };
    case 'busy':
      return {
        code: 'JOURNAL_BUSY',
        message: `another elastic-worker with this id already runs on this folder (it holds ${path}): end that one first, or give this one an id of its own with --id or another folder with --dir`,
      };
    case null:
      return { code: null, message: `journal: ${said}` };
  }
}

/** A file that is no journal, or no whole one; a worker that starts moves it aside. */
export function damaged(path: string, detail: string): string {
  return `the journal ${path} is damaged (${detail}): start the worker again; it keeps the file under another name and begins a new one`;
}
