import { expect, test } from 'vitest';
import { codeOf, messageOf } from '#model/errors.ts';
import { Table } from '#model/table.ts';
import type { NewTask } from '#model/task.ts';
import type { Worker } from '#model/worker.ts';
import { acceptTasks } from '#task-monitor/submission.ts';
import { activeWorker, NOW } from '../model/samples.ts';

function workerWith(id: string, benchmarks: readonly string[] | null): [string, Worker] {
  const statusReport =
    benchmarks === null ? null : { dockerImage: '', imageAvailable: true, benchmarks, pythonAvailable: true };
  return [id, activeWorker({ id, statusReport })];
}

const UNKNOWN_FLEET = Table.from([workerWith('worker-01', null), workerWith('worker-02', ['benchmark.py'])]);

function accept(tasks: readonly NewTask[], workers: Table<Worker> = UNKNOWN_FLEET) {
  return acceptTasks(tasks, { now: NOW, sequence: 7, newId: () => 'made', workers, limit: 10_000 });
}

function errorOf(tasks: readonly NewTask[], workers?: Table<Worker>): string {
  try {
    accept(tasks, workers);
  } catch (error) {
    return `${codeOf(error)} ${messageOf(error)}`;
  }
  return 'accepted';
}

const TASK: NewTask = {
  benchmark: 'benchmark.py',
  parameters: { NUM_PARTICULAS: 100, exact: true, label: 'x' },
};

test('what is missing is filled in, and each task has its place in the order', () => {
  const {
    tasks: [first, second],
  } = accept([TASK, { ...TASK, id: 'mine', priority: 10, wantedWorker: 'worker-02' }]);
  expect(first).toMatchObject({
    id: 'made',
    sequence: 7,
    priority: 1,
    wantedWorker: null,
    state: 'pending',
    createdAt: NOW,
  });
  expect(second).toMatchObject({ id: 'mine', sequence: 8, priority: 10, wantedWorker: 'worker-02' });
});

test.each<[string, Partial<NewTask>, RegExp]>([
  ['an id with a slash', { id: '../x' }, /id.*\.\.\/x.*1–128/],
  ['an empty id', { id: '' }, /id.*1–128/],
  ['an id that is too long', { id: 'x'.repeat(129) }, /id.*1–128/],
  ['an empty benchmark', { benchmark: ' ' }, /benchmark.*name/],
  ['an endless benchmark', { benchmark: 'x'.repeat(129) }, /benchmark.*128/],
  ['priority 0', { priority: 0 }, /priority.*0.*1 to 10/],
  ['priority 11', { priority: 11 }, /priority.*11.*1 to 10/],
  ['half a priority', { priority: 1.5 }, /priority.*1\.5.*whole number/],
  ['a priority that is no number', { priority: Number.NaN }, /priority.*NaN.*1 to 10/],
  ['an unknown worker', { wantedWorker: 'worker-99' }, /worker.*worker-99.*configured/],
  [
    'a benchmark that the wanted worker has not',
    { wantedWorker: 'worker-02', benchmark: 'other.py' },
    /benchmark.*other\.py.*worker-02 has: benchmark\.py/,
  ],
  ['an infinite value', { parameters: { N: Number.POSITIVE_INFINITY } }, /N.*Infinity.*finite/],
  ['a value that is too long', { parameters: { N: 'x'.repeat(1_025) } }, /N.*1024 characters/],
  ['a nameless parameter', { parameters: { '': 1 } }, /parameter name.*letters/],
  ['a parameter name that is too long', { parameters: { [`N${'x'.repeat(64)}`]: 1 } }, /parameter name.*64/],
  ['a parameter name with a blank', { parameters: { 'a b': 1 } }, /parameter name.*a b/],
  [
    'a parameter named __proto__',
    { parameters: JSON.parse('{"__proto__": 1}') },
    /parameter name.*__proto__/,
  ],
  [
    '65 parameters',
    { parameters: Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`p${n}`, n])) },
    /parameters.*65.*64/,
  ],
])('%s is refused by name, value and what was expected', (_, changes, message) => {
  const error = errorOf([{ ...TASK, ...changes }]);
  expect(error).toMatch(/^TASK_INVALID /);
  expect(error).toMatch(message);
});

test('of several tasks the wrong one is named', () => {
  expect(errorOf([TASK, TASK, { ...TASK, priority: 0 }])).toMatch(/^TASK_INVALID task 3 of 3: priority/);
});

test('no task at all, and more than may be made at once, are refused', () => {
  expect(errorOf([])).toMatch(/tasks.*at least one/);
  expect(errorOf(Array.from({ length: 10_001 }, () => TASK))).toMatch(
    /SWEEP_TOO_LARGE.*10001 tasks.*at most 10000/,
  );
  expect(accept(Array.from({ length: 10_000 }, () => TASK)).tasks).toHaveLength(10_000);
});

test('a benchmark is refused only where every worker says that it has others', () => {
  const task = { ...TASK, benchmark: 'other.py' };
  const known = Table.from([
    workerWith('a', ['benchmark.py']),
    workerWith('b', ['benchmark.py', 'third.py']),
  ]);
  expect(errorOf([task], known)).toMatch(/benchmark.*other\.py.*a worker has: benchmark\.py, third\.py/);
  expect(errorOf([{ ...task, benchmark: 'third.py' }], known)).toBe('accepted');
  expect(errorOf([task], Table.from([workerWith('a', ['benchmark.py']), workerWith('b', [])]))).toBe(
    'accepted',
  );
  expect(errorOf([task], UNKNOWN_FLEET)).toBe('accepted');
  expect(errorOf([task], Table.empty())).toBe('accepted');
});

test('text that would control the terminal is taken out', () => {
  const {
    tasks: [task],
  } = accept([
    {
      benchmark: 'bench\u001b[31m.py',
      parameters: { label: 'a\u001b]0;owned\u0007b' },
      description: 'x\u0000\u202ey',
    },
  ]);
  expect(task).toMatchObject({ benchmark: 'bench.py', parameters: { label: 'ab' }, description: 'x  y' });
});
