import type { Batch } from '#model/batch.ts';
import { UserError } from '#model/errors.ts';
import type { RemainingRun } from '#model/remaining-run.ts';
import type { RunStatistics } from '#model/run-statistics.ts';
import { said } from '#model/said.ts';
import { isFinal, TASK_STATES, type Task } from '#model/task.ts';
import type { HistoryEntry } from '#model/task-history.ts';
import { openDatabaseClient } from '#storage/database-client.ts';
import type { Inserted, Submission, Summary, TaskDatabaseOptions, TaskPage } from './task-database.ts';
import type { TaskAnswers, TaskAsk } from './task-database-messages.ts';
import type { Pruned, Retention } from './task-retention.ts';
import type { ChangeNote } from './task-rows.ts';

/** Unfinished tasks that cross the threads at once: a longer page would hold up the main thread. */
const LOAD_PAGE = 1_000;
/** No screen shows more, and the answer crosses the threads at once. */
const MAX_PAGE = 1_000;

/** What was in the database at start. Tasks are in order of acceptance. */
interface LoadedTasks extends Summary {
  readonly unfinished: readonly Task[];
  /** The last that were accepted of those that are finished. */
  readonly finished: readonly Task[];
}

/**
 * The tasks on disk. What is written is committed and synced when its promise resolves. Requests made while a commit
 * runs share the next one; one that fails does not fail its neighbours. Every call may reject with a UserError
 * (`TASK_DATABASE_FULL`, `TASK_DATABASE_UNWRITABLE`, `TASK_DATABASE_DAMAGED`, …).
 */
export interface TaskStore {
  load(options: { readonly finishedLimit: number }): Promise<LoadedTasks>;
  /**
   * All or none. A task whose id is known with the same benchmark and parameters is that task.
   * Rejects with `TASK_ID_TAKEN` where the content is another.
   */
  insert(submission: Submission): Promise<Inserted>;
  /** A known task's new state and attempts, the line that this adds to its history, and a run that it leaves behind. */
  save(task: Task, change: ChangeNote): Promise<void>;
  /** Keeps or drops the operator's wish that a worker gets no new tasks. */
  drain(workerId: string, drained: boolean, at: number): Promise<void>;
  /** A run that remained at its worker is over. */
  forgetRun(run: Pick<RemainingRun, 'taskId' | 'number'>): Promise<void>;
  /** Removes finished tasks, one small step at a time. */
  prune(retention: Retention): Promise<Pruned>;
  task(id: string): Promise<Task | null>;
  batch(id: string): Promise<Batch | null>;
  /** Of the tasks that ended last. */
  statistics(): Promise<RunStatistics>;
  /** What happened to a task, oldest first, at most the last 500 lines. */
  history(id: string): Promise<readonly HistoryEntry[]>;
  /** At most 1 000 at once. */
  tasks(page: TaskPage): Promise<readonly Task[]>;
  /** Resolves when all that was asked is done and the file is closed. */
  close(): Promise<void>;
}

export interface TaskStoreOptions extends TaskDatabaseOptions {
  /** The program of the database's thread: `task-database-thread`, as source or as bundle. */
  readonly threadUrl: URL;
}

/**
 * Opens the task database in a thread of its own.
 *
 * @throws UserError where the file cannot be used; it is then left as it is.
 */
export async function openTaskStore({ threadUrl, ...options }: TaskStoreOptions): Promise<TaskStore> {
  const { ask, close } = await openDatabaseClient<TaskAsk, TaskAnswers>({
    threadUrl,
    name: said`task database`,
    data: options,
    closed: () =>
      new UserError('TASK_DATABASE_CLOSED', said`the task database is closed: start elastic-tui again`),
  });

  async function loadUnfinished(): Promise<Task[]> {
    const states = TASK_STATES.filter((state) => !isFinal(state));
    const tasks: Task[] = [];
    let before: number | null = null;
    for (;;) {
      const page: readonly Task[] = await ask({ kind: 'tasks', page: { states, before, limit: LOAD_PAGE } });
      tasks.push(...page);
      if (page.length < LOAD_PAGE) return tasks.reverse();
      before = page.at(-1)?.sequence ?? null;
    }
  }

  return {
    close,
    async load({ finishedLimit }) {
      const states = TASK_STATES.filter(isFinal);
      const [summary, finished, unfinished] = await Promise.all([
        ask({ kind: 'summary' }),
        ask({ kind: 'tasks', page: { states, before: null, limit: finishedLimit } }),
        loadUnfinished(),
      ]);
      return { ...summary, finished: finished.toReversed(), unfinished };
    },
    insert: (submission) => ask({ kind: 'insert', submission }),
    async save(task, change) {
      await ask({ kind: 'save', task, change });
    },
    async drain(workerId, drained, at) {
      await ask({ kind: 'drain', workerId, drained, at });
    },
    async forgetRun({ taskId, number }) {
      await ask({ kind: 'forget-run', run: { taskId, number } });
    },
    prune: (retention) => ask({ kind: 'prune', retention }),
    task: (id) => ask({ kind: 'task', id }),
    batch: (id) => ask({ kind: 'batch', id }),
    statistics: () => ask({ kind: 'statistics' }),
    history: (id) => ask({ kind: 'history', id }),
    tasks: (page) => ask({ kind: 'tasks', page: { ...page, limit: Math.min(page.limit, MAX_PAGE) } }),
  };
}
