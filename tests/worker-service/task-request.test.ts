import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readTaskRequest } from '#worker-service/task-request.ts';

const DEFAULTS = { NUM_PARTICULAS: 100, NUM_PASOS: 500, SEMILLA: 42 };
const read = (body: unknown) => readTaskRequest(JSON.stringify(body));

test('what is missing takes the defaults of version 1', () => {
  expect(read({ task_id: 'a' })).toEqual({
    kind: 'task',
    task: { taskId: 'a', benchmark: 'benchmark.py', params: DEFAULTS },
  });
  expect(read({ benchmark: 'other.py', params: { NUM_PASOS: 7 } })).toEqual({
    kind: 'task',
    task: { taskId: 'unknown', benchmark: 'other.py', params: { ...DEFAULTS, NUM_PASOS: 7 } },
  });
});

test('unknown keys are ignored, and integers may be written as digits', () => {
  const body = { task_id: 12, extra: 1, params: { NUM_PARTICULAS: '7', SEMILLA: 0, OTHER: 'x' } };
  expect(read(body)).toEqual({
    kind: 'task',
    task: {
      taskId: '12',
      benchmark: 'benchmark.py',
      params: { ...DEFAULTS, NUM_PARTICULAS: 7, SEMILLA: 0 },
    },
  });
});

test.each(['', ' \n', '{}', '[]', 'null', '0', 'false', '""'])('%j says nothing', (text) => {
  expect(readTaskRequest(text)).toEqual({ kind: 'nothing' });
});

test.each([
  ['{"a":', /^The task is not valid JSON: /],
  ['[1]', /^The task must be a JSON object$/],
  ['"x"', /^The task must be a JSON object$/],
  ['7', /^The task must be a JSON object$/],
  ['{"task_id":{}}', /^task_id is {}; expected a text of at most 256 characters$/],
  [`{"task_id":"${'x'.repeat(257)}"}`, /^task_id is "x{39}…; expected a text of at most 256 characters$/],
  ['{"benchmark":null}', /^benchmark is null; expected a text/],
  ['{"params":[]}', /^params is \[\]; expected an object$/],
  ['{"params":null}', /^params is null; expected an object$/],
  ['{"params":{"NUM_PARTICULAS":0}}', /^params\.NUM_PARTICULAS is 0; expected a whole number from 1 to /],
  ['{"params":{"NUM_PARTICULAS":1e99}}', /^params\.NUM_PARTICULAS is 1e\+99; expected/],
  ['{"params":{"NUM_PASOS":1.5}}', /^params\.NUM_PASOS is 1\.5; expected a whole number from 1 to /],
  ['{"params":{"NUM_PASOS":"; rm -rf /"}}', /^params\.NUM_PASOS is "; rm -rf \/"; expected/],
  ['{"params":{"NUM_PASOS":true}}', /^params\.NUM_PASOS is true; expected/],
  ['{"params":{"SEMILLA":-1}}', /^params\.SEMILLA is -1; expected a whole number from 0 to 4294967295$/],
  ['{"params":{"SEMILLA":4294967296}}', /^params\.SEMILLA is 4294967296; expected/],
  ['{"params":{"SEMILLA":null}}', /^params\.SEMILLA is null; expected/],
])('%s is refused with an error that names what is wrong', (text, error) => {
  expect(readTaskRequest(text)).toMatchObject({ kind: 'wrong', error: expect.stringMatching(error) });
});

test('everything that is wrong is said at once, and whose task it is stays known', () => {
  const body = { task_id: 'a', params: { NUM_PARTICULAS: -1, NUM_PASOS: 'many' } };
  expect(read(body)).toMatchObject({
    error: expect.stringMatching(/NUM_PARTICULAS is -1.*; params\.NUM_PASOS is "many"/),
    name: { taskId: 'a', benchmark: 'benchmark.py' },
  });
});

test('names that JavaScript gives a meaning are names like any other', () => {
  const text =
    '{"task_id":"a","__proto__":{"benchmark":"evil"},"params":{"constructor":1,"__proto__":{"SEMILLA":1}}}';
  expect(readTaskRequest(text)).toEqual({
    kind: 'task',
    task: { taskId: 'a', benchmark: 'benchmark.py', params: DEFAULTS },
  });
});

test('no text at all makes it throw, and no accepted task has a parameter out of range', () => {
  const parameter = fc.oneof(
    fc.double(),
    fc.string(),
    fc.constant(null),
    fc.integer({ min: -5, max: 5_000 }),
  );
  const body = fc.record(
    {
      task_id: fc.anything(),
      benchmark: fc.string(),
      params: fc.dictionary(fc.constantFrom('NUM_PARTICULAS', 'NUM_PASOS', 'SEMILLA'), parameter),
    },
    { requiredKeys: [] },
  );
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    body.map((value) => JSON.stringify(value, bigintAsText)),
  );
  fc.assert(
    fc.property(text, (candidate) => {
      const result = readTaskRequest(candidate);
      if (result.kind !== 'task') return;
      const { NUM_PARTICULAS, NUM_PASOS, SEMILLA } = result.task.params;
      expect([NUM_PARTICULAS, NUM_PASOS, SEMILLA].every(Number.isSafeInteger)).toBe(true);
      expect(Math.min(NUM_PARTICULAS, NUM_PASOS)).toBeGreaterThanOrEqual(1);
      expect(SEMILLA).toBeGreaterThanOrEqual(0);
      expect(SEMILLA).toBeLessThan(2 ** 32);
    }),
  );
});

function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
