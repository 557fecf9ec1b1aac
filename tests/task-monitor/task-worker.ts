import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { WorkerConfig } from '#model/worker.ts';
import { workerConfig } from '../helpers/strange-workers.ts';

/** One POST /execute that waits for its answer. */
export interface Run {
  readonly taskId: string;
  readonly benchmark: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Answers as version 1 does when the program succeeded, and remembers it in the history. */
  succeed(counts?: { particles?: number; walls?: number; seconds?: number }): void;
  /** Answers with a status and an error text. */
  fail(status: number, error: string): void;
  /** Breaks the connection without an answer. */
  hangUp(): void;
}

/** A worker of version 1 over real HTTP, whose programs end when the test says so. */
export interface TaskWorker {
  readonly id: string;
  readonly config: WorkerConfig;
  /** Every run that was asked of it, oldest first. */
  readonly runs: readonly Run[];
  /** Ids on the wire, in the order in which they came. */
  readonly taskIds: readonly string[];
  /** The most that ran at once. */
  readonly mostAtOnce: number;
  /** How often /history was asked. */
  readonly historyCalls: number;
  /** What /history says; a status other than 200 where it is a number. */
  history: readonly Record<string, unknown>[] | number;
  /** What /v2/tasks/:id says, by the id on the wire; it keeps itself while runs come and end. */
  readonly account: Map<string, Record<string, unknown>>;
  /** Ids on the wire that it was told to end. */
  readonly calledOff: readonly string[];
  /** Answers each run as soon as it comes. */
  answerAtOnce(answer: (run: Run) => void): void;
  close(): Promise<void>;
}

/** Starts one on a free port; it is closed when the running test has ended. */
export async function startTaskWorker(id: string, changes: Partial<WorkerConfig> = {}): Promise<TaskWorker> {
  const runs: Run[] = [];
  const account: TaskWorker['account'] = new Map();
  const open = new Map<string, Run>();
  const calledOff: string[] = [];
  let atOnce = 0;
  let mostAtOnce = 0;
  let historyCalls = 0;
  let onRun: (run: Run) => void = () => {};

  async function execute(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { task_id, benchmark, params } = JSON.parse(await bodyOf(request));
    atOnce += 1;
    mostAtOnce = Math.max(mostAtOnce, atOnce);
    let running = true;
    const end = () => {
      if (running) atOnce -= 1;
      running = false;
    };
    const run: Run = {
      taskId: task_id,
      benchmark,
      params,
      succeed(counts) {
        end();
        const result = successBody(id, counts);
        account.set(task_id, { state: 'completed', answer: { status: 200, body: result } });
        if (typeof worker.history !== 'number') {
          worker.history = [...worker.history, historyEntry(task_id, result)];
        }
        reply(response, 200, result);
      },
      fail(status, error) {
        end();
        const body = { status: 'error', error };
        if (account.get(task_id)?.state !== 'cancelled') {
          account.set(task_id, { state: 'failed', answer: { status, body } });
        }
        reply(response, status, { status: 'error', error, worker_id: id });
      },
      hangUp() {
        end();
        request.socket.destroy();
      },
    };
    account.set(task_id, { state: 'running', progress: 0.25, answer: null, stdout_tail: 'step 1\n' });
    open.set(task_id, run);
    runs.push(run);
    onRun(run);
  }

  /** As a worker of ours does: the run ends, and its caller is told so. */
  function callOff(wire: string): void {
    calledOff.push(wire);
    if (account.get(wire)?.state !== 'running') return;
    account.set(wire, { state: 'cancelled', answer: { status: 500, body: { error: 'cancelled' } } });
    open.get(wire)?.fail(500, 'cancelled');
  }

  const server = createServer((request, response) => {
    if (request.url === '/execute') {
      void execute(request, response);
    } else if (request.url?.startsWith('/history')) {
      historyCalls += 1;
      const { history } = worker;
      if (typeof history === 'number') reply(response, history, { error: 'no history' });
      else reply(response, 200, { worker_id: id, task_history: history, statistics: {} });
    } else if (request.url?.startsWith('/v2/tasks/')) {
      const wire = request.url.slice('/v2/tasks/'.length);
      if (request.method === 'DELETE') callOff(wire);
      const known = account.get(wire);
      if (known === undefined) reply(response, 404, { status: 'error', error: { code: 'unknown' } });
      else reply(response, 200, { task_id: wire, ...known });
    } else {
      reply(response, 404, {});
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const worker = {
    id,
    config: { ...workerConfig(port, id), ...changes },
    runs,
    get taskIds() {
      return runs.map(({ taskId }) => taskId);
    },
    get mostAtOnce() {
      return mostAtOnce;
    },
    get historyCalls() {
      return historyCalls;
    },
    account,
    calledOff,
    history: [] as TaskWorker['history'],
    answerAtOnce(answer: (run: Run) => void) {
      onRun = answer;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  onTestFinished(() => worker.close());
  return worker;
}

/** What version 1 answers when a program succeeded. */
export function successBody(
  workerId: string,
  { particles = 171, walls = 112, seconds = 1.5 } = {},
): Record<string, unknown> {
  return {
    status: 'success',
    execution_time: seconds,
    particle_collisions: particles,
    wall_collisions: walls,
    worker_id: workerId,
    timestamp: '2026-11-23T21:45:48.248550',
    benchmark: 'benchmark.py',
    params: {},
  };
}

/** What /history says of such a run. */
export function historyEntry(taskId: string, result: Record<string, unknown>): Record<string, unknown> {
  return { task_id: taskId, success: true, execution_time: 1.5, result, error: null };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

function reply(response: ServerResponse, status: number, body: Record<string, unknown>): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(JSON.stringify(body));
}
