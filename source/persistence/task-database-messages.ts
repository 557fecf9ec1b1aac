import type { Task } from '#model/task.ts';
import type { SentError } from './database-error.ts';
import type { Insertion, Summary, TaskPage } from './task-database.ts';

/** What the main thread asks of the database's thread. */
export type Ask =
  | { readonly kind: 'insert'; readonly tasks: readonly Task[] }
  | { readonly kind: 'save'; readonly task: Task }
  | { readonly kind: 'task'; readonly id: string }
  | { readonly kind: 'tasks'; readonly page: TaskPage }
  | { readonly kind: 'summary' }
  | { readonly kind: 'close' };

/** What each is answered with. */
export interface Answers {
  insert: readonly Insertion[];
  save: null;
  task: Task | null;
  tasks: readonly Task[];
  summary: Summary;
  close: null;
}

/** Everything asked since the last batch was answered: its writes share one commit. */
export type Batch = readonly Ask[];

export type Answer =
  | { readonly ok: true; readonly value: Answers[keyof Answers] }
  | { readonly ok: false; readonly error: SentError };

/** From the database's thread. `answers` are in the order of the batch. */
export type FromThread =
  | { readonly type: 'opened' }
  | { readonly type: 'not-opened'; readonly error: SentError }
  | { readonly type: 'answered'; readonly answers: readonly Answer[] };
