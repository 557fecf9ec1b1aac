import type { Batch } from '#model/batch.ts';
import type { RunStatistics } from '#model/run-statistics.ts';
import type { Task } from '#model/task.ts';
import type { HistoryEntry } from '#model/task-history.ts';
import type { SentError } from './database-error.ts';
import type { Inserted, Submission, Summary, TaskPage } from './task-database.ts';
import type { Pruned, Retention } from './task-retention.ts';
import type { ChangeNote } from './task-rows.ts';

/** What the main thread asks of the database's thread. */
export type Ask =
  | { readonly kind: 'insert'; readonly submission: Submission }
  | { readonly kind: 'save'; readonly task: Task; readonly change: ChangeNote }
  | { readonly kind: 'drain'; readonly workerId: string; readonly drained: boolean; readonly at: number }
  | { readonly kind: 'prune'; readonly retention: Retention }
  | { readonly kind: 'task'; readonly id: string }
  | { readonly kind: 'batch'; readonly id: string }
  | { readonly kind: 'statistics' }
  | { readonly kind: 'history'; readonly id: string }
  | { readonly kind: 'tasks'; readonly page: TaskPage }
  | { readonly kind: 'summary' }
  | { readonly kind: 'close' };

/** What each is answered with. */
export interface Answers {
  insert: Inserted;
  save: null;
  drain: null;
  prune: Pruned;
  task: Task | null;
  batch: Batch | null;
  statistics: RunStatistics;
  history: readonly HistoryEntry[];
  tasks: readonly Task[];
  summary: Summary;
  close: null;
}

/** Everything asked since the last batch was answered: its writes share one commit. */
export type Asks = readonly Ask[];

export type Answer =
  | { readonly ok: true; readonly value: Answers[keyof Answers] }
  | { readonly ok: false; readonly error: SentError };

/** From the database's thread. `answers` are in the order of the batch. */
export type FromThread =
  | { readonly type: 'opened' }
  | { readonly type: 'not-opened'; readonly error: SentError }
  | { readonly type: 'answered'; readonly answers: readonly Answer[] };
