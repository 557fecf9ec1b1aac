import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readTaskRequest } from '#worker-service/http/task-request.ts';

const read = (body: unknown) => readTaskRequest(JSON.stringify(body));

test('what is missing takes the defaults of version 1', () => {
  expect(read({ task_id: 'a' })).toEqual({ kind: 'task', task: { taskId: 'a', benchmark: 'benchmark.py' } });
  expect(read({ benchmark: 'other.py', params: { NUM_PASOS: 7 } })).toEqual({
    kind: 'task',
    task: { taskId: null, benchmark: 'other.py', params: { NUM_PASOS: 7 } },
  });
});

test('unknown keys are ignored, and an id may be a number', () => {
  expect(read({ task_id: 12, extra: 1 })).toMatchObject({ task: { taskId: '12' } });
});

test.each(['unknown', ''])('the id %j is as good as none', (task_id) => {
  expect(read({ task_id })).toMatchObject({ task: { taskId: null } });
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
  ['{"task_id":[],"benchmark":7.5e999}', /^task_id is \[\]; .*; benchmark is null; expected a text/],
])('%s is refused with an error that names what is wrong', (text, error) => {
  expect(readTaskRequest(text)).toEqual({ kind: 'wrong', error: expect.stringMatching(error) });
});

test('names that JavaScript gives a meaning are names like any other', () => {
  const text = '{"task_id":"a","__proto__":{"benchmark":"evil"}}';
  expect(readTaskRequest(text)).toEqual({ kind: 'task', task: { taskId: 'a', benchmark: 'benchmark.py' } });
});

test('no text at all makes it throw, and every id can be stored', () => {
  const body = fc.record({ task_id: fc.anything(), benchmark: fc.anything() }, { requiredKeys: [] });
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    body.map((value) => JSON.stringify(value, bigintAsText)),
  );
  fc.assert(
    fc.property(text, (candidate) => {
      const result = readTaskRequest(candidate);
      if (result.kind === 'task') expect(result.task.taskId?.isWellFormed() ?? true).toBe(true);
    }),
  );
});

function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
