import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { toSent } from './database-error.ts';
import { openTaskDatabase, type TaskDatabase, type TaskDatabaseOptions } from './task-database.ts';
import type { Answer, Answers, Ask, Asks, FromThread } from './task-database-messages.ts';

// Entry of the thread in which the task database lives: SQLite is synchronous, and an fsync on the main thread would
// stall pings and keys.

function serve(port: MessagePort, options: TaskDatabaseOptions): void {
  const send = (message: FromThread) => port.postMessage(message);
  let database: TaskDatabase;
  try {
    database = openTaskDatabase(options);
  } catch (error) {
    send({ type: 'not-opened', error: toSent(error, options.path) });
    port.close();
    return;
  }
  send({ type: 'opened' });
  port.on('message', (batch: Asks) => {
    send({ type: 'answered', answers: answer(database, batch, options.path) });
    if (batch.some(({ kind }) => kind === 'close')) port.close();
  });
}

/** The writes of a batch make one commit; then come the questions, which see them. */
function answer(database: TaskDatabase, batch: Asks, path: string): readonly Answer[] {
  const writes = batch.filter(isWrite);
  const values = new Map<Ask, Answers[keyof Answers]>();
  const outcomes = database.commit(writes.map((ask) => () => values.set(ask, perform(database, ask))));
  const errors = new Map<Ask, unknown>(writes.map((ask, index) => [ask, outcomes[index]]));
  return batch.map((ask) => {
    try {
      if (!isWrite(ask)) return { ok: true, value: perform(database, ask) };
      const error = errors.get(ask);
      if (error !== undefined) throw error;
      return { ok: true, value: values.get(ask) ?? null };
    } catch (error) {
      return { ok: false, error: toSent(error, path) };
    }
  });
}

function isWrite({ kind }: Ask): boolean {
  return kind === 'insert' || kind === 'save' || kind === 'drain' || kind === 'prune';
}

function perform(database: TaskDatabase, ask: Ask): Answers[keyof Answers] {
  switch (ask.kind) {
    case 'insert':
      return database.insert(ask.submission);
    case 'save':
      database.save(ask.task, ask.change);
      return null;
    case 'drain':
      database.drain(ask.workerId, ask.drained, ask.at);
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
    case 'close':
      database.close();
      return null;
  }
}

if (parentPort !== null) serve(parentPort, workerData as TaskDatabaseOptions);
