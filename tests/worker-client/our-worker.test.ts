import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Parameters } from '#model/task.ts';
import type { TaskAnswer, WorkerClient } from '#worker-client/worker-client.ts';
import { workerConfig } from '../helpers/strange-workers.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { until } from '../helpers/until.ts';
import { startWorkerProcess, type WorkerProcess } from '../helpers/worker-process.ts';
import { declarePrograms } from '../worker-service/declared-programs.ts';
import { openClient, PATIENT_MS } from './start.ts';

/** The client before a real elastic-worker with declared programs. */
interface Scene {
  readonly worker: WorkerProcess;
  readonly client: WorkerClient;
  run(wireId: string, benchmark?: string, parameters?: Parameters): ReturnType<WorkerClient['execute']>;
  task(wireId: string): Promise<TaskAnswer>;
  cancel(wireId: string): Promise<TaskAnswer>;
  /** Lets a `wait` task end. */
  release(wireId: string): Promise<void>;
  /** Resolves when the worker says that the task is so. */
  is(wireId: string, state: string): Promise<void>;
}

async function scene(args: readonly string[] = [], folder?: string): Promise<Scene> {
  const dir = folder ?? (await temporaryFolder());
  if (folder === undefined) await declarePrograms(dir);
  const worker = await startWorkerProcess({ dir, args });
  onTestFinished(async () => {
    await worker.kill();
  });
  return sceneOf(worker);
}

function sceneOf(worker: WorkerProcess): Scene {
  const { dir } = worker;
  const client = openClient();
  const config = workerConfig(worker.port);
  const task = (wireId: string) => client.task(config, wireId, PATIENT_MS);
  return {
    worker,
    client,
    run: (wireId, benchmark = 'wait', parameters = { NAME: wireId }) =>
      client.execute(config, { wireId, benchmark, parameters }, { timeoutMs: PATIENT_MS, onSent() {} }),
    task,
    cancel: (wireId) => client.cancel(config, wireId, PATIENT_MS),
    release: (wireId) => writeFile(join(dir, `go-${wireId}`), ''),
    async is(wireId, state) {
      await until(`${wireId} is ${state}`, async () => {
        const answer = await task(wireId);
        return answer.kind === 'known' && answer.report.state === state;
      });
    },
  };
}

/** For tests that leave nothing but tasks, by names of their own. */
let shared: WorkerProcess;
beforeAll(async () => {
  shared = await startWorkerProcess({ prepare: declarePrograms });
});
afterAll(() => shared.kill());

test('what ended well is completed, what did not has its reason, and what was printed can be read later', async () => {
  const { run, task, release } = sceneOf(shared);
  await release('ended.1');
  expect(await run('ended.1')).toMatchObject({
    kind: 'completed',
    result: { particleCollisions: null, results: { value: 7 } },
  });
  expect(await task('ended.1')).toMatchObject({
    kind: 'known',
    report: {
      state: 'completed',
      outcome: { kind: 'completed' },
      stdoutTail: expect.stringMatching(/^started ended\.1\n(.*\n)*value: 7\n?$/),
    },
  });
  expect(await run('ended.2', 'fail', {})).toMatchObject({
    kind: 'failed',
    httpStatus: 500,
    error: expect.stringMatching(/exit code 3.*broken/),
  });
  expect(await run('ended.3', 'short', {})).toMatchObject({ kind: 'failed', httpStatus: 408 });
});

test('a running task is cancelled: its call is answered as failed, and it stays cancelled', async () => {
  const { run, task, cancel, is } = sceneOf(shared);
  const answer = run('cancelled.1');
  await is('cancelled.1', 'running');
  const cancelled = { kind: 'known', report: { state: 'cancelled', outcome: { kind: 'failed' } } };
  expect(await cancel('cancelled.1')).toMatchObject(cancelled);
  expect(await answer).toMatchObject({ kind: 'failed', error: expect.stringContaining('cancelled') });
  expect(await task('cancelled.1')).toMatchObject(cancelled);
  // Once more is no harm.
  expect(await cancel('cancelled.1')).toMatchObject(cancelled);
});

test('after kill -9 and a restart the worker says that it died, and never runs the task again', async () => {
  const before = await scene();
  const answer = before.run('t.1');
  await before.is('t.1', 'running');
  await before.worker.kill();
  expect(await answer).toMatchObject({ kind: 'uncertain' });
  const after = await scene([], before.worker.dir);
  expect(await after.task('t.1')).toMatchObject({ kind: 'known', report: { state: 'lost', outcome: null } });
  await after.release('t.1');
  expect(await after.run('t.1')).toMatchObject({ kind: 'died', error: expect.stringMatching(/\S/) });
});

test('a task that was never accepted is unknown, to asking and to cancelling', async () => {
  const { task, cancel } = sceneOf(shared);
  expect(await task('never.1')).toEqual({ kind: 'unknown' });
  expect(await cancel('never.1')).toEqual({ kind: 'unknown' });
});

test('a full queue is a 503, and what it refused was never accepted', async () => {
  const { run, task, is, release } = await scene(['--slots', '1', '--queue', '1']);
  const first = run('t.1');
  await is('t.1', 'running');
  const second = run('t.2');
  await is('t.2', 'queued');
  expect(await run('t.3')).toMatchObject({ kind: 'failed', httpStatus: 503 });
  expect(await task('t.3')).toEqual({ kind: 'unknown' });
  await release('t.1');
  await release('t.2');
  expect([await first, await second]).toMatchObject([{ kind: 'completed' }, { kind: 'completed' }]);
});

test('a draining worker takes nothing new with a 503, and ends what it runs', async () => {
  const { worker, run, task, is, release } = await scene(['--grace', '600']);
  const first = run('t.1');
  await is('t.1', 'running');
  worker.child.kill('SIGTERM');
  await until('it refuses', async () => {
    const refused = await run('t.2', 'noop', {});
    return refused.kind === 'failed' && refused.httpStatus === 503;
  });
  // Asked and answered while it drains.
  expect(await task('t.1')).toMatchObject({ kind: 'known', report: { state: 'running' } });
  await release('t.1');
  expect(await first).toMatchObject({ kind: 'completed' });
  expect((await worker.exited).code).toBe(0);
});

test('the same wire id sent again joins the run, and later has its result', async () => {
  const { run, is, release } = sceneOf(shared);
  const first = run('again.1');
  await is('again.1', 'running');
  const again = run('again.1');
  await release('again.1');
  const outcome = await first;
  expect(outcome).toMatchObject({ kind: 'completed' });
  expect(await again).toEqual(outcome);
  expect(await run('again.1')).toEqual(outcome);
});

test('while a task runs its progress and the end of what it printed can be read', async () => {
  const { run, task, release } = sceneOf(shared);
  const answer = run('progress.1');
  const report = await until('it has printed', async () => {
    const told = await task('progress.1');
    return told.kind === 'known' && told.report.stdoutTail.includes('step 2 /') && told.report;
  });
  expect(report).toMatchObject({ state: 'running', outcome: null, stderrTail: '' });
  expect(report.progress).toBeGreaterThan(0);
  expect(report.stdoutTail).toMatch(/^started progress\.1\n/);
  await release('progress.1');
  await answer;
});
