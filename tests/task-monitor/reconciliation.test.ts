import { expect, test } from 'vitest';
import { type Evidence, judge } from '#task-monitor/reconciliation.ts';
import { type Site, startSite } from './site.ts';
import { historyEntry, startTaskWorker, successBody, type TaskWorker } from './task-worker.ts';

const COMPLETED: Evidence['history'] = {
  kind: 'completed',
  result: { particleCollisions: 1, wallCollisions: 2, executionSeconds: 3, output: '' },
};
const FAILED: Evidence['history'] = { kind: 'failed', httpStatus: null, error: 'no memory' };

test.each<[Evidence['current'], Evidence['history'], boolean, string | null]>([
  ['none', COMPLETED, false, 'completed'],
  ['this', COMPLETED, true, 'completed'],
  ['other', FAILED, true, 'failed'],
  ['none', 'absent', false, null],
  ['none', 'absent', true, 'lost'],
  ['none', 'no-answer', false, null],
  ['none', 'no-answer', true, 'lost'],
  ['this', 'absent', false, null],
  ['this', 'absent', true, 'timeout'],
  ['this', 'no-answer', false, null],
  ['this', 'no-answer', true, 'timeout'],
  ['other', 'absent', false, null],
  ['other', 'absent', true, 'lost'],
  ['other', 'no-answer', false, null],
  ['other', 'no-answer', true, 'lost'],
])(
  'with %s running there, %j in the history and expired %s the verdict is %s',
  (current, history, expired, kind) => {
    expect(judge({ current, history, expired })?.kind ?? null).toBe(kind);
  },
);

interface Broken {
  readonly site: Site;
  readonly worker: TaskWorker;
  readonly other: TaskWorker;
  readonly id: string;
}

/** A task whose connection broke while worker-01 ran it; worker-02 is busy with a task of somebody else. */
async function brokenConnection(retryAttempts = 0, beforeItBreaks = (_: Site) => {}): Promise<Broken> {
  const worker = await startTaskWorker('worker-01');
  const other = await startTaskWorker('worker-02');
  const site = await startSite({ workers: [worker], settings: { retryAttempts } });
  site.healthy(other.config, { currentTask: { taskId: 'theirs', benchmark: 'x' } });
  const [id = ''] = await site.submit({});
  await site.until('it came', () => worker.runs[0]);
  beforeItBreaks(site);
  worker.runs[0]?.hangUp();
  await site.until('it is in doubt', () => site.told(id).includes('uncertain'));
  return { site, worker, other, id };
}

test('while a task is in doubt it runs nowhere else and keeps its slot', async () => {
  const { site, worker, other, id } = await brokenConnection();
  expect(site.task(id)).toMatchObject({ state: 'running', attempts: [{ outcome: null }] });
  expect(site.task(id).attempts[0]?.error).toContain('connection reset');
  const [next = ''] = await site.submit({ wantedWorker: 'worker-01' });
  site.ping('worker-02');
  await site.settle();
  expect(site.task(next).state).toBe('pending');
  expect([worker.runs.length, other.runs.length, worker.historyCalls]).toEqual([1, 0, 0]);
});

test('a result that stands in the history is the task’s result', async () => {
  const { site, worker, id } = await brokenConnection();
  worker.history = [historyEntry(id, successBody('worker-01', { particles: 9 }))];
  await site.pingLater('worker-01');
  await site.until('it is completed', () => site.task(id).state === 'completed');
  expect(site.task(id)).toMatchObject({
    result: { particleCollisions: 9 },
    attempts: [{ outcome: 'completed', error: null }],
  });
  expect(worker.runs).toHaveLength(1);
});

test('of several runs under the same id the one that succeeded counts', async () => {
  const { site, worker, id } = await brokenConnection();
  const failed = { task_id: id, success: false, result: null, error: 'no memory' };
  worker.history = [historyEntry(id, successBody('worker-01', { particles: 9 })), failed];
  await site.pingLater('worker-01');
  await site.until('it is completed', () => site.task(id).state === 'completed');
});

test('a failure that stands in the history costs an attempt', async () => {
  const { site, worker, id } = await brokenConnection(0);
  worker.history = [{ task_id: id, success: false, result: null, error: 'no memory' }];
  await site.pingLater('worker-01');
  await site.until('it has failed', () => site.task(id).state === 'failed');
  expect(site.task(id).attempts).toMatchObject([{ outcome: 'failed', error: 'no memory' }]);
});

test('a run that the worker says it lost goes elsewhere and costs no attempt', async () => {
  const { site, worker, id } = await brokenConnection(0);
  const error = 'the worker ended while benchmark.py ran';
  worker.history = [
    { task_id: id, success: false, result: { status: 'error', error, state: 'lost' }, error },
  ];
  await site.pingLater('worker-01');
  await site.until('the attempt is over', () => site.task(id).attempts[0]?.endedAt !== null);
  expect(site.task(id).attempts[0]).toMatchObject({ outcome: 'died', error });
  expect(site.task(id).state).not.toBe('failed');
});

test('a task that still runs is waited for, and its worker is not asked before it ends', async () => {
  const { site, worker, id } = await brokenConnection();
  for (let ping = 0; ping < 3; ping += 1) await site.pingLater('worker-01', id);
  await site.settle();
  expect(site.task(id).state).toBe('running');
  expect(worker.historyCalls).toBe(0);
  worker.history = [historyEntry(id, successBody('worker-01'))];
  await site.pingLater('worker-01');
  await site.until('it is completed', () => site.task(id).state === 'completed');
  expect(worker.runs).toHaveLength(1);
});

test('a task that still runs when TASK_TIMEOUT has passed costs an attempt', async () => {
  const { site, id } = await brokenConnection(0);
  await site.clock.advance(60_000);
  await site.pingLater('worker-01', id);
  await site.until('it has failed', () => site.task(id).state === 'failed');
  expect(site.task(id).attempts).toMatchObject([{ outcome: 'timeout' }]);
});

test('a task that its worker does not know of may have run: it runs again after TASK_TIMEOUT, under a new id, at no cost', async () => {
  const { site, worker, id } = await brokenConnection(0);
  await site.pingLater('worker-01');
  await site.until('it was asked for', () => worker.historyCalls === 1);
  await site.settle();
  expect(site.task(id).state).toBe('running');
  await site.clock.advance(60_000);
  await site.pingLater('worker-01');
  await site.until('it runs again', () => worker.runs[1]);
  expect(worker.taskIds).toEqual([id, `${id}.2`]);
  worker.runs[1]?.succeed();
  await site.until('it is completed', () => site.task(id).state === 'completed');
  expect(site.task(id).attempts).toMatchObject([
    {
      outcome: 'lost',
      error: 'no answer came, and the worker could not tell in time what became of it: it may have run',
    },
    { outcome: 'completed' },
  ]);
});

test('a ping that was sent before the connection broke proves nothing', async () => {
  const { site, worker, id } = await brokenConnection();
  await site.clock.advance(10);
  site.ping('worker-01', {}, 10_000);
  await site.settle();
  expect(site.task(id).state).toBe('running');
  expect(worker.historyCalls).toBe(0);
});

test('while another task is in front nothing is known until TASK_TIMEOUT, then it may run again and says so', async () => {
  const { site, worker, other, id } = await brokenConnection(0);
  site.ping('worker-02');
  await site.pingLater('worker-01', 'theirs');
  await site.until('it was asked for', () => worker.historyCalls === 1);
  await site.clock.advance(50_000);
  await site.pingLater('worker-01', 'theirs');
  await site.until('it was asked for again', () => worker.historyCalls === 2);
  expect(site.task(id).state).toBe('running');
  await site.clock.advance(10_000);
  await site.pingLater('worker-01', 'theirs');
  await site.until('it runs elsewhere', () => other.runs[0]);
  expect(site.task(id).attempts[0]).toMatchObject({ outcome: 'lost' });
  expect(site.task(id).attempts[0]?.error).toContain('it may have run');
});

test('a worker whose history cannot be read is asked again, and given up after TASK_TIMEOUT', async () => {
  const { site, worker, other, id } = await brokenConnection(0);
  worker.history = 500;
  await site.pingLater('worker-01');
  await site.until('it was asked', () => worker.historyCalls === 1);
  await site.settle();
  expect(site.task(id).state).toBe('running');
  await site.clock.advance(60_000);
  site.becomes('worker-01', 'unstable');
  site.ping('worker-02');
  await site.pingLater('worker-01');
  await site.until('it runs elsewhere', () => other.runs[0]);
});

test('a worker that becomes inactive loses the task in doubt', async () => {
  const { site, other, id } = await brokenConnection(0);
  site.ping('worker-02');
  site.becomes('worker-01', 'inactive');
  await site.until('it runs elsewhere', () => other.runs[0]);
  expect(site.task(id).attempts[0]).toMatchObject({
    outcome: 'died',
    error: 'its worker vanished while it ran',
  });
});

test.each(['before', 'after'])(
  'a wall clock that is set forward %s the connection breaks does not end the wait',
  async (when) => {
    const day = (site: Site) => site.clock.setNow(site.clock.now() + 86_400_000);
    const { site, worker, id } = await brokenConnection(0, when === 'before' ? day : undefined);
    if (when === 'after') day(site);
    await site.pingLater('worker-01', 'theirs');
    await site.until('it was asked for', () => worker.historyCalls === 1);
    await site.settle();
    expect(site.task(id).state).toBe('running');
  },
);
