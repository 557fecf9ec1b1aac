import type { Clock } from '#model/clock.ts';
import type { Command, Query } from '#model/commands.ts';
import { UserError } from '#model/errors.ts';
import { said } from '#model/said.ts';
import type { Connection } from '#store/store.ts';
import type { LinkFailure } from './link.ts';
import { LONGEST_REQUEST, lineOf, type MasterMessage, type Request } from './messages.ts';
import { fromWire } from './wire-value.ts';

/** A submission whose answer was lost is repeated when the master is back within this time. */
const REPEAT_WITHIN_MS = 30_000;

export interface RequesterOptions {
  readonly clock: Clock;
  readonly newId: () => string;
  /** False where there is no connection. */
  readonly send: (line: string) => boolean;
  readonly connection: () => Connection;
}

/** What was asked, until it is answered. */
export interface Requester {
  dispatch(command: Command): Promise<unknown>;
  query(query: Query): Promise<unknown>;
  /** Resolves once the master that took it is gone. */
  stopMaster(): Promise<void>;
  answered(message: Extract<MasterMessage, { type: 'answer' | 'failure' }>): void;
  connected(): void;
  disconnected(failure: LinkFailure): void;
  close(): void;
}

type Kind = 'submission' | 'command' | 'query' | 'stop';

interface Asked {
  readonly kind: Kind;
  readonly line: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  /** The answer to `stop` came: only the end itself is waited for. */
  isTaken: boolean;
  /** Ends the wait for another connection; null while there is one. */
  cancel: (() => void) | null;
}

/** `connected` and `disconnected` tell it when the link comes and goes. */
export function createRequester({ clock, newId, send, connection }: RequesterOptions): Requester {
  const asked = new Map<number, Asked>();
  let lastId = 0;

  function ask(kind: Kind, make: (id: number) => Request): Promise<unknown> {
    lastId += 1;
    const id = lastId;
    const line = lineOf(make(id));
    if (Buffer.byteLength(line) > LONGEST_REQUEST) return Promise.reject(tooLong(line));
    if (!send(line)) return Promise.reject(notConnected(connection(), clock.now()));
    return new Promise((resolve, reject) => {
      asked.set(id, { kind, line, resolve, reject, isTaken: false, cancel: null });
    });
  }

  function giveUp(id: number, { kind, reject, cancel }: Asked, why: string): void {
    cancel?.();
    asked.delete(id);
    reject(kind === 'query' ? askAgain(why) : answerLost(kind, why));
  }

  return {
    dispatch(command) {
      const own = command.type === 'submit-tasks' ? withIds(command, newId) : command;
      const kind = command.type === 'submit-tasks' ? 'submission' : 'command';
      return ask(kind, (id) => ({ id, type: 'command', command: own }));
    },
    query: (query) => ask('query', (id) => ({ id, type: 'query', query })),
    async stopMaster() {
      await ask('stop', (id) => ({ id, type: 'stop' }));
    },
    answered(message) {
      const one = asked.get(message.id);
      if (one === undefined) return;
      if (one.kind === 'stop' && message.type === 'answer') {
        one.isTaken = true;
        return;
      }
      one.cancel?.();
      asked.delete(message.id);
      if (message.type === 'answer') one.resolve(fromWire(message.value));
      else one.reject(failureOf(message));
    },
    connected() {
      // Its ids are its own, so that the master takes it once however often it comes.
      for (const one of asked.values()) {
        one.cancel?.();
        one.cancel = null;
        if (one.kind === 'submission') send(one.line);
      }
    },
    disconnected({ message }) {
      for (const [id, one] of asked) {
        if (one.isTaken) {
          asked.delete(id);
          one.resolve(null);
        } else if (one.kind !== 'submission') giveUp(id, one, message);
        else one.cancel ??= clock.after(REPEAT_WITHIN_MS, () => giveUp(id, one, message));
      }
    },
    close() {
      for (const [id, one] of asked) giveUp(id, one, said`this screen was closed`);
    },
  };
}

function withIds(command: Extract<Command, { type: 'submit-tasks' }>, newId: () => string): Command {
  return { ...command, tasks: command.tasks.map((task) => ({ ...task, id: task.id ?? newId() })) };
}

function failureOf({ code, message }: Extract<MasterMessage, { type: 'failure' }>): Error {
  return code === null ? new Error(message) : new UserError(code, message);
}

function notConnected({ since, reason }: Connection, now: number): UserError {
  const seconds = Math.max(0, Math.round((now - since) / 1_000));
  return new UserError(
    'NOT_CONNECTED',
    reason === ''
      ? said`no connection to the master for ${seconds} s: nothing was done; it is tried again all the time`
      : said`no connection to the master for ${seconds} s (${reason}): nothing was done; it is tried again all the time`,
  );
}

function answerLost(kind: Kind, why: string): UserError {
  return new UserError(
    'ANSWER_LOST',
    kind === 'submission'
      ? said`the connection broke before the master answered (${why}): it is not known whether this was carried out; its tasks are in the list if it was`
      : said`the connection broke before the master answered (${why}): it is not known whether this was carried out; look before doing it again`,
  );
}

function askAgain(why: string): UserError {
  return new UserError(
    'CONNECTION_LOST',
    said`the connection broke before the master answered (${why}): ask again`,
  );
}

function tooLong(line: string): UserError {
  const megabytes = (Buffer.byteLength(line) / 1_048_576).toFixed(1);
  const most = LONGEST_REQUEST / 1_048_576;
  return new UserError(
    'REQUEST_TOO_LONG',
    said`this request has ${megabytes} MB, and a master takes at most ${most} MB at once: submit fewer tasks at a time`,
  );
}
