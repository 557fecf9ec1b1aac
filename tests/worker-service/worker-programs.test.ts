import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isAlive } from '../helpers/processes.ts';
import { until } from '../helpers/until.ts';
import { startWorkerProcess, type WorkerProcess } from '../helpers/worker-process.ts';
import { get, history, post, programs, SIGNATURE, SMALL, startWorker } from './calls.ts';
import { fakePython, folderOfPrograms } from './fake-programs.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A worker whose Python does what the number of particles says: 1 fails, 2 tells its arguments, 3 waits for a file `go`. */
let scripted: WorkerProcess;
let folder: string;
beforeAll(async () => {
  const python3 = fakePython(`case $6 in
    1) echo some; echo wrong >&2; exit 4;;
    2) echo "$@";;
    3) until [ -e go ]; do /bin/sleep 0.01; done; echo 'Total colisiones Partícula-Partícula: 5'; echo 'Total colisiones con Pared: 6';;
  esac`);
  folder = await mkdtemp(join(tmpdir(), 'elastic-worker-'));
  const PATH = await folderOfPrograms(join(folder, 'bin'), { python3 });
  scripted = await startWorkerProcess({ env: { PATH } });
});
afterAll(async () => {
  await scripted.stop();
  await rm(folder, { recursive: true });
});

test('a client that goes away does not end its task, and the result is in /history', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const sent = post(scripted, { task_id: 'left', params: { NUM_PARTICULAS: 3 } }, { signal });
  sent.catch(() => {});
  await until('the task runs', async () => (await get(scripted, '/ping')).body.current_task);
  controller.abort();
  await expect(sent).rejects.toThrow(/abort/);
  await writeFile(join(scripted.dir, 'go'), '');
  const entry = await until('the task is in /history', async () =>
    (await history(scripted)).task_history.find(({ task_id }) => task_id === 'left'),
  );
  expect(entry).toMatchObject({
    success: true,
    result: { status: 'success', particle_collisions: 5, wall_collisions: 6 },
  });
});

test('/history takes a limit and a status', async () => {
  for (const [task_id, NUM_PARTICULAS] of [
    ['a', 1],
    ['b', 3],
    ['c', 1],
  ]) {
    await writeFile(join(scripted.dir, 'go'), '');
    await post(scripted, { task_id, params: { NUM_PARTICULAS } });
  }
  const ids = async (query: string) =>
    (await history(scripted, query)).task_history.map(({ task_id }) => task_id);
  expect((await ids('')).slice(-3)).toEqual(['a', 'b', 'c']);
  expect(await ids('?limit=2')).toEqual(['b', 'c']);
  expect(await ids('?limit=1&status=failed')).toEqual(['c']);
  expect(await ids('?limit=1&status=success')).toEqual(['b']);
  expect(await ids('?limit=nonsense')).toEqual(await ids(''));
});

test('.env of --dir is read, and the real environment wins', async () => {
  const dir = await temporaryFolder();
  await writeFile(
    join(dir, '.env'),
    'DEBUG_MODE=yes\nVERBOSE_OUTPUT=0\nBENCHMARK_PYTHON=mine.py\nDOCKER_IMAGE_NAME=sim\nDOCKER_IMAGE_TAG=v1\n',
  );
  const worker = await startWorker({ dir, env: { DOCKER_IMAGE_TAG: 'v2' } });
  expect((await get(worker, '/status')).body).toMatchObject({
    docker_image: 'sim:v2',
    config: { benchmark_python: 'mine.py', debug_mode: true, verbose_mode: false, using_env_config: true },
  });
  const { body } = await post(worker, { params: { NUM_PARTICULAS: 1, NUM_PASOS: 10, SEMILLA: 1 } });
  expect(body.full_output).toMatch(
    /Progreso: 10 \/ 10 pasos completados[\s\S]*Total colisiones con Pared: 0\n$/,
  );
});

test('without a Python 3 the worker says so, and runs a task as soon as there is one', async () => {
  const PATH = await programs({ python: '[ "$2" = -c ] && echo "2 $0"' });
  const worker = await startWorker({ env: { PATH } });
  expect((await get(worker, '/status')).body).toMatchObject({
    status: 'ready',
    python_available: false,
    problems: [expect.stringMatching(/No Python 3 was found.*install python3/)],
    config: { benchmark_python: '', benchmark_cython: '' },
    benchmarks: [{ name: 'benchmark.js' }],
  });
  expect((await get(worker, '/ping')).status).toBe(200);
  expect(await post(worker, { task_id: 'a' })).toEqual({
    status: 500,
    body: { status: 'error', error: expect.stringMatching(/No Python 3 was found/), ...SIGNATURE },
  });
  await writeFile(join(PATH, 'python'), `#!/bin/sh\n${fakePython('echo hello')}\n`);
  expect(await post(worker, { task_id: 'b' })).toMatchObject({
    status: 200,
    body: { status: 'completed_with_parse_error', raw_output: 'hello\n', parse_error: expect.any(String) },
  });
  expect((await get(worker, '/status')).body).toMatchObject({ python_available: true, problems: [] });
});

test('with an empty PATH there is no program at all, and the worker works on', async () => {
  const worker = await startWorker({ env: { PATH: '' } });
  expect((await get(worker, '/status')).body).toMatchObject({
    docker_available: false,
    image_available: false,
    python_available: false,
  });
  expect((await post(worker, { task_id: 'a' })).body.error).toMatch(/No Python 3 was found/);
});

test('a program that fails is answered with what it said and its code', async () => {
  expect(await post(scripted, { params: { NUM_PARTICULAS: 1 } })).toEqual({
    status: 500,
    body: { status: 'error', error: 'wrong\n', stdout: 'some\n', return_code: 4, ...SIGNATURE },
  });
});

test('the program gets the three numbers as arguments', async () => {
  const { body } = await post(scripted, { params: { NUM_PARTICULAS: 2, NUM_PASOS: 8, SEMILLA: 9 } });
  expect(body.raw_output).toMatch(/^-I -X utf8 -u \/.*\/benchmark\.py 2 8 9 --end-with-stdin\n$/);
});

test('docker is looked for in the background, the service, then the image; /ping starts no program', async () => {
  const PATH = await programs({
    docker: `echo >> asked; [ "$1" = version ] || [ "$*" = "image inspect --format {{.Id}} -- sim:v1" ]`,
  });
  const env = { PATH, DOCKER_IMAGE_NAME: 'sim', DOCKER_IMAGE_TAG: 'v1' };
  const [there, missing] = await Promise.all([
    startWorker({ env }),
    startWorker({ env: { ...env, DOCKER_IMAGE_TAG: 'v2' } }),
  ]);
  const asked = () => readFile(join(there.dir, 'asked'), 'utf8');
  await until('docker was asked for both', async () => (await asked()).length === 2);
  await until('the image is known', async () => (await get(there, '/status')).body.image_available);
  for (let ping = 0; ping < 20; ping += 1) {
    expect((await get(there, '/ping')).body).toMatchObject({ docker_available: true });
  }
  expect(await asked()).toHaveLength(2);
  await until('docker was seen', async () => (await get(missing, '/ping')).body.docker_available);
  expect((await get(missing, '/status')).body).toMatchObject({ image_available: false });
});

test('a docker that hangs delays neither the start nor any answer', async () => {
  const dir = await temporaryFolder();
  const pidFile = join(dir, 'pid');
  const PATH = await programs({
    docker: `[ -e '${pidFile}' ] || echo $$ > '${pidFile}'; exec /bin/sleep 1000`,
  });
  const worker = await startWorker({ env: { PATH } });
  const pid = await until('docker hangs', async () => Number(await readFile(pidFile, 'utf8')) || null);
  expect((await get(worker, '/ping')).body).toMatchObject({ docker_available: false });
  expect((await get(worker, '/status')).body).toMatchObject({ docker_available: false, status: 'ready' });
  // The first one asked is ended once the look has taken too long: answers that came before it cannot have waited.
  expect(isAlive(pid)).toBe(true);
});

test('the log has a line for each event, with its fields', async () => {
  const dir = await temporaryFolder();
  const worker = await startWorker({ dir, id: 'logged' });
  await post(worker, { task_id: 'good', params: SMALL });
  await post(worker, {
    task_id: 'evil\n2026-01-01T00:00:00.000Z error forged \u001b[31m',
    params: { NUM_PARTICULAS: 0 },
  });
  await worker.stop();
  const [name = '', ...others] = await readdir(join(dir, 'logs'));
  expect(others).toEqual([]);
  expect(name).toMatch(/^worker_\d{8}_\d{6}\.log$/);
  const text = await readFile(join(dir, 'logs', name), 'utf8');
  const lines = text.trimEnd().split('\n');
  expect(lines.every((line) => /^\d{4}-\d\d-\d\dT[\d:.]+Z (error|warn|info|debug) \S/.test(line))).toBe(true);
  expect(text).not.toMatch(/^2026-01-01/m);
  expect(text).not.toContain('\u001b');
  expect(lines.map((line) => line.split(' ').slice(1, 4).join(' '))).toEqual([
    'info worker started',
    'info task started',
    'info task ended',
    'warn task refused',
    'info worker stopping',
    'info worker stopped',
  ]);
  expect(lines[0]).toContain(`id=logged url=${worker.url}`);
  expect(lines[1]).toContain('NUM_PARTICULAS=50 NUM_PASOS=250 SEMILLA=42 task=good benchmark=benchmark.py');
});
