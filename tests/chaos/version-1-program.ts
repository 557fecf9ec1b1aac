// A worker of version 1, as the protocol describes the deployed one: `version-1-program.ts ID JOURNAL`. No account, no
// cancel, no limit and no queue; it runs an id as often as it is sent, and forgets its history when it ends. What the
// deployed one does not do: it keeps a journal of its runs, for the harness alone.
import { appendFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { localTime } from '#model/local-time.ts';
import { pingBody, statusBody } from '../helpers/strange-workers.ts';
import type { FromVersion1, JournalLine } from './messages.ts';

const [id = '', journal = ''] = process.argv.slice(2);
const KEPT = 100;
const SLOW_MS = 300;
/** The first attempt of one task in so many takes longer than the master waits, and answers all the same. */
const STUCK_ONE_IN = 151;
const STUCK_MS = 13_000;

/** The first attempt of one task in so many fails here, as on a machine that is not as it should be. */
const BROKEN_ONE_IN = 97;
/** It has two. */
const BENCHMARKS = { benchmark_python: 'echo', benchmark_cython: 'slow', debug_mode: false };

interface Request {
  readonly task_id: string;
  readonly benchmark: string;
  readonly params: { readonly N: number };
}

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

const history: object[] = [];
/** The task that started last; the end of any clears it. */
let current: object | null = null;
let [successful, failed] = [0, 0];

/** Synchronous: a kill -9 loses nothing of it. */
function note(line: JournalLine): void {
  appendFileSync(journal, `${JSON.stringify(line)}\n`);
}

function statistics(): object {
  const total = successful + failed;
  return {
    total_tasks: total,
    successful_tasks: successful,
    failed_tasks: failed,
    success_rate: total === 0 ? 0 : (100 * successful) / total,
    avg_execution_time: 0,
    min_execution_time: 0,
    max_execution_time: 0,
  };
}

const isFirst = (wire: string) => !wire.includes('.');

/** The counts are now in their keys, now in the output only: both are seen in the field. */
function answerTo({ task_id, params }: Request): Answer {
  const common = { worker_id: id, timestamp: localTime(Date.now()) };
  if (isFirst(task_id) && params.N % BROKEN_ONE_IN === 0) {
    return { status: 500, body: { status: 'error', error: 'no', stdout: '', return_code: 3, ...common } };
  }
  if (params.N % 2 === 0) {
    const counts = { particle_collisions: params.N, wall_collisions: null };
    return { status: 200, body: { status: 'success', execution_time: 0.01, ...counts, ...common } };
  }
  const raw_output = `Total colisiones Partícula-Partícula: ${params.N}\n`;
  const parsed = { status: 'completed_with_parse_error', raw_output, parse_error: 'not found' };
  return { status: 200, body: { ...parsed, execution_time: 0.01, ...common } };
}

async function execute(request: Request): Promise<Answer> {
  const { task_id, benchmark, params } = request;
  note({ wire: task_id, event: 'started' });
  current = { task_id, benchmark, params, started_at: localTime(Date.now()) };
  const isStuck = isFirst(task_id) && params.N % STUCK_ONE_IN === 0;
  const ms = isStuck ? STUCK_MS : benchmark === 'slow' ? SLOW_MS : 1;
  await new Promise((resolve) => setTimeout(resolve, ms));
  const answer = answerTo(request);
  const success = answer.status === 200;
  note({ wire: task_id, event: success ? 'completed' : 'failed' });
  current = null;
  if (success) successful += 1;
  else failed += 1;
  history.push({
    task_id,
    algorithm: benchmark,
    parameters: params,
    execution_time: ms / 1_000,
    success: answer.body.status === 'success',
    result: success ? answer.body : null,
    error: success ? null : 'no',
    timestamp: localTime(Date.now()),
    worker_id: id,
  });
  if (history.length > KEPT) history.shift();
  return answer;
}

async function answer(request: IncomingMessage): Promise<Answer> {
  switch (request.url) {
    case '/execute':
      return execute((await json(request)) as Request);
    case '/ping':
      return { status: 200, body: pingBody(id, { current_task: current, task_statistics: statistics() }) };
    case '/status':
      return { status: 200, body: statusBody(id, { config: BENCHMARKS }) };
    default:
      return {
        status: 200,
        body: {
          worker_id: id,
          task_history: history,
          statistics: statistics(),
          timestamp: localTime(Date.now()),
        },
      };
  }
}

/** No length, and the end of the connection is the end of the answer, as in HTTP/1.0. */
function send(response: ServerResponse, { status, body }: Answer): void {
  response.shouldKeepAlive = false;
  response.useChunkedEncodingByDefault = false;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.write(JSON.stringify(body));
  response.end();
}

const server = createServer((request, response) => {
  void answer(request).then((told) => send(response, told));
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ type: 'listens', port } satisfies FromVersion1);
});
// Never without the harness.
process.once('disconnect', () => process.exit(1));
