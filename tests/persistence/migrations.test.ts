import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { codeOf } from '#model/errors.ts';
import { TASK_MIGRATIONS } from '#persistence/migrations.ts';
import { openTaskStore } from '#persistence/task-store.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { insertTasks, newAttempt, newTask, saveTask } from './new-task.ts';
import { openStore, THREAD_URL } from './opened.ts';

/** Runs `use` on a database file that nobody else has open. */
function edit<T>(path: string, use: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(path);
  try {
    return use(database);
  } finally {
    database.close();
  }
}

function versionOf(path: string): unknown {
  return edit(path, (database) => database.prepare('PRAGMA user_version').get()?.user_version);
}

test('a new database is made at the newest version, and opening it again changes nothing', async () => {
  const path = join(await temporaryFolder(), 'tasks.sqlite');
  const store = await openTaskStore({ path, threadUrl: THREAD_URL });
  await insertTasks(store, [newTask(1)]);
  await store.close();
  const version = versionOf(path);
  expect(version).toBeGreaterThan(0);
  const again = await openTaskStore({ path, threadUrl: THREAD_URL });
  expect(await again.task('task-1')).toEqual(newTask(1));
  await again.close();
  expect(versionOf(path)).toBe(version);
});

test('a database of a newer release is refused, with both versions named, and left as it is', async () => {
  const path = join(await temporaryFolder(), 'tasks.sqlite');
  edit(path, (database) => database.exec('CREATE TABLE future (x); PRAGMA user_version = 4711'));
  const error: unknown = await openTaskStore({ path, threadUrl: THREAD_URL }).catch(
    (reason: unknown) => reason,
  );
  expect(codeOf(error)).toBe('TASK_DATABASE_NEWER');
  expect(String(error)).toContain('4711');
  expect(String(error)).toContain(path);
  const tables = edit(path, (database) => database.prepare('SELECT name FROM sqlite_schema').all());
  expect(tables.map(({ name }) => name)).toEqual(['future']);
  expect(versionOf(path)).toBe(4711);
});

/**
 * Of each migration as it shipped, in order. One that is new is added here, and one that was edited would leave the files
 * of some users without what it added later: add another migration instead.
 */
const SHIPPED = [
  'db5b127a89c02a98fe376b93778d92d5aece0e325b34f337de854c26f7ed1775',
  'fe3849dd00654f9700aaa078ea15adde9fe4813b4d927bedb9d6ef086733406f',
  '9e51e086655b009ca552b6234fc73720184e59ee90ae3eef47a8d2cf59662e25',
  'c87848d23b68a75ec656d78d92d68ed3f8e0d87f8588a613ddc84be5c3d59b52',
];

/** Every version that was before the newest. */
const OLDER = TASK_MIGRATIONS.slice(1).map((_, index) => index + 1);

/** A database that a release of that version left; `versions/version-N.sql` was made with it. */
async function databaseOf(version: number): Promise<string> {
  const path = join(await temporaryFolder(), 'tasks.sqlite');
  const sql = readFileSync(new URL(`./versions/version-${version}.sql`, import.meta.url), 'utf8');
  edit(path, (database) => database.exec(sql));
  expect(versionOf(path)).toBe(version);
  return path;
}

function schemaOf(path: string): readonly string[] {
  const entries = edit(path, (database) =>
    database
      .prepare("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name")
      .all(),
  );
  return entries.map(({ type, name, sql }) => `${type} ${name} ${String(sql)}`);
}

test('no migration that shipped was ever edited, and a new one is pinned', () => {
  const hashes = TASK_MIGRATIONS.map((sql) => createHash('sha256').update(sql).digest('hex'));
  expect(hashes).toEqual(SHIPPED);
});

test.each(OLDER)('a database of version %i ends with the tables of one that is made now', async (version) => {
  const made = join(await temporaryFolder(), 'tasks.sqlite');
  await (await openTaskStore({ path: made, threadUrl: THREAD_URL })).close();
  const path = await databaseOf(version);
  await (await openTaskStore({ path, threadUrl: THREAD_URL })).close();
  expect(schemaOf(path)).toEqual(schemaOf(made));
  expect(versionOf(path)).toBe(TASK_MIGRATIONS.length);
});

test.each(OLDER)('a database of version %i keeps its tasks, results and past times', async (version) => {
  const store = await openStore(await databaseOf(version));
  expect(await store.task('task-1')).toMatchObject({
    parameters: { NUM_PARTICULAS: 100, NUM_PASOS: 500, SEMILLA: 1 },
    state: 'completed',
    updatedAt: 3_000,
    attempts: [newAttempt(1, { endedAt: 3_000, outcome: 'completed' })],
    result: { particleCollisions: 171, wallCollisions: 112, executionSeconds: 1.5 },
  });
  const { performance, counts } = await store.load({ finishedLimit: 1 });
  expect(performance).toEqual({ 'worker-01': { 'benchmark.py': { runs: 1, meanSeconds: 1.5 } } });
  expect(counts).toMatchObject({ completed: 1, failed: 1 });
  expect(await store.task('task-2')).toMatchObject({ state: 'failed', failure: 'attempts' });
  expect(await store.task('task-3')).toEqual(newTask(3));
});

test.each(OLDER)(
  'a database of version %i is counted, kept and pruned like one that was made now',
  async (version) => {
    const store = await openStore(await databaseOf(version));
    const before = (await store.load({ finishedLimit: 9 })).counts;
    await saveTask(store, newTask(3, { state: 'cancelled', updatedAt: 4_000 }));
    await insertTasks(store, [newTask(9, { batch: 'new' })]);
    const pruned = await store.prune({ endedBefore: 3_500, keep: null, step: 10 });
    expect(pruned).toMatchObject({ removed: { completed: 1, failed: 1, cancelled: 0 }, more: false });
    expect((await store.load({ finishedLimit: 9 })).counts).toEqual({
      ...before,
      completed: 0,
      failed: 0,
      cancelled: 1,
    });
  },
);

test.each([2, 3])(
  'a database of version %i keeps its batch, its history, what ran and who is drained',
  async (version) => {
    const store = await openStore(await databaseOf(version));
    const { batches, drained, unfinished, remaining } = await store.load({ finishedLimit: 9 });
    expect(batches).toMatchObject([{ id: 'b', description: 'all', counts: { pending: 1, running: 1 } }]);
    expect(drained).toEqual(['worker-02']);
    expect(remaining).toHaveLength(version - 2);
    expect(unfinished.map(({ id, state }) => [id, state])).toEqual([
      ['task-3', 'pending'],
      ['task-4', 'running'],
      ['task-5', 'pending'],
    ]);
    expect(await store.task('task-5')).toEqual(
      newTask(5, {
        batch: 'b',
        labels: ['gpu'],
        startAt: 5_000,
        deadline: 900_000,
        timeoutMs: 7_000,
        retries: 2,
      }),
    );
    const history = await store.history('task-1');
    expect(history.map(({ change }) => change)).toEqual(['submitted', 'assigned', 'sent', 'completed']);
  },
);
