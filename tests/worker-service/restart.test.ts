import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { steadyPort } from '../helpers/strange-workers.ts';
import { until } from '../helpers/until.ts';
import type { WorkerProcess } from '../helpers/worker-process.ts';
import { get, history, post, startWorker } from './calls.ts';
import { declarePrograms } from './declared-programs.ts';
import { temporaryFolder } from './temporary-folder.ts';

const MASTER = fileURLToPath(new URL('./embedded-master.ts', import.meta.url));

const noop = (worker: WorkerProcess, task_id: string) => post(worker, { task_id, benchmark: 'noop' });
const wait = (url: string, task_id: string) =>
  fetch(`${url}/execute`, {
    method: 'POST',
    body: JSON.stringify({ task_id, benchmark: 'wait', params: { NAME: task_id } }),
  });

/** A folder with programs, and a worker in it that runs one of them until the file `go-runs` is there. */
async function workerThatRuns(args: readonly string[] = []): Promise<WorkerProcess> {
  const dir = await temporaryFolder();
  await declarePrograms(dir);
  const worker = await startWorker({ dir, args, port: await steadyPort() });
  wait(worker.url, 'runs').catch(() => {});
  await until('it runs', async () => (await get(worker, '/v2/tasks/runs')).body.state === 'running');
  return worker;
}

test('a second worker of the same id and folder is refused with what to do, and the first goes on', async () => {
  const first = await workerThatRuns(['--slots', '2']);
  const { dir } = first;
  const second = startWorker({ dir });
  await expect(second).rejects.toThrow(/ended \(1\)/);
  await expect(second).rejects.toThrow(/another elastic-worker with this id already runs .*--id .*--dir/);
  await expect(second).rejects.not.toThrow(/^ +at /m);
  expect((await noop(first, 'after')).status).toBe(200);
  await writeFile(join(dir, 'go-runs'), '');
  await until('it ends', async () => (await get(first, '/v2/tasks/runs')).body.state === 'completed');
  // Another id is another worker.
  const other = await startWorker({ dir, id: 'worker-02' });
  expect((await noop(other, 'after')).status).toBe(200);
});

test('after kill -9 a worker starts again at once, on its port, and knows what it did', async () => {
  const { dir, port, ...killed } = await workerThatRuns();
  await killed.kill();
  const again = await startWorker({ dir, port });
  expect(again.port).toBe(port);
  expect((await history(again)).task_history).toMatchObject([{ task_id: 'runs', success: false }]);
  expect((await noop(again, 'after')).status).toBe(200);
});

test('a worker waits for the one before it, which is just ending', async () => {
  const first = await workerThatRuns(['--grace', '1']);
  const { dir } = first;
  first.child.kill('SIGTERM');
  const second = await startWorker({ dir });
  expect(await first.exited).toEqual({ code: 0, signal: null });
  expect((await get(second, '/v2/tasks/runs')).body).toMatchObject({ state: 'lost' });
  expect((await noop(second, 'after')).status).toBe(200);
});

test('embedded workers come up at once in the folder of a master that was killed a moment ago', async () => {
  const dir = await temporaryFolder();
  await declarePrograms(dir);
  const first = await startMaster(dir);
  const urls = await first.ready();
  await Promise.all(
    urls.map(async (url) => {
      wait(url, 'runs').catch(() => {});
      await until('it runs', async () => (await fetch(`${url}/v2/tasks/runs`)).status === 200);
    }),
  );
  await first.kill();
  const second = await startMaster(dir);
  const again = await second.ready();
  expect(second.problems()).toEqual([]);
  for (const url of again) {
    expect(await (await fetch(`${url}/v2/tasks/runs`)).json()).toMatchObject({ state: 'lost' });
  }
});

/** A master with two embedded workers, killed after the test. */
async function startMaster(dir: string) {
  const child = fork(MASTER, [dir], { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const urls: string[] = [];
  const problems: unknown[] = [];
  child.on('message', (message: { type: string; url?: string }) => {
    if (message.type === 'ready' && message.url !== undefined) urls.push(message.url);
    else problems.push(message);
  });
  const exited = once(child, 'exit');
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  onTestFinished(async () => {
    await kill();
    await until('its workers are gone', async () => {
      const answers = await Promise.allSettled(urls.map((url) => fetch(`${url}/ping`)));
      return answers.every(({ status }) => status === 'rejected');
    });
  });
  return {
    kill,
    problems: () => problems,
    async ready(): Promise<readonly string[]> {
      await until(`both are ready; ${JSON.stringify(problems)}`, () => urls.length === 2);
      return urls;
    },
  };
}
