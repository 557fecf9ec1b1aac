import { METHODS } from 'node:http';
import fc from 'fast-check';
import { cancelledId, type FuzzBody, invalidBody, knownId, validBody } from './fuzz-bodies.ts';

/** What is asked for, before it is written down as HTTP. */
export interface FuzzDraft {
  readonly method: string;
  readonly target: string;
  readonly body: FuzzBody | null;
}

/** An arbitrary with its weight. */
export const often = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });

/** Characters that the first line of a request may have. */
const visible = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  maxLength: 20,
});
const segment = fc.oneof(
  visible,
  fc.constantFrom('..', '.', '%00', 'a%00b', '..%2f..%2fetc%2fpasswd', '%2e%2e/%2e%2e', '%zz', '%', '%c0%af'),
  fc.constantFrom(
    '%ff',
    '%e2%80%ae',
    '__proto__',
    'constructor',
    '*',
    '{}',
    '%0d%0aset-cookie:%20a',
    ';',
    '\\',
  ),
  fc.constantFrom('x'.repeat(128), 'x'.repeat(129), '%41'.repeat(1_000), 'y'.repeat(6_000)),
);
const number = fc.oneof(
  fc.nat({ max: 3_000 }).map(String),
  fc.constantFrom(
    '',
    '-1',
    '1e9',
    '0x10',
    '999999999999999',
    '9'.repeat(400),
    '%00',
    '1&offset=2',
    'NaN',
    '１',
  ),
);
const id = fc.oneof(often(3, knownId), often(1, cancelledId), often(3, segment));
const target = fc.oneof(
  often(6, fc.constantFrom('/ping', '/status', '/history', '/execute', '/v2/catalogue', '/v2/tasks')),
  often(
    3,
    id.map((name) => `/v2/tasks/${name}`),
  ),
  often(
    3,
    fc.tuple(id, number).map(([name, offset]) => `/v2/tasks/${name}/output?offset=${encoded(offset)}`),
  ),
  often(
    2,
    fc.tuple(number, segment).map(([limit, status]) => `/history?limit=${encoded(limit)}&status=${status}`),
  ),
  often(
    2,
    fc.tuple(segment, segment).map(([one, other]) => `/${one}/${other}`),
  ),
  often(
    1,
    segment.map((name) => `/v2/${name}`),
  ),
  often(
    2,
    fc.constantFrom(
      ...[
        '/PING',
        '//ping',
        '/ping/',
        '/%70ing',
        '/ping#/../status',
        '/ping;x',
        '/ping?/../status',
        '/./ping',
      ],
      ...[
        '/v2',
        '/v2/',
        '/V2/tasks',
        '//v2/tasks',
        '/v2//tasks',
        '/%762/tasks/a',
        '/v2/tasks/a/../../../ping',
      ],
      ...['http://x/ping', 'http://x/v2/tasks', 'http://x/v2/nothing', 'HTTP://x/v2/nothing', '*', '/'],
      `/ping?${'a=b&'.repeat(2_000)}`,
    ),
  ),
);

/** Spaces would end the target, and what is not ASCII may not stand in one. */
function encoded(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, encodeURIComponent);
}

const method = fc.oneof(
  often(4, fc.constant('GET')),
  // CONNECT is answered with the end of the connection.
  often(1, fc.constantFrom(...METHODS.filter((name) => name !== 'CONNECT'))),
);

/** Asks for something; may be nonsense, but starts nothing. */
const question: fc.Arbitrary<FuzzDraft> = fc
  .tuple(method, target, fc.option(invalidBody, { freq: 4 }))
  .map(([name, path, body]) => ({ method: name, target: path, body }));
const cancel: fc.Arbitrary<FuzzDraft> = fc
  .oneof(often(1, cancelledId), often(1, segment))
  .map((name) => ({ method: 'DELETE', target: `/v2/tasks/${name}`, body: null }));
const execution = (body: fc.Arbitrary<FuzzBody>): fc.Arbitrary<FuzzDraft> =>
  fc
    .tuple(body, fc.constantFrom('/execute', '/execute?a=b', '/execute#'))
    .map(([content, path]) => ({ method: 'POST', target: path, body: content }));
/** A task that would run if it went to the right place. */
const misplaced: fc.Arbitrary<FuzzDraft> = fc
  .tuple(
    validBody,
    fc.constantFrom('PUT', 'GET', 'QUERY', 'POST'),
    fc.constantFrom('/execute/', '/Execute', '//execute', '/v2/execute', '/v2/tasks', '/ping', '/execute;x'),
  )
  .map(([{ content }, name, path]) => ({ method: name, target: path, body: { content, task: null } }));

/** Questions, cancellations and tasks; about one of twelve may run something. */
export const draft: fc.Arbitrary<FuzzDraft> = fc.oneof(
  often(60, question),
  often(6, cancel),
  often(7, execution(validBody)),
  often(25, execution(invalidBody)),
  often(6, misplaced),
);
