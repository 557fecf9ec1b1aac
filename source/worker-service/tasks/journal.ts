import type { AcceptedTask, EndedTask, TaskEnd, TaskRecord } from './task.ts';

/** Whether a task is new here, or its id was accepted before; then nothing is recorded. */
export type Acceptance =
  | { readonly kind: 'accepted'; readonly row: number }
  | { readonly kind: 'known'; readonly record: TaskRecord };

/** What this worker has accepted, started and ended. Every promise resolves after its commit (fsync included). */
export interface Journal {
  /** Records a task before it waits or runs. One without an id is always new; so is an id that `mayComeAgain`. */
  accept(task: AcceptedTask, acceptedAt: number): Promise<Acceptance>;
  /** Before the program starts; counts the start. */
  start(row: number, startedAt: number): Promise<void>;
  /** May be said again where it is not known whether it was recorded: the first end stands. */
  end(row: number, endedAt: number, end: TaskEnd): Promise<void>;
  /** The task of that id; undefined: never accepted here, or so long ago that it was pruned. */
  find(taskId: string): Promise<TaskRecord | undefined>;
  /** What waited or ran when the journal was last closed or its process killed, oldest first. */
  unfinished(): Promise<readonly TaskRecord[]>;
  /** The last `limit` that ended, in the order of their ends. */
  lastEnded(limit: number): Promise<readonly EndedTask[]>;
  close(): Promise<void>;
}
