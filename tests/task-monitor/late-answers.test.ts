import { expect, test } from 'vitest';
import { type Site, startSite } from './site.ts';
import { historyEntry, startTaskWorker, successBody, type TaskWorker } from './task-worker.ts';

interface GivenUp {
  readonly site: Site;
  readonly first: TaskWorker;
  readonly second: TaskWorker;
}

/** A task that worker-01 ran when it vanished, and that worker-02 runs now. */
async function givenElsewhere(capabilities: readonly string[] = []): Promise<GivenUp> {
  const first = await startTaskWorker('worker-01');
  const second = await startTaskWorker('worker-02');
  const site = await startSite();
  site.healthy(first.config, { capabilities });
  await site.submit({ id: 'a' });
  await site.until('it came', () => first.runs[0]);
  await site.until('it runs', () => site.task('a').state === 'running');
  site.healthy(second.config, { capabilities });
  site.becomes('worker-01', 'inactive');
  await site.until('it runs elsewhere', () => second.runs[0]);
  await site.until('that is recorded', () => site.task('a').attempts[1]?.sentAt);
  expect(site.task('a').attempts).toMatchObject([{ outcome: 'died' }, { outcome: null }]);
  return { site, first, second };
}

const outcomes = (site: Site) => site.task('a').attempts.map(({ workerId, outcome }) => [workerId, outcome]);

test('an answer that comes late and first is the result, once; the other run is shown as duplicate and not counted', async () => {
  const { site, first, second } = await givenElsewhere();
  first.runs[0]?.succeed({ particles: 11 });
  await site.until('it is completed', () => site.task('a').state === 'completed');
  expect(site.task('a').result?.particleCollisions).toBe(11);
  expect(outcomes(site)).toEqual([
    ['worker-01', 'completed'],
    ['worker-02', 'cancelled'],
  ]);
  await site.submit({ id: 'b', wantedWorker: 'worker-02' });
  await site.settle();
  expect(second.taskIds).toEqual(['a.2']);
  second.runs[0]?.succeed({ particles: 22 });
  await site.until('the other is shown', () => site.told('a').includes('duplicate'));
  expect(outcomes(site)).toEqual([
    ['worker-01', 'completed'],
    ['worker-02', 'duplicate'],
  ]);
  expect(site.task('a').result?.particleCollisions).toBe(11);
  expect(site.current().counters).toMatchObject({ tasksCompleted: 1, tasksFailed: 0 });
  expect(site.current().workers.get('worker-01')?.tasksCompleted).toBe(1);
  expect(site.current().workers.get('worker-02')?.tasksCompleted).toBe(0);
  await site.until('its slot is free', () => second.taskIds.includes('b'));
  expect((await site.store.task('a'))?.attempts).toEqual(site.task('a').attempts);
});

test('an answer that comes late and second is shown as duplicate, never counted', async () => {
  const { site, first, second } = await givenElsewhere();
  second.runs[0]?.succeed({ particles: 22 });
  await site.until('it is completed', () => site.task('a').state === 'completed');
  first.runs[0]?.succeed({ particles: 11 });
  await site.until('the other is shown', () => site.told('a').includes('duplicate'));
  expect(outcomes(site)).toEqual([
    ['worker-01', 'duplicate'],
    ['worker-02', 'completed'],
  ]);
  expect(site.task('a').result?.particleCollisions).toBe(22);
  expect(site.current().counters.tasksCompleted).toBe(1);
  expect(site.current().tasks.counts).toMatchObject({ completed: 1, running: 0 });
});

test.each([
  ['version 1', []],
  ['ours', ['tasks', 'cancel']],
])('a worker of %s that comes back is asked for what was given up', async (kind, capabilities) => {
  const { site, first, second } = await givenElsewhere(capabilities);
  // Its answer is lost with the connection, but it remembers.
  first.runs[0]?.hangUp();
  const body = successBody('worker-01', { particles: 11 });
  first.history = [historyEntry('a', body)];
  first.account.set('a', { state: 'completed', answer: { status: 200, body } });
  await site.clock.advance(10);
  site.ping('worker-01', { capabilities });
  site.becomes('worker-01', 'active');
  await site.until('it is completed', () => site.task('a').state === 'completed');
  expect(site.task('a').result?.particleCollisions).toBe(11);
  if (kind === 'ours') {
    await site.until('the other run is called off', () => second.calledOff.includes('a.2'));
    expect(second.account.get('a.2')?.state).toBe('cancelled');
  }
});

test('a task that is held as suspect is completed by the answer of a worker that had not died of it', async () => {
  const worker = await startTaskWorker('worker-01');
  const site = await startSite({ workers: [worker] });
  await site.submit({ id: 'a' });
  for (const death of [0, 1, 2]) {
    await site.until('it runs', () => worker.runs[death] && site.task('a').attempts[death]?.sentAt);
    site.becomes('worker-01', 'inactive');
    await site.until('it was given up', () => site.task('a').attempts[death]?.outcome === 'died');
    site.healthy(worker.config);
  }
  expect(site.task('a')).toMatchObject({ state: 'failed', failure: 'suspect' });
  worker.runs[1]?.succeed({ particles: 22 });
  await site.until('it is completed', () => site.task('a').state === 'completed');
  expect(site.task('a')).toMatchObject({ failure: null, result: { particleCollisions: 22 } });
  worker.runs[0]?.succeed({ particles: 11 });
  await site.until('the other is shown', () => site.told('a').includes('duplicate'));
  expect(site.task('a').attempts.map(({ outcome }) => outcome)).toEqual(['duplicate', 'completed', 'died']);
  expect(site.current().tasks.counts).toMatchObject({ failed: 0, completed: 1 });
  expect(await site.store.task('a')).toEqual(site.task('a'));
});

test.each([
  { held: 'waits', deaths: 1 },
  { held: 'is held as suspect', deaths: 3 },
])(
  'a master that starts again asks for what the one before gave up of a task that $held',
  async ({ deaths }) => {
    const worker = await startTaskWorker('worker-01');
    const site = await startSite({ workers: [worker] });
    await site.submit({ id: 'a' });
    for (let death = 0; death < deaths; death += 1) {
      await site.until('it runs', () => worker.runs[death] && site.task('a').attempts[death]?.sentAt);
      site.becomes('worker-01', 'inactive');
      await site.until('it was given up', () => site.task('a').attempts[death]?.outcome === 'died');
      if (death < deaths - 1) site.healthy(worker.config);
    }
    for (const run of worker.runs) run.hangUp();
    await site.close();
    worker.history = [historyEntry('a', successBody('worker-01', { particles: 11 }))];
    const again = await startSite({ dir: site.dir, clock: site.clock });
    again.healthy(worker.config);
    await again.until('it is completed', () => again.task('a').state === 'completed');
    expect(again.task('a')).toMatchObject({ failure: null, result: { particleCollisions: 11 } });
  },
);

test('what came late while the task waited ends its waiting: it is not sent again', async () => {
  const worker = await startTaskWorker('worker-01');
  const site = await startSite({ workers: [worker] });
  await site.submit({ id: 'a' });
  const run = await site.until('it came', () => worker.runs[0]);
  await site.until('it runs', () => site.task('a').state === 'running');
  site.becomes('worker-01', 'inactive');
  await site.until('it waits', () => site.task('a').state === 'pending');
  run.succeed();
  await site.until('it is completed', () => site.task('a').state === 'completed');
  site.becomes('worker-01', 'active');
  site.healthy(worker.config);
  await site.settle();
  expect(worker.taskIds).toEqual(['a']);
});

test('a run that took too long is called off where the worker can, and its late success counts if it was the first', async () => {
  const worker = await startTaskWorker('worker-01');
  const site = await startSite({ settings: { retryAttempts: 5 } });
  site.healthy(worker.config, { capabilities: ['tasks', 'cancel'] });
  await site.submit({ id: 'a' });
  await site.until('it runs', () => site.current().tasks.known.get('a')?.state === 'running');
  await site.clock.advance(60_000);
  await site.until('it was called off', () => worker.calledOff.includes('a'));
  await site.until('it waits or runs again', () => site.task('a').attempts[0]?.outcome === 'timeout');
  await site.until('it runs again', async () => {
    await site.clock.advance(500);
    return worker.runs[1];
  });
  expect(worker.taskIds).toEqual(['a', 'a.2']);
});

test('a master that starts again asks for what the one before gave up', async () => {
  const { site, first, second } = await givenElsewhere(['tasks', 'cancel']);
  first.runs[0]?.hangUp();
  await site.close();
  const body = successBody('worker-01', { particles: 11 });
  first.account.set('a', { state: 'completed', answer: { status: 200, body } });
  const again = await startSite({ dir: site.dir, clock: site.clock });
  for (const worker of [first, second]) again.healthy(worker.config, { capabilities: ['tasks', 'cancel'] });
  await again.clock.advance(10_000);
  again.ping('worker-01', { capabilities: ['tasks', 'cancel'] });
  await again.until('it is completed', () => again.task('a').state === 'completed');
  expect(again.task('a').result?.particleCollisions).toBe(11);
});
