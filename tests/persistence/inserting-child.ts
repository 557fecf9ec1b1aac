// A program that inserts tasks and sweeps, several at a time, until it is killed: `inserting-child.ts PATH THREAD_URL`.
// It prints the id of each, and of the last task of a sweep, once the store has acknowledged it.
import { writeSync } from 'node:fs';
import { openTaskStore } from '#persistence/task-store.ts';
import { insertTasks, newTask, SWEPT } from './new-task.ts';

const [path = '', threadUrl = ''] = process.argv.slice(2);
const store = await openTaskStore({ path, threadUrl: new URL(threadUrl) });
let sequence = 0;

async function insertForever(): Promise<never> {
  for (;;) {
    sequence += 1;
    const task = newTask(sequence);
    await insertTasks(store, [task]);
    writeSync(1, `${task.id}\n`);
  }
}

/** Sweeps, each with a batch of its name. */
async function sweepForever(): Promise<never> {
  const values = Array.from({ length: SWEPT }, (_, value) => value);
  for (;;) {
    const first = sequence + 1;
    sequence += SWEPT;
    const id = `sweep-${first}`;
    const template = newTask(first, { id, batch: id });
    const batch = { id, description: '', benchmark: template.benchmark, createdAt: template.createdAt };
    await store.insert({
      batches: [batch],
      tasks: [],
      sweeps: [{ template, axes: [{ name: 'SEMILLA', values }], count: SWEPT }],
    });
    writeSync(1, `${id}-${SWEPT}\n`);
  }
}

await Promise.all([insertForever(), insertForever(), insertForever(), sweepForever()]);
