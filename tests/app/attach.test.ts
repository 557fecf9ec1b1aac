import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Master } from '#app/compose.ts';
import { socketPathOf } from '#attach/socket-path.ts';
import { laidOut } from '../attach/laid-out.ts';
import { attach } from '../attach/scene.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { until } from '../helpers/until.ts';
import { composed } from './master.ts';

/** A master at work. */
async function openMaster(dir: string): Promise<Master> {
  const master = composed(dir);
  await master.watch();
  await master.work();
  return master;
}

test('twenty screens see all that the master does, and any of them commands it', async () => {
  const dir = await temporaryFolder();
  const master = await openMaster(dir);
  const screens = Array.from({ length: 20 }, () => attach(socketPathOf(join(dir, 'logs'))));
  await Promise.all(screens.map(({ ready }) => ready));
  expect(master.clients()).toBe(20);
  const [first, second] = screens;
  const tasks = [{ benchmark: 'benchmark.py', parameters: { SEMILLA: '1..30' } }];
  const { batches } = (await first?.dispatch({ type: 'submit-tasks', tasks })) ?? {};
  const id = batches?.[0]?.id ?? '';
  expect(await second?.dispatch({ type: 'cancel-batch', batch: id })).toMatchObject({ done: 30 });
  const isCancelled = (store: Pick<Master['store'], 'getSnapshot'>) =>
    store.getSnapshot().tasks.counts.cancelled === 30;
  await until('cancelled everywhere', () => [master.store, ...screens].every(isCancelled));
  await until('the same everywhere', () => {
    const own = laidOut(master.store.getSnapshot());
    for (const screen of screens) expect(laidOut(screen.getSnapshot())).toStrictEqual(own);
    return true;
  });
  expect(await second?.query({ type: 'batch', id })).toMatchObject({ id, counts: { cancelled: 30 } });
  await master.stop('quit');
  await until('told everywhere', () =>
    screens.every((screen) => screen.connection().reason === 'the master has ended: quit'),
  );
  for (const screen of screens) {
    expect(screen.connection().silence).toEqual({ kind: 'ended', detail: 'quit' });
  }
});

test('a master nobody can attach to says so, and works all the same', async () => {
  const dir = await temporaryFolder();
  await mkdir(join(dir, 'logs'));
  await writeFile(join(dir, 'logs', 'elastic.sock'), 'mine');
  const { store, clients } = await openMaster(dir);
  expect(store.getSnapshot().problems).toMatchObject([
    { id: 'attach', message: /other screens cannot attach.*elastic\.sock/ },
  ]);
  expect(clients()).toBe(0);
  const tasks = [{ benchmark: 'benchmark.py', parameters: {} }];
  expect((await store.dispatch({ type: 'submit-tasks', tasks })).ids).toHaveLength(1);
});
