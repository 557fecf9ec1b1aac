import { expect, test } from 'vitest';
import { valuesOf } from '#model/ring.ts';
import { CLOSED_PORT, workerConfig } from '../helpers/strange-workers.ts';
import { type Site, startSite } from './site.ts';
import { startTaskWorker, successBody, type TaskWorker } from './task-worker.ts';

const OURS = ['tasks', 'cancel', 'idempotent'];

/** A task whose connection to a worker of ours broke while it ran; worker-02 is free. */
async function brokenConnection(): Promise<{ site: Site; worker: TaskWorker; other: TaskWorker }> {
  const worker = await startTaskWorker('worker-01');
  const other = await startTaskWorker('worker-02');
  const site = await startSite({ settings: { retryAttempts: 0 } });
  site.healthy(worker.config, { capabilities: OURS });
  await site.submit({ id: 'a' });
  await site.until('it came', () => worker.runs[0]);
  await site.until('it runs', () => site.task('a').state === 'running');
  worker.runs[0]?.hangUp();
  await site.until('it is in doubt', () => site.told('a').includes('uncertain'));
  site.healthy(other.config);
  return { site, worker, other };
}

async function ping(site: Site, workerId = 'worker-01'): Promise<void> {
  await site.clock.advance(10);
  site.ping(workerId, { capabilities: OURS });
}

test('a worker that keeps account is asked for the task itself, not for its history', async () => {
  const { site, worker, other } = await brokenConnection();
  await ping(site);
  await site.settle();
  expect(site.task('a').state).toBe('running');
  const body = successBody('worker-01', { walls: 7 });
  worker.account.set('a', { state: 'completed', answer: { status: 200, body } });
  await ping(site);
  await site.until('it is completed', () => site.task('a').state === 'completed');
  expect(site.task('a').result?.wallCollisions).toBe(7);
  expect([worker.historyCalls, other.runs.length]).toEqual([0, 0]);
});

test('what such a worker never got is called off there, then goes elsewhere at once, and that costs no attempt', async () => {
  const { site, worker, other } = await brokenConnection();
  worker.account.delete('a');
  await ping(site);
  (await site.until('it runs elsewhere', () => other.runs[0])).succeed();
  await site.until('it is completed', () => site.task('a').state === 'completed');
  expect(site.task('a').attempts[0]).toMatchObject({
    outcome: 'lost',
    error: 'the worker had not got it, and does not run it any more',
  });
  expect(worker.calledOff).toEqual(['a']);
});

test('where one that keeps account cannot cancel, what it never got counts as not sent', async () => {
  const { site, worker, other } = await brokenConnection();
  worker.account.delete('a');
  await site.clock.advance(10);
  site.ping('worker-01', { capabilities: ['tasks'] });
  await site.until('it runs elsewhere', () => other.runs[0]);
  const [first] = site.task('a').attempts;
  expect(first).toMatchObject({ outcome: 'not-sent', error: 'the worker never got it' });
  expect(worker.calledOff).toEqual([]);
});

test('what such a worker lost when it died goes elsewhere at once, and that costs no attempt', async () => {
  const { site, worker, other } = await brokenConnection();
  worker.account.set('a', { state: 'lost', answer: null });
  await ping(site);
  await site.until('it runs elsewhere', () => other.runs[0]);
  expect(site.task('a').attempts[0]).toMatchObject({
    outcome: 'died',
    error: 'its worker died while it ran',
  });
});

test('what such a worker failed costs an attempt, with the error that it had', async () => {
  const { site, worker } = await brokenConnection();
  const body = { status: 'error', error: 'no memory', return_code: 137 };
  worker.account.set('a', { state: 'failed', answer: { status: 500, body } });
  await ping(site);
  await site.until('it has failed', () => site.task('a').state === 'failed');
  expect(site.task('a')).toMatchObject({
    failure: 'attempts',
    attempts: [{ outcome: 'failed', error: 'exit code 137: no memory' }],
  });
});

test('a request that is wrong says so in its account too, and is not tried again', async () => {
  const { site, worker, other } = await brokenConnection();
  worker.account.set('a', { state: 'failed', answer: { status: 422, body: { error: 'NUM_PASOS: wrong' } } });
  await ping(site);
  await site.until('it has failed', () => site.task('a').state === 'failed');
  expect(site.task('a').failure).toBe('rejected');
  expect(other.runs).toHaveLength(0);
});

test.each([401, 403])(
  'a worker that answers %d is unhealthy with that reason, and the task goes elsewhere at no cost',
  async (status) => {
    const worker = await startTaskWorker('worker-01');
    const other = await startTaskWorker('worker-02');
    const site = await startSite({ workers: [worker], settings: { retryAttempts: 0 } });
    await site.submit({ id: 'a' });
    (await site.until('it came', () => worker.runs[0])).fail(status, 'token');
    await site.until('it waits', () => site.task('a').state === 'pending');
    expect(site.current().workers.get('worker-01')?.health).toMatchObject({
      state: 'unhealthy',
      reasons: [{ code: 'not-authorized', httpStatus: status }],
    });
    await ping(site);
    await site.settle();
    expect(worker.runs).toHaveLength(1);
    site.healthy(other.config);
    (await site.until('it goes elsewhere', () => other.runs[0])).succeed();
    await site.until('it is completed', () => site.task('a').state === 'completed');
    expect(site.task('a').attempts[0]).toMatchObject({ outcome: 'not-sent', error: 'token' });
    expect(valuesOf(site.current().incidents).some(({ type }) => type === 'worker-refused')).toBe(true);
  },
);

test('a task with which three workers died is held as suspect, with every death kept, and can be retried by hand', async () => {
  const fleet = await Promise.all(
    ['worker-01', 'worker-02', 'worker-03', 'worker-04'].map((id) => startTaskWorker(id)),
  );
  const site = await startSite({ workers: fleet, settings: { retryAttempts: 9 } });
  await site.submit({ id: 'killer' });
  for (let death = 1; death <= 3; death += 1) {
    const at = await site.until('it runs', () =>
      fleet.find(({ taskIds }) => taskIds.includes(death === 1 ? 'killer' : `killer.${death}`)),
    );
    await site.until('that is recorded', () => site.task('killer').attempts.at(-1)?.sentAt);
    site.becomes(at.id, 'inactive');
    await site.until(
      'its death is recorded',
      () => site.task('killer').attempts[death - 1]?.outcome === 'died',
    );
  }
  expect(site.task('killer')).toMatchObject({ state: 'failed', failure: 'suspect' });
  expect(site.task('killer').attempts.map(({ error }) => error)).toEqual(
    Array(3).fill('its worker vanished while it ran'),
  );
  await site.monitor.dispatch({ type: 'retry-tasks', ids: ['killer'] });
  const last = await site.until('it runs once more', () =>
    fleet.find(({ taskIds }) => taskIds.includes('killer.4')),
  );
  last.runs[0]?.succeed();
  await site.until('it is completed', () => site.task('killer').state === 'completed');
});

test('a worker that refuses connections is no death: the task waits for as long as it takes', async () => {
  const site = await startSite({ workers: [{ config: workerConfig(CLOSED_PORT) }] });
  await site.submit({ id: 'a' });
  for (let refusal = 1; refusal <= 5; refusal += 1) {
    await site.until('it was refused', async () => {
      await site.clock.advance(5_000);
      await site.pingLater('worker-01');
      return site.told('a').filter((change) => change === 'requeued').length >= refusal;
    });
  }
  expect(site.task('a')).toMatchObject({ state: 'pending', failure: null });
});

test('408, the worker’s own limit, costs an attempt as our own does', async () => {
  const worker = await startTaskWorker('worker-01');
  const site = await startSite({ workers: [worker], settings: { retryAttempts: 0 } });
  await site.submit({ id: 'a' });
  (await site.until('it came', () => worker.runs[0])).fail(408, 'limit of 300 s');
  await site.until('it has failed', () => site.task('a').state === 'failed');
  expect(site.task('a').attempts).toMatchObject([{ outcome: 'timeout', error: 'limit of 300 s' }]);
});

test('old finished tasks go by themselves, and the counts say so', async () => {
  const worker = await startTaskWorker('worker-01');
  const site = await startSite({ workers: [worker], settings: { taskRetentionCount: 1 } });
  worker.answerAtOnce((run) => run.succeed());
  await site.submit({ id: 'a' }, { id: 'b' }, { id: 'c' });
  await site.until('all are completed', () => site.current().tasks.counts.completed === 3);
  await site.until('old ones are gone', async () => {
    await site.clock.advance(60_000);
    return site.current().tasks.counts.completed === 1;
  });
  expect([await site.store.task('a'), await site.store.task('b')]).toEqual([null, null]);
  expect((await site.store.task('c'))?.state).toBe('completed');
});
