import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { WorkerConfig } from '../../source/model/worker.ts';
import { until } from './until.ts';

/** A worker that misbehaves, on a real socket of 127.0.0.1. */
export interface StrangeWorker {
  readonly url: string;
  readonly port: number;
  /** As the master would be configured for it. */
  readonly config: WorkerConfig;
  /** Requests seen so far, as `METHOD /path`, oldest first. */
  readonly requests: readonly string[];
  /** Connections accepted so far. */
  readonly connections: () => number;
  /** Connections that are open now. */
  readonly open: () => number;
  /** Ends it and all its connections. */
  stop(): Promise<void>;
}

/** What a strange worker does with a request whose head has come; `body` is what has come of it. */
export type Behaviour = (socket: Socket, request: { readonly path: string; readonly body: string }) => void;

export interface StrangeWorkerOptions {
  readonly id?: string;
  readonly port?: number;
  /** Runs when a connection is accepted, before any request. */
  readonly onConnection?: (socket: Socket) => void;
  /** Speaks HTTPS with this identity. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** Configuration of a worker at a port of 127.0.0.1. */
export function workerConfig(port: number, id = 'worker-01'): WorkerConfig {
  return {
    id,
    url: `http://127.0.0.1:${port}`,
    host: '127.0.0.1',
    port,
    slots: null,
    labels: [],
    tokenFile: null,
    origin: 'configured',
  };
}

/** Starts a worker that behaves as told. Understands one request at a time on each connection, as its whole need is. */
export async function startStrangeWorker(
  behave: Behaviour,
  { id, port = 0, onConnection, tls }: StrangeWorkerOptions = {},
): Promise<StrangeWorker> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  function accept(socket: Socket): void {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // The other side may go away at any time: that is the point of the tests.
    socket.on('error', () => {});
    socket.on('end', () => socket.end());
    onConnection?.(socket);
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      const headEnd = received.indexOf('\r\n\r\n');
      if (headEnd === -1) return;
      const length = Number(/^content-length: *(\d+)/im.exec(received)?.[1] ?? 0);
      const body = received.slice(headEnd + 4);
      if (body.length < length) return;
      const [method = '', path = ''] = received.split(' ', 2);
      received = '';
      requests.push(`${method} ${path}`);
      behave(socket, { path, body: Buffer.from(body, 'latin1').toString('utf8') });
    });
  }

  const server = tls ? createTlsServer({ ...tls }, accept) : createServer({ allowHalfOpen: true }, accept);
  const bound = await listen(server, port);
  const url = `${tls ? 'https' : 'http'}://127.0.0.1:${bound}`;
  return {
    url,
    port: bound,
    config: { ...workerConfig(bound, id), url },
    requests,
    connections: () => connections,
    open: () => sockets.size,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address() as AddressInfo;
  return address.port;
}

/** A port of 127.0.0.1 on which nothing listens. A free one that was let go could be somebody else's a moment later. */
export const CLOSED_PORT = 1;

/** Linux gives out ports from 32 768 on by itself (ip_local_port_range). */
const STEADY_PORTS = { from: 20_000, count: 12_000 };

/** A free port of 127.0.0.1 for what goes and comes back at it: no other program is given it meanwhile. */
export function steadyPort(): Promise<number> {
  return until('a free port', async () => {
    const server = createServer();
    const port = await listen(server, STEADY_PORTS.from + Math.floor(Math.random() * STEADY_PORTS.count));
    await new Promise((resolve) => server.close(resolve));
    return port;
  });
}

/** What version 1 answers to GET /ping. */
export function pingBody(id = 'worker-01', changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    status: 'active',
    worker_id: id,
    timestamp: '2026-11-23T21:45:48.248550',
    current_task: null,
    docker_available: true,
    task_statistics: {
      total_tasks: 12,
      successful_tasks: 12,
      failed_tasks: 0,
      success_rate: 100.0,
      avg_execution_time: 1.9,
      min_execution_time: 1.2,
      max_execution_time: 2.4,
    },
    message: 'Worker is ready',
    config: { docker_image: 'particle-simulation:latest', debug_mode: false, using_env_config: true },
    ...changes,
  };
}

/** What version 1 answers to GET /status. */
export function statusBody(id = 'worker-01', changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    status: 'ready',
    worker_id: id,
    docker_available: true,
    image_available: true,
    docker_image: 'particle-simulation:latest',
    timestamp: '2026-11-23T21:45:48.248550',
    config: {
      benchmark_python: 'benchmark.py',
      benchmark_cython: 'benchmark_cython.py',
      debug_mode: false,
      verbose_mode: true,
      using_env_config: true,
    },
    ...changes,
  };
}

/** Answers with `body` over HTTP/1.1 and keeps the connection. */
export function answer(socket: Socket, body: string, status = 200): void {
  const length = Buffer.byteLength(body);
  socket.write(
    `HTTP/1.1 ${status} X\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${body}`,
  );
}

/** Version 1 as it is deployed: HTTP/1.0, no length, the connection closed after each answer. */
export function startVersion1Worker(options: StrangeWorkerOptions = {}): Promise<StrangeWorker> {
  const bodies: Record<string, unknown> = {
    '/ping': pingBody(options.id),
    '/status': statusBody(options.id),
    '/history?limit=100': { worker_id: options.id ?? 'worker-01', task_history: [], statistics: {} },
  };
  return startStrangeWorker((socket, { path, body }) => {
    const reply = path === '/execute' ? executed(body) : bodies[path];
    socket.write(
      'HTTP/1.0 200 OK\r\nServer: Werkzeug/2.0.3 Python/3.9.2\r\nContent-Type: application/json\r\n\r\n',
    );
    socket.end(JSON.stringify(reply));
  }, options);
}

function executed(request: string): Record<string, unknown> {
  const { benchmark, params } = JSON.parse(request) as Record<string, unknown>;
  return {
    status: 'completed_with_parse_error',
    execution_time: 1.92,
    worker_id: 'worker-01',
    timestamp: '2026-11-23T21:45:48.248550',
    raw_output: [
      `Running ${String(benchmark)} with ${JSON.stringify(params)}`,
      '  Progreso: 100 / 500 pasos completados...',
      'Total colisiones Partícula-Partícula: 171',
      'Total colisiones con Pared: 112',
      '',
    ].join('\n'),
    parse_error: 'could not convert',
  };
}

/** Accepts connections and requests, and never answers. */
export function startHangingWorker(options: StrangeWorkerOptions = {}): Promise<StrangeWorker> {
  return startStrangeWorker(() => {}, options);
}

/** Answers one byte at a time, and would take longer than anybody waits. */
export function startTricklingWorker(options: StrangeWorkerOptions = {}): Promise<StrangeWorker> {
  return startStrangeWorker((socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n{');
    const timer = setInterval(() => socket.write(' '), 5);
    socket.on('close', () => clearInterval(timer));
  }, options);
}

/** Answers with 100 MB, as fast as they are taken. `sentBytes` tells how far it came. */
export async function startFloodingWorker(
  options: StrangeWorkerOptions = {},
): Promise<StrangeWorker & { readonly sentBytes: () => number }> {
  const total = 100 * 2 ** 20;
  const chunk = Buffer.alloc(64 * 1_024, ' ');
  let sent = 0;
  const worker = await startStrangeWorker((socket) => {
    let left = total;
    function pour(): void {
      while (left > 0 && socket.writable) {
        left -= chunk.length;
        sent += chunk.length;
        if (!socket.write(chunk)) return;
      }
      socket.off('drain', pour);
    }
    socket.write(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${total}\r\n\r\n`);
    socket.on('drain', pour);
    pour();
  }, options);
  return { ...worker, sentBytes: () => sent };
}

/** Answers with JSON that ends in the middle. */
export function startMalformedWorker(options: StrangeWorkerOptions = {}): Promise<StrangeWorker> {
  return startStrangeWorker((socket) => answer(socket, '{"status": "active", "worker_id'), options);
}

/** Text that would rename the window, colour the screen, clear it and turn its direction around. */
const HOSTILE_TEXT =
  'evil\u001b]0;owned\u0007\u001b[2J\u001b[31mred\u009b1mbold\u202egnp.exe\u0000\r\nnext\u001b]8;;http://x\u001b\\link';

/** Answers everything with hostile text in every string. */
export function startHostileWorker(options: StrangeWorkerOptions = {}): Promise<StrangeWorker> {
  return startStrangeWorker((socket, { path }) => answer(socket, JSON.stringify(hostileBody(path))), options);
}

function hostileBody(path: string): Record<string, unknown> {
  if (path === '/ping') {
    return pingBody(HOSTILE_TEXT, {
      message: HOSTILE_TEXT,
      capabilities: [HOSTILE_TEXT],
      current_task: { task_id: HOSTILE_TEXT, benchmark: HOSTILE_TEXT, params: {}, started_at: HOSTILE_TEXT },
    });
  }
  if (path === '/status') {
    return statusBody(HOSTILE_TEXT, {
      docker_image: HOSTILE_TEXT,
      config: { benchmark_python: HOSTILE_TEXT, benchmark_cython: '' },
    });
  }
  if (path === '/execute') {
    return {
      status: 'success',
      execution_time: 1,
      full_output: `${HOSTILE_TEXT}\nTotal colisiones con Pared: 7\n`,
    };
  }
  const failed = { task_id: 't-2', success: false, result: null, error: HOSTILE_TEXT };
  return { task_history: [{ ...failed, task_id: HOSTILE_TEXT }, failed] };
}

/** Answers everything with one HTTP status and an error in JSON. */
export function startFailingWorker(
  status: number,
  options: StrangeWorkerOptions = {},
): Promise<StrangeWorker> {
  return startStrangeWorker((socket) => {
    answer(socket, JSON.stringify({ status: 'error', error: 'no room for more' }), status);
  }, options);
}

/** Resets each connection once a request has come. */
export function startResettingWorker(options: StrangeWorkerOptions = {}): Promise<StrangeWorker> {
  return startStrangeWorker((socket) => socket.resetAndDestroy(), options);
}
