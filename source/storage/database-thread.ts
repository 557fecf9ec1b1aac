import type { MessagePort } from 'node:worker_threads';
import type { Answer, Ask, Batch, FromThread, SentError } from './thread-messages.ts';

/** A database that answers asks of type `A`. It is synchronous: an fsync on the main thread would stall everything else. */
export interface ServedDatabase<A extends Ask> {
  /** Whether an ask changes something. */
  isWrite(ask: A): boolean;
  /** Runs `writes` as one commit, each alone in what it may break; gives back what each threw, or undefined. */
  commit(writes: readonly (() => void)[]): readonly unknown[];
  /** The answer to an ask; writes are performed within `commit`. */
  perform(ask: A): unknown;
  close(): void;
}

/** Serves a database in its thread, until it is asked to close. `toSent` tells what went wrong. */
export function serveDatabase<A extends Ask>(
  port: MessagePort,
  open: () => ServedDatabase<A>,
  toSent: (error: unknown) => SentError,
): void {
  const send = (message: FromThread) => port.postMessage(message);
  let database: ServedDatabase<A>;
  try {
    database = open();
  } catch (error) {
    send({ type: 'not-opened', error: toSent(error) });
    port.close();
    return;
  }
  send({ type: 'opened' });
  port.on('message', (batch: Batch<A>) => {
    send({ type: 'answered', answers: answer(database, batch, toSent) });
    if (batch.some(isClose)) port.close();
  });
}

/** The writes of a batch make one commit; then come the questions, which see them. */
function answer<A extends Ask>(
  database: ServedDatabase<A>,
  batch: Batch<A>,
  toSent: (error: unknown) => SentError,
): readonly Answer[] {
  const writes = batch.filter((ask): ask is A => !isClose(ask) && database.isWrite(ask as A));
  const values = new Map<unknown, unknown>();
  const thrown = database.commit(writes.map((ask) => () => values.set(ask, database.perform(ask))));
  const errors = new Map<unknown, unknown>(writes.map((ask, index) => [ask, thrown[index]]));
  return batch.map((ask) => {
    try {
      if (isClose(ask)) return { ok: true, value: database.close() };
      if (!errors.has(ask)) return { ok: true, value: database.perform(ask as A) };
      const error = errors.get(ask);
      if (error !== undefined) throw error;
      return { ok: true, value: values.get(ask) };
    } catch (error) {
      return { ok: false, error: toSent(error) };
    }
  });
}

function isClose({ kind }: Ask): boolean {
  return kind === 'close';
}
