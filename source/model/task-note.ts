import { said } from './said.ts';
import type { TaskState } from './task.ts';

/** Why a task that a command was about is not simply as it was asked to be. */
export type NoteReason =
  /** Its worker was told to end it: it is cancelled once that has. */
  | { readonly code: 'told'; readonly worker: string }
  /** It is cancelled, but its worker cannot be told. `sent`: whether the worker is known to have it. */
  | { readonly code: 'goes-on'; readonly worker: string; readonly sent: boolean }
  /** It had ended before it could be called off. */
  | { readonly code: 'ended'; readonly state: TaskState }
  /** Only what failed or was cancelled can be run again. */
  | { readonly code: 'not-again'; readonly state: TaskState }
  /** The master ends, and changes nothing any more. */
  | { readonly code: 'master-ends' };

/** The reason in English, for scripts, the log and the history of a task. */
export function noteText(reason: NoteReason): string {
  switch (reason.code) {
    case 'told':
      return `${reason.worker} was told to end it`;
    case 'goes-on':
      // It is the attempt's error as well, which comes to the screen.
      return reason.sent
        ? said`${reason.worker} cannot be told to end it: it goes on there, and its slot stays taken until it ends`
        : said`${reason.worker} cannot be told to end it: if it got it, it goes on there, and its slot stays taken until it ends`;
    case 'ended':
      return `it is ${reason.state} already`;
    case 'not-again':
      return `it is ${reason.state}: only what failed or was cancelled can be run again`;
    case 'master-ends':
      return 'the master is about to end';
  }
}
