import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { connectTaskDatabase } from '#persistence/task-database.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { insertTasks, newTask } from './new-task.ts';
import { openStore } from './opened.ts';

/** As SQLite counts them: https://www.sqlite.org/pragma.html#pragma_synchronous */
const FULL = 2;

test('the connection that writes has a write-ahead log and syncs every commit to the disk', async () => {
  const path = join(await temporaryFolder(), 'tasks.sqlite');
  const database = connectTaskDatabase({ path });
  try {
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(database.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: FULL });
    expect(database.prepare('PRAGMA foreign_keys').get()).toEqual({ foreign_keys: 1 });
  } finally {
    database.close();
  }
});

test('the file of a store at work has a write-ahead log, and another connection reads what was acknowledged', async () => {
  const path = join(await temporaryFolder(), 'tasks.sqlite');
  const store = await openStore(path);
  await insertTasks(store, [newTask(1)]);
  const reader = new DatabaseSync(path, { readOnly: true });
  try {
    expect(reader.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(reader.prepare('SELECT id FROM task').all()).toEqual([{ id: 'task-1' }]);
  } finally {
    reader.close();
  }
});
