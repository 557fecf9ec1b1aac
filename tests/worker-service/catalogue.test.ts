import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadWorkerSettings } from '#configuration/worker-settings.ts';
import { get, post, programs, SMALL, startWorker } from './calls.ts';
import { temporaryFolder } from './temporary-folder.ts';

const DECLARED = {
  name: 'render',
  description: { en: 'Renders a scene', es: 'Dibuja una escena' },
  executor: 'process',
  command: ['./render.sh', '{SCENE}', '{SCALE}'],
  parameters: [
    { name: 'SCENE', type: 'text', label: { en: 'Scene', es: 'Escena' }, choices: ['a', 'b'], default: 'a' },
    { name: 'SCALE', type: 'number', label: 'Scale', minimum: 0.5, maximum: 2, default: 1 },
  ],
  timeout: 12,
  output: {
    progress: '(?<percent>\\d+)%',
    results: [{ name: 'pixels', pattern: '^pixels (?<value>\\d+)$' }],
  },
};

test('/status and /v2/catalogue announce what a form needs, and only what can run', async () => {
  const dir = await temporaryFolder();
  await writeFile(join(dir, 'benchmarks.json'), JSON.stringify({ benchmarks: [DECLARED] }));
  const worker = await startWorker({ dir });
  const announced = async () => {
    const [status, catalogue] = await Promise.all([get(worker, '/status'), get(worker, '/v2/catalogue')]);
    expect(catalogue.body.benchmarks).toEqual(status.body.benchmarks);
    return { benchmarks: status.body.benchmarks as { name: string }[], problems: status.body.problems };
  };
  const before = await announced();
  expect(before.benchmarks.map(({ name }) => name)).not.toContain('render');
  expect(before.problems).toEqual(['the program ./render.sh of render is not there or not executable']);
  expect((await post(worker, { benchmark: 'render' })).body.error).toMatch(
    /render\.sh of render is not there/,
  );

  await writeFile(join(dir, 'render.sh'), '#!/bin/sh\necho "50%"\necho "pixels 7"\n', { mode: 0o755 });
  const after = await announced();
  expect(after.problems).toEqual([]);
  expect(after.benchmarks.find(({ name }) => name === 'render')).toEqual({
    name: 'render',
    description: { en: 'Renders a scene', es: 'Dibuja una escena' },
    executor: 'process',
    parameters: [
      {
        name: 'SCENE',
        type: 'text',
        label: { en: 'Scene', es: 'Escena' },
        choices: ['a', 'b'],
        default: 'a',
      },
      {
        name: 'SCALE',
        type: 'number',
        label: { en: 'Scale', es: 'Scale' },
        minimum: 0.5,
        maximum: 2,
        default: 1,
      },
    ],
    timeout: 12,
    results: ['pixels'],
    progress: true,
  });
  expect((await post(worker, { benchmark: 'render', params: { SCENE: 'b' } })).body).toMatchObject({
    status: 'success',
    results: { pixels: 7 },
    params: { SCENE: 'b', SCALE: 1 },
  });
});

test('a machine with neither Python nor containers runs the builtin engine', async () => {
  const worker = await startWorker({ env: { PATH: await programs({}) } });
  const { benchmarks } = (await get(worker, '/v2/catalogue')).body;
  expect(benchmarks).toMatchObject([{ name: 'benchmark.js', executor: 'builtin' }]);
  expect(await post(worker, { task_id: 'a', benchmark: 'benchmark.js', params: SMALL })).toMatchObject({
    status: 200,
    body: { status: 'success', particle_collisions: 23, wall_collisions: 39 },
  });
});

test.each([
  [1, 1],
  [2, 1],
  [5, 2],
  [16, 8],
])('with %i cores %i tasks run at once where nothing is said', async (cores, slots) => {
  const options = { host: '127.0.0.1', port: '0', dir: await temporaryFolder(), queue: '100', grace: '30' };
  const input = { arguments: options, environment: {}, hostname: 'x', cores, now: 0 };
  expect(await loadWorkerSettings(input)).toMatchObject({ slots, queueLimit: 100, graceMs: 30_000 });
});
