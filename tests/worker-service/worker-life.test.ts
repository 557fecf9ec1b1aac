import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { parseWorkerArguments } from '#cli/worker-arguments.ts';
import { childrenOf, isAlive } from '../helpers/processes.ts';
import { until } from '../helpers/until.ts';
import {
  startWorkerProcess,
  WORKER_PROGRAM,
  type WorkerProcess,
  type WorkerProcessOptions,
} from '../helpers/worker-process.ts';
import { declarePrograms } from './declared-programs.ts';
import { temporaryFolder } from './temporary-folder.ts';

async function startWorker(options: WorkerProcessOptions = {}): Promise<WorkerProcess> {
  const worker = await startWorkerProcess(options);
  onTestFinished(async () => {
    await worker.kill();
  });
  return worker;
}

/** Sends a task; gives its process and what becomes of the request. */
async function startEndlessTask(worker: WorkerProcess) {
  const answer = fetch(`${worker.url}/execute`, {
    method: 'POST',
    body: JSON.stringify({ task_id: 'one', params: { NUM_PARTICULAS: 100, NUM_PASOS: 1_000_000_000 } }),
  });
  answer.catch(() => {});
  const pid = await until('the program runs', async () => {
    const commandLine = (candidate: number) => readFile(`/proc/${candidate}/cmdline`, 'utf8');
    for (const child of childrenOf(worker.pid)) {
      if ((await commandLine(child)).includes('benchmark.py')) return child;
    }
    return null;
  });
  return { pid, answer };
}

/** Runs the program to its end, for calls that cannot start a worker. */
function run(args: readonly string[], options: { cwd?: string; env?: Record<string, string> } = {}) {
  const { cwd = '/', env = {} } = options;
  return execa(process.execPath, [WORKER_PROGRAM, ...args], {
    cwd,
    env: { PATH: process.env.PATH, CONTAINER_ENGINE: process.env.CONTAINER_ENGINE, ...env },
    extendEnv: false,
    reject: false,
  });
}

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  '%s ends the worker with code 0, cuts the connection of a running task, and leaves no process',
  async (signal) => {
    const worker = await startWorker({ ipc: false });
    const { pid, answer } = await startEndlessTask(worker);
    worker.child.kill(signal);
    expect(await worker.exited).toEqual({ code: 0, signal: null });
    await expect(answer).rejects.toThrow('fetch failed');
    expect(isAlive(pid)).toBe(false);
    expect(worker.stderr()).toBe('');
  },
);

test('a Ctrl-C that a launcher sends on is one Ctrl-C: what runs may finish', async () => {
  const dir = await temporaryFolder();
  await declarePrograms(dir);
  const worker = await startWorker({ dir, args: ['--grace', '600'] });
  const body = JSON.stringify({ task_id: 'one', benchmark: 'wait', params: { NAME: 'one' } });
  const answer = fetch(`${worker.url}/execute`, { method: 'POST', body });
  const ping = async () => (await (await fetch(`${worker.url}/ping`)).json()) as Record<string, unknown>;
  await until('it runs', async () => (await ping()).current_task);
  worker.child.kill('SIGINT');
  worker.child.kill('SIGINT');
  await until('it drains', async () => (await ping()).draining);
  await writeFile(join(dir, 'go-one'), '');
  expect(await (await answer).json()).toMatchObject({ status: 'success' });
  expect(await worker.exited).toEqual({ code: 0, signal: null });
});

test('kill -9 of the worker ends its program too', async () => {
  const worker = await startWorker();
  const { pid } = await startEndlessTask(worker);
  await worker.kill();
  await until('the program is gone', () => !isAlive(pid));
});

test('the worker and its program end when the IPC channel closes', async () => {
  const worker = await startWorker();
  const { pid } = await startEndlessTask(worker);
  worker.child.disconnect();
  expect(await worker.exited).toEqual({ code: 0, signal: null });
  expect(isAlive(pid)).toBe(false);
});

test('a worker whose IPC channel closes before it listens ends all the same', async () => {
  const dir = await temporaryFolder();
  const child = spawn(process.execPath, [WORKER_PROGRAM, '--port', '0', '--dir', dir], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  child.disconnect();
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('one line tells who listens where, and the log, the next one how to open it', async () => {
  const worker = await startWorker({ ipc: false, id: 'named' });
  const [name = ''] = await readdir(join(worker.dir, 'logs'));
  const log = join(worker.dir, 'logs', name);
  const [first, second, ...rest] = worker.stdout().split('\n');
  expect(first).toBe(`elastic-worker named listens on ${worker.url} (log: ${log})`);
  expect(second).toMatch(/^Only this machine reaches it\. To open it: WORKER_TOKEN or --token-file/);
  expect(rest).toEqual(['']);
  expect(worker.stderr()).toBe('');
});

test('a port in use is one line and code 1, and is told over IPC', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  const { port } = server.address() as { port: number };
  const dir = await temporaryFolder();
  const child = spawn(process.execPath, [WORKER_PROGRAM, '--port', String(port), '--dir', dir], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const stderr = child.stderr?.setEncoding('utf8').toArray() as Promise<string[]>;
  const [message] = await once(child, 'message');
  const expected = `port ${port} of 127.0.0.1 is in use; end the program that has it, or name another port with --port`;
  expect(message).toEqual({ type: 'failed', message: expected });
  expect(await once(child, 'exit')).toEqual([1, null]);
  expect((await stderr).join('')).toBe(`elastic-worker: ${expected}\n`);
});

test('an address of another machine is one line and code 1', async () => {
  const { exitCode, stderr } = await run([
    '--insecure',
    '--host',
    '192.0.2.1',
    '--port',
    '0',
    '--dir',
    await temporaryFolder(),
  ]);
  expect(exitCode).toBe(1);
  expect(stderr).toBe(
    'elastic-worker: 192.0.2.1 is no address of this machine; name one with --host, for example 127.0.0.1',
  );
});

test('all that is wrong is said together, a line each, with code 2', async () => {
  const dir = await temporaryFolder();
  await writeFile(join(dir, '.env'), 'LOG_LEVEL=loud\nDEBUG_MODE=maybe\n');
  const { exitCode, stdout, stderr } = await run(['--dir', dir, '--port', '70000', '--id', 'a/../b'], {
    env: { VERBOSE_OUTPUT: 'very' },
  });
  expect(exitCode).toBe(2);
  expect(stdout).toBe('');
  expect(stderr.split('\n')).toEqual([
    'elastic-worker: --port is "70000"; expected a whole number from 0 (any free port) to 65535',
    'elastic-worker: --id is "a/../b"; expected 1 to 64 of A-Z a-z 0-9 . _ -',
    `elastic-worker: ${dir}/.env: LOG_LEVEL is "loud"; expected error, warn, info or debug`,
    `elastic-worker: ${dir}/.env: DEBUG_MODE is "maybe"; expected true or false`,
    'elastic-worker: environment variable VERBOSE_OUTPUT is "very"; expected true or false',
  ]);
  expect(await readdir(dir)).toEqual(['.env']);
});

test.each([
  [['--nonsense'], /unknown option '--nonsense'/],
  [['--dir', '/no/such/folder'], /--dir is "\/no\/such\/folder".*ENOENT/],
])('%j is refused with code 2 and no stack', async (args, reason) => {
  const { exitCode, stderr } = await run(args);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(reason);
  expect(stderr).not.toMatch(/^\s+at /m);
});

test('--help explains every option, and what makes no sense is refused', () => {
  const help = parseWorkerArguments(['--help']);
  for (const option of [
    ...['--host', '--port', '--id', '--dir', '--slots', '--queue', '--grace', '--token-file', '--insecure'],
    ...['--tls-cert', '--tls-key', 'WORKER_TOKEN', 'BENCHMARK_EXECUTOR', 'WORKER_LOG_DIR', 'benchmarks.json'],
  ]) {
    expect(help).toEqual({ exitCode: 0, output: expect.stringContaining(option) });
  }
  expect(parseWorkerArguments(['extra'])).toMatchObject({ exitCode: 2 });
  expect(parseWorkerArguments(['--port'])).toMatchObject({ exitCode: 2 });
  expect(parseWorkerArguments([])).toEqual({
    host: '127.0.0.1',
    port: '8080',
    dir: '.',
    queue: '100',
    grace: '30',
  });
});

test('two starts in one second have a log each', async () => {
  const dir = await temporaryFolder();
  const workers = await Promise.all(['a', 'b', 'c'].map((id) => startWorker({ id, dir })));
  await Promise.all(workers.map((worker) => worker.stop()));
  const logs = join(dir, 'logs');
  const names = await readdir(logs);
  expect(names).toHaveLength(3);
  const ids = await Promise.all(
    names.map(async (name) => /id=(\w)/.exec(await readFile(join(logs, name), 'utf8'))?.[1]),
  );
  expect(ids.sort()).toEqual(['a', 'b', 'c']);
});

test('a log folder that cannot be made is said once, and the worker works', async () => {
  const dir = await temporaryFolder();
  await writeFile(join(dir, 'logs'), 'a file in the way');
  const worker = await startWorker({ dir });
  expect((await fetch(`${worker.url}/ping`)).status).toBe(200);
  // Then all that it has said has been heard.
  expect(await worker.stop()).toEqual({ code: 0, signal: null });
  expect(worker.stderr()).toMatch(
    /^elastic-worker: No log is written: .*\/logs cannot be used \(EEXIST[^\n]*\n$/,
  );
  expect(worker.stdout()).toMatch(/\(no log\)\n/);
});

test('WORKER_LOG_DIR moves the log, relative to --dir', async () => {
  const dir = await temporaryFolder();
  await mkdir(join(dir, 'deep'));
  await writeFile(join(dir, '.env'), 'WORKER_LOG_DIR=deep/er\nWORKER_LOGDIR=x\n');
  const worker = await startWorker({ dir });
  await worker.stop();
  const [name = ''] = await readdir(join(dir, 'deep', 'er'));
  const text = await readFile(join(dir, 'deep', 'er', name), 'utf8');
  expect(text).toMatch(/ warn .*WORKER_LOGDIR is no known key and is ignored; the nearest is WORKER_LOG_DIR/);
});

test('an open port without a token is refused, and is warned of where it is wanted', async () => {
  const dir = await temporaryFolder();
  const { exitCode, stderr } = await run(['--host', '0.0.0.0', '--port', '0', '--dir', dir]);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(
    /^elastic-worker: --host is "0\.0\.0\.0" without a token; expected a token \(WORKER_TOKEN/,
  );
  const worker = await startWorker({ args: ['--host', '0.0.0.0', '--insecure'] });
  const { capabilities } = (await (await fetch(`http://127.0.0.1:${worker.port}/ping`)).json()) as {
    capabilities: readonly string[];
  };
  expect(capabilities).toContain('insecure');
  await worker.stop();
  expect(worker.stderr()).toMatch(
    /^elastic-worker: insecure: whoever reaches http:\/\/0\.0\.0\.0:\d+ may run benchmarks here/,
  );
});
