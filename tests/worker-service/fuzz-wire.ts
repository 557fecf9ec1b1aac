import { connect, type Socket } from 'node:net';
import type { FuzzConversation, FuzzRequest } from './fuzz-requests.ts';

/** One complete answer, taken apart as RFC 9112 has it and no other way. */
export interface WireAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** What came back on a connection. */
export interface Heard {
  readonly answers: readonly WireAnswer[];
  /** What came after the last complete answer, as it is shown. */
  readonly rest: string;
  /** Whether the worker ended the connection. */
  readonly isClosed: boolean;
}

const STATUS_LINE = /^HTTP\/1\.1 ([1-5]\d\d) [\x20-\x7e]+$/;
const HEADER_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ([\t\x20-\x7e]*)$/;
/** A bound for a worker that does not answer, never a time that one is expected to take. */
const WITHIN_MS = 60_000;

/** Sends a conversation to a worker on this machine. Rejects where what comes back is not HTTP, or nothing comes. */
export async function converse(port: number, conversation: FuzzConversation): Promise<Heard> {
  const { requests, isPipelined, leaves, pieces } = conversation;
  const connection = await open(port, requests);
  try {
    for (const [index, { bytes, isWhole }] of requests.entries()) {
      await connection.send(piecesOf(bytes, pieces));
      if (!isPipelined && !leaves && isWhole) await connection.hears(index + 1);
    }
    if (leaves) return { answers: [], rest: '', isClosed: false };
    if (requests.every(({ isWhole }) => isWhole)) await connection.hears(requests.length);
    else await connection.end();
    return connection.heard();
  } finally {
    connection.close();
  }
}

interface Received {
  readonly bytes: Buffer;
  /** Nothing more can come. */
  readonly isClosed: boolean;
}

async function open(port: number, requests: readonly FuzzRequest[]) {
  const answers: WireAnswer[] = [];
  /** What is no answer yet. */
  let rest: Buffer = Buffer.alloc(0);
  let isClosed = false;
  let tell = () => {};
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    tell();
  });
  // A worker that refuses something ends the connection while it is still being written to.
  socket.on('error', () => {});
  socket.on('close', () => {
    isClosed = true;
    tell();
  });

  function takeAnswers(): void {
    for (;;) {
      const taken = takeAnswer({ bytes: rest, isClosed }, requests[answers.length]?.method ?? '');
      if (taken === null) return;
      rest = rest.subarray(taken.length);
      if (taken.answer.status >= 200) answers.push(taken.answer);
    }
  }

  /** Resolves after so many answers, or when no more can come. */
  function hears(count: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = () => reject(new Error(`no answer; ${answers.length} before it; so far: ${text(rest)}`));
      const timer = setTimeout(late, WITHIN_MS);
      tell = () => {
        try {
          takeAnswers();
          if (!isClosed && answers.length < count) return;
          resolve();
        } catch (error) {
          reject(error);
        }
        tell = () => {};
        clearTimeout(timer);
      };
      tell();
    });
  }

  return {
    async send(pieces: readonly Buffer[]): Promise<void> {
      for (const piece of pieces) {
        if (isClosed || socket.destroyed) return;
        await new Promise<void>((resolve) => socket.write(piece, () => resolve()));
      }
    },
    hears,
    /** Says that nothing more comes, and waits for the end. */
    async end(): Promise<void> {
      socket.end();
      await hears(Number.POSITIVE_INFINITY);
    },
    heard: (): Heard => ({ answers, rest: rest.length === 0 ? '' : text(rest), isClosed }),
    close: () => socket.destroy(),
  };
}

function piecesOf(bytes: Buffer, count: number): readonly Buffer[] {
  const size = Math.max(1, Math.ceil(bytes.length / count));
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}

/** The first answer in `bytes`, or null where it is not complete. */
function takeAnswer(
  { bytes, isClosed }: Received,
  method: string,
): { readonly answer: WireAnswer; readonly length: number } | null {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) return null;
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const status = Number(STATUS_LINE.exec(first)?.[1]);
  if (Number.isNaN(status)) throw new Error(`no status line: ${text(bytes)}`);
  const headers = headersOf(lines);
  const start = end + 4;
  const coding = headers.get('transfer-encoding');
  const length = headers.get('content-length');
  if (coding !== undefined && (coding !== 'chunked' || length !== undefined)) {
    throw new Error(`two lengths: ${lines.join(', ')}`);
  }
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) {
    return { answer: { status, headers, body: '' }, length: start };
  }
  if (coding !== undefined) {
    const content = takeChunks(bytes.subarray(start));
    if (content === null) return null;
    return { answer: { status, headers, body: content.body }, length: start + content.length };
  }
  // To a client of HTTP/1.0, the end of the connection is that of an answer whose length is not known.
  if (length === undefined && headers.get('connection')?.toLowerCase() === 'close') {
    const body = utf8(bytes.subarray(start));
    return isClosed ? { answer: { status, headers, body }, length: bytes.length } : null;
  }
  if (length === undefined || !/^\d+$/.test(length)) throw new Error(`no length: ${lines.join(', ')}`);
  const size = start + Number(length);
  if (bytes.length < size) return null;
  return { answer: { status, headers, body: utf8(bytes.subarray(start, size)) }, length: size };
}

function headersOf(lines: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name = '', value = ''] = HEADER_LINE.exec(line) ?? [];
    if (name === '' || headers.has(name.toLowerCase())) throw new Error(`a wrong header: ${line}`);
    headers.set(name.toLowerCase(), value);
  }
  return headers;
}

function takeChunks(bytes: Buffer): { readonly body: string; readonly length: number } | null {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = bytes.indexOf('\r\n', at);
    if (end === -1) return null;
    const line = bytes.toString('latin1', at, end);
    if (!/^[0-9a-f]{1,8}$/i.test(line)) throw new Error(`no size of a chunk: ${text(bytes.subarray(at))}`);
    const size = Number.parseInt(line, 16);
    const next = end + 2 + size + 2;
    if (bytes.length < next) return null;
    if (bytes.toString('latin1', next - 2, next) !== '\r\n') throw new Error('a chunk of another size');
    if (size === 0) return { body: utf8(Buffer.concat(chunks)), length: next };
    chunks.push(bytes.subarray(end + 2, end + 2 + size));
    at = next;
  }
}

function utf8(bytes: Buffer): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

/** For a message: the beginning and the end of what was sent or heard. */
export function text(bytes: Buffer): string {
  const all = JSON.stringify(bytes.toString('latin1')).replace(/(a:b\\r\\n){3,}/g, '(a:b …)\\r\\n');
  if (all.length <= 2 * SHOWN) return all;
  return `${all.slice(0, SHOWN)} … ${all.slice(-SHOWN)} (${bytes.length} bytes)`;
}

const SHOWN = 300;
