import { gzipSync } from 'node:zlib';
import fc from 'fast-check';

/** A task that a body asks for. The same id always stands for the same content. */
export interface FuzzTask {
  /** As the journal is to have it; null: none was given. */
  readonly id: string | null;
  /** Whether other requests may cancel it. */
  readonly mayBeCancelled: boolean;
}

/** A body of POST /execute. */
export interface FuzzBody {
  readonly content: Buffer;
  /** Null: it is no task that may run. */
  readonly task: FuzzTask | null;
}

const TASKS = 100;
const CANCELLED = 20;
/** Starts a thread of the worker for each, which takes a while. */
const BUILTIN = 3;
const DEEP = 100_000;

/** Ids of tasks that run, to ask for and to cancel. */
export const knownId = fc.nat({ max: TASKS - 1 }).map((number) => `v-${number}`);
export const cancelledId = fc.nat({ max: CANCELLED - 1 }).map((number) => `c-${number}`);

/** Ids that somebody might take for something else, and what the journal is to have. */
const STRANGE_IDS: readonly (readonly [sent: unknown, kept: string])[] = [
  ['../../outside', '../../outside'],
  ['/etc/passwd', '/etc/passwd'],
  ['C:\\windows', 'C:\\windows'],
  ['__proto__', '__proto__'],
  ['constructor', 'constructor'],
  ["'; DROP TABLE task; --", "'; DROP TABLE task; --"],
  ['\u001b[2J\r\n\u202e', '\u001b[2J\r\n\u202e'],
  ['\ud800', '\ufffd'],
  [`${'x'.repeat(254)}😀`, `${'x'.repeat(254)}😀`],
  [' ', ' '],
  [12, '12'],
  [1e21, '1e+21'],
  [-0.5, '-0.5'],
];

type Content = Readonly<Record<string, unknown>>;

/** One of every kind of content that runs: the same for the same number. */
function contentOf(number: number): Content {
  const params = { NUM_PARTICULAS: 1 + number, NUM_PASOS: 1, SEMILLA: number };
  switch (number % 6) {
    case 0:
      return number < 6 * BUILTIN ? { benchmark: 'benchmark.js', params } : { params };
    case 1:
      return {};
    case 2:
      return { benchmark: '../../../bin/sh', params };
    case 3:
      return { benchmark: 'noop' };
    case 4:
      return { benchmark: '__proto__', params: { ...params, NUM_PASOS: '7' } };
    default:
      return { benchmark: 'benchmark.py', params: { ...params, IGNORED: ['; reboot', '$(reboot)'] } };
  }
}

const cancellable = (number: number): FuzzTask => ({ id: `c-${number}`, mayBeCancelled: true });
/** Those that a path may name. */
const strange = (id: string): FuzzTask => ({ id, mayBeCancelled: /^[\w.-]{1,128}$/.test(id) });
const certain = (id: string | null): FuzzTask => ({ id, mayBeCancelled: false });

const validTask = fc.oneof(
  {
    weight: 30,
    arbitrary: fc
      .nat({ max: TASKS - 1 })
      .map((number) => [certain(`v-${number}`), { task_id: `v-${number}`, ...contentOf(number) }] as const),
  },
  {
    weight: 4,
    arbitrary: fc
      .nat({ max: CANCELLED - 1 })
      .map((number) => [cancellable(number), { task_id: `c-${number}`, ...contentOf(5) }] as const),
  },
  {
    weight: 6,
    arbitrary: fc
      .constantFrom(...STRANGE_IDS)
      .map(([sent, kept]) => [strange(kept), { task_id: sent, benchmark: 'noop' }] as const),
  },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom({ benchmark: 'noop' }, { benchmark: 'noop', task_id: 'unknown' }, { task_id: '', a: 1 })
      .map((content) => [certain(null), content] as const),
  },
);

/** The ways to write the same task. */
const writing = fc.constantFrom<(content: Content, extra: string) => string>(
  (content) => JSON.stringify(content),
  (content, extra) => `{"extra":${extra},${JSON.stringify(content).slice(1)}`,
  (content) => `\r\n\t${JSON.stringify(content, null, 2)}\n`,
  (content) => JSON.stringify(content).replace('"task_id"', '"t\\u0061sk_id"'),
  // The last of a name that comes twice stands.
  (content) => `{"task_id":["no"],"benchmark":{},"params":7,${JSON.stringify(defaulted(content)).slice(1)}`,
  (content, extra) => `{"__proto__":{"benchmark":"no","x":${extra}},${JSON.stringify(content).slice(1)}`,
);

function defaulted(content: Content): Content {
  return { task_id: 'unknown', benchmark: 'benchmark.py', params: {}, ...content };
}

const extra = fc.oneof(
  { weight: 20, arbitrary: fc.json({ maxDepth: 2 }) },
  { weight: 1, arbitrary: fc.constantFrom('1e999', '[[]]', nested(1_000), `"${'ñ'.repeat(100_000)}"`) },
);

/** A body that runs. */
export const validBody: fc.Arbitrary<FuzzBody> = fc
  .tuple(validTask, writing, extra)
  .map(([[task, content], write, more]) => ({ content: Buffer.from(write(content, more)), task }));

function nested(depth: number): string {
  return `${'['.repeat(depth)}${']'.repeat(depth)}`;
}

/** What is no name, no number and no text, as JSON. */
const wrongValue = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom('null', 'true', '[]', '{}', '{"__proto__":{"a":1}}', '[[1]]') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(nested(DEEP), `${'{"a":'.repeat(DEEP / 2)}1${'}'.repeat(DEEP / 2)}`),
  },
);
const wrongName = fc.oneof(wrongValue, fc.constantFrom('1e999', '-1e999', `"${'x'.repeat(257)}"`));
const wrongNumber = fc.oneof(
  wrongValue,
  fc.constantFrom('-1', '0.5', '1e999', '9007199254740993', '1e300', '"ten"', '""', '"0x10"', '"\\u0000"'),
);

const wrongTask = fc.oneof(
  wrongName.map((name) => `{"task_id":${name}}`),
  wrongName.map((name) => `{"task_id":"no","benchmark":${name}}`),
  fc
    .oneof(wrongValue, fc.constantFrom('7', '"x"', '"{}"'))
    .filter((value) => !value.startsWith('{'))
    .map((params) => `{"task_id":"no","params":${params}}`),
  fc
    .tuple(fc.constantFrom('NUM_PARTICULAS', 'NUM_PASOS', 'SEMILLA'), wrongNumber)
    .map(([name, value]) => `{"task_id":"no","params":{"${name}":${value}}}`),
  fc.constantFrom(
    '{"task_id":"no","params":{"NUM_PARTICULAS":0}}',
    '{"task_id":"no","params":{"NUM_PARTICULAS":250001}}',
    '{"task_id":"no","params":{"NUM_PASOS":0}}',
    '{"task_id":"no","params":{"SEMILLA":4294967296}}',
    '{"task_id":"no","benchmark":"nothing","params":{"X":1}}',
    '{"task_id":"no","benchmark":"noop","params":{"X":1}}',
    '{"task_id":"no","benchmark":"noop","params":{"__proto__":1}}',
  ),
);

const noTask = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '{}',
    '[]',
    'null',
    '0',
    '-0',
    'false',
    '""',
    '[{"task_id":"no"}]',
    '"no"',
    '7e77',
  ),
  fc.json({ maxDepth: 3 }).map((value) => `[${value}]`),
  // No JSON has this character anywhere.
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => `{"task_id":"no"${text}\u0001`),
);

/** A body that must not run anything. */
export const invalidBody: fc.Arbitrary<FuzzBody> = fc
  .oneof(
    { weight: 12, arbitrary: wrongTask.map((text) => Buffer.from(text)) },
    { weight: 6, arbitrary: noTask.map((text) => Buffer.from(text)) },
    {
      weight: 6,
      // No beginning of an object is a whole one.
      arbitrary: fc.tuple(validBody, fc.nat()).map(([{ content }, cut]) => {
        const text = content.toString().trim();
        return Buffer.from(text).subarray(0, cut % Buffer.byteLength(text));
      }),
    },
    { weight: 2, arbitrary: fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from([...bytes, 1])) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(
          validBody,
          fc.constantFrom<(content: Buffer) => Buffer>(
            (content) => Buffer.from(content.toString(), 'utf16le'),
            (content) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), content]),
            (content) => Buffer.concat([content, Buffer.from([0])]),
            (content) => Buffer.concat([content, content]),
            (content) => gzipSync(content, { level: 1 }),
          ),
        )
        .map(([{ content }, encode]) => encode(content)),
    },
  )
  .map((content) => ({ content, task: null }));

/** More than the worker takes. */
export const hugeBody: fc.Arbitrary<FuzzBody> = fc.constantFrom('x', ' ', '[', 'ñ').map((filler) => ({
  content: Buffer.from(`{"task_id":"no","filler":"${filler.repeat(1_048_576)}"}`),
  task: null,
}));
