import { expect, test } from 'vitest';
import { CLOSED_PORT, workerConfig } from '../helpers/strange-workers.ts';
import { type Site, startSite } from './site.ts';
import { startTaskWorker, type TaskWorker } from './task-worker.ts';

const V2 = { capabilities: ['tasks', 'cancel'] } as const;

function cancel(site: Site, id: string) {
  return site.monitor.dispatch({ type: 'cancel-tasks', ids: [id] });
}

interface Scene {
  readonly worker: TaskWorker;
  readonly site: Site;
}

/** Task `a` at worker-01, which has it in hand. */
async function running(capabilities: readonly string[], slots = 1): Promise<Scene> {
  const worker = await startTaskWorker('worker-01', { slots });
  const site = await startSite();
  site.healthy(worker.config, { capabilities });
  await site.submit({ id: 'a' });
  await site.until('it came', () => worker.runs[0]);
  await site.until('it runs', () => site.task('a').state === 'running');
  return { worker, site };
}

/** The same, after its connection broke: nobody knows yet what became of it. */
async function inDoubt(capabilities: readonly string[]): Promise<Scene> {
  const scene = await running(capabilities);
  scene.worker.runs[0]?.hangUp();
  await scene.site.until('it is in doubt', () => scene.site.told('a').includes('uncertain'));
  return scene;
}

/** Nothing more gets to the worker than it had, in the time that it takes elsewhere. */
async function expectTaken({ worker, site }: Scene): Promise<void> {
  const before = [...worker.taskIds];
  await site.settle();
  expect(worker.taskIds).toEqual(before);
}

test('pending: it is cancelled at once, and never sent', async () => {
  const site = await startSite();
  await site.submit({ id: 'a' });
  expect(await cancel(site, 'a')).toEqual({ done: 1, notes: [] });
  const worker = await startTaskWorker('worker-01');
  site.healthy(worker.config);
  await site.settle();
  expect([site.task('a').state, worker.taskIds]).toEqual(['cancelled', []]);
});

test('waiting after a failure: it is cancelled at once, and its next attempt is never made', async () => {
  const { worker, site } = await running([]);
  worker.runs[0]?.fail(500, 'bad luck');
  await site.until('it waits', () => site.task('a').state === 'pending');
  expect(site.task('a').notBefore).not.toBeNull();
  expect(await cancel(site, 'a')).toEqual({ done: 1, notes: [] });
  await site.clock.advance(60_000);
  await site.settle();
  expect([site.task('a').state, worker.taskIds]).toEqual(['cancelled', ['a']]);
  expect(site.task('a').attempts).toMatchObject([{ outcome: 'failed', error: 'bad luck' }]);
});

test('waiting for its time: it is cancelled at once, and not sent when the time has come', async () => {
  const worker = await startTaskWorker('worker-01');
  const site = await startSite({ workers: [worker] });
  await site.submit({ id: 'a', startAt: site.clock.now() + 90_000 });
  expect(await cancel(site, 'a')).toEqual({ done: 1, notes: [] });
  await site.clock.advance(100_000);
  await site.settle();
  expect([site.task('a').state, worker.taskIds]).toEqual(['cancelled', []]);
});

/** Cancels task `a` at the moment when it is assigned: its request is on the way, and nobody knows yet how far. */
async function cancelWhenAssigned(site: Site): Promise<number> {
  let done: number | null = null;
  site.bus.subscribe((event) => {
    if (event.type === 'task-changed' && event.change === 'assigned')
      void cancel(site, 'a').then((answer) => (done = answer.done));
  });
  await site.submit({ id: 'a' });
  return site.until('it is answered', () => done ?? false) as Promise<number>;
}

const KINDS: readonly [string, readonly string[]][] = [
  ['version 1', []],
  ['ours', V2.capabilities],
];

test.each(KINDS)(
  'assigned to a worker of %s that cannot be reached: cancelled, and not sent elsewhere',
  async (_, capabilities) => {
    const site = await startSite();
    site.healthy(workerConfig(CLOSED_PORT, 'worker-01'), { capabilities });
    expect(await cancelWhenAssigned(site)).toBe(1);
    await site.until('it is cancelled', () => site.task('a').state === 'cancelled');
    expect(site.task('a').attempts.map(({ sentAt }) => sentAt)).toEqual([null]);
    const worker = await startTaskWorker('worker-02');
    site.healthy(worker.config);
    await site.settle();
    expect([site.task('a').state, worker.taskIds]).toEqual(['cancelled', []]);
  },
);

test.each(KINDS)(
  'assigned to a worker of %s: cancelled, whether or not the request got there, and its slot comes free',
  async (_, capabilities) => {
    const worker = await startTaskWorker('worker-01');
    const site = await startSite();
    site.healthy(worker.config, { capabilities });
    expect(await cancelWhenAssigned(site)).toBe(1);
    await site.until('it is cancelled', () => site.task('a').state === 'cancelled');
    await site.pingLater('worker-01');
    await site.submit({ id: 'b' });
    await site.until('the next one runs', () => worker.taskIds.includes('b'));
    expect(worker.taskIds.filter((id) => id.startsWith('a')).length).toBeLessThanOrEqual(1);
  },
);

test('running at a worker that can end it: cancelled once nothing of it is left, and the slot is free', async () => {
  const { worker, site } = await running(V2.capabilities);
  const answer = await cancel(site, 'a');
  expect(answer).toEqual({ done: 1, notes: [{ id: 'a', reason: { code: 'told', worker: 'worker-01' } }] });
  await site.until('it is cancelled', () => site.task('a').state === 'cancelled');
  expect(worker.calledOff).toEqual(['a']);
  await site.submit({ id: 'b' });
  await site.until('the next one runs', () => worker.taskIds.includes('b'));
});

test('running at a worker of version 1: cancelled, it says that it goes on, and the slot is taken until the worker is free', async () => {
  const scene = await running([]);
  const { worker, site } = scene;
  const { notes } = await cancel(site, 'a');
  expect(notes[0]?.reason).toEqual({ code: 'goes-on', worker: 'worker-01', sent: true });
  expect(site.task('a').state).toBe('cancelled');
  await site.submit({ id: 'b' });
  await expectTaken(scene);
  worker.runs[0]?.succeed();
  await site.until('the next one runs', () => worker.taskIds.includes('b'));
});

test('the slot of such a run is taken once, not twice, while its worker shows it', async () => {
  const scene = await running([], 2);
  await cancel(scene.site, 'a');
  await scene.site.pingLater('worker-01', 'a');
  await scene.site.submit({ id: 'b' }, { id: 'c' });
  await scene.site.until('the other slot is used', () => scene.worker.taskIds.includes('b'));
  await expectTaken(scene);
});

test('in doubt at a worker that can end it: the worker is told, and it is cancelled', async () => {
  const { worker, site } = await inDoubt(V2.capabilities);
  expect((await cancel(site, 'a')).done).toBe(1);
  await site.until('it is cancelled', () => site.task('a').state === 'cancelled');
  expect(worker.calledOff).toEqual(['a']);
});

test('in doubt at a worker of version 1: cancelled, it says that it may go on, the slot is taken until a ping shows it free', async () => {
  const scene = await inDoubt([]);
  const { worker, site } = scene;
  const { notes } = await cancel(site, 'a');
  expect(notes[0]?.reason.code).toBe('goes-on');
  expect(site.task('a').state).toBe('cancelled');
  await site.submit({ id: 'b' });
  await site.pingLater('worker-01', 'a');
  await expectTaken(scene);
  await site.pingLater('worker-01');
  await site.until('the next one runs', () => worker.taskIds.includes('b'));
  expect(site.task('a').state).toBe('cancelled');
});

test('final: it stays as it is, and that is said', async () => {
  const { worker, site } = await running([]);
  worker.runs[0]?.succeed();
  await site.until('it is completed', () => site.task('a').state === 'completed');
  const already = (state: string, done: number) => ({
    done,
    notes: [{ id: 'a', reason: { code: 'ended', state } }],
  });
  expect(await cancel(site, 'a')).toEqual(already('completed', 0));
  expect(site.task('a').state).toBe('completed');
});

test('cancelled before: that is said, and nothing is done twice', async () => {
  const { worker, site } = await running(V2.capabilities);
  await cancel(site, 'a');
  await cancel(site, 'a');
  await site.until('it is cancelled', () => site.task('a').state === 'cancelled');
  expect(await cancel(site, 'a')).toMatchObject({
    notes: [{ reason: { code: 'ended', state: 'cancelled' } }],
  });
  expect(worker.calledOff).toEqual(['a']);
  expect(site.told('a').filter((change) => change.startsWith('cancel'))).toEqual(['cancelling', 'cancelled']);
});

test.each([
  ['cancelled', async ({ site }: Scene) => void (await cancel(site, 'a'))],
  ['too late', async ({ site }: Scene) => site.clock.advance(60_000)],
])(
  'a run of version 1 that is %s keeps its slot over a restart of the master, until the worker is seen free',
  async (_, end) => {
    const before = await running([], 2);
    await end(before);
    await before.site.until('it is given up', () => before.site.task('a').attempts[0]?.outcome !== null);
    await before.site.crash();
    const { worker } = before;
    const site = await startSite({
      dir: before.site.dir,
      clock: before.site.clock,
      settings: { retryAttempts: 0 },
    });
    const scene = { worker, site };
    // Two slots; a worker of version 1 shows only what started last: that the other is taken stands in the database alone.
    site.healthy(worker.config, { currentTask: { taskId: 'theirs', benchmark: 'benchmark.py' } });
    await site.submit({ id: 'b' });
    await expectTaken(scene);
    await site.pingLater('worker-01', 'a');
    await site.until('the slot beside it is used', () => worker.taskIds.length === 2);
    await site.submit({ id: 'c' });
    await expectTaken(scene);
    await site.pingLater('worker-01');
    await site.until('the next one runs', () => worker.taskIds.length > 2);
    await site.until('it is forgotten', async () => {
      const { remaining } = await site.store.load({ finishedLimit: 1 });
      return remaining.length === 0;
    });
  },
);
