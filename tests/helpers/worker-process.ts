import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';

export interface WorkerProcessOptions {
  readonly id?: string;
  /** 0, or missing: any free one. */
  readonly port?: number;
  /** Missing: a new folder, removed when the worker has been stopped or killed. */
  readonly dir?: string;
  /** Puts into the folder what must be there before the worker starts. */
  readonly prepare?: (dir: string) => Promise<void>;
  /** Over a bare environment of HOME, PATH and CONTAINER_ENGINE; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly args?: readonly string[];
  /** Missing: the shipped one. */
  readonly program?: string;
  /** Without the IPC channel, the start line on standard output says that it listens. */
  readonly ipc?: boolean;
}

/** How a process ended. */
interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A real elastic-worker. It ends with the process that started it, at the latest. */
export interface WorkerProcess {
  readonly pid: number;
  readonly port: number;
  readonly url: string;
  readonly dir: string;
  readonly child: ChildProcess;
  /** Everything that it has written to standard output and to standard error. */
  stdout(): string;
  stderr(): string;
  readonly exited: Promise<Exit>;
  /** Ends it as a person would, with SIGTERM; resolves when it is gone. */
  stop(): Promise<Exit>;
  /** Ends it with SIGKILL; resolves when it is gone. May be called again. */
  kill(): Promise<Exit>;
}

/** The shipped program, which starts in half the time of the source. `npm test` builds it. */
export const WORKER_PROGRAM = fileURLToPath(new URL('../../bin/elastic-worker.js', import.meta.url));

/** Starts an elastic-worker on 127.0.0.1 and resolves when it listens. */
export async function startWorkerProcess(options: WorkerProcessOptions = {}): Promise<WorkerProcess> {
  const { id = 'worker-01', port = 0, env = {}, args = [], ipc = true, program = WORKER_PROGRAM } = options;
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'elastic-worker-')));
  await options.prepare?.(dir);
  const child = spawn(
    process.execPath,
    // No grace: a test that stops a worker does not wait for what it runs.
    [program, '--port', String(port), '--id', id, '--dir', dir, '--grace', '0', ...args],
    {
      stdio: ['ignore', 'pipe', 'pipe', ...(ipc ? ['ipc' as const] : [])],
      env: { HOME: process.env.HOME, ...programsOf(env), ...env },
    },
  );
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  // Not 'close': after a disconnect from this side it never comes.
  const exited = once(child, 'exit').then(async ([code, signal]): Promise<Exit> => {
    await Promise.all([stdout.ended, stderr.ended]);
    if (options.dir === undefined) {
      await rm(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    }
    return { code, signal };
  });
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return exited;
  };
  const url = await Promise.race([
    listening(child),
    exited.then(({ code, signal }) => {
      throw new Error(`elastic-worker ended (${signal ?? code}) before it listened:\n${stderr.text()}`);
    }),
  ]);
  return {
    pid: child.pid ?? 0,
    port: Number(new URL(url).port),
    url,
    dir,
    child,
    stdout: stdout.text,
    stderr: stderr.text,
    exited,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

/** The programs of this process, and its container engine: one on a PATH that the test brings is found there. */
function programsOf({ PATH }: Readonly<Record<string, string | undefined>>) {
  return PATH === undefined
    ? { PATH: process.env.PATH, CONTAINER_ENGINE: process.env.CONTAINER_ENGINE }
    : { PATH };
}

function collect(stream: Readable | null) {
  let text = '';
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return { text: () => text, ended: stream === null ? Promise.resolve() : finished(stream) };
}

/** The URL, as its message or its start line tells. */
function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.on('message', (message: { type: string; url: string }) => {
      if (message.type === 'ready') resolve(message.url);
    });
    let said = '';
    if (child.channel) return;
    child.stdout?.on('data', (text: string) => {
      said += text;
      const url = /listens on (http:\S+)/.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
}
