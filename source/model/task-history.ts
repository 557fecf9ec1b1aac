import type { TaskState } from './task.ts';

/**
 * What happened to a task. `restored`: read back from the database at start. `uncertain`: the connection broke while it
 * ran. `cancelling`: somebody called it off while it ran. `retried`: by hand, after its end. `duplicate`: a result came
 * for it that does not count.
 */
export type TaskChange =
  | 'submitted'
  | 'restored'
  | 'assigned'
  | 'sent'
  | 'uncertain'
  | 'requeued'
  | 'cancelling'
  | 'cancelled'
  | 'retried'
  | 'duplicate'
  | 'completed'
  | 'failed';

/** One line of a task's history, as it stands in the database for good. */
export interface HistoryEntry {
  /** Unix milliseconds. */
  readonly at: number;
  readonly change: string;
  /** The state that it left the task in. */
  readonly state: TaskState;
  /** The attempt that it was about, and that one's worker; null where it was about none. */
  readonly attempt: number | null;
  readonly workerId: string | null;
  /** Plain text, English; null where there is nothing to say. */
  readonly note: string | null;
}
