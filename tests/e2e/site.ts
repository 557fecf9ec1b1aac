import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import {
  cleanEnvironment,
  openTerminal,
  type TerminalOptions,
  type TerminalSession,
} from '../helpers/terminal.ts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const LAUNCHER = join(ROOT, 'bin', 'elastic-tui.js');

/** Intervals short enough for a test that watches a worker die, long enough for a busy machine. */
export const QUICK = {
  ELASTIC_PING_INTERVAL: '0.4',
  ELASTIC_HEALTH_CHECK_INTERVAL: '0.8',
  ELASTIC_MAX_PING_FAILURES: '8',
  HTTP_TIMEOUT: '5',
  TASK_TIMEOUT: '600',
} as const;

/** The part of worker_state.json that the tests look at. */
interface StateFile {
  readonly workers: Record<string, { readonly status: string; readonly total_tasks_completed: number }>;
  readonly stats: Record<string, number>;
  readonly task_stats: Record<string, number>;
}

/** A master's folder, removed with all that ran in it when the test ends. */
export interface Site {
  readonly dir: string;
  /** Starts the shipped program there, in a terminal. */
  open(
    options?: Partial<Pick<TerminalOptions, 'columns' | 'rows' | 'env'>> & { args?: string[] },
  ): TerminalSession;
  state(): Promise<StateFile>;
  log(): Promise<string>;
}

export interface SiteOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly workers?: readonly { readonly id: string; readonly port: number; readonly ip?: string }[];
}

export async function makeSite({ env = QUICK, workers = [] }: SiteOptions): Promise<Site> {
  const dir = await mkdtemp(join(tmpdir(), 'elastic-e2e-'));
  const sessions: TerminalSession[] = [];
  onTestFinished(async () => {
    await Promise.all(sessions.map((session) => session.end('SIGKILL')));
    await rm(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  });
  const lines = Object.entries(env).map(([key, value]) => `${key}=${value}\n`);
  await writeFile(join(dir, '.env'), lines.join(''));
  const named = workers.map(({ id, port, ip = '127.0.0.1' }) => ({ id, ip, port }));
  await writeFile(join(dir, 'config_workers.json'), JSON.stringify({ workers: named }));
  return {
    dir,
    open(options = {}) {
      const session = openTerminal({
        ...options,
        file: process.execPath,
        args: [LAUNCHER, '--dir', dir, ...(options.args ?? [])],
        cwd: dir,
        env: { HOME: dir, XDG_CONFIG_HOME: join(dir, 'config'), ...options.env },
      });
      sessions.push(session);
      return session;
    },
    state: async () =>
      JSON.parse(await readFile(join(dir, 'logs', 'worker_state.json'), 'utf8')) as StateFile,
    log: () => readFile(join(dir, 'logs', 'elastic_orchestrator.log'), 'utf8'),
  };
}

/** Runs the program without a terminal, as a script would. */
export async function run(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [LAUNCHER, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: cleanEnvironment(env),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}
