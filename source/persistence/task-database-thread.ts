import { parentPort, workerData } from 'node:worker_threads';
import { type ServedDatabase, serveDatabase } from '#storage/database-thread.ts';
import { toSent } from './database-error.ts';
import { openTaskDatabase, type TaskDatabase, type TaskDatabaseOptions } from './task-database.ts';
import type { TaskAnswers, TaskAsk } from './task-database-messages.ts';

// Entry of the thread in which the task database lives: SQLite is synchronous, and an fsync on the main thread would
// stall pings and keys.

function open(options: TaskDatabaseOptions): ServedDatabase<TaskAsk> {
  const database = openTaskDatabase(options);
  return {
    isWrite: ({ kind }) => kind === 'insert' || kind === 'save',
    commit: database.commit,
    perform: (ask) => perform(database, ask),
    close: database.close,
  };
}

function perform(database: TaskDatabase, ask: TaskAsk): TaskAnswers[TaskAsk['kind']] {
  switch (ask.kind) {
    case 'insert':
      return database.insert(ask.tasks);
    case 'save':
      database.save(ask.task);
      return null;
    case 'task':
      return database.task(ask.id);
    case 'tasks':
      return database.tasks(ask.page);
    case 'summary':
      return database.summary();
  }
}

if (parentPort !== null) {
  const options = workerData as TaskDatabaseOptions;
  serveDatabase(
    parentPort,
    () => open(options),
    (error) => toSent(error, options.path),
  );
}
