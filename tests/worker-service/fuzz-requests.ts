import fc from 'fast-check';
import { type FuzzTask, hugeBody, validBody } from './fuzz-bodies.ts';
import { draft, type FuzzDraft, often } from './fuzz-drafts.ts';

/** One request as it goes over the wire, and what may come of it. */
export interface FuzzRequest {
  readonly bytes: Buffer;
  readonly method: string;
  /** What it asks for, as it stands in its first line. */
  readonly target: string;
  /** Whether it is HTTP, and gets one answer. What is not ends its connection, with an answer or without one. */
  readonly isWhole: boolean;
  readonly isAuthorized: boolean;
  /** Whether its answer is the last of its connection: it is of HTTP/1.0, or wishes for another protocol. */
  readonly isLast: boolean;
  /** The only task that may start because of it. */
  readonly task: FuzzTask | null;
}

/** What is sent on one connection. Only its last request may be one that is not whole. */
export interface FuzzConversation {
  readonly requests: readonly FuzzRequest[];
  /** All at once, or each after the answer to the one before it. */
  readonly isPipelined: boolean;
  /** Every request is sent in so many pieces. */
  readonly pieces: number;
  /** Goes away when all is sent, and waits for no answer. */
  readonly leaves: boolean;
}

export const FUZZ_TOKEN = 'correct-horse-battery-staple';

const bearer = (text: string) => `Authorization: Bearer ${text}`;
const RIGHT = bearer(FUZZ_TOKEN);
const WRONG: readonly (readonly string[])[] = [
  [],
  ['Authorization:'],
  [`Authorization: ${FUZZ_TOKEN}`],
  [`Authorization: Basic ${FUZZ_TOKEN}`],
  [bearer(''), bearer(FUZZ_TOKEN.slice(1))],
  [bearer(`${FUZZ_TOKEN}x`)],
  [bearer(`x ${FUZZ_TOKEN}`)],
  // The first one stands.
  [bearer('wrong'), RIGHT],
  [bearer('y'.repeat(2_000))],
  ['X-Authorization: x', `Cookie: token=${FUZZ_TOKEN}`],
];
const access = fc.oneof(
  often(
    3,
    fc.constantFrom<readonly string[]>(
      [RIGHT],
      [`authorization:bearer   ${FUZZ_TOKEN}  `],
      [RIGHT, bearer('wrong')],
    ),
  ),
  often(1, fc.constantFrom(...WRONG)),
);

const ORIGIN = 'Origin: http://page.example';
const UPGRADE = 'Upgrade: h2c';
const header = fc.oneof(
  fc.constantFrom(
    ...[
      'Content-Type: application/json',
      'Content-Type: ;;;',
      'Content-Type:',
      `Content-Type: ${'a/'.repeat(99)}`,
    ],
    ...[
      'Content-Encoding: gzip',
      'Accept: \x80\xff',
      'Accept-Version: 9.9.9',
      'X-HTTP-Method-Override: DELETE',
    ],
    ...['Expect: 100-continue', 'Expect: miracles', 'Range: bytes=0-', 'If-None-Match: *', 'TE: trailers'],
    ...[UPGRADE, 'Connection: upgrade', 'Connection: keep-alive', 'Forwarded: for=1', '__proto__: a'],
    ...['X-Request-Id: ../../x', `X-Large: ${'z'.repeat(4_000)}`, 'Cookie: a=b\r\nCookie: c=d', ORIGIN],
  ),
  fc.integer({ min: 1, max: 500 }).map((count) => 'a:b\r\n'.repeat(count).trimEnd()),
);
const host = fc.oneof(
  often(8, fc.constant<readonly string[]>(['Host: worker'])),
  often(1, fc.constantFrom<readonly string[]>([], ['Host:'], ['Host: a b'], [`Host: ${'h'.repeat(500)}`])),
);

interface Head {
  readonly start: string;
  readonly lines: readonly string[];
}

/** Writes a message with a body. */
type Frame = (head: Head, content: Buffer) => Buffer;

function message({ start, lines }: Head, more: readonly string[], content: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`${[start, ...lines, ...more].join('\r\n')}\r\n\r\n`, 'latin1'),
    content,
  ]);
}

const sized: Frame = (head, content) => message(head, [`Content-Length: ${content.length}`], content);

const chunked =
  (size: number): Frame =>
  (head, content) => {
    // A body of a megabyte is sent in a few hundred chunks.
    const step = Math.max(size, Math.ceil(content.length / 300));
    const chunks: Buffer[] = [];
    for (let at = 0; at < content.length; at += step) {
      const chunk = content.subarray(at, at + step);
      chunks.push(Buffer.from(`${chunk.length.toString(16)};x=y\r\n`), chunk, Buffer.from('\r\n'));
    }
    chunks.push(Buffer.from('0\r\nTrailer: a\r\n\r\n'));
    return message(head, ['Transfer-Encoding: chunked'], Buffer.concat(chunks));
  };

/** `Connection: close` of old: the answer to 1.0 ends the connection. */
const version = fc.oneof(often(30, fc.constant('1.1')), often(1, fc.constant('1.0')));
const framing = fc.oneof(
  often(4, fc.constant(sized)),
  often(1, fc.integer({ min: 1, max: 300 }).map(chunked)),
);
const heads = fc.tuple(access, host, fc.array(header, { maxLength: 2 }), framing, version);

type HeadParts = typeof heads extends fc.Arbitrary<infer T> ? T : never;

function written({ method, target, body }: FuzzDraft, parts: HeadParts): FuzzRequest {
  const [tokens, hosts, headers, frame, number] = parts;
  // A head has at most 16 KiB.
  const more = target.length > 3_000 ? [] : headers;
  const head = { start: `${method} ${target} HTTP/${number}`, lines: [...hosts, ...tokens, ...more] };
  const withBody = number === '1.0' ? sized : frame;
  const isAuthorized = !WRONG.includes(tokens);
  const isRefused = !isAuthorized || more.includes(ORIGIN);
  return {
    bytes: body === null ? message(head, [], Buffer.alloc(0)) : withBody(head, body.content),
    method,
    target,
    isWhole: true,
    isAuthorized,
    isLast: number === '1.0' || more.includes(UPGRADE),
    task: isRefused ? null : (body?.task ?? null),
  };
}

const whole = fc.tuple(draft, heads).map(([asked, parts]) => written(asked, parts));

/** Bodies whose length is a lie, or which never end: whoever believed them would run what is inside. */
const LYING: readonly Frame[] = [
  (head, content) => message(head, [`Content-Length: ${content.length + 5}`], content),
  (head, content) => message(head, [`Content-Length: ${content.length - 3}`], content),
  (head, content) => message(head, ['Content-Length: 4294967297'], content),
  (head, content) => message(head, ['Content-Length: -1'], content),
  (head, content) => message(head, [`Content-Length: +${content.length}`], content),
  (head, content) => message(head, [`Content-Length: 0x${content.length.toString(16)}`], content),
  (head, content) => message(head, [`Content-Length: ${content.length}, ${content.length}`], content),
  (head, content) => message(head, [`Content-Length: ${content.length}`, 'Content-Length: 2'], content),
  (head, content) =>
    message(head, [`Content-Length: ${content.length}`, 'Transfer-Encoding: chunked'], content),
  (head, content) => message(head, ['Transfer-Encoding: gzip'], content),
  (head, content) => message(head, ['Transfer-Encoding: xchunked'], content),
  (head, content) => message(head, ['Transfer-Encoding: chunked, identity'], content),
  (head, content) => message(head, ['Transfer-Encoding: chunked'], content),
  (head, content) => message(head, ['Transfer-Encoding: chunked', 'Content-Length: 4'], chunk(content)),
  (head, content) => message(head, ['Transfer-Encoding: chunked'], chunk(content)),
  (head, content) =>
    message(head, ['Transfer-Encoding: chunked'], Buffer.concat([Buffer.from('-1\r\n'), content])),
  (head, content) =>
    message(
      head,
      ['Transfer-Encoding: chunked'],
      Buffer.concat([Buffer.from('fffffffffffffffff\r\n'), content]),
    ),
];

/** One chunk, without the last one. */
function chunk(content: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${content.length.toString(16)}\r\n`), content, Buffer.from('\r\n')]);
}

const lying = fc
  .tuple(validBody, fc.constantFrom(...LYING), fc.constantFrom('/execute', '/v2/tasks'))
  .map(([{ content }, frame, target]) =>
    broken(frame({ start: `POST ${target} HTTP/1.1`, lines: ['Host: worker', RIGHT] }, content), target),
  );

const nonsense = fc
  .oneof(
    fc.constantFrom(
      ...['get /ping HTTP/1.1', 'GET  HTTP/1.1', 'GET /ping', 'GET /pi ng HTTP/1.1', 'GET /v2/\x00 HTTP/1.1'],
      ...[
        'GET /v2/ñ HTTP/1.1',
        'GET /ping HTTP/2.0',
        'GET /ping HTTP/9',
        'PRI * HTTP/2.0',
        'CONNECT a:1 HTTP/1.1',
      ],
      ...[
        'GET /v2/tasks HTTP/1.1\r\nno colon',
        'GET /ping HTTP/1.1\r\na b: c',
        'GET /ping HTTP/1.1\r\na: \x00',
      ],
      ...[
        'GET /v2/tasks HTTP/1.1\r\n: x',
        'GET /ping HTTP/1.1\r\na: b\r\n c',
        'GET /ping HTTP/1.1\na: b\n\n',
      ],
      ...[
        '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
        'OPTIONS * RTSP/1.0',
        'GET x HTTP/1.1',
        '\r\n\r\n\r\n',
      ],
      `GET /v2/${'a'.repeat(20_000)} HTTP/1.1`,
      `GET /ping HTTP/1.1\r\nLarge: ${'a'.repeat(20_000)}`,
      `GET /ping HTTP/1.1\r\n${'a:b\r\n'.repeat(5_000)}`,
    ),
    fc.string({ unit: 'binary', maxLength: 60 }),
  )
  .map((text) => broken(Buffer.from(`${text}\r\n\r\n`, 'latin1'), text.split(' ')[1] ?? ''));

/** Nobody can tell what it would have been about. */
const beginning = fc
  .tuple(whole, fc.nat())
  .map(([{ bytes }, cut]) => broken(bytes.subarray(0, cut % bytes.indexOf('\r\n\r\n')), ''));

function broken(bytes: Buffer, target: string): FuzzRequest {
  return { bytes, method: '', target, isWhole: false, isAuthorized: true, isLast: true, task: null };
}

const huge = fc
  .tuple(hugeBody, fc.constantFrom('/execute', '/v2/tasks', '/v2/tasks/a'), heads)
  .map(([body, target, parts]) => written({ method: 'POST', target, body }, parts));

/** About three requests each. */
export const fuzzConversation: fc.Arbitrary<FuzzConversation> = fc
  .record({
    requests: fc.array(whole, { maxLength: 6, size: 'max' }),
    last: fc.oneof(
      often(40, whole),
      often(8, lying),
      often(6, nonsense),
      often(2, beginning),
      often(1, fc.oneof(often(1, huge), often(9, whole))),
    ),
    isPipelined: fc.boolean(),
    pieces: fc.oneof(often(5, fc.constant(1)), often(1, fc.integer({ min: 2, max: 5 }))),
    leaves: fc.oneof(often(12, fc.constant(false)), often(1, fc.constant(true))),
  })
  .map(({ requests, last, ...rest }) => ({ ...rest, requests: [...requests, last] }));
