import { beforeAll, expect, test } from 'vitest';
import { until } from '../helpers/until.ts';
import { type ContainerEngine, containerEngine } from './container-engine.ts';

const TOKEN = 'token-of-the-test';

let engine: ContainerEngine;
let image: string;

beforeAll(async () => {
  engine = await containerEngine();
  image = await engine.build('worker');
});

/** Asks the worker from inside its container, which has no network; the answer's status and body. */
async function ask(name: string, path: string, body?: unknown): Promise<[number, Record<string, unknown>]> {
  const options = {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
  const script = `fetch('http://127.0.0.1:8080${path}', ${JSON.stringify(options)})
    .then(async (answer) => console.log(JSON.stringify([answer.status, await answer.json()])));`;
  return JSON.parse(await engine.call('exec', name, 'node', '-e', script)) as [
    number,
    Record<string, unknown>,
  ];
}

const ENGINES = ['benchmark.py', 'benchmark_cython.py', 'benchmark.js'];

/** What the worker in a container announces. */
async function namesIn(name: string): Promise<string[]> {
  const [, { benchmarks }] = await ask(name, '/v2/catalogue');
  return (benchmarks as { readonly name: string }[]).map((benchmark) => benchmark.name);
}

test('the worker in its image is healthy, runs a task with each engine, keeps its files in the volume, and ends when it is told to', async () => {
  const options = ['--network=none', '--memory=512m', '--cpus=1', '--env', `WORKER_TOKEN=${TOKEN}`];
  const name = await engine.start(image, options, ['--id', 'worker-in-a-box']);
  const health = await engine.call('inspect', '--format', '{{json .Config.Healthcheck.Test}}', name);
  const [kind, ...check] = JSON.parse(health) as string[];
  expect(kind).toBe('CMD');
  await until('a healthy worker', async () => (await engine.call('exec', name, ...check)) === '');

  const [status, ping] = await ask(name, '/ping');
  expect(status).toBe(200);
  expect(ping).toMatchObject({ status: 'active', worker_id: 'worker-in-a-box', current_task: null });
  // All three engines are there; the Cython one since it is built in the image.
  await until('all are announced', async () => (await namesIn(name)).length === ENGINES.length);
  expect(await namesIn(name)).toEqual(ENGINES);
  for (const benchmark of ENGINES) {
    const params = { NUM_PARTICULAS: 100, NUM_PASOS: 500, SEMILLA: 42 };
    expect(await ask(name, '/execute', { task_id: benchmark, benchmark, params })).toMatchObject([
      200,
      { status: 'success', particle_collisions: 171, wall_collisions: 112, benchmark },
    ]);
  }
  expect(await ask(name, '/history')).toMatchObject([
    200,
    { task_history: ENGINES.map((benchmark) => ({ task_id: benchmark, success: true })) },
  ]);

  const node = `const fs = require('node:fs');
    console.log(fs.statSync('/proc/1').uid > 0, fs.readdirSync('/data/logs').length > 0, process.cwd());`;
  expect(await engine.call('exec', name, 'node', '-e', node)).toBe('true true /data');
  await engine.call('stop', '--time', '100', name);
  expect(await engine.call('inspect', '--format', '{{.State.ExitCode}}', name)).toBe('0');
});
