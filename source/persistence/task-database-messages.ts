import type { Task } from '#model/task.ts';
import type { Insertion, Summary, TaskPage } from './task-database.ts';

/** What the main thread asks of the database's thread. */
export type TaskAsk =
  | { readonly kind: 'insert'; readonly tasks: readonly Task[] }
  | { readonly kind: 'save'; readonly task: Task }
  | { readonly kind: 'task'; readonly id: string }
  | { readonly kind: 'tasks'; readonly page: TaskPage }
  | { readonly kind: 'summary' };

/** What each is answered with. */
export type TaskAnswers = {
  readonly insert: readonly Insertion[];
  readonly save: null;
  readonly task: Task | null;
  readonly tasks: readonly Task[];
  readonly summary: Summary;
};
