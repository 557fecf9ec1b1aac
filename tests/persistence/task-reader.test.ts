import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { codeOf } from '#model/errors.ts';
import { exportTasks } from '#persistence/task-export.ts';
import { openTaskReader, type TaskReader } from '#persistence/task-reader.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { completedTask, newTask } from './new-task.ts';
import { openStore } from './opened.ts';

function opened(path: string): TaskReader {
  const reader = openTaskReader(path);
  onTestFinished(() => reader.close());
  return reader;
}

function codeOfOpening(path: string): string | undefined {
  try {
    openTaskReader(path).close();
    return undefined;
  } catch (error) {
    return codeOf(error);
  }
}

/** A database as a release of that version left it. */
function writeVersion(path: string, version: number): void {
  const sql = readFileSync(new URL(`./versions/version-${version}.sql`, import.meta.url), 'utf8');
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

test('the tasks are read beside the master that writes them, as soon as they are committed', async () => {
  const path = join(await temporaryFolder(), 'tasks.sqlite');
  const store = await openStore(path);
  const batch = { id: 'task', description: '', benchmark: 'benchmark.py', createdAt: 1 };
  const tasks = [{ ...completedTask(1), batch: 'task' }, newTask(2), newTask(12)];
  await store.insert({ batches: [batch], tasks, sweeps: [] });
  const reader = opened(path);
  expect(reader.task('task-1')).toEqual(await store.task('task-1'));
  expect(reader.task('none')).toBeNull();
  expect(reader.batch('task')).toMatchObject({ id: 'task', counts: { completed: 1 } });
  expect(reader.history('task-2')).toMatchObject([{ change: 'submitted' }]);
  expect(reader.counts()).toMatchObject({ completed: 1, pending: 2 });
  expect(reader.benchmarks()).toEqual(['benchmark.py']);
  const page = { states: ['pending', 'completed'] as const, before: null, limit: 2 };
  expect(reader.tasks(page).map(({ id }) => id)).toEqual(['task-12', 'task-2']);
  expect(reader.tasks({ ...page, batch: 'task' }).map(({ id }) => id)).toEqual(['task-1']);
  await store.insert({ batches: [], tasks: [newTask(3)], sweeps: [] });
  expect(reader.task('task-3')?.state).toBe('pending');
});

test('ids are found by their beginning, which is no pattern', async () => {
  const path = join(await temporaryFolder(), 'tasks.sqlite');
  const store = await openStore(path);
  await store.insert({ batches: [], tasks: [newTask(1), newTask(2), newTask(12)], sweeps: [] });
  const reader = opened(path);
  expect(reader.idsFrom('task-1', 9).tasks).toEqual(['task-1', 'task-12']);
  expect(reader.idsFrom('task-', 2).tasks).toHaveLength(2);
  expect(reader.idsFrom('t_sk', 9)).toEqual({ tasks: [], batches: [] });
  expect(reader.idsFrom('%', 9).tasks).toEqual([]);
});

test('a file that is missing, damaged, or of another release is told apart, and never changed', async () => {
  const dir = await temporaryFolder();
  expect(codeOfOpening(join(dir, 'none.sqlite'))).toBe('TASK_DATABASE_MISSING');
  const damaged = join(dir, 'damaged.sqlite');
  await writeFile(
    damaged,
    'this is no database, and it is longer than the header of one, by far: '.repeat(9),
  );
  expect(codeOfOpening(damaged)).toBe('TASK_DATABASE_DAMAGED');
  const first = join(dir, 'first.sqlite');
  writeVersion(first, 1);
  expect(codeOfOpening(first)).toBe('TASK_DATABASE_OTHER_VERSION');
  expect(() => [...exportTasks({ path: first, format: 'csv', batch: null })]).toThrow(/another version/);
  for (const version of [2, 3]) {
    const older = join(dir, `${version}.sqlite`);
    writeVersion(older, version);
    const before = await readFile(older);
    const reader = opened(older);
    expect(reader.counts()).toMatchObject({ pending: 2, completed: 1 });
    expect(reader.tasks({ states: ['completed'], before: null, limit: 9 })).toHaveLength(1);
    expect([...exportTasks({ path: older, format: 'json', batch: null })]).toHaveLength(7);
    expect(await readFile(older)).toEqual(before);
  }
});
