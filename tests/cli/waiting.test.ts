import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '#app/system-clock.ts';
import { barLine } from '#cli/wait.ts';
import { NO_TASKS } from '#model/snapshot.ts';
import { until } from '../helpers/until.ts';
import { openMaster, stateOf, working } from './site.ts';

test('run --wait ends with 0 for a task that completed, and says what it gave', async () => {
  const { site } = await working();
  const told = ['-p', 'GIVES=12', '--wait'];
  const { code, stdout, stderr } = await site.run(['run', 'benchmark.py', '--id', 't-1', ...told]);
  expect([code, stdout, stderr]).toEqual([
    0,
    't-1 completed on worker-02: 0.25 s, 171 particle collisions, 112 wall collisions, found 12\n',
    '',
  ]);
});

test('run --wait ends with 1 for a task that failed, and nothing that it said colours the terminal', async () => {
  const { site } = await working();
  const { code, stdout } = await site.run([
    'run',
    'benchmark.py',
    '--id',
    't-1',
    '-p',
    'FAIL=true',
    '--wait',
  ]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^t-1 failed on worker-02: .*it broke\n$/);
  expect(await site.json(['run', 'benchmark.py', '-p', 'FAIL=true', '--wait'])).toMatchObject({
    waited: 'ended',
    task: { state: 'failed' },
    batch: null,
  });
});

test('run --wait ends with 4 when the wait runs out, and the task goes on', async () => {
  const { site, worker } = await working();
  const { code, stderr } = await site.run(
    ['run', 'benchmark.py', '--id', 't-1', '-p', 'HOLD=true', '--wait', '--timeout', '0.2'],
    { isTTY: true },
  );
  expect(code).toBe(4);
  expect(stderr).toContain('t-1 goes on');
  await until('the worker has it', () => worker.held.length === 1);
  worker.held[0]?.();
  await until('completed', async () => (await stateOf(site, 't-1')) === 'completed');
});

test('Ctrl-C while run waits leaves the task running, and says so', async () => {
  const { site, worker } = await working();
  const waiting = site.start(['run', 'benchmark.py', '--id', 't-1', '-p', 'HOLD=true', '--wait']);
  await until('the worker has it', () => worker.held.length === 1);
  waiting.interrupt();
  expect(await waiting.code).toBe(130);
  expect(waiting.stderr()).toContain('interrupted: t-1 goes on');
  expect(waiting.stderr()).toContain('elastic-tui cancel t-1');
  expect(await stateOf(site, 't-1')).toBe('running');
  worker.held[0]?.();
});

test('a sweep is waited for with a bar on a terminal, and ends with 1 where one of it failed', async () => {
  const { site } = await working();
  const good = await site.run(['run', 'benchmark.py', '--id', 'b-1', '-p', 'SEMILLA=1..3', '--wait'], {
    isTTY: true,
  });
  expect(good.code).toBe(0);
  expect(good.stdout).toMatch(/^b-1: 3 completed, 0 failed, 0 cancelled in /);
  expect(good.stderr).toMatch(/\[#*-*\] \d of 3/);
  // What was drawn is taken away again.
  expect(good.stderr.endsWith('\r\u001b[K')).toBe(true);
  const bad = await site.run([
    'run',
    'benchmark.py',
    '--id',
    'b-2',
    '-p',
    'FAIL=false,true',
    '--wait',
    '--json',
  ]);
  expect(bad).toMatchObject({ code: 1, stderr: '' });
  expect(JSON.parse(bad.stdout)).toMatchObject({
    batches: [{ id: 'b-2', tasks: 2 }],
    batch: { total: 2, ended: 2, share: 1, tasks: { completed: 1, failed: 1 } },
  });
});

test('the wait outlives a master that is started again', async () => {
  const { site, worker, master } = await working();
  const waiting = site.start(['run', 'benchmark.py', '--id', 't-1', '-p', 'HOLD=true', '--wait']);
  await until('the worker has it', () => worker.held.length === 1);
  await master.stop('to be started again');
  // The worker remembers it, although nobody was there to hear.
  worker.held[0]?.();
  await openMaster(site);
  expect([await waiting.code, waiting.stderr()]).toEqual([0, '']);
  expect(waiting.stdout()).toContain('t-1 completed');
});

test('run --wait ends with 3 where the master stays away, and names what goes on without it', async () => {
  const { site, worker, master } = await working();
  let ahead = 0;
  const clock = { ...systemClock, monotonic: () => systemClock.monotonic() + ahead };
  const argv = ['run', 'benchmark.py', '--id', 't-1', '-p', 'HOLD=true', '--wait', '--json'];
  const waiting = site.start(argv, { clock });
  await until('the worker has it', () => worker.held.length === 1);
  await master.stop('and does not come back');
  ahead = 60_000;
  expect(await waiting.code).toBe(3);
  expect(waiting.stderr()).toMatch(/^elastic-tui: the master has been away for 30 s: t-1 was sent, /);
  expect(JSON.parse(waiting.stdout())).toMatchObject({ tasks: ['t-1'], waited: 'lost' });
  worker.held[0]?.();
});

test('run --wait ends with 2, and not never, where the master knows nothing of the task any more', async () => {
  const { site, worker, master } = await working();
  const waiting = site.start(['run', 'benchmark.py', '--id', 't-1', '-p', 'HOLD=true', '--wait', '--json']);
  await until('the worker has it', () => worker.held.length === 1);
  await master.stop('for a new beginning');
  await rm(join(site.dir, 'logs'), { recursive: true });
  await openMaster(site);
  expect(await waiting.code).toBe(2);
  expect(waiting.stderr()).toContain('knows nothing of t-1 any more');
  expect(JSON.parse(waiting.stdout())).toMatchObject({ tasks: ['t-1'], waited: 'gone' });
  worker.held[0]?.();
});

test('the bar fits in one line of any terminal', () => {
  const batch = {
    id: 'b',
    description: '',
    benchmark: 'benchmark.py',
    createdAt: 0,
    startedAt: 0,
    endedAt: null,
    counts: { ...NO_TASKS, pending: 60, completed: 38, failed: 1, cancelled: 1 },
    marks: [{ at: 0, ended: 0 }],
  };
  expect(barLine(batch, 60_000, 80)).toBe(
    '[############------------------] 40 of 100, 1 failed, 1 cancelled, 1 min left',
  );
  expect(barLine(batch, 60_000, 46)).toBe('[##----] 40 of 100, 1 failed, 1 cancelled, 1 ');
  expect(barLine(batch, 60_000, 12)).toBe('40 of 100, ');
  for (let width = 0; width < 120; width += 1) {
    expect(barLine(batch, 60_000, width).length).toBeLessThanOrEqual(Math.max(0, width - 1));
  }
});
