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
    isWrite: ({ kind }) => WRITES.has(kind),
    commit: database.commit,
    perform: (ask) => perform(database, ask),
    close: database.close,
  };
}

/** What changes the database; all else only asks. */
const WRITES: ReadonlySet<TaskAsk['kind']> = new Set(['insert', 'save', 'drain', 'forget-run', 'prune']);

function perform(database: TaskDatabase, ask: TaskAsk): TaskAnswers[TaskAsk['kind']] {
  switch (ask.kind) {
    case 'insert':
      return database.insert(ask.submission);
    case 'save':
      database.save(ask.task, ask.change);
      return null;
    case 'drain':
      database.drain(ask.workerId, ask.drained, ask.at);
      return null;
    case 'forget-run':
      database.forgetRun(ask.run);
      return null;
    case 'prune':
      return database.prune(ask.retention);
    case 'task':
      return database.task(ask.id);
    case 'batch':
      return database.batch(ask.id);
    case 'statistics':
      return database.statistics();
    case 'history':
      return database.history(ask.id);
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
