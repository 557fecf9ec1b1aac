import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { expect } from 'vitest';
import type * as z from 'zod';

/** A worker whose protocol is looked at. */
export interface Target {
  /** Without a trailing slash. */
  readonly url: string;
  /** Null: the worker wants none. */
  readonly token: string | null;
}

/** An answer as it came. */
interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
}

/** Calls a worker as a client that knows only version 1. */
export interface Calls {
  get(path: string): Promise<Answer>;
  /** Sends a body to /execute as it stands. */
  execute(body: string): Promise<Answer>;
  /** As a client of HTTP/1.0; the answer ends with the connection. */
  oldRequest(method: 'GET' | 'POST', path: string, body?: string): Promise<Answer>;
}

/** Looks for the target at each call, since it may be started by a hook. */
export function callsTo(target: () => Target): Calls {
  const authorization = (): Record<string, string> => {
    const { token } = target();
    return token === null ? {} : { authorization: `Bearer ${token}` };
  };

  async function call(path: string, init: RequestInit): Promise<Answer> {
    const response = await fetch(target().url + path, init);
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      text: await response.text(),
    };
  }

  return {
    get: (path) => call(path, { headers: authorization() }),
    execute: (body) =>
      call('/execute', {
        method: 'POST',
        headers: { ...authorization(), 'content-type': 'application/json' },
        body,
      }),
    async oldRequest(method, path, body = '') {
      const { protocol, hostname, port } = new URL(target().url);
      const host = hostname.replace(/^\[|\]$/g, '');
      const socket = await opened(protocol === 'https:', host, port);
      const lines = Object.entries({
        ...authorization(),
        ...(body === ''
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      }).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`${method} ${path} HTTP/1.0\r\n${lines.join('')}\r\n${body}`);
      return parsed(Buffer.concat(await socket.toArray()).toString('utf8'));
    },
  };
}

function opened(secure: boolean, host: string, port: string): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket: Socket = secure
    ? connectTls({ host, port: Number(port || 443), servername: host }, () => resolve(socket))
    : connect({ host, port: Number(port || 80) }, () => resolve(socket));
  socket.on('error', reject);
  return promise;
}

function parsed(message: string): Answer {
  const [head = '', ...rest] = message.split('\r\n\r\n');
  const status = /^HTTP\/1\.[01] (\d{3}) /.exec(head)?.[1];
  // Chunks are of HTTP/1.1.
  expect(head).not.toMatch(/^transfer-encoding:/im);
  const type = /^content-type: *(.*)$/im.exec(head)?.[1] ?? null;
  return { status: Number(status), type, text: rest.join('\r\n\r\n') };
}

/** The body of an answer of that status, once it is seen to be JSON with the keys and types of the protocol. */
export function bodyOf<T extends z.ZodType>(answer: Answer, status: number, schema: T): z.infer<T> {
  expect([answer.status, answer.text.slice(0, 2_000)]).toEqual([status, expect.any(String)]);
  expect(answer.type).toMatch(/^application\/json\b/);
  const body: unknown = JSON.parse(answer.text);
  const read = schema.safeParse(body);
  const wrong = read.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
  expect({ body, wrong }).toEqual({ body, wrong: [] });
  return schema.parse(body);
}
