import { Socket } from 'node:net';
import type { buildConnector, Client, Dispatcher } from 'undici';
import type { CallFailure } from '#model/call-failure.ts';
import type { Clock } from '#model/clock.ts';
import type { WorkerConfig } from '#model/worker.ts';
import { deadline } from './deadline.ts';
import { CALLED_OFF, failureOf, httpStatus, TIMED_OUT } from './failure.ts';
import { headersFor } from './headers.ts';
import { createNameLookup } from './name-lookup.ts';
import { createTokenReader } from './token.ts';

/** Longer than any sensible interval between two requests; a worker that announces less is believed. */
const KEEP_ALIVE_MS = 10 * 60_000;
const MAX_BODY_BYTES = 2 ** 20;

/** `latencyMs` is from sending to the last byte of the body. */
type Got =
  | { readonly ok: true; readonly body: string; readonly latencyMs: number }
  | { readonly ok: false; readonly failure: CallFailure };

/** GETs one path of many workers, again and again. */
export interface KeptConnections {
  /** Never rejects. `deadlineMs` covers everything, the connection included. One at a time for a worker. */
  get(config: WorkerConfig, deadlineMs: number): Promise<Got>;
  /** Closes the connection to a worker that is not asked any more. */
  forget(workerId: string): void;
  /** Closes all connections; what is under way fails. */
  close(): Promise<void>;
}

export interface KeptConnectionsOptions {
  readonly clock: Clock;
  readonly path: string;
}

interface Connection {
  readonly url: string;
  readonly path: string;
  readonly client: Client;
  /** The socket while it is being opened: undici cannot call that off. */
  opening: Socket | null;
  /** How many sockets were opened: undici does so by itself, also ahead of the next request. */
  sockets: number;
}

/** `stale`: a connection that was there before was gone, which says nothing of the worker. */
type Answer = Got & { readonly stale: boolean };

/** One connection a worker, kept alive, through undici: that is what makes 10 000 workers cheap. */
export function createKeptConnections({ clock, path }: KeptConnectionsOptions): KeptConnections {
  const connections = new Map<string, Connection>();
  const authorize = createTokenReader();
  const lookup = createNameLookup({ clock });
  let closed = false;
  let loading: Promise<{ Client: typeof Client; connect: buildConnector.connector }> | undefined;

  // Loaded by the first request, not by the first paint.
  async function load() {
    // Through the default: a bundle knows no named exports of a CommonJS module that is loaded late.
    const { default: undici } = await import('undici');
    // The request's own deadline covers the opening of the connection.
    return { Client: undici.Client, connect: undici.buildConnector({ timeout: 0, lookup }) };
  }

  async function connectionTo(config: WorkerConfig): Promise<Connection> {
    loading ??= load();
    const { Client, connect } = await loading;
    const known = connections.get(config.id);
    if (known?.url === config.url) return known;
    if (known !== undefined) await hangUp(known);
    const { origin, pathname } = new URL(config.url);
    const client = new Client(origin, {
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      maxResponseSize: MAX_BODY_BYTES,
      connect(options, callback) {
        connection.sockets += 1;
        const socket: unknown = connect(options, (...result) => {
          connection.opening = null;
          callback(...result);
        });
        connection.opening = socket instanceof Socket ? socket : null;
      },
    });
    const fullPath = `${pathname.replace(/\/$/, '')}${path}`;
    const connection: Connection = { url: config.url, path: fullPath, client, opening: null, sockets: 0 };
    connections.set(config.id, connection);
    return connection;
  }

  return {
    async get(config, deadlineMs) {
      const end = clock.monotonic() + deadlineMs;
      try {
        const headers = headersFor(await authorize(config));
        const connection = await connectionTo(config);
        if (closed) return { ok: false, failure: CALLED_OFF };
        const first = await ask({ clock, connection, headers, end });
        return first.stale ? await ask({ clock, connection, headers, end }) : first;
      } catch (error) {
        return { ok: false, failure: failureOf(error) };
      }
    },
    forget(workerId) {
      const connection = connections.get(workerId);
      connections.delete(workerId);
      if (connection !== undefined) void hangUp(connection);
    },
    async close() {
      closed = true;
      await Promise.all([...connections.values()].map(hangUp));
    },
  };
}

function hangUp({ client, opening }: Connection): Promise<void> {
  opening?.destroy();
  return client.destroy();
}

interface Question {
  readonly clock: Clock;
  readonly connection: Connection;
  readonly headers: Record<string, string>;
  /** On the monotonic clock. */
  readonly end: number;
}

function ask({ clock, connection, headers, end }: Question): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const { sockets } = connection;
  const chunks: Buffer[] = [];
  let controller: Dispatcher.DispatchController | undefined;
  let sentAt = 0;
  let settled = false;
  /** Whether the end of the connection may be no more than the worker's idle timeout. */
  let reused = false;

  function settle(got: Got, stale = false): void {
    if (settled) return;
    settled = true;
    cancelDeadline();
    resolve({ ...got, stale });
  }

  const cancelDeadline = deadline(clock, end - clock.monotonic(), () => {
    settle({ ok: false, failure: TIMED_OUT });
    const over = new Error('the deadline passed');
    if (controller === undefined) connection.opening?.destroy(over);
    else controller.abort(over);
  });

  connection.client.dispatch(
    { path: connection.path, method: 'GET', headers },
    {
      onRequestStart(started) {
        controller = started;
        sentAt = clock.monotonic();
        reused = connection.sockets === sockets;
        if (settled) started.abort(new Error('too late to be sent'));
      },
      onResponseStart(started, status) {
        // Provisional answers (1xx) come before the real one.
        if (status < 200) return;
        reused = false;
        if (status === 200) return;
        settle({ ok: false, failure: httpStatus(status) });
        started.abort(new Error('the body does not matter'));
      },
      onResponseData(_, chunk) {
        chunks.push(chunk);
      },
      onResponseEnd() {
        const body = Buffer.concat(chunks).toString('utf8');
        settle({ ok: true, body, latencyMs: clock.monotonic() - sentAt });
      },
      onResponseError(_, error) {
        const failure = failureOf(error);
        settle({ ok: false, failure }, reused && failure.reason === 'reset');
      },
    },
  );
  return promise;
}
