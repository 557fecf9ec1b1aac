import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { codeOf, messageOf } from '#model/errors.ts';
import { startSite } from './site.ts';
import { startTaskWorker } from './task-worker.ts';

const MAX_PAGES = 60;

/** Takes all the room that the database may have, and gives it back. */
function takeAllRoom(path: string): () => void {
  const database = new DatabaseSync(path);
  onTestFinished(() => database.close());
  database.exec(`CREATE TABLE filler (x); PRAGMA max_page_count = ${MAX_PAGES};`);
  for (const bytes of [4_000, 900, 100, 10]) {
    const fill = database.prepare(`INSERT INTO filler VALUES (zeroblob(${bytes}))`);
    expect(() => {
      for (;;) fill.run();
    }).toThrow(/full/);
  }
  return () => database.exec('DROP TABLE filler');
}

test('a result that the disk does not take is kept, shown as a problem, and recorded once there is room', async () => {
  const worker = await startTaskWorker('worker-01');
  const site = await startSite({ workers: [worker], maxPages: MAX_PAGES });
  const [id = ''] = await site.submit({});
  const run = await site.until('it came', () => worker.runs[0]);
  await site.until('it runs', () => site.task(id).state === 'running');
  const giveBack = takeAllRoom(site.database);

  // An error text of the worker's that does not fit into what is left of any page.
  run.fail(400, 'x'.repeat(1_999));
  await site.until('the problem is shown', () => site.current().problems.length === 1);
  expect(site.current().problems[0]).toMatchObject({ id: 'task-database' });
  expect(site.current().problems[0]?.message).toContain('no room left for the task database');
  for (let tries = 0; tries < 3; tries += 1) {
    await site.clock.advance(2_000);
    await site.settle();
  }
  expect(site.task(id).state).toBe('running');
  expect(site.eventsOf('problem-raised')).toHaveLength(1);

  const error: unknown = await site.submit({}).catch((reason: unknown) => reason);
  expect(codeOf(error)).toBe('TASK_DATABASE_UNAVAILABLE');
  expect(messageOf(error)).toContain('free space');

  giveBack();
  await site.until('it is recorded', async () => {
    await site.clock.advance(2_000);
    return site.task(id).state === 'failed';
  });
  expect(site.current().problems).toEqual([]);
  expect((await site.store.task(id))?.state).toBe('failed');
  await site.submit({});
  await site.until('tasks run again', () => worker.runs[1]);
});

test('while the disk takes nothing no task is sent, and the end is prompt', async () => {
  const worker = await startTaskWorker('worker-01');
  const site = await startSite({ workers: [worker], maxPages: MAX_PAGES });
  const ids = await site.submit({ id: 'a' }, { id: 'b' });
  const run = await site.until('the first came', () => worker.runs[0]);
  await site.until('it runs', () => site.task('a').state === 'running');
  takeAllRoom(site.database);
  run.fail(400, 'x'.repeat(1_999));
  await site.until('the problem is shown', () => site.current().problems.length === 1);
  site.healthy((await startTaskWorker('worker-02')).config);
  await site.settle();
  expect(ids.map((id) => site.task(id).state)).toEqual(['running', 'pending']);
  await site.close();
  expect(site.clock.pending).toBe(0);
});
