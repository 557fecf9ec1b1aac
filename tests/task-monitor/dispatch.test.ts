import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { codeOf, messageOf } from '#model/errors.ts';
import { CLOSED_PORT, workerConfig } from '../helpers/strange-workers.ts';
import { startSite } from './site.ts';
import { type Run, startTaskWorker, type TaskWorker } from './task-worker.ts';

async function runOf(
  site: Awaited<ReturnType<typeof startSite>>,
  worker: TaskWorker,
  number = 1,
): Promise<Run> {
  return site.until(`run ${number} at ${worker.id}`, () => worker.runs[number - 1]);
}

test('a task is told of at each step, and its result is recorded with worker and time', async () => {
  const worker = await startTaskWorker('worker-01');
  const site = await startSite({ workers: [worker] });
  const [id = ''] = await site.submit({
    parameters: { NUM_PARTICULAS: 10, SEMILLA: 3 },
    description: 'first',
  });
  expect(id).toBe('made-1');
  const run = await runOf(site, worker);
  expect(run).toMatchObject({
    taskId: id,
    benchmark: 'benchmark.py',
    params: { NUM_PARTICULAS: 10, SEMILLA: 3 },
  });
  await site.until('it runs', () => site.task(id).state === 'running');
  run.succeed({ particles: 5, walls: 6, seconds: 2.5 });
  await site.until('it is completed', () => site.task(id).state === 'completed');

  const task = site.task(id);
  expect(task.result).toMatchObject({ particleCollisions: 5, wallCollisions: 6, executionSeconds: 2.5 });
  expect(task.attempts).toMatchObject([
    { number: 1, workerId: 'worker-01', outcome: 'completed', error: null },
  ]);
  expect(site.eventsOf('task-changed').map(({ change, from }) => [change, from])).toEqual([
    ['submitted', null],
    ['assigned', 'pending'],
    ['sent', 'assigned'],
    ['completed', 'running'],
  ]);
  expect(await site.monitor.query({ type: 'task', id })).toEqual(task);
  expect(await site.monitor.query({ type: 'tasks', states: ['completed'], before: null, limit: 5 })).toEqual([
    task,
  ]);
  expect(site.current().workers.get('worker-01')).toMatchObject({
    inFlight: [],
    tasksCompleted: 1,
    performance: { 'benchmark.py': { runs: 1, meanSeconds: 2.5 } },
  });
});

test('the assignment is on disk before the request leaves', async () => {
  const worker = await startTaskWorker('worker-01');
  const site = await startSite({ workers: [worker] });
  const reader = new DatabaseSync(site.database, { readOnly: true });
  onTestFinished(() => reader.close());
  const seen: unknown[] = [];
  worker.answerAtOnce((run) => {
    const row = reader
      .prepare('SELECT worker_id FROM attempt JOIN task ON task.sequence = attempt.task WHERE task.id = ?')
      .get(run.taskId);
    seen.push(row?.worker_id);
    run.succeed();
  });
  await site.submit({}, {}, {});
  await site.until('all are completed', () => site.current().tasks.counts.completed === 3);
  expect(seen).toEqual(['worker-01', 'worker-01', 'worker-01']);
});

test('what waits goes by priority, then by age', async () => {
  const worker = await startTaskWorker('worker-01');
  const site = await startSite({ workers: [worker] });
  await site.submit({ id: 'first' });
  const run = await runOf(site, worker);
  worker.answerAtOnce((next) => next.succeed());
  await site.submit({ id: 'low', priority: 1 }, { id: 'high', priority: 9 }, { id: 'low-too', priority: 1 });
  await site.submit({ id: 'high-too', priority: 9 }, { id: 'highest', priority: 10 });
  run.succeed();
  await site.until('all are completed', () => site.current().tasks.counts.completed === 6);
  expect(worker.taskIds).toEqual(['first', 'highest', 'high', 'high-too', 'low', 'low-too']);
});

test('no worker ever has more tasks than slots, and every task runs once', async () => {
  const fleet = await Promise.all(
    [1, 2, 5].map((slots) => startTaskWorker(`worker-0${slots}`, { slots: slots === 1 ? null : slots })),
  );
  const site = await startSite({ workers: fleet });
  for (const worker of fleet) worker.answerAtOnce((run) => setImmediate(() => run.succeed()));
  const ids: string[] = [];
  for (let batch = 0; batch < 6; batch += 1) {
    ids.push(...(await site.submit(...Array.from({ length: 10 }, () => ({})))));
  }
  await site.until('all are completed', () => site.current().tasks.counts.completed === 60);
  expect(fleet.map(({ mostAtOnce }, index) => mostAtOnce <= ([1, 2, 5][index] ?? 0))).toEqual([
    true,
    true,
    true,
  ]);
  expect(fleet.flatMap(({ taskIds }) => taskIds).sort()).toEqual(ids.toSorted());
});

test('all slots of the fleet are used at once', async () => {
  const fleet = await Promise.all([startTaskWorker('worker-01'), startTaskWorker('worker-02', { slots: 3 })]);
  const site = await startSite({ workers: fleet });
  await site.submit(...Array.from({ length: 6 }, () => ({})));
  await site.until('four run', () => fleet.flatMap(({ runs }) => runs).length === 4);
  await site.settle();
  expect(fleet.map(({ runs }) => runs.length)).toEqual([1, 3]);
});

test('ORCHESTRATOR_MAX_CONCURRENT_TASKS holds over the whole fleet', async () => {
  const fleet = await Promise.all([startTaskWorker('worker-01'), startTaskWorker('worker-02', { slots: 3 })]);
  const site = await startSite({ workers: fleet, settings: { maxConcurrentTasks: 2 } });
  await site.submit({}, {}, {}, {});
  await site.until('two run', () => fleet.flatMap(({ runs }) => runs).length === 2);
  await site.settle();
  expect(site.current().tasks.counts).toMatchObject({ pending: 2, running: 2 });
  fleet.flatMap(({ runs }) => runs)[0]?.succeed();
  await site.until('a third follows', () => fleet.flatMap(({ runs }) => runs).length === 3);
});

test('a task for a busy worker waits for it, and blocks nobody behind it', async () => {
  const [first, second] = [await startTaskWorker('worker-01'), await startTaskWorker('worker-02')];
  const site = await startSite({ workers: [first, second] });
  await site.submit({ id: 'a', wantedWorker: 'worker-01' });
  const run = await runOf(site, first);
  await site.submit({ id: 'b', wantedWorker: 'worker-01', priority: 10 }, { id: 'c' });
  expect((await runOf(site, second)).taskId).toBe('c');
  await site.settle();
  expect(site.task('b').state).toBe('pending');
  run.succeed();
  expect((await runOf(site, first, 2)).taskId).toBe('b');
});

test('a worker that runs a task of somebody else gets none until a ping shows it free', async () => {
  const worker = await startTaskWorker('worker-01');
  const site = await startSite();
  site.healthy(worker.config, { currentTask: { taskId: 'theirs', benchmark: 'x' } });
  const [id = ''] = await site.submit({});
  await site.settle();
  expect(site.task(id).state).toBe('pending');
  site.ping('worker-01');
  expect((await runOf(site, worker)).taskId).toBe(id);
});

test('a task waits for a worker to become healthy', async () => {
  const worker = await startTaskWorker('worker-01');
  const site = await startSite();
  const [id = ''] = await site.submit({});
  await site.settle();
  expect(site.task(id).state).toBe('pending');
  site.healthy(worker.config);
  expect((await runOf(site, worker)).taskId).toBe(id);
});

test('a backoff is no longer where the clock is set back while it lasts', async () => {
  const worker = await startTaskWorker('worker-01');
  const site = await startSite({ workers: [worker] });
  const [id = ''] = await site.submit({});
  (await site.until('it came', () => worker.runs[0])).fail(500, 'bad luck');
  await site.until('it waits', () => site.task(id).state === 'pending');
  await site.clock.advance(1);
  expect(worker.runs).toHaveLength(1);
  site.clock.setNow(site.clock.now() - 86_400_000);
  await site.clock.advance(30_000);
  await site.until('it runs again', () => worker.runs[1]);
});

test('a task that fails goes to another worker after a backoff, and keeps its error', async () => {
  const fleet = [await startTaskWorker('worker-01'), await startTaskWorker('worker-02')];
  const site = await startSite({ workers: fleet });
  const [id = ''] = await site.submit({});
  (await runOf(site, fleet[0] as TaskWorker)).fail(500, 'no memory left');
  await site.until('it waits again', () => site.task(id).state === 'pending');
  expect(site.task(id).notBefore).toBeGreaterThan(site.clock.now());
  expect(fleet[1]?.runs).toHaveLength(0);
  await site.clock.advance(500);
  const run = await runOf(site, fleet[1] as TaskWorker);
  expect(run.taskId).toBe(`${id}.2`);
  run.succeed();
  await site.until('it is completed', () => site.task(id).state === 'completed');
  expect(site.task(id).attempts).toMatchObject([
    { number: 1, workerId: 'worker-01', outcome: 'failed', error: 'no memory left' },
    { number: 2, workerId: 'worker-02', outcome: 'completed', error: null },
  ]);
  expect(site.told(id)).toEqual([
    'submitted',
    'assigned',
    'sent',
    'requeued',
    'assigned',
    'sent',
    'completed',
  ]);
});

test('a task that fails every time ends failed after its retries, with every error kept', async () => {
  const worker = await startTaskWorker('worker-01');
  const site = await startSite({ workers: [worker], settings: { retryAttempts: 2 } });
  let time = 0;
  worker.answerAtOnce((run) => {
    time += 1;
    run.fail(500, `error no. ${time}`);
  });
  const [id = ''] = await site.submit({});
  await site.until('it has failed', async () => {
    await site.clock.advance(500);
    return site.task(id).state === 'failed';
  });
  expect(site.task(id).attempts.map(({ error }) => error)).toEqual([
    'error no. 1',
    'error no. 2',
    'error no. 3',
  ]);
  expect(worker.taskIds).toEqual([id, `${id}.2`, `${id}.3`]);
  expect(site.current().counters).toMatchObject({ tasksFailed: 1, tasksCompleted: 0, tasksDistributed: 3 });
});

test('a request that the worker calls wrong fails at once', async () => {
  const fleet = [await startTaskWorker('worker-01'), await startTaskWorker('worker-02')];
  const site = await startSite({ workers: fleet });
  const [id = ''] = await site.submit({});
  (await runOf(site, fleet[0] as TaskWorker)).fail(400, 'No task data provided');
  await site.until('it has failed', () => site.task(id).state === 'failed');
  expect(site.task(id).attempts).toMatchObject([{ outcome: 'failed', error: 'No task data provided' }]);
});

test('a worker that takes nothing just now costs the task nothing, and is asked again after its next ping', async () => {
  const worker = await startTaskWorker('worker-01');
  const site = await startSite({ workers: [worker], settings: { retryAttempts: 0 } });
  const [id = ''] = await site.submit({});
  (await runOf(site, worker)).fail(503, 'queue full');
  await site.until('it waits again', () => site.task(id).state === 'pending');
  await site.settle();
  expect(worker.runs).toHaveLength(1);
  await site.pingLater('worker-01');
  const run = await runOf(site, worker, 2);
  expect(run.taskId).toBe(id);
  run.succeed();
  await site.until('it is completed', () => site.task(id).state === 'completed');
});

test('a worker that refuses costs the task nothing: it goes elsewhere at once', async () => {
  const gone = workerConfig(CLOSED_PORT, 'worker-01');
  const other = await startTaskWorker('worker-02');
  const site = await startSite({ workers: [{ config: gone }, other], settings: { retryAttempts: 0 } });
  const [id = ''] = await site.submit({});
  (await runOf(site, other)).succeed();
  await site.until('it is completed', () => site.task(id).state === 'completed');
  expect(site.task(id).attempts).toMatchObject([
    {
      workerId: 'worker-01',
      outcome: 'not-sent',
      sentAt: null,
      error: 'could not be reached: connection refused',
    },
    { workerId: 'worker-02', outcome: 'completed' },
  ]);
});

test('a worker that refuses is not asked again before its next good ping', async () => {
  const site = await startSite({ workers: [{ config: workerConfig(CLOSED_PORT) }] });
  const [id = ''] = await site.submit({});
  const attempts = () => site.eventsOf('task-changed').filter(({ change }) => change === 'requeued').length;
  await site.until('it was refused once', () => attempts() === 1);
  await site.settle();
  expect(attempts()).toBe(1);
  await site.pingLater('worker-01');
  await site.until('it was refused again', () => attempts() === 2);
  expect(site.task(id)).toMatchObject({ state: 'pending', attempts: [{ number: 1, outcome: 'not-sent' }] });
});

test('a worker that keeps refusing does not keep the task from one where it failed', async () => {
  const gone = workerConfig(CLOSED_PORT, 'worker-02');
  const worker = await startTaskWorker('worker-01');
  const site = await startSite({ workers: [worker, { config: gone }] });
  const [id = ''] = await site.submit({});
  (await runOf(site, worker)).fail(500, 'bad luck');
  await site.until('it is tried there again', async () => {
    await site.clock.advance(500);
    return worker.runs.length === 2;
  });
  worker.runs[1]?.succeed();
  await site.until('it is completed', () => site.task(id).state === 'completed');
  expect(site.task(id).attempts.map(({ workerId, outcome }) => [workerId, outcome])).toEqual([
    ['worker-01', 'failed'],
    ['worker-02', 'not-sent'],
    ['worker-01', 'completed'],
  ]);
});

test('no answer within TASK_TIMEOUT costs an attempt, and the worker gets nothing until a ping shows it free', async () => {
  const worker = await startTaskWorker('worker-01');
  const site = await startSite({ workers: [worker] });
  const [id = ''] = await site.submit({});
  await runOf(site, worker);
  await site.clock.advance(60_000);
  await site.until('it waits again', () => site.task(id).state === 'pending');
  expect(site.task(id).attempts).toMatchObject([{ outcome: 'timeout', error: 'no result within 60 s' }]);
  await site.clock.advance(5_000);
  await site.settle();
  expect(worker.runs).toHaveLength(1);
  await site.pingLater('worker-01', id);
  await site.settle();
  expect(worker.runs).toHaveLength(1);
  await site.pingLater('worker-01');
  expect((await runOf(site, worker, 2)).taskId).toBe(`${id}.2`);
});

test('a worker that becomes inactive loses its task at once, and that costs no attempt', async () => {
  const fleet = [await startTaskWorker('worker-01'), await startTaskWorker('worker-02')];
  const site = await startSite({ workers: fleet, settings: { retryAttempts: 0 } });
  const [id = ''] = await site.submit({});
  await runOf(site, fleet[0] as TaskWorker);
  await site.until('it runs', () => site.task(id).state === 'running');
  site.becomes('worker-01', 'inactive');
  (await runOf(site, fleet[1] as TaskWorker)).succeed();
  await site.until('it is completed', () => site.task(id).state === 'completed');
  expect(site.task(id).attempts).toMatchObject([
    { workerId: 'worker-01', outcome: 'died', error: 'its worker vanished while it ran' },
    { workerId: 'worker-02', outcome: 'completed' },
  ]);
});

test('the same submission twice is one task; another content under the same id is refused whole', async () => {
  const worker = await startTaskWorker('worker-01');
  const site = await startSite({ workers: [worker] });
  const mine = { id: 'mine', parameters: { SEMILLA: 5, NUM_PASOS: 3 } };
  expect(await site.submit(mine, { ...mine, parameters: { NUM_PASOS: 3, SEMILLA: 5 } })).toEqual([
    'mine',
    'mine',
  ]);
  expect(await site.submit(mine)).toEqual(['mine']);
  const error: unknown = await site
    .submit({ id: 'new' }, { ...mine, benchmark: 'x.py' })
    .catch((reason: unknown) => reason);
  expect(codeOf(error)).toBe('TASK_ID_TAKEN');
  expect(messageOf(error)).toContain('mine');
  (await runOf(site, worker)).succeed();
  await site.until('it is completed', () => site.task('mine').state === 'completed');
  expect(await site.submit(mine)).toEqual(['mine']);
  await site.settle();
  expect(worker.taskIds).toEqual(['mine']);
  expect(site.current().tasks.counts).toMatchObject({ pending: 0, completed: 1 });
});

test('a task named like another one’s second attempt is told apart from it', async () => {
  const worker = await startTaskWorker('worker-01');
  const site = await startSite({ workers: [worker] });
  await site.submit({ id: 'a' });
  (await runOf(site, worker)).fail(500, 'bad luck');
  await site.until('it waits again', () => site.task('a').state === 'pending');
  await site.submit({ id: 'a.2' });
  (await runOf(site, worker, 2)).succeed();
  await site.until('a.2 is completed', () => site.task('a.2').state === 'completed');
  await site.clock.advance(500);
  expect((await runOf(site, worker, 3)).taskId).toBe('a.3');
  expect(worker.taskIds).toEqual(['a', 'a.2', 'a.3']);
});

test('a task that has ended makes room before that is on disk, so that the next assignment shares its commit', async () => {
  const worker = await startTaskWorker('worker-01', { slots: 1 });
  const site = await startSite({ workers: [worker] });
  const { store } = site;
  const asked: string[] = [];
  const written = Promise.withResolvers<void>();
  const save = store.save.bind(store);
  store.save = async (task, note) => {
    asked.push(`${task.id} ${note.change}`);
    if (note.change === 'completed') await written.promise;
    await save(task, note);
  };
  await site.submit({ id: 'a' }, { id: 'b' });
  await site.until('a runs', () => site.task('a').state === 'running');
  worker.runs[0]?.succeed();
  await site.until('b is assigned', () => asked.includes('b assigned'));
  expect(asked.slice(0, 4)).toEqual(['a assigned', 'a sent', 'a completed', 'b assigned']);
  expect(site.task('a').state).toBe('running');
  written.resolve();
  await site.until('b runs', () => site.task('b').state === 'running');
  expect([site.task('a').state, worker.mostAtOnce]).toEqual(['completed', 1]);
});
