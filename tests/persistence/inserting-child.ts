// A program that inserts tasks, several at a time, until it is killed: `inserting-child.ts PATH THREAD_URL`.
// It prints the id of each once the store has acknowledged it.
import { writeSync } from 'node:fs';
import { openTaskStore } from '#persistence/task-store.ts';
import { insertTasks, newTask } from './new-task.ts';

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

await Promise.all([insertForever(), insertForever(), insertForever()]);
