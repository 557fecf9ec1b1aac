import type { Socket } from 'node:net';
import type { Clock } from '#model/clock.ts';
import { codeOf, messageOf, UserError } from '#model/errors.ts';
import { said } from '#model/said.ts';
import type { Store } from '#store/store.ts';
import { createLineReader, LineTooLong } from './line-reader.ts';
import {
  type ClientHello,
  GREETING_MS,
  LONGEST_GREETING,
  LONGEST_REQUEST,
  lineOf,
  type MasterMessage,
  PROTOCOL,
  type Request,
} from './messages.ts';
import type { Outlet } from './outlet.ts';
import { readHello, readRequest } from './requests.ts';
import { toWire } from './wire-value.ts';

/** Requests of one client that are under way at once; it is read no further before one of them is answered. */
const MAX_UNDER_WAY = 16;
/** From the first byte of a line to its last. */
const LINE_MS = 10_000;

export interface SessionOptions {
  readonly clock: Clock;
  readonly store: Pick<Store, 'dispatch' | 'query'>;
  readonly version: string;
  readonly outlet: Outlet;
  /** Gives every client the events that wait: an answer never overtakes what it is about. */
  readonly flush: () => void;
  /** Ends the master in order; null: clients may not. */
  readonly onStop: ((by: ClientHello) => void) | null;
  /** Why the client is not taken, or null. */
  readonly onGreeted: (hello: ClientHello) => string | null;
}

/**
 * Talks with one client until it leaves. Resolves with why it was dropped, or null where it left by itself. The socket is
 * destroyed by then.
 */
export async function runSession(socket: Socket, options: SessionOptions): Promise<string | null> {
  const { clock, outlet } = options;
  let hello: ClientHello | null = null;
  let dropped: string | null = null;
  const reader = createLineReader(() => (hello === null ? LONGEST_GREETING : LONGEST_REQUEST));
  const drop = (why: string) => {
    dropped ??= why;
    socket.destroy();
  };
  let cancelDeadline = clock.after(GREETING_MS, () => drop('no greeting in time'));
  let isTimed = true;
  let isOver = false;
  const requests = createRequests(options);

  async function take(line: string): Promise<void> {
    if (isOver) return;
    cancelDeadline();
    isTimed = false;
    if (hello === null) {
      const greeting = readHello(line);
      if (greeting === null) return drop('not the greeting of a client');
      hello = greeting;
      return greet(greeting);
    }
    const request = readRequest(line);
    if (request === null) return drop('not a request');
    requests.take(request, hello);
    while (requests.underWay >= MAX_UNDER_WAY || outlet.isClogged) {
      await requests.room(socket);
      if (socket.destroyed) return;
    }
  }

  function greet(greeting: ClientHello): void {
    outlet.line(lineOf({ type: 'hello', protocol: PROTOCOL, version: options.version, pid: process.pid }));
    // The client knows from that line that they do not understand each other, and says so to its person.
    isOver = greeting.protocol !== PROTOCOL;
    if (isOver) socket.end();
    else {
      const why = options.onGreeted(greeting);
      if (why !== null) drop(why);
    }
  }

  /** Half a line is either on its way or will never be whole. */
  function timeLine(): void {
    if (isTimed || !reader.isWithin) return;
    isTimed = true;
    cancelDeadline = clock.after(LINE_MS, () => drop('half a request'));
  }

  try {
    for await (const piece of socket as AsyncIterable<Buffer>) {
      for (const line of reader.push(piece)) {
        if (!socket.destroyed) await take(line);
      }
      timeLine();
    }
    if (reader.isWithin) dropped ??= 'left in the middle of a line';
  } catch (error) {
    if (error instanceof LineTooLong) dropped ??= `sent ${error.message}`;
    // What has a code is the socket's own end.
    else if (codeOf(error) === undefined) dropped ??= `its request was not read: ${messageOf(error)}`;
  } finally {
    cancelDeadline();
    socket.destroy();
  }
  return dropped;
}

interface Requests {
  take(request: NonNullable<ReturnType<typeof readRequest>>, from: ClientHello): void;
  readonly underWay: number;
  /** Resolves when something has changed: an answer has gone out, or the client has read, or left. */
  room(socket: Socket): Promise<void>;
}

function createRequests({ store, outlet, flush, onStop }: SessionOptions): Requests {
  let underWay = 0;
  let wake = () => {};

  async function perform(request: Request, from: ClientHello): Promise<unknown> {
    if (request.type === 'query') return store.query(request.query);
    if (from.readonly) {
      throw new UserError('READONLY', said`this client may only look: nothing was done`);
    }
    if (request.type === 'command') return store.dispatch(request.command);
    if (onStop === null)
      throw new UserError('STOP_UNAVAILABLE', said`this master is ended where it was started`);
    onStop(from);
    return null;
  }

  async function answer(request: Request, from: ClientHello): Promise<void> {
    const { id } = request;
    let line: string;
    try {
      line = lineOf({ type: 'answer', id, value: toWire(await perform(request, from)) });
    } catch (error) {
      line = lineOf(failure(id, error));
    }
    flush();
    outlet.line(line);
    underWay -= 1;
    wake();
  }

  return {
    take(request, from) {
      if ('error' in request) outlet.line(lineOf(failure(request.id, request.error)));
      else {
        underWay += 1;
        void answer(request, from);
      }
    },
    get underWay() {
      return underWay;
    },
    room: (socket) =>
      new Promise((resolve) => {
        const done = () => {
          socket.off('drain', done).off('close', done);
          resolve();
        };
        wake = done;
        socket.on('drain', done).on('close', done);
      }),
  };
}

function failure(id: number, error: unknown): MasterMessage {
  const code = error instanceof UserError ? error.code : null;
  return { type: 'failure', id, code, message: messageOf(error) };
}
