import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import { NO_OP } from './queue-side.ts';

/** Tasks that each worker runs at once. */
export const SLOTS = 8;
const LAUNCHER = fileURLToPath(new URL('../bin/elastic-worker.js', import.meta.url));

/** A shipped worker on a free port of 127.0.0.1 that declares the benchmark that does nothing. */
export interface BenchWorker {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts the shipped worker; resolves when it listens. It ends with this process, at the latest. */
export async function startWorker(id: string, parent: string): Promise<BenchWorker> {
  const dir = join(parent, id);
  await mkdir(dir);
  // The cheapest that a worker runs: an empty module in a thread of its own (builtin) takes nearly twice as long.
  const benchmarks = [{ name: NO_OP, executor: 'process', command: ['true'] }];
  await writeFile(join(dir, 'benchmarks.json'), JSON.stringify({ shipped: false, benchmarks }));
  const options = ['--port', '0', '--id', id, '--dir', dir, '--slots', String(SLOTS), '--grace', '0'];
  const child = spawn(process.execPath, [LAUNCHER, ...options], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
  });
  const exited = once(child, 'exit');
  const port = await listening(child);
  return {
    port,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

function listening(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('a worker ended before it listened')));
    child.once('message', (said: { readonly type: string; readonly port: number }) => {
      if (said.type === 'ready') resolve(said.port);
    });
  });
}

/** The same HTTP call that the master makes, of a program that has nothing but workers and jobs. */
export interface Caller {
  /** Runs a task at the worker with the fewest calls under way, and gives back the answer; rejects where it is no success. */
  execute(id: string): Promise<string>;
  close(): Promise<void>;
}

/** Over connections that are kept alive: the cheapest way to make the call. */
export function createCaller(ports: readonly number[]): Caller {
  const workers = ports.map((port) => ({
    pool: new Pool(`http://127.0.0.1:${port}`, { connections: SLOTS }),
    underWay: 0,
  }));
  return {
    async execute(id) {
      const worker = workers.reduce((least, other) => (other.underWay < least.underWay ? other : least));
      worker.underWay += 1;
      try {
        const { statusCode, body } = await worker.pool.request({
          path: '/execute',
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ task_id: id, benchmark: NO_OP, params: {} }),
        });
        const text = await body.text();
        if (statusCode !== 200) throw new Error(`HTTP status ${statusCode}: ${text}`);
        return text;
      } finally {
        worker.underWay -= 1;
      }
    },
    async close() {
      await Promise.all(workers.map(({ pool }) => pool.destroy()));
    },
  };
}
