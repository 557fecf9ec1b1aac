import type { ClientRequest, Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Got } from 'got';
import type { CallFailure } from '#model/call-failure.ts';
import type { Clock } from '#model/clock.ts';
import { deadline } from './deadline.ts';
import { CALLED_OFF, failureOf, TIMED_OUT, TOO_LARGE } from './failure.ts';

/** One request and its answer. */
interface Exchange {
  readonly url: string;
  /** Sent as JSON with POST. */
  readonly json?: unknown;
  /** GET where it and `json` are missing. */
  readonly method?: 'DELETE';
  readonly headers: Record<string, string>;
  readonly maxBytes: number;
  /** For the connection; for everything where `answerMs` is missing. */
  readonly connectMs: number;
  /** From the connection to the last byte of the answer. */
  readonly answerMs?: number;
  /** Runs once the request has been handed to a connected socket: from then on the worker may act on it. */
  readonly onSent?: () => void;
  readonly signal?: AbortSignal | undefined;
}

/** `status` is null where no answer had begun. */
export type Reply =
  | { readonly ok: true; readonly status: number; readonly body: string }
  | {
      readonly ok: false;
      /** False: nothing has left this machine. */
      readonly connected: boolean;
      readonly status: number | null;
      /** Our own deadline passed. */
      readonly late: boolean;
      readonly failure: CallFailure;
    };

/** Makes exchanges through got. Never rejects. */
export interface Exchanger {
  exchange(request: Exchange): Promise<Reply>;
  /** Ends what is under way. */
  close(): void;
}

interface Library {
  readonly got: Got;
  readonly agent: { readonly http: HttpAgent; readonly https: HttpsAgent };
}

export interface ExchangerOptions {
  readonly clock: Clock;
  readonly lookup: LookupFunction;
}

/**
 * Every exchange has a connection of its own: these calls are rare, version 1 closes after each anyway, and a
 * connection that was never used before cannot turn out to be stale after a task was sent over it.
 */
export function createExchanger({ clock, lookup }: ExchangerOptions): Exchanger {
  const underWay = new Set<() => void>();
  let closed = false;
  let loading: Promise<Library> | undefined;

  // Loaded by the first call, not by the first paint: node:http alone, as a module, brings a copy of undici with it.
  // The agents are ours, so that no proxy of the environment applies.
  async function load(): Promise<Library> {
    const [{ default: got }, http, https] = await Promise.all([
      import('got'),
      import('node:http'),
      import('node:https'),
    ]);
    const agent = {
      http: new http.Agent({ keepAlive: false, lookup }),
      https: new https.Agent({ keepAlive: false, lookup }),
    };
    return { got, agent };
  }

  return {
    async exchange(request) {
      loading ??= load();
      const library = await loading;
      if (closed || request.signal?.aborted) {
        return { ok: false, connected: false, status: null, late: false, failure: CALLED_OFF };
      }
      const { reply, callOff } = run({ clock, library, request });
      underWay.add(callOff);
      request.signal?.addEventListener('abort', callOff);
      try {
        return await reply;
      } finally {
        underWay.delete(callOff);
        request.signal?.removeEventListener('abort', callOff);
      }
    },
    close() {
      closed = true;
      for (const callOff of underWay) callOff();
    },
  };
}

interface Run {
  readonly clock: Clock;
  readonly library: Library;
  readonly request: Exchange;
}

function run({ clock, library, request }: Run): { reply: Promise<Reply>; callOff: () => void } {
  const { promise, resolve } = Promise.withResolvers<Reply>();
  const chunks: Buffer[] = [];
  let bytes = 0;
  let status: number | null = null;
  let connected = false;
  let sent = false;
  let settled = false;

  const stream = library.got.stream(request.url, {
    agent: library.agent,
    headers: request.headers,
    ...(request.method === undefined ? {} : { method: request.method }),
    ...(request.json === undefined ? {} : { method: 'POST', json: request.json }),
    retry: { limit: 0 },
    followRedirect: false,
    throwHttpErrors: false,
    decompress: false,
  });

  // got waits for a body of every method that may have one.
  if (request.method === 'DELETE') stream.end();

  function tellSent(): void {
    if (sent) return;
    sent = true;
    request.onSent?.();
  }

  function settle(reply: Reply): void {
    if (settled) return;
    settled = true;
    cancelDeadline();
    // An answer or a loss may overtake the news that the request was flushed.
    if (connected) tellSent();
    stream.destroy();
    resolve(reply);
  }

  function fail(failure: CallFailure): void {
    settle({ ok: false, connected, status, late: failure === TIMED_OUT, failure });
  }

  function onConnected(): void {
    connected = true;
    if (request.answerMs === undefined) return;
    cancelDeadline();
    cancelDeadline = deadline(clock, request.answerMs, () => fail(TIMED_OUT));
  }

  let cancelDeadline = deadline(clock, request.connectMs, () => fail(TIMED_OUT));

  const connectEvent = request.url.startsWith('https:') ? 'secureConnect' : 'connect';
  stream.once('request', (sending: ClientRequest) => {
    sending.once('socket', (socket) => socket.once(connectEvent, onConnected));
    sending.once('finish', () => {
      if (connected) tellSent();
    });
  });
  stream.once('response', (response: { statusCode: number }) => {
    status = response.statusCode;
  });
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > request.maxBytes) fail(TOO_LARGE);
    else chunks.push(chunk);
  });
  stream.once('end', () => {
    if (status === null) fail({ reason: 'reset', detail: '' });
    else settle({ ok: true, status, body: Buffer.concat(chunks).toString('utf8') });
  });
  // Not once: got may tell of its own destruction after we have settled.
  stream.on('error', (error: unknown) => fail(failureOf(error)));
  return { reply: promise, callOff: () => fail(CALLED_OFF) };
}
