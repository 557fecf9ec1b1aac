import { readFile, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parse } from 'dotenv';
import { WORKER_KEYS } from '#configuration/keys.ts';
import { UserError } from '#model/errors.ts';
import { readBenchmarksFile } from '#worker-service/catalogue/benchmarks-file.ts';
import type { Ended } from './master-arguments.ts';
import { serviceUnit } from './service-unit.ts';
import type { ServiceArguments } from './worker-arguments.ts';

const ONLY_PRINTS =
  'install-service installs nothing: add --print, and write what it prints to /etc/systemd/system/elastic-worker.service';

/** Written out whole, so that the unit says what runs, whatever becomes of our defaults. */
const FLAGS = [
  ['--host', 'host'],
  ['--port', 'port'],
  ['--id', 'id'],
  ['--slots', 'slots'],
  ['--queue', 'queue'],
  ['--grace', 'grace'],
] as const;
const FILE_FLAGS = [
  ['--token-file', 'tokenFile'],
  ['--tls-cert', 'tlsCert'],
  ['--tls-key', 'tlsKey'],
] as const;

/** The process in which it is called. */
type Caller = Pick<NodeJS.Process, 'argv' | 'cwd' | 'env' | 'execPath'>;

/**
 * The unit for a worker with these options, on this Node and from this checkout. Relative paths are taken from the current
 * folder.
 */
export async function printService(asked: ServiceArguments, caller: Caller): Promise<Ended> {
  try {
    return await print(asked, caller);
  } catch (error) {
    if (error instanceof UserError) return refused(error.message);
    throw error;
  }
}

async function print({ service }: ServiceArguments, caller: Caller): Promise<Ended> {
  const { argv, env, execPath } = caller;
  const folder = caller.cwd();
  if (!service.print) return refused(ONLY_PRINTS);
  const { port, grace } = service;
  if (!/^\d+$/.test(port)) return refused(`--port is "${port}"; expected a whole number`);
  if (!/^\d+(\.\d+)?$/.test(grace)) return refused(`--grace is "${grace}"; expected a number of seconds`);
  const dir = resolve(folder, service.dir);
  const called = argv[1] ?? '';
  const launcher = await realpath(called).catch(() => called);
  const args = [
    ...FLAGS.flatMap(([flag, name]) => given(flag, service[name])),
    ...FILE_FLAGS.flatMap(([flag, name]) => given(flag, absolute(folder, service[name]))),
    ...(service.insecure ? ['--insecure'] : []),
  ];
  const control = [execPath, launcher, dir, ...args].find((text) => CONTROL.test(text));
  if (control !== undefined) return refused(`${JSON.stringify(control)} cannot be written into a unit`);
  const containers = service.containers ?? (await startsContainers(dir, env));
  const options = { node: execPath, launcher, args, dir, containers };
  return {
    exitCode: 0,
    output: serviceUnit({ ...options, port: Number(port), graceSeconds: Number(grace) }),
  };
}

const CONTROL = /\p{Cc}/u;

function refused(reason: string): Ended {
  return { exitCode: 2, output: `elastic-worker: ${reason}\n` };
}

function given(flag: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [flag, value];
}

function absolute(folder: string, path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(folder, path);
}

/** Whether its settings or benchmarks.json make the worker of a folder start containers. */
async function startsContainers(dir: string, environment: NodeJS.ProcessEnv): Promise<boolean> {
  const { name, kind } = WORKER_KEYS.benchmarkExecutor;
  const written = environment[name]?.trim() || (await readDotenv(join(dir, '.env')))[name]?.trim() || '';
  if (kind.parse(written) === 'container') return true;
  const { benchmarks } = await readBenchmarksFile(join(dir, 'benchmarks.json'));
  return benchmarks.some(({ executor }) => executor === 'container');
}

/** Empty where it cannot be read: what is wrong with it is said by the worker. */
async function readDotenv(path: string): Promise<Readonly<Record<string, string | undefined>>> {
  try {
    return parse(await readFile(path, 'utf8'));
  } catch {
    return {};
  }
}
