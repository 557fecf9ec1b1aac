import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { workerConfig } from '../helpers/strange-workers.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { startWorkerProcess } from '../helpers/worker-process.ts';
import { declarePrograms } from '../worker-service/declared-programs.ts';
import { startsOf } from '../worker-service/journal-of.ts';
import { type Site, startSite } from './site.ts';

/** Stands between the master and a worker as a slow road does: what is POSTed gets there when the test lets it, whoever still waits. */
async function slowRoad(target: number) {
  const sockets = new Set<Socket>();
  const held: (() => void)[] = [];
  const keep = (socket: Socket) => {
    sockets.add(socket.on('error', () => {}));
    return socket;
  };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const worker = keep(connect(target, '127.0.0.1'));
    keep(client).on('data', (chunk) => {
      if (chunk.toString('latin1').startsWith('POST')) held.push(() => worker.write(chunk));
      else worker.write(chunk);
    });
    worker.pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port: (server.address() as AddressInfo).port, held };
}

const OURS = { capabilities: ['tasks', 'cancel'] } as const;

async function scene() {
  const dir = await temporaryFolder();
  await declarePrograms(dir);
  const worker = await startWorkerProcess({ dir });
  onTestFinished(async () => void (await worker.kill()));
  const road = await slowRoad(worker.port);
  const site = await startSite();
  site.healthy(workerConfig(road.port, 'worker-01'), OURS);
  await site.submit({ id: 'a', benchmark: 'noop', parameters: {} });
  await site.until('it is on the road', () => road.held.length > 0);
  return { dir, worker, road, site };
}

const state = async (url: string) => {
  const response = await fetch(`${url}/v2/tasks/a`);
  const { state } = (await response.json()) as { readonly state?: string };
  return state ?? response.status;
};

async function cancelled(site: Site): Promise<void> {
  await site.monitor.dispatch({ type: 'cancel-tasks', ids: ['a'] });
  await site.until('it is cancelled', () => site.task('a').state === 'cancelled');
}

test('a cancellation that overtakes its task keeps our worker from running it when it comes', async () => {
  const { dir, worker, road, site } = await scene();
  await cancelled(site);
  expect(await state(worker.url)).toBe(404);
  road.held[0]?.();
  await site.until('the worker has it', async () => (await state(worker.url)) !== 404);
  await site.until('it has ended there', async () => (await state(worker.url)) === 'cancelled');
  await worker.kill();
  expect(startsOf(dir, 'worker-01')).toEqual({ a: 0 });
});

test('a master that starts again and finds the worker without its task gives it elsewhere only once it cannot run there', async () => {
  const { dir, worker, road, site } = await scene();
  await site.crash();
  const again = await startSite({ dir: site.dir, clock: site.clock });
  again.healthy(workerConfig(road.port, 'worker-01'), OURS);
  await again.clock.advance(10);
  again.ping('worker-01', OURS);
  await again.until('it has gone elsewhere', () => again.told('a').includes('requeued'));
  await again.clock.advance(10);
  again.ping('worker-01', OURS);
  await again.until('it is sent again', () => road.held.length > 1);
  for (const arrive of road.held) arrive();
  await again.until('it is completed', () => again.task('a').state === 'completed');
  expect(again.task('a').attempts.map(({ outcome }) => outcome)).toEqual(['lost', 'completed']);
  await again.until('the first has come', async () => (await state(worker.url)) === 'cancelled');
  await worker.kill();
  expect(startsOf(dir, 'worker-01')).toEqual({ a: 0, 'a.2': 1 });
});
