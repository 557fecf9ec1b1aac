import { UserError } from '#model/errors.ts';
import { isFinal, TASK_STATES, type Task } from '#model/task.ts';
import { openDatabaseClient } from '#storage/database-client.ts';
import type { Insertion, Summary, TaskDatabaseOptions, TaskPage } from './task-database.ts';
import type { TaskAnswers, TaskAsk } from './task-database-messages.ts';

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
  insert(tasks: readonly Task[]): Promise<readonly Insertion[]>;
  /** A known task's new state and attempts. */
  save(task: Task): Promise<void>;
  task(id: string): Promise<Task | null>;
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
    name: 'task database',
    data: options,
    closed: () =>
      new UserError('TASK_DATABASE_CLOSED', 'the task database is closed: start elastic-tui again'),
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
    insert: (tasks) => ask({ kind: 'insert', tasks }),
    async save(task) {
      await ask({ kind: 'save', task });
    },
    task: (id) => ask({ kind: 'task', id }),
    tasks: ({ states, before, limit }) =>
      ask({ kind: 'tasks', page: { states, before, limit: Math.min(limit, MAX_PAGE) } }),
  };
}
