import type { Batch, NewBatch } from '#model/batch.ts';
import type { Query } from '#model/commands.ts';
import type { PastRun } from '#model/past-run.ts';
import type { RemainingRun } from '#model/remaining-run.ts';
import type { RunStatistics } from '#model/run-statistics.ts';
import type { Sweep } from '#model/sweep.ts';
import type { Task, TaskState } from '#model/task.ts';
import type { HistoryEntry, TaskChange } from '#model/task-history.ts';
import type { Performance } from '#model/worker.ts';
import type { WorkerClient } from '#worker-client/worker-client.ts';

/** What the task monitor asks of whatever speaks to workers. */
export type TaskClient = Pick<WorkerClient, 'execute' | 'history' | 'task' | 'cancel'>;

/** What the database knew when it was opened. */
export interface LoadedTasks {
  readonly unfinished: readonly Task[];
  /** The last ones that ended, oldest first. */
  readonly finished: readonly Task[];
  readonly counts: Readonly<Record<TaskState, number>>;
  /** By worker, then by benchmark. */
  readonly performance: Readonly<Record<string, Readonly<Record<string, Performance>>>>;
  /** The last runs of each worker and benchmark that succeeded, oldest first. */
  readonly runs: readonly PastRun[];
  readonly lastSequence: number;
  /** Those that are not finished, and the last ones that are, in order of submission. */
  readonly batches: readonly Batch[];
  /** Ids of the workers that the operator drains. */
  readonly drained: readonly string[];
  /** Runs that may go on at their workers though nobody waits for them. */
  readonly remaining: readonly RemainingRun[];
}

/** Tasks and sweeps that are accepted together, or not at all. */
interface Submission {
  /** Made where they are not there yet. */
  readonly batches: readonly NewBatch[];
  readonly tasks: readonly Task[];
  readonly sweeps: readonly Sweep[];
}

/** What the task monitor asks of the database. Every promise of a change resolves after the commit. */
export interface TaskStore {
  load(options: { readonly finishedLimit: number }): Promise<LoadedTasks>;
  /**
   * All or none. A task that is there already with the same content is the same task: for each task which it was, and
   * for each sweep the places of those.
   *
   * @throws UserError TASK_ID_TAKEN where an id is taken by another content.
   */
  insert(submission: Submission): Promise<{
    readonly tasks: readonly ('inserted' | 'existing')[];
    readonly sweeps: readonly (readonly number[])[];
  }>;
  /** Replaces the task's state and attempts, and adds a line to its history. */
  save(
    task: Task,
    change: {
      readonly at: number;
      readonly change: TaskChange;
      readonly attempt?: number | undefined;
      readonly note?: string | undefined;
      /** A run that the change leaves at its worker: kept with it, until it is forgotten. */
      readonly remains?: RemainingRun | undefined;
    },
  ): Promise<void>;
  forgetRun(run: Pick<RemainingRun, 'taskId' | 'number'>): Promise<void>;
  drain(workerId: string, drained: boolean, at: number): Promise<void>;
  /** Removes finished tasks that ended before, or are more than may be kept: at most `step` of them. */
  prune(retention: {
    readonly endedBefore: number | null;
    readonly keep: number | null;
    readonly step: number;
  }): Promise<{
    readonly removed: Readonly<Record<TaskState, number>>;
    readonly batches: readonly string[];
    readonly more: boolean;
  }>;
  task(id: string): Promise<Task | null>;
  batch(id: string): Promise<Batch | null>;
  statistics(): Promise<RunStatistics>;
  history(id: string): Promise<readonly HistoryEntry[]>;
  tasks(query: Omit<Extract<Query, { type: 'tasks' }>, 'type'>): Promise<readonly Task[]>;
}
