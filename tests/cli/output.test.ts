import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type * as z from 'zod';
import { exitCodeOf } from '#cli/run-script.ts';
import { until } from '../helpers/until.ts';
import { captured, silent } from './command-line.ts';
import { ERROR_SCHEMA, SCHEMAS, type SchemaName } from './schemas.ts';
import { fakeWorker, makeSite, openMaster, type Site, stateOf, working } from './site.ts';

/** Fails with the first key that is not as documented. */
function check(name: SchemaName, value: unknown): void {
  const read = (SCHEMAS[name] as z.ZodType).safeParse(value);
  expect(read.error?.issues ?? [], name).toEqual([]);
}

async function checkCommand(site: Site, name: SchemaName, ...args: string[]): Promise<void> {
  check(name, await site.json([name, ...args]));
}

async function checkLines(site: Site, name: SchemaName, ...args: string[]): Promise<void> {
  const { stdout } = await site.run([name, ...args]);
  const lines = stdout.trim().split('\n');
  for (const line of lines) check(name, JSON.parse(line));
}

test('with a master, every command says with --json what the documentation says', async () => {
  const { site, worker } = await working();
  await checkCommand(site, 'init');
  await checkCommand(site, 'doctor');
  await checkCommand(site, 'run', 'benchmark.py', '--id', 'good', '--wait');
  await checkCommand(site, 'run', 'benchmark.py', '--id', 'bad', '-p', 'FAIL=true', '--wait');
  await checkCommand(site, 'run', 'benchmark.py', '--id', 'held', '-p', 'HOLD=true');
  await until('the worker has it', () => worker.held.length === 1);
  await checkCommand(site, 'task', 'held');
  await checkCommand(
    site,
    'run',
    'benchmark.py',
    '--id',
    'sweep',
    '-p',
    'SEMILLA=1..3',
    '--wait',
    '--timeout',
    '0.1',
  );
  await checkCommand(site, 'run', 'benchmark.py', '-p', 'SEMILLA=1..3');
  const file = join(site.dir, 'tasks.json');
  await writeFile(file, '{"task_id":"line","algorithm":"benchmark.py"}');
  await checkCommand(site, 'submit', file);
  await checkCommand(site, 'status');
  await checkCommand(site, 'workers');
  await checkCommand(site, 'tasks');
  await checkCommand(site, 'task', 'good');
  await checkCommand(site, 'task', 'bad');
  await checkCommand(site, 'cancel', 'line', 'good');
  await checkCommand(site, 'retry', 'bad', 'good');
  await checkCommand(site, 'drain', 'worker-02');
  await checkCommand(site, 'undrain', 'worker-02');
  await checkLines(site, 'logs', '--json');
  await checkLines(site, 'events', '--level', 'debug');
  await checkCommand(site, 'export');
  worker.held[0]?.();
});

test('without a master they say the same, with null where only a master knows', async () => {
  const worker = await fakeWorker();
  const site = await makeSite([worker]);
  await checkCommand(site, 'status');
  await checkCommand(site, 'workers');
  await checkCommand(site, 'tasks');
  await checkCommand(site, 'doctor');
  const master = await openMaster(site);
  await site.run(['run', 'benchmark.py', '--id', 'good', '--wait']);
  expect(await stateOf(site, 'good')).toBe('completed');
  await master.stop('test');
  await checkCommand(site, 'status');
  await checkCommand(site, 'workers');
  await checkCommand(site, 'tasks');
  await checkCommand(site, 'task', 'good');
  await checkLines(site, 'logs', '--json');
  await checkCommand(site, 'export');
});

test('a configuration that is wrong, and a worker that is, are reported as documented', async () => {
  const site = await makeSite([{ id: 'dead', port: 9 }]);
  await checkCommand(site, 'doctor');
  await writeFile(join(site.dir, '.env'), 'HTTP_TIMEOUT=soon\n');
  await checkCommand(site, 'doctor');
});

test.each([
  [['status', '--bad'], 2, 'USAGE'],
  [['statsu'], 2, 'USAGE'],
  [['run', 'benchmark.py', '--timeout', '5'], 2, 'USAGE'],
  [['run', 'benchmark.py'], 3, 'NO_MASTER'],
  [['logs', '--follow'], 3, 'NO_MASTER'],
  [['events'], 3, 'NO_MASTER'],
  [['task', 'nobody'], 2, 'ID_UNKNOWN'],
  [['submit', '/nowhere/at-all.json'], 2, 'TASK_FILE_UNREADABLE'],
  [['export'], 2, 'TASK_DATABASE_MISSING'],
])('%j with --json says why it failed as documented, and nothing else', async (argv, exitCode, expected) => {
  const site = await makeSite();
  const { code, stdout, stderr } = await site.run([...argv, '--json']);
  expect([code, stdout, stderr.split('\n').length]).toEqual([exitCode, '', 2]);
  const read: unknown = JSON.parse(stderr);
  expect(ERROR_SCHEMA.safeParse(read).error?.issues ?? []).toEqual([]);
  expect(read).toMatchObject({ error: { code: expected } });
});

test('a defect is none of the results: 70, with its stack, also for programs', async () => {
  const run = async () => Promise.reject(new TypeError('planted by the test'));
  const stderr = [captured(false), captured(false)] as const;
  const io = { ...silent(), ended: new AbortController().signal };
  expect(await exitCodeOf({ run, isJson: false }, { ...io, stderr: stderr[0].output })).toBe(70);
  expect(stderr[0].text()).toMatch(
    /^elastic-tui: this is a defect .*\nelastic-tui: TypeError: planted.*\n.* at /,
  );
  expect(await exitCodeOf({ run, isJson: true }, { ...io, stderr: stderr[1].output })).toBe(70);
  const read: unknown = JSON.parse(stderr[1].text());
  expect(ERROR_SCHEMA.safeParse(read).error?.issues ?? []).toEqual([]);
  expect(read).toMatchObject({ error: { code: 'DEFECT' } });
});
