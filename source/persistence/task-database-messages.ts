import type { Batch } from '#model/batch.ts';
import type { RemainingRun } from '#model/remaining-run.ts';
import type { RunStatistics } from '#model/run-statistics.ts';
import type { Task } from '#model/task.ts';
import type { HistoryEntry } from '#model/task-history.ts';
import type { Inserted, Submission, Summary, TaskPage } from './task-database.ts';
import type { Pruned, Retention } from './task-retention.ts';
import type { ChangeNote } from './task-rows.ts';

/** What the main thread asks of the database's thread. */
export type TaskAsk =
  | { readonly kind: 'insert'; readonly submission: Submission }
  | { readonly kind: 'save'; readonly task: Task; readonly change: ChangeNote }
  | { readonly kind: 'drain'; readonly workerId: string; readonly drained: boolean; readonly at: number }
  | { readonly kind: 'forget-run'; readonly run: Pick<RemainingRun, 'taskId' | 'number'> }
  | { readonly kind: 'prune'; readonly retention: Retention }
  | { readonly kind: 'task'; readonly id: string }
  | { readonly kind: 'batch'; readonly id: string }
  | { readonly kind: 'statistics' }
  | { readonly kind: 'history'; readonly id: string }
  | { readonly kind: 'tasks'; readonly page: TaskPage }
  | { readonly kind: 'summary' };

/** What each is answered with. */
export type TaskAnswers = {
  readonly insert: Inserted;
  readonly save: null;
  readonly drain: null;
  readonly 'forget-run': null;
  readonly prune: Pruned;
  readonly task: Task | null;
  readonly batch: Batch | null;
  readonly statistics: RunStatistics;
  readonly history: readonly HistoryEntry[];
  readonly tasks: readonly Task[];
  readonly summary: Summary;
};
