import { expect, test } from 'vitest';
import { codeOf } from '#model/errors.ts';
import { valuesOf } from '#model/ring.ts';
import { CLOSED_PORT, workerConfig } from '../helpers/strange-workers.ts';
import { startSite } from './site.ts';
import { startTaskWorker } from './task-worker.ts';

/** A task that runs at worker-01, which announces `capabilities`. */
async function running(capabilities: readonly string[]) {
  const worker = await startTaskWorker('worker-01');
  const site = await startSite();
  site.healthy(worker.config, { capabilities });
  const [id = ''] = await site.submit({});
  const run = await site.until('it came', () => worker.runs[0]);
  await site.until('it runs', () => site.task(id).state === 'running');
  return { worker, site, id, run };
}

const cancel = (...ids: string[]) => ({ type: 'cancel-tasks', ids }) as const;
const retry = (...ids: string[]) => ({ type: 'retry-tasks', ids }) as const;

test('a task that waits is cancelled, and never sent', async () => {
  const site = await startSite();
  const ids = await site.submit({ id: 'a' }, { id: 'b' });
  expect(await site.monitor.dispatch(cancel('a'))).toEqual({ done: 1, notes: [] });
  expect(ids.map((id) => site.task(id).state)).toEqual(['cancelled', 'pending']);
  const worker = await startTaskWorker('worker-01');
  worker.answerAtOnce((run) => run.succeed());
  site.healthy(worker.config);
  await site.until('the other is completed', () => site.task('b').state === 'completed');
  await site.settle();
  expect(worker.taskIds).toEqual(['b']);
});

test('a worker that can end a run is told to, and the task is cancelled once it has', async () => {
  const { worker, site, id } = await running(['tasks', 'cancel']);
  const answer = await site.monitor.dispatch(cancel(id));
  expect(answer).toEqual({ done: 1, notes: [{ id, reason: { code: 'told', worker: 'worker-01' } }] });
  await site.until('it is cancelled', () => site.task(id).state === 'cancelled');
  expect(worker.calledOff).toEqual([id]);
  // What the run answers when it is ended is no failure of its worker, nor of the task.
  expect(site.task(id).attempts).toMatchObject([{ outcome: 'cancelled' }]);
  expect(site.current().workers.get('worker-01')?.tasksFailed).toBe(0);
  expect(site.told(id)).toEqual(['submitted', 'assigned', 'sent', 'cancelling', 'cancelled']);
  const [next = ''] = await site.submit({});
  await site.until('its slot is free', () => worker.taskIds.includes(next));
});

test.for([[['tasks', 'cancel']], [[]]])(
  'a task whose attempt fails just as it is called off is cancelled, and not sent again (%j)',
  async ([capabilities = []]) => {
    const worker = await startTaskWorker('worker-01');
    const site = await startSite();
    const written = Promise.withResolvers<void>();
    const { save } = site.store;
    // A slow disk: the sending is not written yet when the cancel comes, and then the answer.
    site.store.save = async (task, line) => {
      if (line.change === 'sent') await written.promise;
      return save(task, line);
    };
    site.healthy(worker.config, { capabilities });
    const [id = ''] = await site.submit({});
    const run = await site.until('it came', () => worker.runs[0]);
    const asked = site.monitor.dispatch(cancel(id));
    run.fail(500, 'bad luck');
    await site.settle();
    written.resolve();
    expect((await asked).done).toBe(1);
    await site.clock.advance(30_000);
    await site.settle();
    expect(site.task(id).state).toBe('cancelled');
    expect(worker.runs).toHaveLength(1);
  },
);

test('a run that completed while it was called off is completed', async () => {
  const { worker, site, id, run } = await running(['tasks', 'cancel']);
  const body = { status: 'success', results: { found: 12 } };
  worker.account.set(id, { state: 'completed', answer: { status: 200, body } });
  await site.monitor.dispatch(cancel(id));
  await site.until('it is completed', () => site.task(id).state === 'completed');
  expect(site.task(id).result?.results).toEqual({ found: 12 });
  run.succeed();
  await site.settle();
  expect(site.told(id).filter((change) => change === 'completed')).toHaveLength(1);
});

test('a worker of version 1 cannot end a run: the task is cancelled, that is said, and the slot stays taken until the run ends', async () => {
  const { worker, site, id, run } = await running([]);
  const { notes } = await site.monitor.dispatch(cancel(id));
  expect(notes[0]?.reason).toEqual({ code: 'goes-on', worker: 'worker-01', sent: true });
  expect(site.task(id)).toMatchObject({ state: 'cancelled', attempts: [{ outcome: 'cancelled' }] });
  const [next = ''] = await site.submit({});
  await site.pingLater('worker-01', id);
  await site.settle();
  expect(worker.taskIds).toEqual([id]);
  run.succeed();
  await site.until('the next one runs', () => worker.taskIds.includes(next));
  expect(site.current().tasks.counts).toMatchObject({ cancelled: 1, completed: 0 });
  expect(site.task(id)).toMatchObject({
    state: 'cancelled',
    attempts: [{ outcome: 'duplicate' }],
    result: null,
  });
});

test('the slot of such a run is free once a ping shows the worker idle, though the connection broke', async () => {
  const { worker, site, id, run } = await running([]);
  await site.monitor.dispatch(cancel(id));
  run.hangUp();
  const [next = ''] = await site.submit({});
  await site.settle();
  expect(worker.taskIds).toEqual([id]);
  await site.pingLater('worker-01', id);
  await site.settle();
  expect(worker.taskIds).toEqual([id]);
  await site.pingLater('worker-01');
  await site.until('the next one runs', () => worker.taskIds.includes(next));
});

test('a task that was called off when the master died is called off after its start', async () => {
  const { worker, site, id } = await running(['tasks', 'cancel']);
  worker.account.set(id, { state: 'running' });
  const told = site.monitor.dispatch(cancel(id));
  await site.until('it is recorded', () => site.told(id).includes('cancelling'));
  await site.crash();
  await told.catch(() => {});
  worker.account.set(id, { state: 'running' });
  const again = await startSite({ dir: site.dir, clock: site.clock });
  again.healthy(worker.config, { capabilities: ['tasks', 'cancel'] });
  await again.until('it is cancelled', () => again.task(id).state === 'cancelled');
});

test('what has ended is left as it is, what failed or was cancelled runs again, what nobody knows is an error', async () => {
  const worker = await startTaskWorker('worker-01');
  const site = await startSite({ workers: [worker], settings: { retryAttempts: 1 } });
  worker.answerAtOnce((run) => (run.taskId.startsWith('bad') ? run.fail(500, 'no luck') : run.succeed()));
  await site.submit({ id: 'good' }, { id: 'bad' });
  await site.until('it has failed', async () => {
    await site.clock.advance(500);
    return site.task('bad').state === 'failed';
  });
  expect(site.task('bad')).toMatchObject({ failure: 'attempts', attempts: [{ number: 1 }, { number: 2 }] });
  expect(await site.monitor.dispatch(cancel('good'))).toMatchObject({ done: 0 });
  expect(await site.monitor.dispatch(retry('good', 'bad'))).toEqual({
    done: 1,
    notes: [{ id: 'good', reason: { code: 'not-again', state: 'completed' } }],
  });
  await site.until('it has failed again', async () => {
    await site.clock.advance(500);
    return site.task('bad').state === 'failed';
  });
  expect(worker.taskIds.filter((id) => id.startsWith('bad'))).toEqual(['bad', 'bad.2', 'bad.3', 'bad.4']);
  expect(site.task('bad').attempts.map(({ error }) => error)).toEqual(Array(4).fill('no luck'));
  const unknown: unknown = await site.monitor.dispatch(cancel('nobody')).catch((error: unknown) => error);
  expect(codeOf(unknown)).toBe('TASK_UNKNOWN');
  const history = await site.monitor.query({ type: 'task-history', id: 'bad' });
  expect(history.map(({ change }) => change)).toEqual(site.told('bad'));
});

test('a whole batch is cancelled, and runs again as a whole', async () => {
  const site = await startSite();
  const sweep = { id: 'night', parameters: { NUM_PASOS: '1..20', SEMILLA: [1, 2] } };
  expect(
    await site.monitor.dispatch({ type: 'submit-tasks', tasks: [{ benchmark: 'benchmark.py', ...sweep }] }),
  ).toEqual({ ids: [], batches: [{ id: 'night', tasks: 40 }] });
  const batch = () => site.current().tasks.batches.get('night');
  expect(batch()).toMatchObject({ counts: { pending: 40 }, endedAt: null });
  await site.submit({ id: 'other' });
  expect(await site.monitor.dispatch({ type: 'cancel-batch', batch: 'night' })).toMatchObject({ done: 40 });
  expect(batch()).toMatchObject({ counts: { pending: 0, cancelled: 40 } });
  expect(batch()?.endedAt).not.toBeNull();
  expect(site.task('other').state).toBe('pending');
  expect(await site.monitor.dispatch({ type: 'retry-batch', batch: 'night' })).toMatchObject({ done: 40 });
  expect(batch()).toMatchObject({ counts: { pending: 40, cancelled: 0 }, endedAt: null });
  const worker = await startTaskWorker('worker-01', { slots: 8 });
  worker.answerAtOnce((run) => run.succeed());
  site.healthy(worker.config);
  await site.until('all are completed', () => batch()?.counts.completed === 40);
  expect(batch()?.counts).toEqual((await site.monitor.query({ type: 'batch', id: 'night' }))?.counts);
  expect(new Set(worker.runs.map(({ params }) => JSON.stringify(params))).size).toBe(41);
  await expect(site.monitor.dispatch({ type: 'cancel-batch', batch: 'nobody' })).rejects.toThrow('nobody');
});

test('a drained worker gets nothing new, ends what it has, and stays drained after a restart', async () => {
  const worker = await startTaskWorker('worker-01');
  const site = await startSite({ workers: [worker] });
  await site.submit({ id: 'a' });
  const run = await site.until('it came', () => worker.runs[0]);
  await site.monitor.dispatch({ type: 'drain-worker', workerId: 'worker-01', drained: true });
  expect(site.current().workers.get('worker-01')?.drained).toBe(true);
  await site.submit({ id: 'b' });
  run.succeed();
  await site.until('it is completed', () => site.task('a').state === 'completed');
  await site.settle();
  expect(worker.taskIds).toEqual(['a']);
  await site.close();

  const again = await startSite({ dir: site.dir, clock: site.clock });
  again.healthy(worker.config);
  await again.settle();
  expect(again.current().workers.get('worker-01')?.drained).toBe(true);
  expect(worker.taskIds).toEqual(['a']);
  await again.monitor.dispatch({ type: 'drain-worker', workerId: 'worker-01', drained: false });
  await again.until('it takes tasks again', () => worker.taskIds.includes('b'));
});

test('a worker that says that it drains gets nothing new', async () => {
  const worker = await startTaskWorker('worker-01');
  const site = await startSite();
  site.healthy(worker.config, { draining: true });
  await site.submit({ id: 'a' });
  await site.settle();
  expect(worker.runs).toHaveLength(0);
  site.ping('worker-01', { draining: false });
  await site.until('it takes tasks again', () => worker.runs.length === 1);
});

test('a task goes only to a worker that has all of its labels', async () => {
  const fast = await startTaskWorker('worker-01', { labels: ['fast'] });
  const both = await startTaskWorker('worker-02', { labels: ['gpu', 'fast'] });
  const site = await startSite({ workers: [fast, both] });
  await site.submit({ id: 'a', labels: ['fast', 'gpu'] }, { id: 'b', labels: ['fast', 'gpu'] });
  const run = await site.until('it came', () => both.runs[0]);
  await site.settle();
  expect(fast.runs).toHaveLength(0);
  run.succeed();
  await site.until('the next one came', () => both.runs[1]);
  await site.submit({ id: 'c', labels: ['none'] }, { id: 'd', labels: ['fast'] });
  await site.until('what may go elsewhere does', () => fast.taskIds.includes('d'));
  expect(site.task('c').state).toBe('pending');
});

test('a task is not sent before its time, and fails when its deadline passes before it could run', async () => {
  const worker = await startTaskWorker('worker-01');
  const site = await startSite({ workers: [worker] });
  const now = site.clock.now();
  await site.submit({ id: 'later', startAt: now + 90_000 });
  await site.submit({
    id: 'never',
    wantedWorker: 'worker-01',
    startAt: now + 50_000,
    deadline: now + 40_000,
  });
  await site.settle();
  expect(worker.runs).toHaveLength(0);
  await site.clock.advance(41_000);
  await site.until('its deadline passed', () => site.task('never').state === 'failed');
  expect(site.task('never')).toMatchObject({ failure: 'deadline', attempts: [] });
  await site.clock.advance(50_000);
  await site.until('its time has come', () => worker.taskIds.includes('later'));
  expect(worker.taskIds).toEqual(['later']);
});

test('a task may have a time and retries of its own', async () => {
  const worker = await startTaskWorker('worker-01');
  const site = await startSite({ workers: [worker] });
  await site.submit({ id: 'short', timeoutMs: 2_000, retries: 0 });
  await site.until('it came', () => worker.runs[0]);
  await site.until('it runs', () => site.task('short').state === 'running');
  await site.clock.advance(2_000);
  await site.until('it has failed', () => site.task('short').state === 'failed');
  expect(site.task('short')).toMatchObject({
    failure: 'attempts',
    attempts: [{ outcome: 'timeout', error: 'no result within 2 s' }],
  });
});

test('a worker that cannot be reached is no reason not to cancel', async () => {
  const site = await startSite({ workers: [{ config: workerConfig(CLOSED_PORT) }] });
  await site.submit({ id: 'a' });
  await site.until('it was refused', () => site.told('a').includes('requeued'));
  expect(await site.monitor.dispatch(cancel('a'))).toMatchObject({ done: 1 });
  expect(site.task('a').state).toBe('cancelled');
});

test('a large sweep is taken without holding up anything else, each of its tasks once', async () => {
  const site = await startSite();
  const sweep = { id: 'large', benchmark: 'benchmark.py', parameters: { NUM_PASOS: '1..3000' } };
  const taken = site.monitor.dispatch({ type: 'submit-tasks', tasks: [sweep] });
  await site.until('all are there', () => site.current().tasks.counts.pending === 3_000);
  expect(await taken).toMatchObject({ batches: [{ id: 'large', tasks: 3_000 }] });
  const again = site.monitor.dispatch({ type: 'submit-tasks', tasks: [sweep] });
  await site.until('it is answered', async () => (await Promise.race([again, null])) !== null);
  expect(site.current().tasks.counts.pending).toBe(3_000);
  const lines = valuesOf(site.current().log).filter(({ message }) => message.includes('submitted'));
  expect(lines).toHaveLength(1);
  expect(site.current().tasks.batches.get('large')?.counts.pending).toBe(3_000);
});

test('a batch that is cancelled while its sweep is still being taken is cancelled whole', async () => {
  const site = await startSite();
  const sweep = { id: 'large', benchmark: 'benchmark.py', parameters: { NUM_PASOS: '1..3000' } };
  let done: number | null = null;
  site.bus.subscribe((event) => {
    // It is shown, and none of its tasks is told of yet.
    if (event.type !== 'batch-submitted') return;
    const cancelled = site.monitor.dispatch({ type: 'cancel-batch', batch: 'large' });
    void cancelled.then((answer) => (done = answer.done));
  });
  const taken = site.monitor.dispatch({ type: 'submit-tasks', tasks: [sweep] });
  await site.until('it is answered', () => done !== null);
  await taken;
  expect(done).toBe(3_000);
  expect((await site.store.batch('large'))?.counts).toMatchObject({ pending: 0, cancelled: 3_000 });
});

test('what a task printed that has ended is asked of the worker of its last attempt, as long as that keeps it', async () => {
  const { worker, site, id, run } = await running(['tasks', 'output']);
  const asked = () => site.monitor.query({ type: 'task-output', id });
  expect(await asked()).toMatchObject({ stdout: 'step 1\n', progress: 0.25 });
  run.succeed();
  await site.until('it is completed', () => site.task(id).state === 'completed');
  worker.account.set(id, { state: 'completed', stdout_tail: 'result: 7\n', stderr_tail: 'careful\n' });
  expect(await asked()).toMatchObject({ stdout: 'result: 7\n', stderr: 'careful\n' });
  await worker.close();
  expect(await asked()).toMatchObject({ stdout: '', stderr: '' });
});
