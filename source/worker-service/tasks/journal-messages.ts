import type { Acceptance } from './journal.ts';
import type { Retention } from './journal-database.ts';
import type { AcceptedTask, EndedTask, TaskEnd, TaskRecord } from './task.ts';

/** What the main thread asks of the journal's thread. Times are Unix milliseconds. */
export type JournalAsk =
  | { readonly kind: 'accept'; readonly task: AcceptedTask; readonly at: number }
  | { readonly kind: 'start'; readonly row: number; readonly at: number }
  | { readonly kind: 'end'; readonly row: number; readonly at: number; readonly end: TaskEnd }
  | { readonly kind: 'prune'; readonly retention: Retention; readonly now: number; readonly step: number }
  | { readonly kind: 'find'; readonly taskId: string }
  | { readonly kind: 'unfinished' }
  | { readonly kind: 'last-ended'; readonly limit: number };

/** What each is answered with. */
export type JournalAnswers = {
  readonly accept: Acceptance;
  readonly start: undefined;
  readonly end: undefined;
  /** Whether there is more to prune. */
  readonly prune: boolean;
  readonly find: TaskRecord | undefined;
  readonly unfinished: readonly TaskRecord[];
  readonly 'last-ended': readonly EndedTask[];
};
