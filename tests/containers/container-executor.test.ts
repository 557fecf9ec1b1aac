import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '#app/system-clock.ts';
import { splitContainerArgs } from '#worker-service/execution/container-client.ts';
import {
  createContainerExecutor,
  removeLeftContainers,
} from '#worker-service/execution/container-executor.ts';
import { createProcessExecutor } from '#worker-service/execution/process-executor.ts';
import { type EngineState, probeEngine } from '#worker-service/machine/container-engine.ts';
import { createProber } from '#worker-service/machine/prober.ts';
import { until } from '../helpers/until.ts';
import { collectOutput } from '../worker-service/collected-output.ts';
import { makeHostImage, SETTINGS } from './host-image.ts';

const IMAGE = 'localhost/elastic-worker-executor:test';
const PREFIX = `executor-test-${process.pid}`;
const MINUTE = 60_000;
/** An argument that no other process of this machine has. */
const ENDLESS = `sleep 86400.${process.pid}`;

const options = { clock: systemClock, environment: process.env, containerArgs: SETTINGS.containerArgs };
let engine = '';
let runs = 0;

function probe(image: string): Promise<EngineState> {
  const prober = createProber({ executor: createProcessExecutor(options), cwd: '/', runPrefix: PREFIX });
  return probeEngine({ ...SETTINGS, prober, path: process.env.PATH, image });
}

beforeAll(async () => {
  const { file } = await probe(IMAGE);
  if (file === null) throw new Error('no container engine answers on this machine; these tests need one');
  engine = file;
  const folder = await mkdtemp(join(tmpdir(), 'elastic-worker-'));
  await makeHostImage(engine, IMAGE, folder);
  await rm(folder, { recursive: true });
}, 120_000);

afterAll(async () => {
  await execa(engine, ['image', 'rm', IMAGE]);
});

/** Starts a program in a container. */
function start(
  args: readonly string[],
  rest: { image?: string; limitMs?: number; memoryBytes?: number } = {},
) {
  const { image = IMAGE, limitMs = MINUTE, memoryBytes = 100_000_000 } = rest;
  const output = collectOutput();
  const name = `${PREFIX}-${runs}`;
  runs += 1;
  const executor = createContainerExecutor({ ...options, engine: () => engine });
  const limits = { memoryBytes, cpus: 1, network: false };
  const run = executor.start({ kind: 'container', image, args, limits }, { runName: name, limitMs, output });
  onTestFinished(async () => {
    run.kill('stopped');
    await run.ended;
  });
  return { run, output, name };
}

const sh = (script: string) => ['/bin/sh', '-c', script];

async function containers(): Promise<string[]> {
  const { stdout } = await execa(engine, ['ps', '--all', '--format', '{{.Names}}']);
  return stdout.split('\n').filter((name) => name.startsWith(PREFIX));
}

/** The processes of the endless program, in whatever container. */
async function endless(): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.filter((line) => line === `${ENDLESS.replace(' ', '\0')}\0`);
}

test('the engine is found, and whether it has an image', async () => {
  expect(await probe(IMAGE)).toEqual({ available: true, imageAvailable: true, file: engine });
  expect(await probe('localhost/no-such-image:ever')).toMatchObject({
    available: true,
    imageAvailable: false,
  });
});

test('a program runs in a container without network, environment or a disk to write to, and is gone after it', async () => {
  const { run, output } = start(
    sh(
      'echo out; echo err >&2; cat /proc/net/dev; env; (true > /x) 2> /dev/null || echo read-only; echo kept > /tmp/x; cat /tmp/x; exit 3',
    ),
  );
  expect(await run.ended).toMatchObject({ kind: 'ended', returnCode: 3, error: '' });
  expect(output.text('stderr')).toBe('err\n');
  const lines = output.text('stdout').split('\n');
  expect(lines[0]).toBe('out');
  expect(lines.filter((line) => /^ *\w+:/.test(line)).map((line) => line.trim().split(':')[0])).toEqual([
    'lo',
  ]);
  expect(lines).toEqual(expect.arrayContaining(['read-only', 'kept']));
  expect(output.text('stdout')).not.toContain('ELASTIC_WORKER');
  expect(await containers()).toEqual([]);
});

test('arguments are passed as they are', async () => {
  const args = ['$(id)', '; exit 7', 'a b', '"', '*', '--help', ''];
  const { run, output } = start([...sh('for word; do echo "<$word>"; done'), 'sh', ...args]);
  expect(await run.ended).toMatchObject({ kind: 'ended', returnCode: 0 });
  expect(output.text('stdout')).toBe(args.map((word) => `<${word}>\n`).join(''));
});

test('a container is killed with all that runs in it: at its limit, when it is cancelled, and before it is there', async () => {
  const script = sh(`trap '' TERM; ${ENDLESS} & ${ENDLESS} & echo ready; wait`);
  const cancelled = start(script);
  await until('it runs', () => cancelled.output.text('stdout') === 'ready\n');
  await until('its processes are there', async () => (await endless()).length === 2);
  cancelled.run.kill('cancelled');
  expect(await cancelled.run.ended).toMatchObject({ kind: 'cancelled' });
  expect([await endless(), await containers()]).toEqual([[], []]);

  const late = start(script, { limitMs: 1_000 });
  expect(await late.run.ended).toMatchObject({ kind: 'timeout' });
  expect([await endless(), await containers()]).toEqual([[], []]);

  const early = start(script);
  early.run.kill('stopped');
  expect(await early.run.ended).toMatchObject({ kind: 'stopped' });
  expect([await endless(), await containers()]).toEqual([[], []]);
});

test('what could not be started is told from what ended with the same code', async () => {
  const refused = await Promise.all([
    start(sh('true'), { image: 'localhost/no-such-image:ever' }).run.ended,
    start(['/no/such/program']).run.ended,
    start(['/etc']).run.ended,
  ]);
  for (const end of refused) {
    expect(end).toMatchObject({ kind: 'not-started', returnCode: null, error: expect.stringMatching(/\w/) });
  }
  for (const code of [126, 127]) {
    expect(await start(sh(`exit ${code}`)).run.ended).toMatchObject({ kind: 'ended', returnCode: code });
  }
  expect(await start(sh('echo hi; exit 125')).run.ended).toMatchObject({ kind: 'ended', returnCode: 125 });
  expect(await containers()).toEqual([]);
});

test('a container that takes more memory than it may is ended', async () => {
  const { run } = start(sh('head -c 300000000 /dev/zero | tail -c 200000000 > /dev/null'), {
    memoryBytes: 50_000_000,
  });
  expect(await run.ended).toMatchObject({ kind: 'ended', returnCode: 137 });
});

test('a flood of output is not kept by the engine, and all of it arrives', async () => {
  const { run, output } = start(sh('head -c 50000000 /dev/zero'));
  expect(await run.ended).toMatchObject({ kind: 'ended', returnCode: 0 });
  expect(output.text('stdout')).toHaveLength(50_000_000);
  expect(await containers()).toEqual([]);
});

test('what a worker that was killed has left is removed by its prefix', async () => {
  const left = `${PREFIX}-left`;
  const args = splitContainerArgs(SETTINGS.containerArgs);
  const how = [...args.engine, 'run', '--detach', '--network', 'none', ...args.run];
  const start = (name: string) => execa(engine, [...how, '--name', name, IMAGE, ...ENDLESS.split(' ')]);
  await start(`${left}-1`);
  await start(`${left}-2-1`);
  expect(await removeLeftContainers(options, engine, left)).toBe(1);
  expect(await containers()).toEqual([`${left}-2-1`]);
  expect(await removeLeftContainers(options, engine, `${left}-2`)).toBe(1);
  expect([await endless(), await containers()]).toEqual([[], []]);
});
