import type { PastRun } from '#model/past-run.ts';
import { runStatistics } from '#model/run-statistics.ts';
import { NO_TASKS } from '#model/snapshot.ts';
import type { Task } from '#model/task.ts';
import type { TaskStore } from '#task-monitor/roles.ts';

/** The database's role without a disk: what is written is not read again, since the master keeps all that has not ended. */
export function memoryStore(runs: readonly PastRun[]): TaskStore {
  const tasks = new Map<string, Task>();
  return {
    load: async () => ({
      unfinished: [],
      finished: [],
      counts: NO_TASKS,
      performance: {},
      runs,
      lastSequence: 0,
      batches: [],
      drained: [],
      remaining: [],
    }),
    async insert(submission) {
      for (const task of submission.tasks) tasks.set(task.id, task);
      return { tasks: submission.tasks.map(() => 'inserted' as const), sweeps: [] };
    },
    save: async () => {},
    forgetRun: async () => {},
    drain: async () => {},
    prune: async () => ({ removed: NO_TASKS, batches: [], more: false }),
    task: async (id) => tasks.get(id) ?? null,
    batch: async () => null,
    history: async () => [],
    statistics: async () => runStatistics([]),
    tasks: async () => [],
  };
}
