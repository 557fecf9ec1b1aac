import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parse } from 'dotenv';
import { codeOf, messageOf, UserError } from '#model/errors.ts';
import type { LogLevel } from '#model/settings.ts';
import { plainLine } from '#model/text.ts';
import { type Findings, readValue, shown, wrong } from './found.ts';
import { KEYS, type Key, WORKER_KEYS } from './keys.ts';
import { warnOfLostLines, warnOfUnknownKeys } from './unknown-keys.ts';
import { host, integer, seconds, type ValueKind } from './value-kinds.ts';
import { checkAccess, readTls, readToken, type TlsIdentity } from './worker-access.ts';

/** Everything a worker is told, validated. Paths are absolute. */
export interface WorkerSettings {
  /** The folder of .env and logs/; programs run in it. */
  readonly dir: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly id: string;
  /** The names under which a master asks for the benchmarks. */
  readonly benchmarks: { readonly python: string; readonly cython: string };
  /** `name:tag`. */
  readonly dockerImage: string;
  /** How the two benchmarks of version 1 run. */
  readonly benchmarkExecutor: 'process' | 'container';
  /** docker, podman or a path; null: whichever answers. */
  readonly containerEngine: string | null;
  /** Extra arguments of the engine. */
  readonly containerArgs: readonly string[];
  /** How many tasks run at once, and how many more may wait. */
  readonly slots: number;
  readonly queueLimit: number;
  /** How long running tasks may go on once the worker was told to end. */
  readonly graceMs: number;
  /** What callers must show; null: anyone may call. */
  readonly token: string | null;
  /** Whether the port is open to the network without a token, on purpose. */
  readonly insecure: boolean;
  /** PEM texts; null: plain HTTP. */
  readonly tls: TlsIdentity | null;
  readonly logDir: string;
  readonly logLevel: LogLevel;
  /** With it, /execute answers with the program's output. */
  readonly debug: boolean;
  readonly verbose: boolean;
  /** Whether there is a .env in `dir`. */
  readonly usesEnvFile: boolean;
  /** What is not wrong but looks like a mistake, one sentence each. */
  readonly warnings: readonly string[];
}

/** As written on the command line. */
export interface WorkerArguments {
  readonly host: string;
  readonly port: string;
  /** Missing: made from the machine's name. */
  readonly id?: string;
  /** Relative to the current folder, as all paths here. */
  readonly dir: string;
  /** Missing: half the cores, at least 1. */
  readonly slots?: string;
  readonly queue: string;
  readonly grace: string;
  readonly tokenFile?: string;
  readonly insecure?: true;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

export interface WorkerSettingsInput {
  readonly arguments: WorkerArguments;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The machine's name. */
  readonly hostname: string;
  readonly cores: number;
  /** Unix milliseconds. */
  readonly now: number;
}

/** The id names a file of the worker, so it is stricter than what a master accepts. */
const workerName: ValueKind<string> = {
  expected: '1 to 64 of A-Z a-z 0-9 . _ -',
  parse: (text) => (/^[A-Za-z0-9._-]{1,64}$/.test(text) ? text : undefined),
};
const listeningPort: ValueKind<number> = {
  ...integer(0, 65_535),
  expected: 'a whole number from 0 (any free port) to 65535',
};

const GRACE: ValueKind<number> = {
  expected: 'a number of seconds from 0 to 86400',
  parse: (text) => (Number(text) === 0 && text.trim() !== '' ? 0 : seconds(0, 86_400).parse(text)),
};

/**
 * The worker's settings: the command line says where and who it is; for the rest the environment wins over .env, and
 * that over the defaults. Throws one `UserError` (`CONFIGURATION_INVALID`) with a line for each thing that is wrong.
 */
export async function loadWorkerSettings(input: WorkerSettingsInput): Promise<WorkerSettings> {
  const { arguments: options, environment, hostname, cores } = input;
  const findings: Findings = { errors: [], warnings: [] };
  const option = <T>(flag: string, text: string, kind: ValueKind<T>) => {
    const value = kind.parse(text);
    if (value === undefined) findings.errors.push(wrong(flag, `"${shown(text)}"`, kind.expected));
    return value;
  };
  const dir = resolve(options.dir);
  const dotenvPath = join(dir, '.env');
  const dotenv = (await isFolder(dir, findings)) ? await readDotenv(dotenvPath, findings) : null;
  const value = <T>({ name, fallback, kind }: Key<T>) => {
    const found = (text: string | undefined, source: 'environment' | '.env', where: string) =>
      text?.trim() ? { text: text.trim(), source, where } : undefined;
    const written =
      found(environment[name], 'environment', `environment variable ${name}`) ??
      found(dotenv?.[name], '.env', `${plainLine(dotenvPath)}: ${name}`);
    return written === undefined ? kind.parse(fallback) : readValue(written, kind, findings);
  };
  // Everything is read before anything is refused, so that one call names all that is wrong.
  const settings = {
    dir,
    host: option('--host', options.host, host),
    port: option('--port', options.port, listeningPort),
    id: option('--id', options.id ?? defaultId(hostname), workerName),
    python: value(KEYS.benchmarkPython),
    cython: value(KEYS.benchmarkCython),
    image: value(KEYS.dockerImageName),
    tag: value(KEYS.dockerImageTag),
    benchmarkExecutor: value(WORKER_KEYS.benchmarkExecutor),
    containerEngine: value(WORKER_KEYS.containerEngine),
    containerArgs: value(WORKER_KEYS.containerArgs),
    slots: option('--slots', options.slots ?? String(Math.max(1, Math.floor(cores / 2))), integer(1, 1_024)),
    queueLimit: option('--queue', options.queue, integer(0, 100_000)),
    graceMs: option('--grace', options.grace, GRACE),
    tls: await readTls({ ...options, now: input.now }, findings),
    logDir: value(KEYS.workerLogDir),
    logLevel: value(KEYS.logLevel),
    debug: value(KEYS.debugMode),
    verbose: value(KEYS.verboseOutput),
  };
  const written = environment[WORKER_KEYS.token.name]?.trim() || dotenv?.[WORKER_KEYS.token.name]?.trim();
  const token = await readToken({ file: options.tokenFile, written }, findings);
  const insecure = options.insecure ?? false;
  const hasToken = options.tokenFile !== undefined || Boolean(written);
  checkAccess({ host: settings.host, hasToken, insecure }, findings);
  if (findings.errors.length > 0 || !isWhole(settings)) {
    const message = findings.errors.join('\n');
    throw new UserError('CONFIGURATION_INVALID', message);
  }
  const { python, cython, image, tag, logDir, ...rest } = settings;
  return {
    ...rest,
    token,
    insecure,
    benchmarks: { python, cython },
    dockerImage: `${image}:${tag}`,
    logDir: resolve(dir, logDir),
    usesEnvFile: dotenv !== null,
    warnings: findings.warnings,
  };
}

/** Every value is there. */
type Whole<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function isWhole<T extends object>(values: T): values is T & Whole<T> {
  return Object.values(values).every((value) => value !== undefined);
}

async function isFolder(dir: string, { errors }: Findings): Promise<boolean> {
  const expected = 'a folder that exists and may be entered';
  try {
    if ((await stat(dir)).isDirectory()) return true;
    errors.push(wrong('--dir', `"${plainLine(dir)}", a file`, expected));
  } catch (error) {
    const code = codeOf(error) ?? messageOf(error);
    errors.push(wrong('--dir', `"${plainLine(dir)}", which cannot be used (${code})`, expected));
  }
  return false;
}

/** The keys of .env; null where there is none. */
async function readDotenv(
  path: string,
  findings: Findings,
): Promise<Readonly<Record<string, string | undefined>> | null> {
  try {
    const text = (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
    const dotenv = parse(text);
    const where = plainLine(path);
    warnOfLostLines(text, dotenv, { where, findings });
    warnOfUnknownKeys(Object.keys(dotenv), where, findings);
    return dotenv;
  } catch (error) {
    const code = codeOf(error) ?? messageOf(error);
    if (code !== 'ENOENT') {
      findings.errors.push(wrong(plainLine(path), `unreadable (${code})`, 'a readable file'));
    }
    return null;
  }
}

/** The machine's name with what an id may not contain replaced. */
function defaultId(hostname: string): string {
  return `worker-${hostname.replaceAll(/[^A-Za-z0-9._-]/g, '-')}`.slice(0, 64);
}
