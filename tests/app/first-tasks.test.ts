import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Master } from '#app/compose.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { composed } from './master.ts';

const REFUSED = { name: 'UserError', code: 'TASK_DATABASE_UNAVAILABLE' };

/** A task, sent when the first picture may already be seen, and what is told of it. */
async function sentEarly(master: Master) {
  await master.watch();
  const tasks = [{ id: 'early', benchmark: 'benchmark.py', parameters: {} }];
  const sent = master.store.dispatch({ type: 'submit-tasks', tasks });
  const asked = master.store.query({ type: 'task', id: 'early' });
  return Promise.allSettled([sent, asked]);
}

test('what is asked before the task database is open waits for it', async () => {
  const master = composed(await temporaryFolder());
  const told = sentEarly(master);
  await master.work();
  expect(await told).toMatchObject([
    { status: 'fulfilled', value: { ids: ['early'] } },
    { status: 'fulfilled' },
  ]);
});

test('where it cannot be opened, what is asked is refused, and not kept waiting for the next try', async () => {
  const dir = await temporaryFolder();
  await writeFile(join(dir, 'logs'), 'no folder');
  const master = composed(dir);
  const told = sentEarly(master);
  await master.work();
  expect(await told).toMatchObject([{ reason: REFUSED }, { reason: REFUSED }]);
});

test('a master that ends before it is open refuses what waits', async () => {
  const master = composed(await temporaryFolder());
  const told = sentEarly(master);
  await master.stop('quit');
  expect(await told).toMatchObject([{ reason: REFUSED }, { reason: REFUSED }]);
});
