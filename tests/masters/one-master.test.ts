import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { makeSite } from '../e2e/site.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { opened } from '../helpers/terminal.ts';
import { until } from '../helpers/until.ts';
import { command, NO_WORKERS, startDaemon } from './site.ts';

const CHILD = fileURLToPath(new URL('./composing-child.ts', import.meta.url));
/** Who does not get the lock waits a second for it: pairs side by side. */
const PAIRS = 10;
const ROUNDS = 10;

async function told(child: ChildProcess, dir: string | null): Promise<unknown> {
  const answer = once(child, 'message');
  child.send({ dir });
  const [message] = await answer;
  return message;
}

/** Both are told at the same moment, round after round; gives what each pair answered. */
async function compete(folder: string, pair: number): Promise<unknown[][]> {
  const children = [fork(CHILD), fork(CHILD)];
  onTestFinished(() => {
    for (const child of children) child.kill('SIGKILL');
  });
  // Both have loaded everything.
  await Promise.all(children.map((child) => told(child, null)));
  const answers: unknown[][] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const dir = join(folder, `${pair}-${round}`);
    await mkdir(dir);
    answers.push((await Promise.all(children.map((child) => told(child, dir)))).toSorted());
    await Promise.all(children.map((child) => told(child, null)));
  }
  return answers;
}

test('two masters that are started at once on a folder leave exactly one, 100 times', async () => {
  const folder = await temporaryFolder();
  const pairs = await Promise.all(Array.from({ length: PAIRS }, (_, pair) => compete(folder, pair)));
  const rounds = pairs.flat();
  expect(rounds).toEqual(Array<string[]>(PAIRS * ROUNDS).fill(['MASTER_RUNNING', 'master']));
});

test('of two dashboards that are opened at once one is the master and the other attaches', async () => {
  const site = await makeSite({ env: NO_WORKERS });
  const both = [site.open(), site.open()];
  await Promise.all(both.map(opened));
  await until('one is attached to the other', () => {
    const [attached, ...others] = both.filter(({ text }) => text().includes('attached to pid'));
    const master = both.find((one) => one !== attached);
    return others.length === 0 && attached?.text().includes(`attached to pid ${master?.pid}`);
  });
});

test('of two daemons that are started at once one says that the other is there', async () => {
  const site = await makeSite({ env: NO_WORKERS });
  const both = [startDaemon(site), startDaemon(site)];
  const loser = await Promise.race(both.map(async (one) => ({ one, exit: await one.exited })));
  expect(loser.exit).toBe(2);
  expect(loser.one.stderr()).toMatch(/already running on .*logs/);
  const winner = both.find((one) => one !== loser.one);
  await until('the other one works', async () =>
    (await command(site, 'status')).stdout.includes(`${winner?.pid}`),
  );
  expect((await command(site, 'stop')).code).toBe(0);
  expect(await winner?.exited).toBe(0);
});
