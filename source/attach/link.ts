import { connect, type Socket } from 'node:net';
import type { Clock, Random } from '#model/clock.ts';
import { codeOf, messageOf, UserError } from '#model/errors.ts';
import { plainLine } from '#model/text.ts';
import type { Silence } from '#store/store.ts';
import { createLineReader, LineTooLong } from './line-reader.ts';
import {
  type ClientHello,
  GREETING_MS,
  HEARTBEAT_MS,
  LONGEST_MESSAGE,
  lineOf,
  type MasterHello,
  type MasterMessage,
  PROTOCOL,
  SILENCE_MS,
} from './messages.ts';
import { checkSocket, type SocketPlace } from './socket-path.ts';

/** The first pause before another try is at most this long; each further one twice as long as the one before. */
const FIRST_PAUSE_MS = 100;
/** No pause is longer: a screen is back within seconds after its master. */
const LONGEST_PAUSE_MS = 2_000;

/** Why there is no connection. */
export interface LinkFailure {
  /** Of a UserError: `NO_MASTER`, `CONNECTION_LOST`, `PROTOCOL_MISMATCH`, `ATTACH_FOLDER_UNSAFE`, `ATTACH_DENIED`. */
  readonly code: string;
  /** English, plain text. */
  readonly message: string;
  /** Whether the master is there, but not for us. */
  readonly isRefusal: boolean;
  readonly silence?: Silence;
}

export interface LinkOptions {
  readonly place: SocketPlace;
  readonly clock: Clock;
  readonly random: Random;
  readonly hello: ClientHello;
  readonly onUp: (master: MasterHello) => void;
  /** A UserError that it throws ends the connection. */
  readonly onMessage: (message: MasterMessage) => void;
  /** Told of every try that failed and of every connection that broke; another try follows. */
  readonly onDown: (failure: LinkFailure) => void;
}

/** A connection to the master that is made again whenever it breaks. */
export interface Link {
  /** Begins to connect. */
  open(): void;
  /** False where there is none just now: nothing was sent. */
  send(line: string): boolean;
  close(): void;
}

/**
 * The pause before a try: anything up to a bound that doubles with every failure ("full jitter": M. Brooker, Exponential
 * Backoff and Jitter, AWS Architecture Blog, 2015), so that the screens of one master do not come back all at once.
 */
export function pauseBefore(failures: number, random: Random): number {
  return random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 16));
}

/** Nothing is tried before `open`. */
export function createLink(options: LinkOptions): Link {
  const { place, clock, random, hello, onUp, onMessage, onDown } = options;
  let socket: Socket | null = null;
  let isUp = false;
  let isClosed = false;
  let failures = 0;
  let cancelTimer = () => {};

  function open(): void {
    try {
      checkSocket(place);
    } catch (error) {
      failed(failureOf(error));
      return;
    }
    const own = connect(place.path);
    socket = own;
    const reader = createLineReader(() => LONGEST_MESSAGE);
    let heard = clock.monotonic();
    let failure: LinkFailure | null = null;
    const end = (why: LinkFailure) => {
      failure ??= why;
      own.destroy();
    };
    own.on('connect', () => own.write(lineOf(hello)));
    own.on('data', (piece) => {
      heard = clock.monotonic();
      try {
        for (const line of reader.push(piece)) {
          if (own.destroyed) return;
          take(JSON.parse(line) as MasterMessage | MasterHello, end);
        }
      } catch (error) {
        end(failureOf(error));
      }
    });
    own.on('error', (error) => end(connectFailure(error, place.path)));
    own.on('close', () => {
      if (socket !== own) return;
      socket = null;
      isUp = false;
      cancelTimer();
      failed(failure ?? lost('closed'));
    });
    const watch = () => {
      const silentMs = clock.monotonic() - heard;
      if (silentMs >= (isUp ? SILENCE_MS : GREETING_MS)) end(lost('silent'));
      else cancelTimer = clock.after(HEARTBEAT_MS, watch);
    };
    cancelTimer = clock.after(GREETING_MS, watch);
  }

  function take(message: MasterMessage | MasterHello, end: (why: LinkFailure) => void): void {
    if (isUp) {
      if (message.type === 'bye') end(lost('ended', plainLine(String(message.why))));
      else if (message.type !== 'hello') onMessage(message);
      return;
    }
    if (message.type !== 'hello' || typeof message.protocol !== 'number') {
      end(refusal('PROTOCOL_MISMATCH', `what listens at ${place.path} is no master`));
      return;
    }
    const master = { ...message, version: plainLine(String(message.version)), pid: Number(message.pid) };
    if (master.protocol !== PROTOCOL) {
      end(mismatch(master, hello));
      return;
    }
    isUp = true;
    failures = 0;
    onUp(master);
  }

  function failed(failure: LinkFailure): void {
    if (isClosed) return;
    cancelTimer = clock.after(pauseBefore(failures, random), open);
    failures += 1;
    onDown(failure);
  }

  return {
    open,
    send(line) {
      if (socket === null || !isUp) return false;
      socket.write(line);
      return true;
    },
    close() {
      isClosed = true;
      isUp = false;
      cancelTimer();
      socket?.destroy();
    },
  };
}

const SILENCES: Readonly<Record<Silence['kind'], (detail: string) => string>> = {
  nobody: (path) => `no master listens at ${path}`,
  ended: (why) => `the master has ended: ${why}`,
  closed: () => 'the master closed the connection',
  silent: () => 'the master does not answer',
  broken: (how) => `the connection to the master broke (${how})`,
};

function lost(kind: Silence['kind'], detail = ''): LinkFailure {
  const code = kind === 'nobody' ? 'NO_MASTER' : 'CONNECTION_LOST';
  return { code, message: SILENCES[kind](detail), isRefusal: false, silence: { kind, detail } };
}

function refusal(code: string, message: string): LinkFailure {
  return { code, message, isRefusal: true };
}

function connectFailure(error: Error, path: string): LinkFailure {
  const code = codeOf(error);
  if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTSOCK') {
    return lost('nobody', path);
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return refusal('ATTACH_DENIED', `the master at ${path} belongs to another user: attach as that user`);
  }
  return lost('broken', code ?? messageOf(error));
}

/** Which end is the older one, and what to do about it. */
function mismatch(master: MasterHello, own: ClientHello): LinkFailure {
  const both = `protocol ${master.protocol} there, ${own.protocol} here`;
  return refusal(
    'PROTOCOL_MISMATCH',
    master.protocol < own.protocol
      ? `the master (pid ${master.pid}) is elastic-tui ${master.version}, older than this ${own.version} (${both}): end it and start it anew with this version`
      : `the master (pid ${master.pid}) is elastic-tui ${master.version}, newer than this ${own.version} (${both}): start this screen with that version`,
  );
}

/** Of what the master sent and nobody understands. Anything else that was thrown is a defect of ours. */
function failureOf(error: unknown): LinkFailure {
  if (error instanceof UserError) return refusal(error.code, error.message);
  if (error instanceof SyntaxError || error instanceof LineTooLong) {
    return refusal('PROTOCOL_MISMATCH', `what the master sends is not understood (${error.message})`);
  }
  throw error;
}
