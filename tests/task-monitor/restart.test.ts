import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { NewTask } from '#model/task.ts';
import { NOW } from '../model/samples.ts';
import { type Site, startSite } from './site.ts';
import { historyEntry, startTaskWorker, successBody, type TaskWorker } from './task-worker.ts';

interface Stopped {
  readonly before: Site;
  readonly worker: TaskWorker;
  readonly id: string;
}

/** A master that has ended while worker-01 ran a task. */
async function stoppedWhileRunning(wanted: Partial<NewTask> = {}): Promise<Stopped> {
  const worker = await startTaskWorker('worker-01');
  const before = await startSite({ workers: [worker] });
  const [id = ''] = await before.submit(wanted);
  await before.until('it came', () => worker.runs[0]);
  await before.until('it runs', () => before.task(id).state === 'running');
  await before.close();
  return { before, worker, id };
}

function restarted({ dir, clock }: Site): Promise<Site> {
  return startSite({ dir, clock });
}

test('a master that ends leaves what runs to its workers, and says nothing of it', async () => {
  const { before, worker, id } = await stoppedWhileRunning();
  expect(before.told(id)).toEqual(['submitted', 'assigned', 'sent']);
  const site = await restarted(before);
  expect(site.told(id)).toEqual(['restored']);
  expect(site.task(id)).toMatchObject({ state: 'running', attempts: [{ number: 1, outcome: null }] });
  expect(site.task(id).attempts[0]?.sentAt).not.toBeNull();
  await site.settle();
  expect(worker.runs).toHaveLength(1);
});

test('what ended while no master was there is recorded from the history, and does not run again', async () => {
  const { before, worker, id } = await stoppedWhileRunning();
  worker.history = [historyEntry(id, successBody('worker-01', { walls: 8 }))];
  const site = await restarted(before);
  site.healthy(worker.config);
  await site.pingLater('worker-01');
  await site.until('it is completed', () => site.task(id).state === 'completed');
  expect(site.task(id)).toMatchObject({ result: { wallCollisions: 8 }, attempts: [{ number: 1 }] });
  expect(worker.runs).toHaveLength(1);
});

test('what still runs is waited for', async () => {
  const { before, worker, id } = await stoppedWhileRunning();
  const site = await startSite({ dir: before.dir, clock: before.clock, workers: [worker] });
  await site.pingLater('worker-01', id);
  await site.settle();
  expect(site.task(id).state).toBe('running');
  expect(site.current().workers.get('worker-01')?.inFlight).toEqual([id]);
  worker.history = [historyEntry(id, successBody('worker-01'))];
  await site.pingLater('worker-01');
  await site.until('it is completed', () => site.task(id).state === 'completed');
  expect(worker.runs).toHaveLength(1);
});

test.each([
  ['back', -1],
  ['forward', 1],
])('a task in doubt waits for TASK_TIMEOUT, no less and no more, if the clock was set %s', async (_, way) => {
  const { before, worker, id } = await stoppedWhileRunning();
  before.clock.setNow(before.clock.now() + way * 86_400_000);
  const site = await startSite({ dir: before.dir, clock: before.clock, workers: [worker] });
  await site.pingLater('worker-01', 'theirs');
  await site.until('it was asked for', () => worker.historyCalls === 1);
  await site.settle();
  expect(site.task(id).state).toBe('running');
  await site.clock.advance(60_000);
  await site.pingLater('worker-01', 'theirs');
  await site.until('it waits again', () => site.task(id).state === 'pending');
  expect(site.task(id).attempts).toMatchObject([{ outcome: 'lost' }]);
});

test('what a worker of version 1 does not know of runs again as a new attempt, once TASK_TIMEOUT has passed', async () => {
  const { before, worker, id } = await stoppedWhileRunning();
  const site = await restarted(before);
  site.healthy(worker.config);
  await site.pingLater('worker-01');
  await site.until('it was asked for', () => worker.historyCalls === 1);
  await site.settle();
  expect(worker.runs).toHaveLength(1);
  await site.clock.advance(60_000);
  await site.pingLater('worker-01');
  await site.until('it runs again', () => worker.runs[1]);
  expect(worker.taskIds).toEqual([id, `${id}.2`]);
});

test('what was sent to a worker that is not configured any more goes elsewhere, after embedded ones had time to come', async () => {
  const { before, id } = await stoppedWhileRunning();
  const other = await startTaskWorker('worker-02');
  const site = await restarted(before);
  site.healthy(other.config);
  await site.clock.advance(9_000);
  await site.settle();
  expect(other.runs).toHaveLength(0);
  await site.clock.advance(1_000);
  await site.until('it runs elsewhere', () => other.runs[0]);
  expect(site.task(id).attempts[0]).toMatchObject({
    outcome: 'lost',
    error: 'its worker is not configured any more',
  });
});

test('what was assigned when the master died is asked for as well: it may have been sent', async () => {
  const { before, worker, id } = await stoppedWhileRunning();
  const database = new DatabaseSync(before.database);
  database.exec("UPDATE task SET state = 'assigned'; UPDATE attempt SET sent_at = NULL");
  database.close();
  worker.history = [historyEntry(id, successBody('worker-01'))];
  const site = await restarted(before);
  site.healthy(worker.config);
  await site.pingLater('worker-01');
  await site.until('it is completed', () => site.task(id).state === 'completed');
  expect(worker.runs).toHaveLength(1);
});

test('a result that came after the database had gone is found again at the worker', async () => {
  const worker = await startTaskWorker('worker-01');
  const before = await startSite({ workers: [worker] });
  const [id = ''] = await before.submit({});
  await before.until('it runs', () => before.task(id).state === 'running');
  const crash = before.crash();
  worker.runs[0]?.succeed({ particles: 77 });
  await crash;
  const site = await restarted(before);
  site.healthy(worker.config);
  await site.pingLater('worker-01');
  await site.until('it is completed', () => site.task(id).state === 'completed');
  expect(site.task(id).result?.particleCollisions).toBe(77);
  expect(worker.runs).toHaveLength(1);
});

test('what waits goes on waiting in its order, and new tasks come after it', async () => {
  const before = await startSite();
  await before.submit({ id: 'a' }, { id: 'b', priority: 5 });
  await before.close();
  const worker = await startTaskWorker('worker-01');
  const site = await restarted(before);
  await site.submit({ id: 'c' });
  worker.answerAtOnce((run) => run.succeed());
  site.healthy(worker.config);
  await site.until('all are completed', () => site.current().tasks.counts.completed === 3);
  expect(worker.taskIds).toEqual(['b', 'a', 'c']);
});

test('a time and a deadline hold over a restart, though the deadline passed while no master was there', async () => {
  const worker = await startTaskWorker('worker-01');
  const before = await startSite();
  const now = before.clock.now();
  await before.submit({ id: 'later', startAt: now + 90_000 }, { id: 'never', deadline: now + 40_000 });
  await before.close();
  await before.clock.advance(45_000);
  const site = await startSite({ dir: before.dir, clock: before.clock, workers: [worker] });
  await site.until('its deadline passed', () => site.task('never').state === 'failed');
  expect(site.task('never')).toMatchObject({ failure: 'deadline', attempts: [] });
  await site.settle();
  expect(worker.taskIds).toEqual([]);
  await site.clock.advance(45_000);
  await site.until('its time has come', () => worker.taskIds.length > 0);
  expect(worker.taskIds).toEqual(['later']);
});

test('a deadline is heeded of what ran when the master ended, too, where it waits again', async () => {
  const { before, worker, id } = await stoppedWhileRunning({ deadline: NOW + 100_000 });
  const site = await restarted(before);
  site.healthy(worker.config);
  site.becomes('worker-01', 'inactive');
  await site.until('it waits again', () => site.task(id).state === 'pending');
  await site.clock.advance(100_000);
  await site.until('its deadline passed', () => site.task(id).state === 'failed');
  expect(site.task(id)).toMatchObject({ failure: 'deadline', attempts: [{ outcome: 'died' }] });
});

test('a backoff goes on after a restart, but no longer than the longest even if the clock was set back', async () => {
  const worker = await startTaskWorker('worker-01');
  const before = await startSite({ workers: [worker] });
  const [id = ''] = await before.submit({});
  (await before.until('it came', () => worker.runs[0])).fail(500, 'bad luck');
  await before.until('it waits', () => before.task(id).state === 'pending');
  await before.close();
  before.clock.setNow(before.clock.now() - 86_400_000);
  const site = await restarted(before);
  site.healthy(worker.config);
  await site.settle();
  expect(worker.runs).toHaveLength(1);
  await site.clock.advance(30_000);
  await site.until('it runs again', () => worker.runs[1]);
});

test('finished tasks, the counts of all and past times are there again', async () => {
  const worker = await startTaskWorker('worker-01');
  const before = await startSite({ workers: [worker] });
  worker.answerAtOnce((run) => run.succeed({ seconds: 4 }));
  await before.submit({ id: 'a' }, { id: 'b' });
  await before.until('both are completed', () => before.current().tasks.counts.completed === 2);
  await before.submit({ id: 'c', wantedWorker: 'worker-01' });
  await before.until('all are completed', () => before.current().tasks.counts.completed === 3);
  const known = ['a', 'b', 'c'].map((id) => before.task(id));
  await before.close();

  const site = await restarted(before);
  expect(['a', 'b', 'c'].map((id) => site.task(id))).toEqual(known);
  expect(site.current().tasks.counts).toMatchObject({ completed: 3, pending: 0, running: 0 });
  // An embedded worker is configured only once it listens.
  site.healthy(worker.config);
  expect(site.current().workers.get('worker-01')?.performance).toEqual({
    'benchmark.py': { runs: 3, meanSeconds: 4 },
  });
});

test('the end is prompt though a task runs, and leaves no timer', async () => {
  const { before } = await stoppedWhileRunning();
  expect(before.clock.pending).toBe(0);
});
