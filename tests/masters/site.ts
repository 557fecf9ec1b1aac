import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { LAUNCHER, makeSite, run, type Site } from '../e2e/site.ts';
import { cleanEnvironment } from '../helpers/terminal.ts';
import { until } from '../helpers/until.ts';
import { startWorkerProcess } from '../helpers/worker-process.ts';
import { declarePrograms } from '../worker-service/declared-programs.ts';

export const NO_WORKERS = { ELASTIC_EMBEDDED_WORKERS: '0' };

/** A master's folder with one real worker, whose tasks end when they are told to. */
export interface BusySite extends Site {
  /** Sends a task that runs until it is let go. */
  submit(id: string): Promise<void>;
  letGo(id: string): Promise<void>;
  stateOf(id: string): Promise<string>;
}

export async function busySite(env?: Readonly<Record<string, string>>): Promise<BusySite> {
  const workerDir = await mkdtemp(join(tmpdir(), 'elastic-worker-'));
  await declarePrograms(workerDir);
  const worker = await startWorkerProcess({ id: 'alpha', dir: workerDir });
  onTestFinished(async () => {
    await worker.kill();
    await rm(workerDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  });
  const workers = [{ id: 'alpha', port: worker.port }];
  const site = await makeSite(env === undefined ? { workers } : { workers, env });
  return {
    ...site,
    async submit(id) {
      // A master whose first picture is there may not take tasks yet.
      await until('it is taken', async () => {
        const { code, stderr } = await command(site, 'run', 'wait', '--id', id, '-p', `NAME=${id}`);
        if (code !== 0) throw new Error(stderr);
        return true;
      });
    },
    letGo: (id) => writeFile(join(workerDir, `go-${id}`), ''),
    async stateOf(id) {
      const { stdout } = await command(site, 'task', id, '--json');
      return (JSON.parse(stdout) as { task: { state: string } }).task.state;
    },
  };
}

/** Calls the program in the folder as a script would. */
export function command({ dir }: Pick<Site, 'dir'>, ...args: readonly string[]) {
  return run(['--dir', dir, ...args]);
}

/** Starts a master in the background; it is killed when the test ends. Returns its process id. */
export async function background(site: Pick<Site, 'dir'>, ...args: readonly string[]): Promise<number> {
  const { code, stdout, stderr } = await command(site, 'daemon', '--background', ...args);
  if (code !== 0) throw new Error(stderr);
  const pid = Number(/process (\d+)/.exec(stdout)?.[1]);
  onTestFinished(() => killIfAlive(pid));
  return pid;
}

/** A master without a screen, in the foreground of nothing. */
export interface DaemonProcess {
  readonly pid: number;
  /** What node was started with. */
  readonly argv: readonly string[];
  /** As a pager that is ended. */
  closeOutput(): void;
  stdout(): string;
  stderr(): string;
  /** The exit code; null where a signal ended it. */
  readonly exited: Promise<number | null>;
}

/** Starts one; it is killed when the test ends. */
export function startDaemon(
  { dir }: Pick<Site, 'dir'>,
  { args = [], env = {} }: { readonly args?: readonly string[]; readonly env?: Record<string, string> } = {},
): DaemonProcess {
  const argv = [LAUNCHER, '--dir', dir, 'daemon', ...args];
  const child = spawn(process.execPath, argv, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: cleanEnvironment(env),
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (data) => {
    said.stdout += data;
  });
  child.stderr.on('data', (data) => {
    said.stderr += data;
  });
  return {
    pid: child.pid ?? 0,
    argv,
    closeOutput: () => void child.stdout.destroy(),
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    exited: once(child, 'close').then(([code]) => code),
  };
}

export function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
