// The heap of the shipped program over 100 000 pings with the screen on: after a collection, at the end against the
// tenth part. Asked for through the inspector, so that what is measured is the program as people run it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTerminal } from '../tests/helpers/terminal.ts';
import { LAUNCHER, report, sleep, startFleet } from './program.ts';

const WORKERS = 250;
const INTERVAL_SECONDS = 0.25;
const PINGS = Number(process.env.BENCH_PINGS ?? 100_000);
const LIMIT = 1.1;

const dir = await mkdtemp(join(tmpdir(), 'elastic-bench-'));
const fleet = await startFleet(WORKERS, dir);
await writeFile(join(dir, '.env'), `ELASTIC_PING_INTERVAL=${INTERVAL_SECONDS}\n`);
const session = openTerminal({
  file: process.execPath,
  args: ['--inspect=127.0.0.1:0', LAUNCHER, '--dir', dir],
  cwd: dir,
});
try {
  await session.sees('all active', new RegExp(`${WORKERS}/${WORKERS} active`), 60_000);
  const url = /ws:\/\/127\.0\.0\.1:\d+\/[0-9a-f-]+/.exec(session.output())?.[0];
  if (url === undefined) throw new Error('the inspector did not say where it listens');
  const inspector = await connect(url);
  await pings(PINGS / 10);
  const early = await inspector.heapAfterCollection();
  await pings(PINGS);
  const late = await inspector.heapAfterCollection();
  inspector.close();
  console.log(
    `heap after ${PINGS / 10} pings: ${mebibytes(early)} MiB, after ${PINGS}: ${mebibytes(late)} MiB`,
  );
  report(`heap at the end / heap at the tenth part, ${PINGS} pings`, late / early, LIMIT);
} finally {
  session.type('q');
  await session.exited;
  fleet.kill();
  await rm(dir, { recursive: true, force: true });
}

/** Waits until the program itself has counted that many pings, read from its state file. */
async function pings(count: number): Promise<void> {
  const { readFile } = await import('node:fs/promises');
  for (;;) {
    const text = await readFile(join(dir, 'logs', 'worker_state.json'), 'utf8').catch(() => '{}');
    const state = JSON.parse(text) as { stats?: { total_pings?: number } };
    if ((state.stats?.total_pings ?? 0) >= count) return;
    await sleep(500);
  }
}

interface Inspector {
  heapAfterCollection(): Promise<number>;
  close(): void;
}

function connect(url: string): Promise<Inspector> {
  const socket = new WebSocket(url);
  const waiting = new Map<number, (result: { usedSize?: number }) => void>();
  let lastId = 0;
  socket.onmessage = ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { id: number; result: { usedSize?: number } };
    waiting.get(id)?.(result);
    waiting.delete(id);
  };
  const call = (method: string) =>
    new Promise<{ usedSize?: number }>((resolve) => {
      lastId += 1;
      waiting.set(lastId, resolve);
      socket.send(JSON.stringify({ id: lastId, method }));
    });
  return new Promise((resolve, reject) => {
    socket.onerror = () => reject(new Error('the inspector cannot be reached'));
    socket.onopen = () =>
      resolve({
        async heapAfterCollection() {
          // Twice: the first one runs finalizers that free more.
          await call('HeapProfiler.collectGarbage');
          await call('HeapProfiler.collectGarbage');
          return (await call('Runtime.getHeapUsage')).usedSize ?? Number.NaN;
        },
        close: () => socket.close(),
      });
  });
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
