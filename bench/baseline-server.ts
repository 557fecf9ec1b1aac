// The least that an HTTP server can do for the same request, in a process of its own: `node bench/baseline-server.ts KIND …`.
// `constant SIZE` answers every request with the same JSON of SIZE bytes; `spawn FILE` starts a program for each and
// answers when it has ended; `thread MODULE` does so with a worker thread. Nothing is recorded, queued or limited.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';

const [kind = '', argument = ''] = process.argv.slice(2);
const PADDING = Math.max(0, Number(argument) - '{"padding":""}'.length);
const CONSTANT = JSON.stringify({ padding: 'x'.repeat(kind === 'constant' ? PADDING : 0) });

async function answer(): Promise<string> {
  if (kind === 'constant') return CONSTANT;
  const running = kind === 'spawn' ? spawn(argument, { stdio: ['ignore', 'pipe', 'pipe'] }) : thread();
  const [code] = await once(running, 'exit');
  return JSON.stringify({ status: code === 0 ? 'success' : 'error' });
}

function thread(): Worker {
  return new Worker(new URL(argument), { stdout: true, stderr: true });
}

const server = createServer((request, response) => {
  request.resume().once('end', async () => {
    const body = await answer();
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  });
});
server.keepAliveTimeout = 75_000;
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`listens on http://127.0.0.1:${port}\n`);
});
process.on('SIGTERM', () => process.exit(0));
