import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { codeOf } from '#model/errors.ts';
import { exportTasks } from '#persistence/task-export.ts';
import { type ExportFileOptions, exportToFile } from '#persistence/task-export-file.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { completedTask } from './new-task.ts';
import { openStore } from './opened.ts';

/** Local time, as in the names. */
const NOW = new Date(2026, 10, 23, 21, 42, 7).getTime();

async function site(): Promise<ExportFileOptions> {
  const dir = await temporaryFolder();
  const path = join(dir, 'tasks.sqlite');
  const store = await openStore(path);
  await store.insert({ batches: [], tasks: [completedTask(1), completedTask(2)], sweeps: [] });
  return { path, folder: join(dir, 'exports'), now: NOW, format: 'csv', batch: null };
}

test('an export is a new file under the time, beside those that are there', async () => {
  const options = await site();
  const first = await exportToFile(options);
  expect(first).toBe(join(options.folder, 'tasks-20261123-214207.csv'));
  const text = [...exportTasks(options)].join('');
  expect(text).toContain('task-2');
  expect(await readFile(first, 'utf8')).toBe(text);
  await writeFile(first, 'mine now');
  const second = await exportToFile(options);
  expect(basename(second)).toBe('tasks-20261123-214207-2.csv');
  expect(await readFile(first, 'utf8')).toBe('mine now');
  const json = await exportToFile({ ...options, format: 'json' });
  expect(JSON.parse(await readFile(json, 'utf8'))).toHaveLength(2);
});

test('of an export that fails nothing stays, and it says why', async () => {
  const options = await site();
  const codeFor = (over: Partial<ExportFileOptions>) =>
    exportToFile({ ...options, ...over }).then(() => null, codeOf);
  expect(await codeFor({ batch: 'nobody' })).toBe('BATCH_UNKNOWN');
  expect(await readdir(options.folder)).toEqual([]);
  const inTheWay = join(dirname(options.path), 'a-file');
  await writeFile(inTheWay, '');
  expect(await codeFor({ folder: inTheWay })).toBe('EXPORT_UNWRITABLE');
});
