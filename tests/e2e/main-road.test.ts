import { expect, onTestFinished, test } from 'vitest';
import { steadyPort } from '../helpers/strange-workers.ts';
import { KEYS } from '../helpers/terminal.ts';
import { until } from '../helpers/until.ts';
import { startWorkerProcess, type WorkerProcess } from '../helpers/worker-process.ts';
import { makeSite } from './site.ts';

async function startWorker(id: string, port = 0): Promise<WorkerProcess> {
  const worker = await startWorkerProcess({ id, port });
  onTestFinished(async () => {
    await worker.kill();
  });
  return worker;
}

test('workers come, a task is dispatched by keys, a worker dies and returns, and a restart finds everything', async () => {
  const one = await startWorker('alpha');
  const two = await startWorker('beta', await steadyPort());
  const site = await makeSite({
    workers: [
      { id: 'alpha', port: one.port },
      { id: 'beta', port: two.port },
    ],
  });

  // Both workers are seen, and the files say so.
  const first = site.open();
  await first.sees('both workers healthy', /2\/2 active +2 healthy/);
  await first.sees(
    'each in its row',
    (text) => /alpha .*● active/.test(text) && /beta .*● active/.test(text),
  );
  await until('the state file says active', async () => {
    const { workers, stats } = await site.state();
    return (
      workers.alpha?.status === 'active' &&
      workers.beta?.status === 'active' &&
      stats.workers_discovered === 2
    );
  });
  await until('the log says active', async () => /worker active .*worker=alpha/.test(await site.log()));

  // A task, by keys only: the form's defaults are 100 particles, 500 steps, seed 42.
  first.type('n');
  await first.sees('the form', /NUM_PARTICULAS/);
  first.type(KEYS.enter);
  await first.sees('the task completed with the counts of the legacy program', /completed.*171.*112/);
  await until('the files count it', async () => {
    const { stats, task_stats: tasks } = await site.state();
    return stats.tasks_completed === 1 && tasks.completed === 1;
  });
  await until('the log tells it', async () =>
    /task completed .*particle_collisions=171 wall_collisions=112/.test(await site.log()),
  );

  // One worker dies: unstable, then inactive and lost.
  first.type('1');
  await first.sees('the Workers view', /LAST PINGS/);
  await two.kill();
  // It is unstable for a moment only, which the log keeps.
  await first.sees('it is inactive', /beta .*○ inactive/);
  await first.sees('the other one still works', /1\/2 active/);
  await until('the state file says inactive', async () => {
    const { workers, stats } = await site.state();
    return workers.beta?.status === 'inactive' && stats.workers_lost === 1;
  });
  await until('the log tells both', async () => {
    const log = await site.log();
    return /worker unstable .*worker=beta/.test(log) && /worker inactive .*worker=beta/.test(log);
  });

  // It comes back on the same port.
  await startWorker('beta', two.port);
  await first.sees('it is active again', /2\/2 active +2 healthy/);
  await until(
    'the state file says active again',
    async () => (await site.state()).workers.beta?.status === 'active',
  );

  first.type('q');
  expect(await first.exited).toEqual({ code: 0, signal: 0 });
  expect(first.isAlternate()).toBe(false);
  expect(first.isCursorHidden()).toBe(false);

  // A restart finds the task, its result and the counters.
  const { total_pings: pings = 0 } = (await site.state()).stats;
  const second = site.open();
  await second.sees('both workers healthy', /2\/2 active +2 healthy/);
  second.type('3');
  await second.sees('the task of before with its counts', /completed.*171.*112/);
  const { stats, workers } = await until('counters went on', async () => {
    const state = await site.state();
    return (state.stats.total_pings ?? 0) > pings && state;
  });
  expect(stats).toMatchObject({ workers_discovered: 2, workers_lost: 1, tasks_completed: 1 });
  expect((workers.alpha?.total_tasks_completed ?? 0) + (workers.beta?.total_tasks_completed ?? 0)).toBe(1);
  second.type('q');
  expect((await second.exited).code).toBe(0);
});

test('a task that runs while the master restarts runs once, and its result is recorded', async () => {
  const worker = await startWorker('alpha');
  const site = await makeSite({ workers: [{ id: 'alpha', port: worker.port }] });
  const first = site.open();
  await first.sees('the worker healthy', /1\/1 active +1 healthy/);
  first.type('n');
  await first.sees('the form', /NUM_PARTICULAS/);
  // Enough steps to outlast the restart.
  await fillField(first, 'NUM_PASOS', '30000');
  first.type(KEYS.enter);
  await first.sees('it runs', /1 running/);
  first.type('q');
  await first.sees('it asks first', /Quit\?/);
  first.type('\t');
  first.type(KEYS.enter);
  expect((await first.exited).code).toBe(0);

  const second = site.open();
  second.type('3');
  await second.sees('the result of the run that went on', /completed.*30000/);
  const history = (await (await fetch(`${worker.url}/history`)).json()) as { task_history: unknown[] };
  expect(history.task_history).toHaveLength(1);
  second.type('q');
  expect((await second.exited).code).toBe(0);
});

/** Moves down to the field that shows `label` and writes into it anew. */
async function fillField(
  session: {
    type(text: string): void;
    lines(): string[];
    sees: (what: string, test: (text: string) => boolean) => Promise<string>;
  },
  label: string,
  value: string,
): Promise<void> {
  const focused = () => session.lines().find((line) => line.includes('▸')) ?? '';
  for (let moves = 0; !focused().includes(label); moves += 1) {
    if (moves > 20) throw new Error(`no field ${label} on the screen`);
    const before = focused();
    session.type(KEYS.down);
    await session.sees('another field', () => focused() !== before);
  }
  session.type('\u0015');
  session.type(value);
  await session.sees('the value', () => focused().includes(value));
}
