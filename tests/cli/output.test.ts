import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type * as z from 'zod';
import { until } from '../helpers/until.ts';
import { SCHEMAS, type SchemaName } from './schemas.ts';
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
  await checkCommand(site, 'drain', 'worker-01');
  await checkCommand(site, 'undrain', 'worker-01');
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
