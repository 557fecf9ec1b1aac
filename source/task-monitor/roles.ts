import type { Query } from '#model/commands.ts';
import type { Task, TaskState } from '#model/task.ts';
import type { Performance } from '#model/worker.ts';
import type { WorkerClient } from '#worker-client/worker-client.ts';

/** What the task monitor asks of whatever speaks to workers. */
export type TaskClient = Pick<WorkerClient, 'execute' | 'history'>;

/** What the database knew when it was opened. */
export interface LoadedTasks {
  readonly unfinished: readonly Task[];
  /** The last ones that ended, oldest first. */
  readonly finished: readonly Task[];
  readonly counts: Readonly<Record<TaskState, number>>;
  /** By worker, then by benchmark. */
  readonly performance: Readonly<Record<string, Readonly<Record<string, Performance>>>>;
  readonly lastSequence: number;
}

/** What the task monitor asks of the database. Every promise resolves after the commit. */
export interface TaskStore {
  load(options: { readonly finishedLimit: number }): Promise<LoadedTasks>;
  /**
   * All or none. A task that is there already with the same content is the same task: for each, which it was.
   *
   * @throws UserError TASK_ID_TAKEN where an id is taken by another content.
   */
  insert(tasks: readonly Task[]): Promise<readonly ('inserted' | 'existing')[]>;
  /** Replaces the task's state and attempts. */
  save(task: Task): Promise<void>;
  task(id: string): Promise<Task | null>;
  tasks(query: Extract<Query, { type: 'tasks' }>): Promise<readonly Task[]>;
}
