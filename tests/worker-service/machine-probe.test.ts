import { readFile, rm, writeFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '#app/system-clock.ts';
import { createExecutor } from '#worker-service/execution/executor.ts';
import { createMachineProbe, type MachineProbeOptions } from '#worker-service/machine/machine-probe.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { until } from '../helpers/until.ts';
import { folderOfPrograms } from './fake-programs.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** An engine that has the image `there` and writes down what it is asked. */
const engine = (name: string) => `echo "${name} $*" >> ${'$'}(dirname "$0")/asked
  case $1 in --*) shift 2;; esac
  [ "$1" = version ] || [ "$*" = 'image inspect --format {{.Id}} -- there' ]`;
const DEAD = 'exit 1';

async function scene(scripts: Readonly<Record<string, string>>, rest: Partial<MachineProbeOptions> = {}) {
  const folder = await folderOfPrograms(join(await temporaryFolder(), 'bin'), scripts);
  // Nothing but these programs is found, but their scripts need a system.
  const environment = { PATH: process.env.PATH };
  const executor = createExecutor({ clock: systemClock, environment, engine: () => null, containerArgs: [] });
  const engines: string[] = [];
  const probe = createMachineProbe({
    executor,
    // It stands still: the start waits until the first look is over.
    clock: fakeClock(),
    path: folder,
    dir: folder,
    runPrefix: `probe-test-${process.pid}`,
    image: 'there',
    containerEngine: null,
    containerArgs: [],
    cythonFile: join(folder, 'cython.py'),
    versions: { worker: '1.2.3', node: '24.0.0' },
    onFirstEngine: async (file) => void engines.push(file),
    ...rest,
  });
  onTestFinished(async () => {
    probe.stop();
    await executor.stop();
  });
  const asked = async () => (await readFile(join(folder, 'asked'), 'utf8')).trimEnd().split('\n');
  return { probe, folder, asked, engines };
}

test.each([
  [{ docker: engine('docker'), podman: engine('podman') }, null, 'docker'],
  [{ docker: DEAD, podman: engine('podman') }, null, 'podman'],
  [{ podman: engine('podman') }, null, 'podman'],
  [{ docker: engine('docker'), podman: engine('podman') }, 'podman', 'podman'],
  [{ docker: engine('docker') }, 'podman', null],
  [{ docker: DEAD }, null, null],
  [{}, 'docker', null],
])('of %j and the setting %j the engine is %j', async (scripts, containerEngine, name) => {
  const { probe, folder, engines } = await scene(scripts, { containerEngine });
  await probe.start();
  const file = name === null ? null : join(folder, name);
  expect(probe.current().engine).toEqual({ available: file !== null, imageAvailable: file !== null, file });
  expect(engines).toEqual(file === null ? [] : [file]);
});

test('an engine can be named by its path, and gets its own arguments before every command', async () => {
  const elsewhere = await folderOfPrograms(join(await temporaryFolder(), 'opt'), { mine: engine('mine') });
  const { probe } = await scene(
    { docker: engine('docker') },
    {
      containerEngine: join(elsewhere, 'mine'),
      containerArgs: ['--runtime', 'runc', 'run', '--ulimit', 'x'],
      image: 'missing',
    },
  );
  await probe.start();
  expect(probe.current().engine).toMatchObject({ available: true, imageAvailable: false });
  expect((await readFile(join(elsewhere, 'asked'), 'utf8')).trimEnd().split('\n')).toEqual([
    'mine --runtime runc version --format {{.Server.Version}}',
    'mine --runtime runc image inspect --format {{.Id}} -- missing',
  ]);
  const missing = await scene({}, { containerEngine: '/no/such/engine' });
  await missing.probe.start();
  expect(missing.probe.current().engine.available).toBe(false);
});

test('the machine is looked at again and again, in the background, and an engine is prepared once', async () => {
  const clock = fakeClock();
  const { probe, folder, asked, engines } = await scene({ docker: engine('docker') }, { clock });
  const started = probe.start();
  await started;
  expect(await asked()).toHaveLength(2);
  for (let count = 0; count < 20; count += 1) {
    probe.facts();
    probe.current();
  }
  expect(await asked()).toHaveLength(2);
  await rm(join(folder, 'docker'));
  await until('it is seen to be gone', async () => {
    await clock.advance(30_000);
    return !probe.current().engine.available;
  });
  await folderOfPrograms(folder, { docker: engine('docker') });
  await until('it is seen to be back', async () => {
    await clock.advance(30_000);
    return probe.current().engine.available;
  });
  expect(engines).toEqual([join(folder, 'docker')]);
});

test('an engine becomes known only when what was left in it has been removed', async () => {
  const ready = Promise.withResolvers<void>();
  const clock = fakeClock();
  const { probe, asked } = await scene(
    { docker: engine('docker') },
    { clock, onFirstEngine: () => ready.promise },
  );
  const started = probe.start();
  await until('the engine has answered', async () => (await asked()).length === 2);
  // The start itself does not wait for it.
  await clock.advance(1_000);
  await started;
  expect(probe.current().engine.available).toBe(false);
  ready.resolve();
  await until('it is known', () => probe.current().engine.available);
});

test('a Python 3 is found under either name, with its version, and whether the Cython engine is built', async () => {
  const python = (major: number) =>
    `case $2 in -c) echo "${major} $0"; echo version ${major}.11.7;; */cython.py) [ "$3" = --check ] && [ -e $(dirname "$0")/built ];; esac`;
  const { probe, folder } = await scene({ python3: python(2), python: python(3) });
  expect(probe.current()).toMatchObject({ python: undefined, cython: false });
  await probe.start();
  expect(probe.current()).toMatchObject({ python: join(folder, 'python'), cython: false });
  expect(probe.facts().versions).toEqual({ worker: '1.2.3', node: '24.0.0', python: '3.11.7' });
  await writeFile(join(folder, 'built'), '');
  const again = await scene({ python: python(3) });
  await writeFile(join(again.folder, 'built'), '');
  await again.probe.start();
  expect(again.probe.current().cython).toBe(true);
  const none = await scene({ python: python(2) });
  await none.probe.start();
  expect(none.probe.current()).toMatchObject({ python: null, cython: false });
  expect(await none.probe.findPython()).toBeNull();
  await folderOfPrograms(none.folder, { python: python(3) });
  expect(await none.probe.findPython()).toBe(join(none.folder, 'python'));
});

test('the facts of the machine are those of the kernel', async () => {
  const clock = fakeClock();
  const { probe } = await scene({}, { clock });
  expect(probe.facts().disk_bytes).toBeNull();
  await probe.start();
  await clock.advance(61_500);
  const { memory_bytes, disk_bytes, ...facts } = probe.facts();
  expect(facts).toEqual({
    cpu_count: expect.any(Number),
    load_average_1m: expect.any(Number),
    uptime: expect.any(Number),
    worker_uptime: 61,
    versions: { worker: '1.2.3', node: '24.0.0', python: null },
  });
  expect(facts.cpu_count).toBeGreaterThanOrEqual(1);
  expect(facts.uptime).toBeGreaterThan(0);
  const { free, total } = memory_bytes;
  expect(free).toBeGreaterThan(0);
  expect(free).toBeLessThanOrEqual(total);
  expect(total).toBeLessThanOrEqual(totalmem());
  expect(disk_bytes?.free).toBeLessThanOrEqual(disk_bytes?.total ?? 0);
});

test('an engine that hangs is given up, and delays neither the start nor anything that is asked', async () => {
  const clock = fakeClock();
  const { probe } = await scene({ docker: 'exec sleep 1000' }, { clock });
  const started = probe.start();
  await clock.advance(1_000);
  await started;
  expect(probe.current().engine.available).toBe(false);
});
