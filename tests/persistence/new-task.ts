import type { Attempt, Task } from '#model/task.ts';
import type { TaskStore } from '#persistence/task-store.ts';
import { sampleAttempt, sampleTask } from '../model/samples.ts';

/** A task as it is accepted, with an id and times made from its sequence. */
export function newTask(sequence: number, changes: Partial<Task> = {}): Task {
  return sampleTask({
    id: `task-${sequence}`,
    sequence,
    parameters: { NUM_PARTICULAS: 100, NUM_PASOS: 500, SEMILLA: sequence },
    createdAt: 1_000 + sequence,
    updatedAt: 1_000 + sequence,
    ...changes,
  });
}

/** Tasks of each sweep of `inserting-child.ts`. */
export const SWEPT = 20;

/** An attempt that has been sent. */
export function newAttempt(number: number, changes: Partial<Attempt> = {}): Attempt {
  return sampleAttempt({ number, assignedAt: 2_000, sentAt: 2_001, ...changes });
}

/** The task as a worker completed it. */
export function completedTask(
  sequence: number,
  { workerId = 'worker-01', seconds = 1.5, at = 3_000, benchmark = 'benchmark.py' } = {},
): Task {
  const attempt = newAttempt(1, { workerId, endedAt: at, outcome: 'completed' });
  const result = {
    particleCollisions: 171,
    wallCollisions: 112,
    executionSeconds: seconds,
    output: 'done\n',
  };
  return newTask(sequence, { benchmark, state: 'completed', updatedAt: at, attempts: [attempt], result });
}

/** Inserts tasks that are in no batch, as one commit; for each whether it was new. */
export async function insertTasks(
  store: TaskStore,
  tasks: readonly Task[],
): Promise<readonly ('inserted' | 'existing')[]> {
  return (await store.insert({ batches: [], tasks, sweeps: [] })).tasks;
}

/** Saves a task, with a line in its history. */
export function saveTask(store: TaskStore, task: Task): Promise<void> {
  return store.save(task, { at: task.updatedAt, change: 'assigned' });
}
