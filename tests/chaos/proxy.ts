import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { Random } from '#model/clock.ts';
import { steadyPort } from '../helpers/strange-workers.ts';

/** What may happen to a connection; the mischief that was done is counted by these names. */
export type Fate =
  | 'pass'
  | 'cut while running'
  | 'cut after the answer'
  | 'truncated'
  | 'delayed'
  | 'duplicated';

/** How often each comes, for a task that is sent and for any other question; the rest pass. */
const EXECUTE: readonly (readonly [Fate, number])[] = [
  ['cut while running', 0.05],
  ['cut after the answer', 0.05],
  ['truncated', 0.03],
  ['delayed', 0.05],
  ['duplicated', 0.03],
];
const OTHER: readonly (readonly [Fate, number])[] = [
  ['cut while running', 0.02],
  ['truncated', 0.02],
  ['delayed', 0.04],
  ['duplicated', 0.02],
];
const LONGEST_RUN_MS = 250;
const LONGEST_DELAY_MS = 2_000;

export interface ProxyOptions {
  readonly random: Random;
  /** Told of everything that is done to a connection. */
  readonly onFate: (fate: Fate) => void;
  /** Told of every task that comes by on its way to the worker, by its id on the wire. */
  readonly onSent: (wire: string) => void;
}

/** Stands between the master and a worker, and does what networks do. */
export interface UnreliableProxy {
  readonly port: number;
  /** Where the worker listens; null: nowhere, and connections are refused. */
  lead(target: number | null): Promise<void>;
  /** Breaks every connection. */
  cut(): void;
  /** Takes no connections while it is true, and breaks those that are. */
  apart(isApart: boolean): void;
  /** From now on everything passes. */
  calm(): void;
  close(): Promise<void>;
}

const WIRE = /"task_id":"([^"]+)"/;

function pause(ms: number): Promise<void> {
  return ms === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
}

/** Listens on a free port of 127.0.0.1, the same one whenever it comes back. */
export async function startProxy({ random, onFate, onSent }: ProxyOptions): Promise<UnreliableProxy> {
  const sockets = new Set<Socket>();
  let target: number | null = null;
  let isApart = false;
  let isCalm = false;

  const server = createServer({ allowHalfOpen: false }, (client) => {
    watch(client);
    if (isApart || target === null) {
      client.destroy();
      return;
    }
    const worker = connect(target, '127.0.0.1');
    watch(worker);
    client.on('close', () => worker.destroy());
    join(client, worker);
  });

  function watch(socket: Socket): void {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket));
    // A broken connection is what this is for.
    socket.on('error', () => socket.destroy());
  }

  /** Every question draws a fate for its answer, also one on a connection that was kept. */
  function join(client: Socket, worker: Socket): void {
    let fate: Fate = 'pass';
    /** What has come of a task so far: its head and its body may come apart. */
    let task: string | null = null;
    client.on('data', (chunk) => {
      worker.write(chunk);
      if (chunk.toString('latin1', 0, 14) === 'POST /execute ') task = '';
      if (task !== null) task += chunk.toString('latin1');
      const [, wire] = WIRE.exec(task ?? '') ?? [];
      if (wire !== undefined) {
        task = null;
        onSent(wire);
      }
      const begin = chunk.toString('latin1', 0, 14);
      if (!/^(?:GET|POST|DELETE) /.test(begin)) return;
      fate = isCalm ? 'pass' : draw(begin.startsWith('POST /execute ') ? EXECUTE : OTHER);
      if (fate !== 'pass') onFate(fate);
      if (fate === 'cut while running') setTimeout(() => client.destroy(), random() * LONGEST_RUN_MS);
    });
    let before = Promise.resolve();
    /** What follows a delayed piece waits for it, the end included. */
    const inTurn = (step: () => void) => {
      const waits = fate === 'delayed' && !isCalm ? random() * LONGEST_DELAY_MS : 0;
      before = before.then(() => pause(waits)).then(step);
    };
    worker.on('data', (chunk) => {
      const drawn = fate;
      inTurn(() => forward(client, chunk, drawn));
    });
    worker.on('close', () => inTurn(() => client.destroySoon()));
  }

  function forward(client: Socket, chunk: Buffer, fate: Fate): void {
    switch (fate) {
      case 'pass':
      case 'delayed':
      case 'cut while running':
        client.write(chunk);
        break;
      case 'cut after the answer':
        client.destroy();
        break;
      case 'truncated':
        client.end(chunk.subarray(0, Math.floor(random() * chunk.length)));
        break;
      case 'duplicated':
        client.write(chunk);
        client.write(chunk);
        break;
    }
  }

  function draw(fates: readonly (readonly [Fate, number])[]): Fate {
    let left = random();
    for (const [fate, share] of fates) {
      left -= share;
      if (left < 0) return fate;
    }
    return 'pass';
  }

  function cut(): void {
    for (const socket of sockets) socket.destroy();
  }

  async function listen(): Promise<void> {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  }

  const port = await steadyPort();
  await listen();
  return {
    port,
    cut,
    async lead(wanted) {
      target = wanted;
      if (wanted === null && server.listening) server.close();
      if (wanted !== null && !server.listening) await listen();
    },
    apart(wanted) {
      isApart = wanted;
      if (wanted) cut();
    },
    calm() {
      isCalm = true;
      isApart = false;
    },
    close() {
      const closed = server.listening ? once(server.close(), 'close') : Promise.resolve();
      cut();
      return closed.then(() => {});
    },
  };
}
