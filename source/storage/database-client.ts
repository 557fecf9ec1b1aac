import { said } from '#model/said.ts';
import { type Ask, type Close, type FromThread, fromSent } from './thread-messages.ts';

/** A database in a thread of its own; see `serveDatabase`. */
export interface DatabaseClient<A extends Ask, Answers extends Record<A['kind'], unknown>> {
  /** Asks that are made in one turn of the program, and those made while a batch is under way, go in one batch. */
  ask<K extends A['kind']>(what: A & { readonly kind: K }): Promise<Answers[K]>;
  /** Resolves when all that was asked is done and the file is closed. */
  close(): Promise<void>;
}

export interface DatabaseClientOptions {
  /** The program of the thread, as source or as bundle. */
  readonly threadUrl: URL;
  /** For people: `the thread of the … ended`. */
  readonly name: string;
  /** Given to the thread as its `workerData`. */
  readonly data: unknown;
  /** What is said to whoever asks after the end. */
  readonly closed: () => Error;
}

interface Waiting {
  readonly ask: Ask;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Resolves when the database is open; rejects with the thread's own error where it is not, and the thread has ended then. */
export async function openDatabaseClient<A extends Ask, Answers extends Record<A['kind'], unknown>>(
  options: DatabaseClientOptions,
): Promise<DatabaseClient<A, Answers>> {
  const { threadUrl, name, data, closed } = options;
  // At its use: the first picture must not wait for it.
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  const thread = new Worker(threadUrl, { name: name.replaceAll(' ', '-'), workerData: data });
  const opened = Promise.withResolvers<void>();
  const exited = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
  let outbox: Waiting[] = [];
  let underWay: Waiting[] = [];
  let ended: Error | undefined;

  function send(): void {
    if (underWay.length > 0 || outbox.length === 0) return;
    underWay = outbox;
    outbox = [];
    thread.postMessage(underWay.map(({ ask }) => ask));
  }

  function end(error: Error): void {
    ended ??= error;
    opened.reject(ended);
    for (const { reject } of [...underWay, ...outbox]) reject(ended);
    underWay = [];
    outbox = [];
  }

  thread.on('message', (message: FromThread) => {
    if (message.type === 'opened') opened.resolve();
    else if (message.type === 'not-opened') end(fromSent(message.error));
    else {
      const answered = underWay;
      underWay = [];
      for (const [index, answer] of message.answers.entries()) {
        if (answer.ok) answered[index]?.resolve(answer.value);
        else answered[index]?.reject(fromSent(answer.error));
      }
      send();
    }
  });
  thread.once('error', (error) => end(new Error(said`the thread of the ${name} ended: ${String(error)}`)));
  thread.once('exit', () => end(closed()));

  function put(ask: Ask | Close): Promise<unknown> {
    if (ended !== undefined) return Promise.reject(ended);
    if (outbox.length === 0) queueMicrotask(send);
    return new Promise((resolve, reject) => {
      outbox.push({ ask, resolve, reject });
    });
  }

  try {
    await opened.promise;
  } catch (error) {
    await exited;
    throw error;
  }
  return {
    ask: (what) => put(what) as Promise<Answers[(typeof what)['kind']]>,
    async close() {
      if (ended === undefined) {
        const closing = put({ kind: 'close' });
        ended = closed();
        await closing;
      }
      await exited;
    },
  };
}
