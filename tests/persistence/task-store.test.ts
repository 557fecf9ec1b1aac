import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { codeOf } from '#model/errors.ts';
import { TASK_STATES, type Task } from '#model/task.ts';
import { openTaskStore } from '#persistence/task-store.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { until } from '../helpers/until.ts';
import { completedTask, insertTasks, newAttempt, newTask, SWEPT, saveTask } from './new-task.ts';
import { openStore, THREAD_URL } from './opened.ts';

async function storePath(): Promise<string> {
  return join(await temporaryFolder(), 'data', 'tasks.sqlite');
}

async function errorOf(promise: Promise<unknown>): Promise<{ code: string | undefined; message: string }> {
  const error: unknown = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  return { code: codeOf(error), message: String(error) };
}

test('a task comes back as it was saved, with its attempts, from a store opened again', async () => {
  const path = await storePath();
  const store = await openTaskStore({ path, threadUrl: THREAD_URL });
  const task = newTask(1, {
    parameters: { NUM_PARTICULAS: 100, label: 'ñandú "x"', exact: true, ratio: 0.1 },
    priority: 7,
    wantedWorker: 'worker-02',
    description: 'first',
  });
  expect(await insertTasks(store, [task])).toEqual(['inserted']);
  const failed = newAttempt(1, { endedAt: 2_500, outcome: 'failed', error: 'exit code 1: no memory' });
  const saved: Task = {
    ...task,
    state: 'running',
    updatedAt: 2_600,
    notBefore: 2_550,
    attempts: [failed, newAttempt(2, { workerId: 'worker-02', assignedAt: 2_600 })],
  };
  await saveTask(store, { ...task, state: 'assigned', attempts: [newAttempt(1, { sentAt: null })] });
  await saveTask(store, { ...task, state: 'pending', attempts: [failed] });
  await saveTask(store, saved);
  const run = completedTask(2);
  const completed = { ...run, result: run.result && { ...run.result, results: { found: 12, ok: true } } };
  await insertTasks(store, [newTask(2)]);
  await saveTask(store, completed);
  await store.close();

  const again = await openStore(path);
  expect(await again.task(task.id)).toEqual(saved);
  expect(await again.task('task-2')).toEqual(completed);
  expect(await again.task('task-3')).toBeNull();
});

test('an attempt that the task no longer has is gone from the store too', async () => {
  const store = await openStore(await storePath());
  const refused = (number: number, workerId: string) =>
    newAttempt(number, { workerId, sentAt: null, endedAt: 2_100, outcome: 'not-sent', error: 'refused' });
  const task = newTask(1, { attempts: [refused(1, 'worker-01'), refused(2, 'worker-02')] });
  await insertTasks(store, [newTask(1)]);
  await saveTask(store, task);
  const next = { ...task, attempts: [refused(2, 'worker-02'), newAttempt(3)] };
  await saveTask(store, next);
  expect(await store.task(task.id)).toEqual(next);
});

test('a start is given what is unfinished, the last finished ones, and the counts of all', async () => {
  const store = await openStore(await storePath());
  await insertTasks(store, [
    ...[1, 2, 3, 4].map((sequence) => completedTask(sequence)),
    newTask(5, { state: 'running', attempts: [newAttempt(1)] }),
    newTask(6),
    newTask(7, { state: 'failed' }),
    newTask(8, { state: 'assigned', attempts: [newAttempt(1, { sentAt: null })] }),
  ]);
  const loaded = await store.load({ finishedLimit: 3 });
  expect(loaded.unfinished.map(({ id }) => id)).toEqual(['task-5', 'task-6', 'task-8']);
  expect(loaded.unfinished[0]?.attempts).toEqual([newAttempt(1)]);
  expect(loaded.finished.map(({ id }) => id)).toEqual(['task-3', 'task-4', 'task-7']);
  expect(loaded.counts).toEqual({
    pending: 1,
    assigned: 1,
    running: 1,
    completed: 4,
    failed: 1,
    cancelled: 0,
  });
  expect(loaded.lastSequence).toBe(8);
});

test('more unfinished tasks than cross the threads at once are all loaded, in order of acceptance', async () => {
  const store = await openStore(await storePath());
  const sequences = Array.from({ length: 2_345 }, (_, index) => index + 1);
  await insertTasks(
    store,
    sequences.map((sequence) => newTask(sequence)),
  );
  const { unfinished } = await store.load({ finishedLimit: 10 });
  expect(unfinished.map(({ sequence }) => sequence)).toEqual(sequences);
});

test('past times are means of the last 50 completed runs of each worker and benchmark', async () => {
  const store = await openStore(await storePath());
  const runs = Array.from({ length: 60 }, (_, index) =>
    completedTask(index + 1, { seconds: index < 10 ? 1_000 : 2, at: 3_000 + index }),
  );
  await insertTasks(store, [
    ...runs,
    completedTask(61, { workerId: 'worker-02', seconds: 4 }),
    completedTask(62, { workerId: 'worker-02', seconds: 6 }),
    completedTask(63, { workerId: 'worker-02', benchmark: 'other', seconds: 9 }),
    newTask(64, { state: 'failed', attempts: [newAttempt(1, { workerId: 'worker-03', outcome: 'failed' })] }),
  ]);
  const { performance } = await store.load({ finishedLimit: 1 });
  expect(performance).toEqual({
    'worker-01': { 'benchmark.py': { runs: 50, meanSeconds: 2 } },
    'worker-02': {
      'benchmark.py': { runs: 2, meanSeconds: 5 },
      other: { runs: 1, meanSeconds: 9 },
    },
  });
});

test('pages go from the newest to the oldest of the states asked for, whatever the page length', async () => {
  const store = await openStore(await storePath());
  const tasks = Array.from({ length: 60 }, (_, index) =>
    newTask(index + 1, { state: TASK_STATES[(index * 7) % TASK_STATES.length] ?? 'pending' }),
  );
  await insertTasks(store, tasks);
  await fc.assert(
    fc.asyncProperty(
      fc.subarray([...TASK_STATES]),
      fc.integer({ min: 1, max: 25 }),
      async (states, limit) => {
        const seen: number[] = [];
        let before: number | null = null;
        for (;;) {
          const page: readonly Task[] = await store.tasks({ states, before, limit });
          expect(page.length).toBeLessThanOrEqual(limit);
          seen.push(...page.map(({ sequence }) => sequence));
          if (page.length < limit) break;
          before = page.at(-1)?.sequence ?? null;
        }
        const expected = tasks.filter(({ state }) => states.includes(state)).map(({ sequence }) => sequence);
        expect(seen).toEqual(expected.toReversed());
      },
    ),
    { numRuns: 40 },
  );
});

test('the same id with the same content is the same task, whatever the order of its parameters', async () => {
  const store = await openStore(await storePath());
  const task = newTask(1, { parameters: { a: 1, b: 'x' } });
  await insertTasks(store, [task]);
  const twin = newTask(2, { id: task.id, parameters: { b: 'x', a: 1 }, priority: 9 });
  expect(await insertTasks(store, [newTask(3), twin])).toEqual(['inserted', 'existing']);
  expect(await store.task(task.id)).toEqual(task);
});

test.each([
  ['another benchmark', { benchmark: 'other' }],
  ['another value', { parameters: { a: 2 } }],
  ['a value of another type', { parameters: { a: '1' } }],
  ['a parameter more', { parameters: { a: 1, b: 1 } }],
  ['a parameter less', { parameters: {} }],
])('the same id with %s is refused, and with it all of the call', async (_, changes) => {
  const store = await openStore(await storePath());
  await insertTasks(store, [newTask(1, { id: 'mine', parameters: { a: 1 } })]);
  const neighbour = insertTasks(store, [newTask(2)]);
  const refused = errorOf(
    insertTasks(store, [
      newTask(3),
      newTask(4, { id: 'mine', parameters: { a: 1 }, ...changes }),
      newTask(5),
    ]),
  );
  const other = insertTasks(store, [newTask(6)]);
  const { code, message } = await refused;
  expect(code).toBe('TASK_ID_TAKEN');
  expect(message).toContain('task id mine is taken');
  expect(await Promise.all([neighbour, other])).toEqual([['inserted'], ['inserted']]);
  const { unfinished } = await store.load({ finishedLimit: 0 });
  expect(unfinished.map(({ id }) => id)).toEqual(['mine', 'task-2', 'task-6']);
});

test('saving a task that was never inserted fails and harms no other', async () => {
  const store = await openStore(await storePath());
  await insertTasks(store, [newTask(1)]);
  const lost = errorOf(saveTask(store, newTask(9)));
  const kept = saveTask(store, completedTask(1));
  expect((await lost).message).toContain('task-9 is not in the task database');
  await kept;
  expect((await store.task('task-1'))?.state).toBe('completed');
});

test('a full disk refuses an insert with a clear error, keeps what was there, and takes tasks again when there is room', async () => {
  const path = await storePath();
  const store = await openStore(path, { maxPages: 40 });
  await insertTasks(store, [newTask(1)]);
  const taker = new DatabaseSync(path);
  onTestFinished(() => taker.close());
  taker.exec('CREATE TABLE filler (x); PRAGMA max_page_count = 40;');
  const fill = taker.prepare('INSERT INTO filler VALUES (zeroblob(4000))');
  expect(() => {
    for (;;) fill.run();
  }).toThrow(/full/);

  const long = 'x'.repeat(50_000);
  const { code, message } = await errorOf(insertTasks(store, [newTask(2, { description: long })]));
  expect(code).toBe('TASK_DATABASE_FULL');
  expect(message).toContain(path);
  expect(message).toContain('free space');
  // Neighbours in the same commit as what does not fit are judged alone.
  const [small, large] = await Promise.allSettled([
    saveTask(store, { ...newTask(1), updatedAt: 5_000 }),
    insertTasks(store, [newTask(3, { description: long })]),
  ]);
  expect([small.status, large.status]).toEqual(['fulfilled', 'rejected']);
  expect((await store.task('task-1'))?.updatedAt).toBe(5_000);

  taker.exec('DROP TABLE filler');
  expect(await insertTasks(store, [newTask(2, { description: long })])).toEqual(['inserted']);
  expect((await store.load({ finishedLimit: 0 })).unfinished.map(({ id }) => id)).toEqual([
    'task-1',
    'task-2',
  ]);
});

test('a file that is no database is left alone and reported with what to do', async () => {
  const path = join(await temporaryFolder(), 'tasks.sqlite');
  const content = 'my thesis, not a database. '.repeat(200);
  await writeFile(path, content);
  const { code, message } = await errorOf(openTaskStore({ path, threadUrl: THREAD_URL }));
  expect(code).toBe('TASK_DATABASE_DAMAGED');
  expect(message).toContain(path);
  expect(message).toContain('move it');
  expect(await readFile(path, 'utf8')).toBe(content);
});

test('a row that this program cannot have written is reported as damage, with its number', async () => {
  const path = await storePath();
  const store = await openStore(path);
  await insertTasks(store, [newTask(1), newTask(2)]);
  const editor = new DatabaseSync(path);
  onTestFinished(() => editor.close());
  editor.exec(`UPDATE task SET parameters = '[1, {}]' WHERE sequence = 2`);
  const { code, message } = await errorOf(store.load({ finishedLimit: 1 }));
  expect(code).toBe('TASK_DATABASE_DAMAGED');
  expect(message).toContain('task number 2');
  expect(await store.task('task-1')).toEqual(newTask(1));
});

test('a folder that cannot be made is reported with its path', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'data'), '');
  const path = join(folder, 'data', 'tasks.sqlite');
  const { code, message } = await errorOf(openTaskStore({ path, threadUrl: THREAD_URL }));
  expect(code).toBe('TASK_DATABASE_UNWRITABLE');
  expect(message).toContain(path);
});

test('close waits for what was asked before it, and refuses what is asked after it', async () => {
  const path = await storePath();
  const store = await openTaskStore({ path, threadUrl: THREAD_URL });
  const inserted = insertTasks(store, [newTask(1)]);
  const closed = store.close();
  expect((await errorOf(insertTasks(store, [newTask(2)]))).code).toBe('TASK_DATABASE_CLOSED');
  expect(await inserted).toEqual(['inserted']);
  await closed;
  await store.close();
  const again = await openStore(path);
  expect((await again.load({ finishedLimit: 0 })).unfinished.map(({ id }) => id)).toEqual(['task-1']);
});

test('every insert that was acknowledged before kill -9 is there afterwards, and every sweep whole or not at all', async () => {
  const path = await storePath();
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('./inserting-child.ts', import.meta.url)), path, THREAD_URL.href],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  onTestFinished(() => gone(child));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await until('the child has inserted a few hundred tasks', () => output.split('\n').length > 300);
  await gone(child);
  const acknowledged = output.split('\n').slice(0, -1);

  const store = await openStore(path);
  const { unfinished, batches } = await store.load({ finishedLimit: 0 });
  const ids = new Set(unfinished.map(({ id }) => id));
  expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
  expect(batches.length).toBeGreaterThan(0);
  const sizes = Map.groupBy(unfinished, ({ batch }) => batch);
  sizes.delete(null);
  expect([...sizes].filter(([, tasks]) => tasks.length !== SWEPT)).toEqual([]);
  expect(batches.filter(({ counts }) => counts.pending !== SWEPT)).toEqual([]);
});

/** Kills it if it still lives, and waits for its output to end. */
async function gone(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}
