import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { codeOf } from '#model/errors.ts';
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

// The schema as version 1 shipped it, copied: a change to that migration would break the files that exist.
const VERSION_1 = `
  CREATE TABLE task (sequence INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, benchmark TEXT NOT NULL,
    parameters TEXT NOT NULL, priority INTEGER NOT NULL, wanted_worker TEXT, description TEXT NOT NULL,
    state TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, not_before INTEGER,
    completed_by TEXT, execution_seconds REAL, result TEXT) STRICT;
  CREATE INDEX task_by_state ON task (state, sequence);
  CREATE INDEX task_by_run ON task (completed_by, benchmark, updated_at, execution_seconds)
    WHERE completed_by IS NOT NULL AND execution_seconds IS NOT NULL;
  CREATE TABLE attempt (task INTEGER NOT NULL REFERENCES task (sequence) ON DELETE CASCADE, number INTEGER NOT NULL,
    worker_id TEXT NOT NULL, assigned_at INTEGER NOT NULL, sent_at INTEGER, ended_at INTEGER, outcome TEXT,
    error TEXT, PRIMARY KEY (task, number)) STRICT, WITHOUT ROWID;
  PRAGMA user_version = 1;
  INSERT INTO task VALUES (1, 'task-1', 'benchmark.py', '{"NUM_PARTICULAS":100,"NUM_PASOS":500,"SEMILLA":1}', 1, NULL,
    '', 'completed', 1001, 3000, NULL, 'worker-01', 1.5,
    '{"particleCollisions":171,"wallCollisions":112,"executionSeconds":1.5,"output":"done"}');
  INSERT INTO task VALUES (2, 'task-2', 'benchmark.py', '{"NUM_PARTICULAS":100,"NUM_PASOS":500,"SEMILLA":2}', 1, NULL,
    '', 'failed', 1002, 3100, NULL, NULL, NULL, NULL);
  INSERT INTO task VALUES (3, 'task-3', 'benchmark.py', '{"NUM_PARTICULAS":100,"NUM_PASOS":500,"SEMILLA":3}', 1, NULL,
    '', 'pending', 1003, 1003, NULL, NULL, NULL, NULL);
  INSERT INTO attempt VALUES (1, 1, 'worker-01', 2000, 2001, 3000, 'completed', NULL);
`;

test('a database of version 1 keeps its tasks, results and past times', async () => {
  const path = join(await temporaryFolder(), 'tasks.sqlite');
  edit(path, (database) => database.exec(VERSION_1));
  const store = await openStore(path);
  expect(await store.task('task-1')).toEqual(
    newTask(1, {
      state: 'completed',
      updatedAt: 3_000,
      attempts: [newAttempt(1, { endedAt: 3_000, outcome: 'completed' })],
      result: { particleCollisions: 171, wallCollisions: 112, executionSeconds: 1.5, output: 'done' },
    }),
  );
  const { performance, counts } = await store.load({ finishedLimit: 1 });
  expect(performance).toEqual({ 'worker-01': { 'benchmark.py': { runs: 1, meanSeconds: 1.5 } } });
  expect(counts).toMatchObject({ completed: 1, failed: 1, pending: 1 });
  expect(await store.task('task-2')).toMatchObject({ state: 'failed', failure: 'attempts' });
  expect(await store.task('task-3')).toEqual(newTask(3));
});

test('a database of version 1 is counted, kept and pruned like one that was made now', async () => {
  const path = join(await temporaryFolder(), 'tasks.sqlite');
  edit(path, (database) => database.exec(VERSION_1));
  const store = await openStore(path);
  await saveTask(store, newTask(3, { state: 'cancelled', updatedAt: 4_000 }));
  await insertTasks(store, [newTask(4, { batch: 'b' })]);
  const pruned = await store.prune({ endedBefore: 3_500, keep: null, step: 10 });
  expect(pruned).toMatchObject({ removed: { completed: 1, failed: 1, cancelled: 0 }, more: false });
  expect((await store.load({ finishedLimit: 9 })).counts).toMatchObject({
    completed: 0,
    failed: 0,
    cancelled: 1,
    pending: 1,
  });
});

test('no migration that shipped was ever edited', async () => {
  const path = join(await temporaryFolder(), 'tasks.sqlite');
  await (await openTaskStore({ path, threadUrl: THREAD_URL })).close();
  const old = join(await temporaryFolder(), 'tasks.sqlite');
  edit(old, (database) => database.exec(VERSION_1));
  await (await openTaskStore({ path: old, threadUrl: THREAD_URL })).close();
  const schema = (file: string) =>
    edit(file, (database) =>
      database
        .prepare("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name")
        .all()
        .map(
          ({ type, name, sql }) =>
            `${type} ${name} ${String(sql).replace(/--.*|\s|CHECK ?\([^)]*\)\)/g, '')}`,
        ),
    );
  expect(schema(old)).toEqual(schema(path));
});
