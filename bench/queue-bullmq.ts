// The other side of `bench:queue`: BullMQ on a Redis of its own. `node bench/queue-bullmq.ts FOLDER everysec|always PORT PORT`
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Queue, Worker } from 'bullmq';
import { REDIS, serveSide } from './queue-side.ts';
import { createCaller, SLOTS } from './queue-workers.ts';

const [dir = '', appendfsync = 'always', ...ports] = process.argv.slice(2);
await mkdir(dir);
const socket = join(dir, 'redis.sock');
const options = { port: '0', unixsocket: socket, dir, save: '', appendonly: 'yes', appendfsync };
const redis = spawn(
  REDIS,
  Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
const exited = once(redis, 'exit');
// Whatever ends this process.
process.once('exit', () => redis.kill('SIGTERM'));
await Promise.race([
  listening(),
  exited.then(([code]) => {
    throw new Error(`redis-server ended (${code}) before it listened`);
  }),
]);

const connection = { path: socket, maxRetriesPerRequest: null };
const caller = createCaller(ports.map(Number));
const queue = new Queue<Record<string, never>>('bench', { connection });
const worker = new Worker<Record<string, never>>('bench', async ({ id = '' }) => caller.execute(id), {
  connection,
  concurrency: SLOTS * ports.length,
});

await serveSide({
  async ready() {
    await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
  },
  async run({ prefix, tasks }) {
    const recorded = Promise.withResolvers<void>();
    let left = tasks;
    const onCompleted = () => {
      left -= 1;
      if (left === 0) recorded.resolve();
    };
    const onFailed = (_: unknown, error: Error) => recorded.reject(error);
    worker.on('completed', onCompleted).on('failed', onFailed);
    const ids = Array.from({ length: tasks }, (_, index) => `${prefix}-${index}`);
    await Promise.all(ids.map((jobId) => queue.add('no-op', {}, { jobId })));
    await recorded.promise;
    worker.off('completed', onCompleted).off('failed', onFailed);
  },
  async close() {
    await worker.close();
    await queue.close();
    await caller.close();
    redis.kill('SIGTERM');
    await exited;
  },
});

function listening(): Promise<void> {
  return new Promise((resolve) => {
    let said = '';
    redis.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('eady to accept connections')) resolve();
    });
  });
}
