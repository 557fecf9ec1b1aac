import { parentPort, workerData } from 'node:worker_threads';
import { type ServedDatabase, serveDatabase } from '#storage/database-thread.ts';
import {
  type JournalDatabase,
  type JournalDatabaseOptions,
  openJournalDatabase,
} from './journal-database.ts';
import { toSent } from './journal-error.ts';
import type { JournalAnswers, JournalAsk } from './journal-messages.ts';

// Entry of the thread in which the journal lives: SQLite is synchronous, and an fsync on the main thread would stall
// every answer of the worker.

const WRITES: readonly JournalAsk['kind'][] = ['accept', 'start', 'end', 'prune'];

function open(options: JournalDatabaseOptions): ServedDatabase<JournalAsk> {
  const database = openJournalDatabase(options);
  return {
    isWrite: ({ kind }) => WRITES.includes(kind),
    commit: database.commit,
    perform: (ask) => perform(database, ask),
    close: database.close,
  };
}

function perform(database: JournalDatabase, ask: JournalAsk): JournalAnswers[JournalAsk['kind']] {
  switch (ask.kind) {
    case 'accept':
      return database.accept(ask.task, ask.at);
    case 'start':
      database.start(ask.row, ask.at);
      return undefined;
    case 'end':
      database.end(ask.row, ask.at, ask.end);
      return undefined;
    case 'prune':
      return database.prune(ask.retention, ask.now, ask.step);
    case 'find':
      return database.find(ask.taskId);
    case 'unfinished':
      return database.unfinished();
    case 'last-ended':
      return database.lastEnded(ask.limit);
  }
}

if (parentPort !== null) {
  const options = workerData as JournalDatabaseOptions;
  serveDatabase(
    parentPort,
    () => open(options),
    (error) => toSent(error, options.path),
  );
}
