import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { until } from '../helpers/until.ts';
import { answerOf, get, post, startWorker } from '../worker-service/calls.ts';
import { temporaryFolder } from '../worker-service/temporary-folder.ts';
import { type ContainerEngine, containerEngine } from './container-engine.ts';
import { SETTINGS } from './host-image.ts';

const ENDLESS = { NUM_PARTICULAS: 100, NUM_PASOS: 1_000_000_000, SEMILLA: 1 };
const NAMES = ['benchmark.py', 'benchmark_cython.py'];

let engine: ContainerEngine;
let image: string;
/** The environment of a worker of these tests may say where the engine keeps things. */
const env = { ...process.env, WORKER_TOKEN: undefined };

beforeAll(async () => {
  engine = await containerEngine();
  image = `localhost/${await engine.build('benchmark')}`;
});

/** A worker's folder whose .env has the two benchmarks of version 1 run in containers of an image. */
async function folderFor(name: string): Promise<string> {
  const dir = await temporaryFolder();
  const lines = [
    'BENCHMARK_EXECUTOR=container',
    `DOCKER_IMAGE_NAME=${name}`,
    `CONTAINER_ENGINE=${SETTINGS.containerEngine ?? ''}`,
    `CONTAINER_ARGS=${SETTINGS.containerArgs.join(' ')}`,
  ];
  await writeFile(join(dir, '.env'), `${lines.join('\n')}\n`);
  return dir;
}

async function containers(): Promise<string[]> {
  const names = await engine.call('ps', '--all', '--format', '{{.Names}}');
  return names.split('\n').filter((name) => /^elastic-[0-9a-f]{16}-\d+$/.test(name));
}

test('the two benchmarks of version 1 run in containers where .env says so, and a cancelled one leaves none', async () => {
  const worker = await startWorker({ dir: await folderFor(image), env, args: ['--slots', '1'] });
  await until('the image is known', async () => (await get(worker, '/status')).body.image_available);
  const { benchmarks } = (await get(worker, '/v2/catalogue')).body;
  expect(benchmarks).toMatchObject([
    ...NAMES.map((name) => ({ name, executor: 'container' })),
    { name: 'benchmark.js', executor: 'builtin' },
  ]);
  for (const benchmark of NAMES) {
    expect(await post(worker, { task_id: benchmark, benchmark })).toMatchObject({
      status: 200,
      body: { status: 'success', particle_collisions: 171, wall_collisions: 112, benchmark },
    });
  }
  expect(await containers()).toEqual([]);

  const endless = post(worker, { task_id: 'endless', params: ENDLESS });
  await until('its container runs', async () => (await containers()).length === 1);
  const cancelled = await answerOf(await fetch(`${worker.url}/v2/tasks/endless`, { method: 'DELETE' }));
  expect(cancelled).toMatchObject({ status: 200, body: { state: 'cancelled' } });
  expect(await containers()).toEqual([]);
  expect((await endless).body).toMatchObject({ state: 'cancelled' });
});

test('what a killed worker has left in a container is removed by its next start, and reported as lost', async () => {
  const dir = await folderFor(image);
  const worker = await startWorker({ dir, env });
  await until('the image is known', async () => (await get(worker, '/status')).body.image_available);
  post(worker, { task_id: 'endless', params: ENDLESS }).catch(() => {});
  await until('its container runs', async () => (await containers()).length === 1);
  await worker.kill();
  const again = await startWorker({ dir, env });
  await until('its container is gone', async () => (await containers()).length === 0);
  expect((await get(again, '/v2/tasks/endless')).body).toMatchObject({ state: 'lost', starts: 1 });
});

test('without the image the two are not announced, and /status says what is missing', async () => {
  const worker = await startWorker({ dir: await folderFor('localhost/no-such-image'), env });
  await until(
    'the engine is known',
    async () => (await get(worker, '/status')).body.docker_available,
    60_000,
  );
  const { body } = await get(worker, '/status');
  expect(body).toMatchObject({
    image_available: false,
    benchmarks: [{ name: 'benchmark.js' }],
    problems: [expect.stringMatching(/no-such-image:latest is not on this machine; build it/)],
  });
});
