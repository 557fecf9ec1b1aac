import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isAlive } from '../helpers/processes.ts';
import { until } from '../helpers/until.ts';
import { startWorkerProcess, type WorkerProcess } from '../helpers/worker-process.ts';
import { answerOf, get, history, post, startWorker } from './calls.ts';
import { declarePrograms } from './declared-programs.ts';
import { startsOf } from './journal-of.ts';
import { temporaryFolder } from './temporary-folder.ts';

async function declared(args: readonly string[] = [], dir?: string): Promise<WorkerProcess> {
  const folder = dir ?? (await temporaryFolder());
  if (dir === undefined) await declarePrograms(folder);
  return startWorker({ dir: folder, args });
}

const task = async (worker: WorkerProcess, id: string) => (await get(worker, `/v2/tasks/${id}`)).body;
const state = async (worker: WorkerProcess, id: string) => (await task(worker, id)).state;
const go = (worker: WorkerProcess, name: string) => writeFile(join(worker.dir, `go-${name}`), '');
const wait = (worker: WorkerProcess, task_id: string) =>
  post(worker, { task_id, benchmark: 'wait', params: { NAME: task_id } });

async function running(worker: WorkerProcess, id: string): Promise<void> {
  await until(`${id} runs`, async () => (await state(worker, id)) === 'running');
}

/** For tests that leave nothing but tasks, by names of their own. */
let shared: WorkerProcess;
beforeAll(async () => {
  shared = await startWorkerProcess({ prepare: declarePrograms });
});
afterAll(() => shared.stop());

test('a declared benchmark runs with its parameters, and its results are told beside the keys of version 1', async () => {
  const worker = shared;
  const answer = wait(worker, 'a');
  await until('progress is seen', async () => Number((await task(worker, 'a')).progress) > 0);
  await go(worker, 'a');
  expect(await answer).toMatchObject({
    status: 200,
    body: {
      status: 'success',
      particle_collisions: null,
      wall_collisions: null,
      results: { value: 7 },
      params: { NAME: 'a' },
    },
  });
  expect(await task(worker, 'a')).toMatchObject({ state: 'completed', starts: 1, results: { value: 7 } });
});

test('beyond the slots tasks wait their turn in order, beyond the queue 503 says when to come again', async () => {
  const worker = await declared(['--slots', '1', '--queue', '2']);
  const first = wait(worker, 'a');
  await running(worker, 'a');
  const second = wait(worker, 'b');
  await until('one waits', async () => (await get(worker, '/ping')).body.queued === 1);
  const third = wait(worker, 'c');
  await until('two wait', async () => (await get(worker, '/ping')).body.queued === 2);
  expect((await get(worker, '/ping')).body).toMatchObject({ slots: 1, slots_free: 0, queued: 2 });
  expect((await get(worker, '/v2/tasks')).body.tasks).toMatchObject([
    { task_id: 'a', state: 'running', starts: 1 },
    { task_id: 'b', state: 'queued', starts: 0 },
    { task_id: 'c', state: 'queued', starts: 0 },
  ]);
  const response = await fetch(`${worker.url}/execute`, {
    method: 'POST',
    body: JSON.stringify({ task_id: 'd', benchmark: 'noop' }),
  });
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await answerOf(response)).toMatchObject({ status: 503, body: { status: 'error' } });
  // Nothing was recorded of it.
  expect((await get(worker, '/v2/tasks/d')).status).toBe(404);
  await go(worker, 'a');
  expect((await first).status).toBe(200);
  await running(worker, 'b');
  expect(await state(worker, 'c')).toBe('queued');
  await go(worker, 'b');
  await go(worker, 'c');
  expect([(await second).status, (await third).status]).toEqual([200, 200]);
  expect((await history(worker)).task_history.map(({ task_id }) => task_id)).toEqual(['a', 'b', 'c']);
});

test('the same id joins the run, then returns its result, and never runs twice, also after a restart', async () => {
  const worker = await declared(['--slots', '2']);
  const one = wait(worker, 'same');
  const two = wait(worker, 'same');
  await running(worker, 'same');
  const three = wait(worker, 'same');
  await go(worker, 'same');
  const [a, b, c] = await Promise.all([one, two, three]);
  expect(a.status).toBe(200);
  expect([b, c]).toEqual([a, a]);
  expect(await wait(worker, 'same')).toEqual(a);
  const other = await post(worker, { task_id: 'same', benchmark: 'noop' });
  expect([other.status, other.body.error]).toEqual([500, expect.stringMatching(/same/)]);
  await worker.stop();
  const again = await declared([], worker.dir);
  expect(await wait(again, 'same')).toEqual(a);
  expect((await history(again)).task_history.map(({ task_id }) => task_id)).toEqual(['same']);
  await again.stop();
  expect(startsOf(worker.dir, 'worker-01')).toEqual({ same: 1 });
});

test('tasks without an id are tasks of their own', async () => {
  const worker = await declared();
  await Promise.all([post(worker, { benchmark: 'noop' }), post(worker, { benchmark: 'noop' })]);
  expect((await history(worker)).task_history.map(({ task_id }) => task_id)).toEqual(['unknown', 'unknown']);
});

test('after kill -9 what ran and what waited is reported as lost, and is not run again', async () => {
  const worker = await declared(['--slots', '1']);
  wait(worker, 'ran').catch(() => {});
  await running(worker, 'ran');
  wait(worker, 'waited').catch(() => {});
  await until('one waits', async () => (await get(worker, '/ping')).body.queued === 1);
  await worker.kill();
  const again = await declared([], worker.dir);
  expect(await task(again, 'ran')).toMatchObject({ state: 'lost', starts: 1 });
  expect(await task(again, 'waited')).toMatchObject({ state: 'lost', starts: 0 });
  await go(again, 'ran');
  await go(again, 'waited');
  const answer = await wait(again, 'ran');
  expect(answer).toMatchObject({ status: 500, body: { status: 'error', state: 'lost' } });
  expect((await wait(again, 'waited')).body).toMatchObject({ state: 'lost' });
  await again.stop();
  expect(startsOf(worker.dir, 'worker-01')).toEqual({ ran: 1, waited: 0 });
});

test('a task is cancelled with its whole tree, and one that waits without ever starting', async () => {
  const worker = await declared(['--slots', '1']);
  const answer = post(worker, { task_id: 'tree', benchmark: 'tree' });
  const leaf = await until('the leaf runs', async () =>
    Number(/leaf (\d+)/.exec(String((await task(worker, 'tree')).stdout_tail))?.[1]),
  );
  const waits = wait(worker, 'behind');
  await until('it waits', async () => (await state(worker, 'behind')) === 'queued');
  const cancel = async (id: string) =>
    answerOf(await fetch(`${worker.url}/v2/tasks/${id}`, { method: 'DELETE' }));
  expect(await cancel('behind')).toMatchObject({ status: 200, body: { state: 'cancelled', starts: 0 } });
  expect(await cancel('tree')).toMatchObject({ status: 200, body: { state: 'cancelled', starts: 1 } });
  expect(isAlive(leaf)).toBe(false);
  expect(await answer).toMatchObject({ status: 500, body: { status: 'error', state: 'cancelled' } });
  expect((await waits).status).toBe(500);
  expect(await cancel('tree')).toMatchObject({ status: 200, body: { state: 'cancelled' } });
  expect((await cancel('never-heard-of')).status).toBe(404);
});

test('a run that takes longer than its limit is killed and answered with 408', async () => {
  const worker = shared;
  expect(await post(worker, { task_id: 'late', benchmark: 'short' })).toMatchObject({
    status: 408,
    body: { status: 'timeout' },
  });
  expect(await task(worker, 'late')).toMatchObject({ state: 'timeout' });
});

test('output is streamed as it is produced, both streams, and can be resumed from an offset', async () => {
  const worker = shared;
  const answer = post(worker, { task_id: 'flood', benchmark: 'flood', params: { N: 3_000 } });
  const url = `${worker.url}/v2/tasks/flood/output`;
  await until('it is there', async () => (await get(worker, '/v2/tasks/flood')).status === 200);
  const lines = async (query = '') => (await (await fetch(url + query)).text()).trim().split('\n');
  const pieces = (await lines()).map((line) => JSON.parse(line));
  const texts = (stream: string) =>
    pieces
      .filter((piece) => piece.stream === stream)
      .map(({ text }) => text)
      .join('');
  expect(texts('stdout')).toHaveLength(3_000 * 1_024 + 'value: 3000\n'.length);
  expect(texts('stderr')).toHaveLength(3_000 * 1_024);
  expect(texts('stderr').endsWith('2999\n')).toBe(true);
  expect(pieces.at(-1)).toMatchObject({ end: true, state: 'completed' });
  expect((await answer).body).toMatchObject({ results: { value: 3_000 } });
  const middle = pieces[Math.floor(pieces.length / 2)].offset;
  const rest = (await lines(`?offset=${middle}`)).map((line) => JSON.parse(line));
  expect(rest[0].offset).toBe(middle);
  const joined = (from: readonly { offset: number; text?: string }[]) =>
    from
      .filter(({ offset }) => offset >= middle)
      .map(({ text = '' }) => text)
      .join('');
  expect(joined(rest)).toBe(joined(pieces));
});

test('SIGTERM lets what runs finish within the grace, announces it, and takes nothing more', async () => {
  const worker = await declared(['--slots', '1', '--grace', '600']);
  const first = wait(worker, 'runs');
  await running(worker, 'runs');
  const second = wait(worker, 'waits');
  await until('it waits', async () => (await state(worker, 'waits')) === 'queued');
  worker.child.kill('SIGTERM');
  await until('it drains', async () => (await get(worker, '/ping')).body.draining === true);
  expect((await second).status).toBe(503);
  expect((await post(worker, { task_id: 'new', benchmark: 'noop' })).status).toBe(503);
  await go(worker, 'runs');
  expect(await first).toMatchObject({ status: 200, body: { results: { value: 7 } } });
  expect(await worker.exited).toEqual({ code: 0, signal: null });
  // What was refused was never started: the same id is taken again.
  const again = await declared([], worker.dir);
  await go(again, 'waits');
  expect((await wait(again, 'waits')).status).toBe(200);
});

test('what does not finish within the grace is ended and recorded; a second signal ends at once', async () => {
  for (const [grace, signals] of [
    ['0.2', ['SIGTERM']],
    ['3600', ['SIGTERM', 'SIGINT']],
  ] as const) {
    const worker = await declared(['--slots', '1', '--grace', grace]);
    wait(worker, 'runs').catch(() => {});
    await running(worker, 'runs');
    for (const signal of signals) worker.child.kill(signal);
    expect(await worker.exited).toEqual({ code: 0, signal: null });
    const again = await declared([], worker.dir);
    expect(await task(again, 'runs')).toMatchObject({ state: 'lost', starts: 1 });
  }
});

test('the results file is the array that /history calls task_history', async () => {
  const worker = await declared();
  await post(worker, { task_id: 'a', benchmark: 'noop' });
  await post(worker, { task_id: 'b', benchmark: 'fail' });
  const { task_history } = await history(worker);
  await worker.stop();
  const file = join(worker.dir, 'results', 'worker_worker-01_history.json');
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(task_history);
  expect((await readdir(join(worker.dir, 'results'))).filter((name) => /history/.test(name))).toHaveLength(1);
});
