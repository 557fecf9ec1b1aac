import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import {
  startWorkerProcess,
  type WorkerProcess,
  type WorkerProcessOptions,
} from '../helpers/worker-process.ts';
import { folderOfPrograms } from './fake-programs.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const TIMESTAMP = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
export const SIGNATURE = { worker_id: 'worker-01', timestamp: TIMESTAMP };
/** 23 and 39 collisions. */
export const SMALL = { NUM_PARTICULAS: 50, NUM_PASOS: 250, SEMILLA: 42 };
export const NO_STATISTICS = {
  total_tasks: 0,
  successful_tasks: 0,
  failed_tasks: 0,
  success_rate: 0,
  avg_execution_time: 0,
  min_execution_time: 0,
  max_execution_time: 0,
};

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** An answer, which is always JSON. */
export async function answerOf(response: Response): Promise<Answer> {
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

export const get = async (worker: WorkerProcess, path: string) => answerOf(await fetch(worker.url + path));
export const post = async (worker: WorkerProcess, body: unknown, init: RequestInit = {}) =>
  answerOf(
    await fetch(`${worker.url}/execute`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...init,
    }),
  );

/** A worker of the test, stopped with it. */
export async function startWorker(options: WorkerProcessOptions = {}): Promise<WorkerProcess> {
  const worker = await startWorkerProcess(options);
  onTestFinished(async () => {
    await worker.stop();
  });
  return worker;
}

interface History {
  readonly task_history: readonly { readonly task_id: string }[];
  readonly statistics: typeof NO_STATISTICS;
}

/** The body of GET /history. */
export const history = async (worker: WorkerProcess, query = '') =>
  (await get(worker, `/history${query}`)).body as unknown as History;

/** A PATH that goes with the test. */
export const programs = async (scripts: Readonly<Record<string, string>>) =>
  folderOfPrograms(join(await temporaryFolder(), 'bin'), scripts);
