import { join } from 'node:path';
import { expect, test } from 'vitest';
import { codeOf } from '#model/errors.ts';
import type { Sweep } from '#model/sweep.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { completedTask, insertTasks, newAttempt, newTask, saveTask } from './new-task.ts';
import { openStore } from './opened.ts';

async function store() {
  return openStore(join(await temporaryFolder(), 'tasks.sqlite'));
}

const BATCH = { id: 'sweep', description: 'all sizes', benchmark: 'benchmark.py', createdAt: 1_001 };

function sweep(count: number): Sweep {
  const template = newTask(1, { id: 'sweep', batch: 'sweep', parameters: { SEMILLA: 1 } });
  const values = Array.from({ length: count }, (_, index) => index + 1);
  return { template, axes: [{ name: 'NUM_PASOS', values }], count };
}

test('every field that a caller may give comes back', async () => {
  const tasks = await store();
  const task = newTask(1, {
    labels: ['gpu', 'ñandú'],
    startAt: 5_000,
    deadline: 9_000,
    timeoutMs: 70_000,
    retries: 0,
    batch: 'b',
    priority: 3,
  });
  await insertTasks(tasks, [task]);
  expect(await tasks.task('task-1')).toEqual(task);
  const failed = { ...task, state: 'failed', failure: 'suspect', countedFrom: 4, cancelAt: 77 } as const;
  await saveTask(tasks, failed);
  expect(await tasks.task('task-1')).toEqual(failed);
});

test('every change is a line of the history, with its attempt, worker and reason; none is ever changed', async () => {
  const tasks = await store();
  const task = newTask(1);
  await insertTasks(tasks, [task]);
  const attempt = newAttempt(1, { sentAt: null });
  const error = 'exit code 1: no memory';
  await tasks.save(
    { ...task, state: 'assigned', updatedAt: 2_000, attempts: [attempt] },
    { at: 2_000, change: 'assigned' },
  );
  await tasks.save(
    { ...task, state: 'pending', attempts: [{ ...attempt, outcome: 'failed', error }] },
    { at: 2_500, change: 'requeued' },
  );
  const before = await tasks.history('task-1');
  await tasks.save(
    { ...task, state: 'cancelled', attempts: [] },
    { at: 3_000, change: 'cancelled', note: 'by hand' },
  );
  const history = await tasks.history('task-1');
  expect(history).toEqual([
    { at: 1_001, change: 'submitted', state: 'pending', attempt: null, workerId: null, note: null },
    { at: 2_000, change: 'assigned', state: 'assigned', attempt: 1, workerId: 'worker-01', note: null },
    { at: 2_500, change: 'requeued', state: 'pending', attempt: 1, workerId: 'worker-01', note: error },
    { at: 3_000, change: 'cancelled', state: 'cancelled', attempt: null, workerId: null, note: 'by hand' },
  ]);
  expect(history.slice(0, 3)).toEqual(before);
  expect(await tasks.history('nobody')).toEqual([]);
});

test('a sweep is made in one commit, or not at all', async () => {
  const tasks = await store();
  await insertTasks(tasks, [newTask(900, { id: 'sweep-57', benchmark: 'other.py' })]);
  const refused: unknown = await tasks
    .insert({ batches: [BATCH], tasks: [newTask(800, { id: 'beside' })], sweeps: [sweep(100)] })
    .catch((error: unknown) => error);
  expect(codeOf(refused)).toBe('TASK_ID_TAKEN');
  expect([await tasks.task('sweep-1'), await tasks.task('beside'), await tasks.batch('sweep')]).toEqual([
    null,
    null,
    null,
  ]);
  expect((await tasks.load({ finishedLimit: 1 })).counts.pending).toBe(1);
});

test('the same sweep again is the same tasks; what of it is new is made', async () => {
  const tasks = await store();
  expect(await tasks.insert({ batches: [BATCH], tasks: [], sweeps: [sweep(3)] })).toEqual({
    tasks: [],
    sweeps: [[]],
  });
  const again = { ...sweep(5), template: { ...sweep(5).template, sequence: 10 } };
  expect((await tasks.insert({ batches: [BATCH], tasks: [], sweeps: [again] })).sweeps).toEqual([[0, 1, 2]]);
  expect((await tasks.batch('sweep'))?.counts.pending).toBe(5);
  expect((await tasks.task('sweep-5'))?.parameters).toEqual({ SEMILLA: 1, NUM_PASOS: 5 });
});

test('a batch of which every task was there already, in another or in none, is not made', async () => {
  const tasks = await store();
  await insertTasks(tasks, [newTask(1)]);
  const again = newTask(2, { id: 'task-1', parameters: newTask(1).parameters, batch: 'sweep' });
  expect(await tasks.insert({ batches: [BATCH], tasks: [again], sweeps: [] })).toMatchObject({
    tasks: ['existing'],
  });
  expect(await tasks.batch('sweep')).toBeNull();
  expect((await tasks.load({ finishedLimit: 1 })).batches).toEqual([]);
});

test('a batch counts its tasks in each state, knows its beginning and its end, and opens again with a retry', async () => {
  const tasks = await store();
  await tasks.insert({ batches: [BATCH], tasks: [], sweeps: [sweep(3)] });
  const task = (number: number) => ({ ...newTask(number, { id: `sweep-${number}`, batch: 'sweep' }) });
  await saveTask(tasks, { ...task(1), state: 'running', updatedAt: 2_000 });
  await saveTask(tasks, { ...task(2), state: 'cancelled', updatedAt: 2_100 });
  expect(await tasks.batch('sweep')).toMatchObject({
    ...BATCH,
    counts: { pending: 1, running: 1, cancelled: 1 },
    startedAt: 2_000,
    endedAt: null,
  });
  await saveTask(tasks, { ...task(1), state: 'completed', updatedAt: 2_200 });
  await saveTask(tasks, { ...task(3), state: 'failed', updatedAt: 2_300 });
  expect(await tasks.batch('sweep')).toMatchObject({ counts: { completed: 1, failed: 1 }, endedAt: 2_300 });
  await saveTask(tasks, { ...task(3), state: 'pending', updatedAt: 2_400 });
  expect((await tasks.batch('sweep'))?.endedAt).toBeNull();
});

test('pages may be of one batch only', async () => {
  const tasks = await store();
  await tasks.insert({ batches: [BATCH], tasks: [newTask(50)], sweeps: [sweep(7)] });
  const page = await tasks.tasks({ states: ['pending'], batch: 'sweep', before: 6, limit: 3 });
  expect(page.map(({ id }) => id)).toEqual(['sweep-5', 'sweep-4', 'sweep-3']);
});

test('a start is given the batches that are not finished, whatever came after them, and the drained workers', async () => {
  const tasks = await store();
  await tasks.insert({ batches: [BATCH], tasks: [], sweeps: [sweep(1)] });
  for (let number = 1; number <= 250; number += 1) {
    const batch = { ...BATCH, id: `b-${number}`, createdAt: 2_000 + number };
    const task = { ...completedTask(1_000 + number), batch: batch.id };
    await tasks.insert({ batches: [batch], tasks: [task], sweeps: [] });
  }
  await tasks.drain('worker-02', true, 5);
  await tasks.drain('worker-03', true, 5);
  await tasks.drain('worker-03', false, 6);
  const loaded = await tasks.load({ finishedLimit: 1 });
  expect(loaded.batches.map(({ id }) => id)).toEqual([
    'sweep',
    ...Array.from({ length: 200 }, (_, index) => `b-${51 + index}`),
  ]);
  expect(loaded.drained).toEqual(['worker-02']);
});

test('what is old or too much goes in steps, the oldest first, with its history; nothing unfinished ever does', async () => {
  const tasks = await store();
  await insertTasks(tasks, [
    newTask(1),
    newTask(2, { state: 'running', attempts: [newAttempt(1)] }),
    ...[3, 4, 5, 6, 7, 8].map((number) => completedTask(number, { at: number * 1_000 })),
    newTask(9, { state: 'failed', updatedAt: 500 }),
  ]);
  const prune = (endedBefore: number | null, keep: number | null, step = 2) =>
    tasks.prune({ endedBefore, keep, step });
  expect(await prune(5_500, null)).toMatchObject({ removed: { failed: 1, completed: 1 }, more: true });
  expect(await prune(5_500, null)).toMatchObject({ removed: { failed: 0, completed: 2 }, more: true });
  expect(await prune(5_500, null)).toMatchObject({ removed: { completed: 0 }, more: false });
  expect(await tasks.history('task-3')).toEqual([]);
  expect(await prune(null, 1, 10)).toMatchObject({ removed: { completed: 2 }, more: false });
  expect(await prune(Number.MAX_SAFE_INTEGER, 0, 10)).toMatchObject({ removed: { completed: 1 } });
  const { counts, unfinished } = await tasks.load({ finishedLimit: 10 });
  expect(counts).toMatchObject({ pending: 1, running: 1, completed: 0, failed: 0 });
  expect(unfinished.map(({ id }) => id)).toEqual(['task-1', 'task-2']);
});

test('a batch goes with its last task, and counts until then what it ever had', async () => {
  const tasks = await store();
  const done = [1, 2].map((number) => ({ ...completedTask(number, { at: number * 1_000 }), batch: 'sweep' }));
  await tasks.insert({ batches: [BATCH], tasks: done, sweeps: [] });
  expect(await tasks.prune({ endedBefore: 1_500, keep: null, step: 10 })).toMatchObject({ batches: [] });
  expect((await tasks.batch('sweep'))?.counts.completed).toBe(2);
  expect(await tasks.prune({ endedBefore: 2_500, keep: null, step: 10 })).toMatchObject({
    batches: ['sweep'],
  });
  expect(await tasks.batch('sweep')).toBeNull();
});

test('statistics are of what ended, with the time that each task waited', async () => {
  const tasks = await store();
  await insertTasks(tasks, [
    completedTask(1, { seconds: 2, at: 5_000 }),
    newTask(2),
    newTask(3, { state: 'failed', updatedAt: 6_000 }),
  ]);
  expect(await tasks.statistics()).toMatchObject({
    since: 5_000,
    until: 6_000,
    tasks: 2,
    byBenchmark: [
      { name: 'benchmark.py', completed: 1, failed: 1, waited: { median: 1_000 }, ran: { median: 2_000 } },
    ],
    byWorker: [{ name: 'worker-01', completed: 1 }],
  });
});
