import { expect, test } from 'vitest';
import { Table } from '#model/table.ts';
import { TaskInvalid } from '#model/task-invalid.ts';
import { NotJson, problemInFile, readTaskFile } from '#persistence/task-file.ts';
import { acceptTasks } from '#task-monitor/submission.ts';

test('a file as users have it becomes tasks', () => {
  const tasks = [
    {
      task_id: 't-1',
      algorithm: 'benchmark.py',
      parameters: { NUM_PARTICULAS: 100, NUM_PASOS: 500, SEMILLA: 42 },
      priority: 2,
      description: 'first',
      created_at: '2026-11-23T21:45:48',
      whatever: [1],
    },
    { task_id: 't-2', algorithm: 'benchmark.py', parameters: { NUM_PASOS: '1..20', SEMILLA: [1, 2] } },
  ];
  const read = readTaskFile(`\uFEFF${JSON.stringify({ tasks })}`);
  expect(read).toMatchObject([
    {
      id: 't-1',
      benchmark: 'benchmark.py',
      parameters: { NUM_PARTICULAS: 100, NUM_PASOS: 500, SEMILLA: 42 },
      priority: 2,
      description: 'first',
    },
    { id: 't-2', parameters: { NUM_PASOS: '1..20', SEMILLA: [1, 2] }, wantedWorker: null },
  ]);
  expect(read[1]).not.toHaveProperty('priority');
});

test('what we add to the format is read too', () => {
  const [task] = readTaskFile(
    JSON.stringify({
      tasks: [
        {
          task_id: 't-1',
          algorithm: 'x',
          worker: 'worker-01',
          labels: ['gpu'],
          not_before: '2026-11-23T21:45:48Z',
          deadline: 1_795_470_400_000,
          timeout_seconds: 2.5,
          retries: 0,
          batch: 'night',
        },
      ],
    }),
  );
  expect(task).toMatchObject({
    wantedWorker: 'worker-01',
    labels: ['gpu'],
    startAt: Date.UTC(2026, 10, 23, 21, 45, 48),
    deadline: 1_795_470_400_000,
    timeoutMs: 2_500,
    retries: 0,
    batch: 'night',
  });
});

test.each([
  ['[]', 'expected an object such as'],
  ['{"tasks":{}}', 'tasks: expected a list of tasks'],
  ['{"tasks":[{"algorithm":"x"}]}', 'tasks[0].task_id: expected a text'],
  ['{"tasks":[{"task_id":"a","algorithm":"x"},{"task_id":"b"}]}', 'tasks[1].algorithm: expected a text'],
  [
    '{"tasks":[{"task_id":"a","algorithm":"x","parameters":{"S":{}}}]}',
    'tasks[0].parameters.S: expected a text, a number',
  ],
  ['{"tasks":[{"task_id":"a","algorithm":"x","priority":"2"}]}', 'tasks[0].priority: expected a number'],
  [
    '{"tasks":[{"task_id":"a","algorithm":"x","deadline":"soon"}]}',
    'tasks[0].deadline: expected a time such as',
  ],
])('%s is refused: %s', (content, message) => {
  expect(() => readTaskFile(content)).toThrow(message);
});

test.each(['', '{"tasks":[', 'tasks: []'])(
  '%j is no JSON, as a file that is still being written',
  (content) => {
    expect(() => readTaskFile(content)).toThrow(NotJson);
  },
);

const GOOD = { task_id: 'a', algorithm: 'x', parameters: { S: 1 } };

test.each<[string, Record<string, unknown>, string]>([
  ['an id', { task_id: '../x' }, 'tasks[1].task_id: found “../x”, expected 1–128'],
  ['a benchmark', { algorithm: ' ' }, 'tasks[1].algorithm: found “”, expected a name'],
  ['a priority', { priority: 11 }, 'tasks[1].priority: found “11”, expected a whole number from 1 to 10'],
  ['a worker', { worker: 'nobody' }, 'tasks[1].worker: found “nobody”'],
  ['a label', { labels: [''] }, 'tasks[1].labels: found “”'],
  ['a time', { not_before: -5 }, 'tasks[1].not_before: found “-5”'],
  ['a deadline', { deadline: 1 }, 'tasks[1].deadline: found “1”'],
  ['a timeout', { timeout_seconds: -1 }, 'tasks[1].timeout_seconds (in milliseconds): found “-1000”'],
  ['retries', { retries: 101 }, 'tasks[1].retries: found “101”'],
  ['a batch', { batch: 'a b' }, 'tasks[1].batch: found “a b”'],
  ['a parameter', { parameters: { id: 'x'.repeat(1_025) } }, 'tasks[1].parameters.id: found “xxx'],
  ['a parameter name', { parameters: { 'a b': 1 } }, 'tasks[1].parameters: found “a b”'],
])('%s that the master refuses is named by the key of the file', (_, changes, reason) => {
  const wanted = readTaskFile(JSON.stringify({ tasks: [GOOD, { ...GOOD, task_id: 'b', ...changes }] }));
  const options = { now: 1_000, sequence: 1, newId: () => 'new', workers: Table.empty<never>(), limit: 9 };
  const refused = () => {
    try {
      return acceptTasks(wanted, options);
    } catch (error) {
      if (error instanceof TaskInvalid) return problemInFile(error);
      throw error;
    }
  };
  expect(refused()).toContain(reason);
});
