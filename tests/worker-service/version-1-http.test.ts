import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { until } from '../helpers/until.ts';
import { startWorkerProcess, type WorkerProcess } from '../helpers/worker-process.ts';
import {
  answerOf,
  get,
  history,
  NO_STATISTICS,
  post,
  programs,
  SIGNATURE,
  SMALL,
  startWorker,
  TIMESTAMP,
} from './calls.ts';
import { declarePrograms } from './declared-programs.ts';
import { fakePython } from './fake-programs.ts';
import { temporaryFolder } from './temporary-folder.ts';

const CAPABILITIES = ['slots', 'idempotent', 'catalogue', 'tasks', 'cancel', 'output'];
const ENDLESS = { NUM_PARTICULAS: 100, NUM_PASOS: 1_000_000_000, SEMILLA: 1 };

/** The first tests see it new. */
let shared: WorkerProcess;
beforeAll(async () => {
  shared = await startWorkerProcess();
});
afterAll(() => shared.stop());

test('a new worker answers /ping, /status and /history with the keys and types of version 1 and what we add', async () => {
  const worker = shared;
  expect(await get(worker, '/ping')).toEqual({
    status: 200,
    body: {
      status: 'active',
      ...SIGNATURE,
      current_task: null,
      docker_available: expect.any(Boolean),
      task_statistics: NO_STATISTICS,
      message: expect.any(String),
      config: { docker_image: 'particle-simulation:latest', debug_mode: false, using_env_config: false },
      capabilities: CAPABILITIES,
      slots: expect.any(Number),
      slots_free: expect.any(Number),
      queued: 0,
      draining: false,
      machine: expect.objectContaining({ cpu_count: expect.any(Number), versions: expect.any(Object) }),
    },
  });
  expect(await get(worker, '/status')).toEqual({
    status: 200,
    body: {
      status: 'ready',
      ...SIGNATURE,
      docker_available: expect.any(Boolean),
      image_available: expect.any(Boolean),
      docker_image: 'particle-simulation:latest',
      config: {
        benchmark_python: 'benchmark.py',
        benchmark_cython: expect.stringMatching(/^(benchmark_cython\.py)?$/),
        debug_mode: false,
        verbose_mode: true,
        using_env_config: false,
      },
      capabilities: CAPABILITIES,
      python_available: true,
      benchmarks: expect.any(Array),
      problems: [],
    },
  });
  expect(await get(worker, '/history')).toEqual({
    status: 200,
    body: { ...SIGNATURE, task_history: [], statistics: NO_STATISTICS },
  });
});

test('a task is run, answered and remembered', async () => {
  const worker = shared;
  const answer = await post(worker, { task_id: 'one', benchmark: 'benchmark.py', params: SMALL });
  const body = {
    status: 'success',
    execution_time: expect.any(Number),
    particle_collisions: 23,
    wall_collisions: 39,
    ...SIGNATURE,
    benchmark: 'benchmark.py',
    params: SMALL,
  };
  expect(answer).toEqual({ status: 200, body });
  const seconds = answer.body.execution_time;
  expect(seconds).toBeGreaterThan(0);
  const statistics = {
    total_tasks: 1,
    successful_tasks: 1,
    failed_tasks: 0,
    success_rate: 100,
    avg_execution_time: seconds,
    min_execution_time: seconds,
    max_execution_time: seconds,
  };
  expect((await get(worker, '/history')).body).toEqual({
    ...SIGNATURE,
    task_history: [
      {
        task_id: 'one',
        algorithm: 'benchmark.py',
        parameters: SMALL,
        execution_time: seconds,
        success: true,
        result: body,
        error: null,
        ...SIGNATURE,
      },
    ],
    statistics,
  });
  expect((await get(worker, '/ping')).body).toMatchObject({
    current_task: null,
    task_statistics: statistics,
  });
});

test('missing keys take the defaults, and an unknown benchmark runs benchmark.py under its own name', async () => {
  const [bare, other] = await Promise.all([
    post(shared, { anything: 1 }),
    post(shared, { task_id: 'other', benchmark: 'whatever.py', params: { ...SMALL, SEMILLA: 43 } }),
  ]);
  expect(bare).toMatchObject({
    status: 200,
    body: { particle_collisions: 171, wall_collisions: 112, benchmark: 'benchmark.py' },
  });
  expect(other).toMatchObject({
    status: 200,
    body: { particle_collisions: 26, wall_collisions: 42, benchmark: 'whatever.py' },
  });
  expect((await history(shared)).task_history.map(({ task_id }) => task_id)).toContain('unknown');
});

test.each([['{}'], ['']])('the body %j is a 400', async (body) => {
  expect(await post(shared, body)).toEqual({ status: 400, body: { error: 'No task data provided' } });
});

test('a POST without any body or type is the same 400', async () => {
  const response = await fetch(`${shared.url}/execute`, { method: 'POST' });
  expect(await answerOf(response)).toEqual({ status: 400, body: { error: 'No task data provided' } });
});

test.each([
  ['{"task_id": ', /not valid JSON/],
  ['[1]', /must be a JSON object/],
  ['{"task_id":"bad","params":{"NUM_PARTICULAS":0}}', /params\.NUM_PARTICULAS is 0/],
  ['{"task_id":"bad","params":{"SEMILLA":4294967296}}', /params\.SEMILLA is 4294967296/],
  ['{"task_id":"bad","params":{"NUM_PASOS":"ten"}}', /params\.NUM_PASOS is "ten"/],
])('the body %s is a 500 whose error is a text', async (body, error) => {
  expect(await post(shared, body)).toEqual({
    status: 500,
    body: { status: 'error', error: expect.stringMatching(error), ...SIGNATURE },
  });
});

test('a body above 1 MB is refused without an effect', async () => {
  const answer = await post(shared, { task_id: 'large', filler: 'x'.repeat(1_048_576) });
  expect(answer).toMatchObject({
    status: 500,
    body: { status: 'error', error: expect.stringMatching(/large/) },
  });
  expect((await history(shared)).task_history.map(({ task_id }) => task_id)).not.toContain('large');
});

test.each(['text/plain', 'application/x-www-form-urlencoded', 'no type at all'])(
  'the task is read whatever its content type: %s',
  async (type) => {
    const params = { NUM_PARTICULAS: 1, NUM_PASOS: 10, SEMILLA: 1 };
    const answer = await post(shared, { params }, { headers: { 'content-type': type } });
    expect(answer).toMatchObject({ status: 200, body: { particle_collisions: 0, wall_collisions: 0 } });
  },
);

test('a page in a browser cannot start a task', async () => {
  const [path, headers] = ['/execute', { origin: 'http://evil.example', 'content-type': 'text/plain' }];
  const { hostname, port } = new URL(shared.url);
  const sent = request({ hostname, port, path, method: 'POST', headers, agent: false });
  sent.end(JSON.stringify({ task_id: 'from-a-page' }));
  const [response] = await once(sent, 'response');
  expect(response.statusCode).toBe(500);
  response.resume();
  expect((await history(shared)).task_history.map(({ task_id }) => task_id)).not.toContain('from-a-page');
});

test('an engine that cannot run here is an error, which is remembered', async () => {
  const PATH = await programs({ python3: fakePython('exit 1') });
  const worker = await startWorker({ env: { PATH } });
  const answer = await post(worker, { task_id: 'fast', benchmark: 'benchmark_cython.py', params: SMALL });
  expect(answer).toEqual({
    status: 500,
    body: { status: 'error', error: expect.stringMatching(/Cython engine is not built/), ...SIGNATURE },
  });
  const { task_history, statistics } = await history(worker, '?status=failed&limit=1');
  expect(task_history).toMatchObject([
    { task_id: 'fast', success: false, error: answer.body.error, result: answer.body, execution_time: 0 },
  ]);
  expect(statistics).toMatchObject({ failed_tasks: 1, successful_tasks: 0, total_tasks: 1 });
});

test('while tasks run, /ping shows the one that started last', async () => {
  const dir = await temporaryFolder();
  await declarePrograms(dir);
  const worker = await startWorker({ dir, args: ['--slots', '2'] });
  const controller = new AbortController();
  const { signal } = controller;
  const shows = (task_id: string) =>
    until(`current_task is ${task_id}`, async () => {
      const { current_task } = (await get(worker, '/ping')).body as {
        current_task: { task_id: string } | null;
      };
      return current_task?.task_id === task_id && current_task;
    });
  const first = post(worker, { task_id: 'first', params: ENDLESS }, { signal });
  first.catch(() => {});
  expect(await shows('first')).toEqual({
    task_id: 'first',
    benchmark: 'benchmark.py',
    params: ENDLESS,
    started_at: TIMESTAMP,
  });
  const second = post(worker, { task_id: 'second', benchmark: 'wait', params: { NAME: 'second' } });
  await shows('second');
  await writeFile(join(dir, 'go-second'), '');
  expect(await second).toMatchObject({ status: 200 });
  await shows('first');
  controller.abort();
});

test('a client of HTTP/1.0 gets a whole answer and the end of its connection', async () => {
  const { hostname, port } = new URL(shared.url);
  const socket = connect(Number(port), hostname);
  socket.end('GET /ping HTTP/1.0\r\n\r\n');
  let answer = '';
  for await (const chunk of socket.setEncoding('utf8')) answer += chunk;
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head).toMatch(/^HTTP\/1\.\d 200 OK\r\n/);
  expect(head).not.toMatch(/transfer-encoding/i);
  expect(JSON.parse(body)).toMatchObject({ status: 'active' });
});

test('connections are kept for at least 65 s', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const { hostname, port } = new URL(shared.url);
  const ports = [];
  for (let ping = 0; ping < 2; ping += 1) {
    const sent = request({ hostname, port, path: '/ping', agent }).end();
    const [response] = await once(sent, 'response');
    const seconds = /timeout=(\d+)/.exec(response.headers['keep-alive'])?.[1];
    expect(Number(seconds)).toBeGreaterThanOrEqual(65);
    ports.push(response.socket.localPort);
    response.resume();
    await once(response, 'end');
  }
  expect(ports[0]).toBe(ports[1]);
});

test.each([
  ['GET', '/', 404],
  ['GET', '/ping/..%2f..%2fetc', 404],
  ['POST', '/ping', 405],
  ['GET', '/execute', 405],
  ['DELETE', '/history', 405],
])('%s %s is a %i in JSON', async (method, path, status) => {
  const answer = await answerOf(await fetch(shared.url + path, { method }));
  expect(answer).toMatchObject({
    status,
    body: { status: 'error', error: expect.any(String), ...SIGNATURE },
  });
});
