import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '#app/system-clock.ts';
import type { Clock } from '#model/clock.ts';
import {
  createContainerExecutor,
  removeLeftContainers,
} from '#worker-service/execution/container-executor.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { isAlive } from '../helpers/processes.ts';
import { until } from '../helpers/until.ts';
import { collectOutput } from './collected-output.ts';
import { type FakeEngine, fakeEngine } from './fake-engine.ts';

interface Options {
  readonly image?: string;
  readonly network?: boolean;
  readonly runName?: string;
  readonly containerArgs?: readonly string[];
  readonly clock?: Clock;
}

const ENVIRONMENT = { PATH: process.env.PATH };
const MINUTE = 60_000;

/** Starts a script as a container. */
function start(engine: FakeEngine, script: string, options: Options = {}) {
  const {
    image = 'shell',
    network = false,
    runName = 'w-1',
    containerArgs = [],
    clock = systemClock,
  } = options;
  const output = collectOutput();
  const executor = createContainerExecutor({
    clock,
    environment: ENVIRONMENT,
    engine: () => engine.file,
    containerArgs,
  });
  const limits = { memoryBytes: 100_000_000, cpus: 0.5, network };
  const run = executor.start(
    { kind: 'container', image, args: [script, 'second word'], limits },
    { runName, limitMs: MINUTE, output },
  );
  onTestFinished(() => run.kill('stopped'));
  return { run, output, ended: run.ended };
}

/** The leader of a container, as soon as it runs. */
async function running(engine: FakeEngine, name = 'w-1'): Promise<number> {
  return until('the container runs', async () => (await engine.pidOf(name)) || null);
}

test('an image runs with its limits, without network, and is removed; its code and output come back', async () => {
  const engine = await fakeEngine();
  const { ended, output } = start(engine, 'echo out; echo err >&2; exit 3', {
    containerArgs: ['--runtime', 'runc', 'run', '--ulimit', 'nofile=1024:1024', '--read-only=false'],
  });
  expect(await ended).toMatchObject({ kind: 'ended', returnCode: 3, error: '' });
  expect([output.text('stdout'), output.text('stderr')]).toEqual(['out\n', 'err\n']);
  expect(await engine.containers()).toEqual([]);
  const [call = '', ...others] = await engine.calls();
  expect(others).toEqual([]);
  expect(call).toMatch(
    /^--runtime runc run --rm --name w-1 .*--network none --memory 100000000 .*--cpus 0\.5 /,
  );
  // The settings come after ours, so that they win, and before the image.
  expect(call).toMatch(
    / --read-only .*--ulimit nofile=1024:1024 --read-only=false -- shell echo out.* second word$/,
  );
});

test('an image has a network only where its limits say so', async () => {
  const engine = await fakeEngine();
  await start(engine, 'true', { network: true, containerArgs: ['--add-host', 'a:1'] }).ended;
  const [call = ''] = await engine.calls();
  expect(call).toMatch(/^run --rm .* --add-host a:1 -- shell/);
  expect(call).not.toContain('--network');
});

test('at its limit the container itself is killed, and the run has ended when it is gone', async () => {
  const engine = await fakeEngine();
  const clock = fakeClock();
  const { run } = start(engine, "trap '' TERM; sleep 1000 & wait", { clock });
  const pid = await running(engine);
  await clock.advance(MINUTE - 1);
  expect(isAlive(pid)).toBe(true);
  await clock.advance(1);
  expect(await run.ended).toMatchObject({ kind: 'timeout' });
  expect(isAlive(pid)).toBe(false);
  expect(await engine.containers()).toEqual([]);
});

test('a container that is cancelled before it is there is killed as soon as it is', async () => {
  const engine = await fakeEngine();
  const { run } = start(engine, 'exec sleep 1000', { image: 'late' });
  run.kill('cancelled');
  run.kill('stopped');
  await until('the engine was asked', async () =>
    (await engine.calls()).some((call) => call.startsWith('kill')),
  );
  await engine.touch('go');
  expect(await run.ended).toMatchObject({ kind: 'cancelled' });
  expect(await engine.containers()).toEqual([]);
});

test('a client that does not end with its container is killed', async () => {
  const engine = await fakeEngine();
  const clock = fakeClock();
  const { run } = start(engine, 'exec sleep 1000', { image: 'deaf', clock });
  const pid = await running(engine);
  run.kill('cancelled');
  await until('the container is gone', () => !isAlive(pid));
  let over = false;
  void run.ended.then(() => {
    over = true;
  });
  await until('the run has ended', async () => {
    await clock.advance(1_000);
    return over;
  });
  expect(await run.ended).toMatchObject({ kind: 'cancelled', returnCode: -9 });
});

test.each([
  ['missing', 'true', 'Error: missing: image not known'],
  ['no-command', 'true', 'Error: runc: exec: "x": not found'],
  ['not-executable', 'true', 'docker: Error response from daemon: permission denied'],
])('an engine that refuses the image %s says why', async (image, script, error) => {
  const { ended } = start(await fakeEngine(), script, { image });
  expect(await ended).toMatchObject({ kind: 'not-started', returnCode: null, error });
});

test.each([
  ['exit 127', 127],
  ['echo "sh: x: not found" >&2; exit 126', 126],
  ['echo working; echo "Error: of the program" >&2; exit 125', 125],
  ['echo "Error: of the program" >&2; exit 1', 1],
])('a program that ends as an engine would has still run: %s', async (script, returnCode) => {
  expect(await start(await fakeEngine(), script).ended).toMatchObject({ kind: 'ended', returnCode });
});

test('what a killed worker has left is removed, and nothing of another', async () => {
  const engine = await fakeEngine();
  const names = ['w-1', 'w-22', 'w-2-1', 'v-1'];
  for (const runName of names) start(engine, 'exec sleep 1000', { runName });
  const pids = await Promise.all(names.map((name) => running(engine, name)));
  const options = { clock: systemClock, environment: ENVIRONMENT, containerArgs: [] };
  expect(await removeLeftContainers(options, engine.file, 'w')).toBe(2);
  await until('both are gone', () => !isAlive(pids[0] ?? 0) && !isAlive(pids[1] ?? 0));
  expect(pids.slice(2).map(isAlive)).toEqual([true, true]);
  await engine.touch('down');
  expect(await removeLeftContainers(options, engine.file, 'v')).toBeNull();
  await rm(join(engine.folder, 'down'));
});

test('an engine that is away when its container ends is waited for, and not for ever', async () => {
  for (const comesBack of [true, false]) {
    const engine = await fakeEngine();
    // The engine takes its own time to answer: the clock is only set on where nothing but patience must end.
    let aheadMs = 0;
    const clock = { ...systemClock, monotonic: () => systemClock.monotonic() + aheadMs };
    const { run, output } = start(engine, 'exec sleep 1000', { clock });
    const pid = await running(engine);
    await engine.touch('down');
    run.kill('cancelled');
    // Somebody else ends the container.
    process.kill(-pid, 'SIGKILL');
    await until('the engine was asked', async () =>
      (await engine.calls()).some((call) => call.startsWith('ps')),
    );
    if (comesBack) await rm(join(engine.folder, 'down'));
    else aheadMs = MINUTE;
    await run.ended;
    const said = /^the container w-1 may be left: Cannot connect$/m;
    expect(said.test(output.text('stderr'))).toBe(!comesBack);
  }
});

test('without an engine nothing is started', async () => {
  const executor = createContainerExecutor({
    clock: systemClock,
    environment: ENVIRONMENT,
    engine: () => null,
    containerArgs: [],
  });
  const limits = { memoryBytes: 10_000_000, cpus: 1, network: false };
  const program = { kind: 'container', image: 'x', args: [], limits } as const;
  const run = executor.start(program, { runName: 'w-1', limitMs: MINUTE, output: collectOutput() });
  expect(await run.ended).toMatchObject({
    kind: 'not-started',
    error: expect.stringMatching(/no container engine/),
  });
});
