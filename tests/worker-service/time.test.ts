import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '#app/system-clock.ts';
import { loadWorkerSettings } from '#configuration/worker-settings.ts';
import type { WorkerLog } from '#logging/worker-log.ts';
import type { Clock } from '#model/clock.ts';
import { startWorker } from '#worker-service/worker.ts';
import { type FakeClock, fakeClock } from '../helpers/fake-clock.ts';
import { until } from '../helpers/until.ts';
import { fakePython, folderOfPrograms } from './fake-programs.ts';
import { temporaryFolder } from './temporary-folder.ts';

const SILENT: WorkerLog = { file: null, write: () => {}, close: async () => {} };

interface Options {
  readonly clock: Clock;
  readonly scripts: Readonly<Record<string, string>>;
}

/** A worker in this process, on a clock of the test. */
async function start({ clock, scripts }: Options) {
  const dir = await temporaryFolder();
  const settings = await loadWorkerSettings({
    arguments: { host: '127.0.0.1', port: '0', dir, queue: '100', grace: '0' },
    environment: {},
    hostname: 'ñandú 1',
    cores: 2,
    now: clock.now(),
  });
  const PATH = await folderOfPrograms(join(dir, 'bin'), scripts);
  const worker = await startWorker({
    settings,
    benchmarks: { shipped: true, benchmarks: [] },
    clock,
    log: SILENT,
    environment: { PATH },
    version: '0.0.0',
  });
  onTestFinished(() => worker.stop());
  const get = async (path: string) =>
    (await (await fetch(worker.url + path)).json()) as Record<string, unknown>;
  return { dir, get, url: worker.url };
}

/** Lets time pass on the clock for as long as the last look at the machine may need to end and arm the next. */
async function advanceUntil(clock: FakeClock, what: string, probe: () => Promise<unknown>): Promise<void> {
  await until(what, async () => {
    await clock.advance(1_000);
    return probe();
  });
}

test('a program is killed at the limit of 300 s of version 1, which is a 408', async () => {
  const clock = fakeClock();
  const { dir, get, url } = await start({
    clock,
    scripts: { python3: fakePython('echo > started; exec /bin/sleep 1000') },
  });
  const answer = fetch(`${url}/execute`, { method: 'POST', body: '{"task_id":"endless"}' });
  await until('the program runs', () => readFile(join(dir, 'started'), 'utf8'));
  await clock.advance(299_999);
  expect((await get('/ping')).current_task).toMatchObject({ task_id: 'endless' });
  await clock.advance(1);
  const response = await answer;
  expect([response.status, await response.json()]).toEqual([
    408,
    {
      status: 'timeout',
      error: 'benchmark.py did not end within 300 s and was killed',
      worker_id: 'worker--and--1',
      timestamp: expect.any(String),
    },
  ]);
  expect(await get('/history')).toMatchObject({
    task_history: [
      { task_id: 'endless', success: false, execution_time: 300, result: { status: 'timeout' } },
    ],
    statistics: { failed_tasks: 1 },
  });
});

test('what the machine can run is looked at again by itself: a docker that comes and goes is seen', async () => {
  const clock = fakeClock();
  const { dir, get } = await start({ clock, scripts: { docker: '[ -e up ]' } });
  const available = async () => (await get('/ping')).docker_available;
  expect(await available()).toBe(false);
  await writeFile(join(dir, 'up'), '');
  await advanceUntil(clock, 'docker came', available);
  await rm(join(dir, 'up'));
  await advanceUntil(clock, 'docker went', async () => !(await available()));
});

test('a look at the machine that hangs ends at its deadline, and the next one sees', async () => {
  const { dir, get } = await start({
    clock: quickClock(),
    scripts: { docker: '[ -e up ] || { echo >> hung; exec /bin/sleep 1000; }' },
  });
  await until(
    'docker hangs again and again',
    async () => (await readFile(join(dir, 'hung'), 'utf8')).length > 1,
  );
  await writeFile(join(dir, 'up'), '');
  await until('docker answers', async () => (await get('/ping')).docker_available);
});

/** The machine's time, a hundred times as fast. */
function quickClock(): Clock {
  return { ...systemClock, after: (ms, run) => systemClock.after(ms / 100, run) };
}
