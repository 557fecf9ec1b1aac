import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '#app/system-clock.ts';
import type { CallFailure } from '#model/call-failure.ts';
import type { WorkerConfig } from '#model/worker.ts';
import {
  answer,
  closedPort,
  pingBody,
  type StrangeWorker,
  startFailingWorker,
  startFloodingWorker,
  startHangingWorker,
  startHostileWorker,
  startMalformedWorker,
  startResettingWorker,
  startStrangeWorker,
  startTricklingWorker,
  startVersion1Worker,
  statusBody,
  workerConfig,
} from '../helpers/strange-workers.ts';
import { until } from '../helpers/until.ts';
import { openClient, openPinger, untilTestEnds } from '../worker-client/start.ts';
import { openMonitor } from './start.ts';

const FAST = { pingIntervalMs: 400, healthCheckIntervalMs: 500, maxPingFailures: 3, httpTimeoutMs: 350 };
/** What a machine that is busy with other tests may add to a formula that holds on a fake clock. */
const BUSY_MACHINE_MS = 3_000;

function openRealMonitor() {
  const clock = systemClock;
  return openMonitor({ clock, pinger: openPinger(), client: openClient(), settings: FAST });
}

/** A worker process on a port, killed with the running test at the latest. */
async function startWorkerProcess(port = 0): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(fileURLToPath(new URL('worker-child.ts', import.meta.url)), [String(port)]);
  const exited = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const [bound] = await once(child, 'message');
  return { child, port: Number(bound) };
}

describe('real worker processes', () => {
  test('one that is killed is found in time, and found again when it is started again', async () => {
    const { child, port } = await startWorkerProcess();
    const { monitor, worker, current, eventsOf } = openRealMonitor();
    monitor.start([{ config: workerConfig(port), restored: null }]);
    await until('it is active and healthy', () => worker().health.state === 'healthy');

    const killedAt = systemClock.now();
    child.kill('SIGKILL');
    await until('it is inactive', () => worker().status === 'inactive');
    const { pingIntervalMs, maxPingFailures } = FAST;
    const fall = eventsOf('worker-status-changed').filter(({ at }) => at >= killedAt);
    expect(fall.map(({ to }) => to)).toEqual(['unstable', 'inactive']);
    expect(fall.at(-1)).toMatchObject({ milestone: 'lost', failure: { reason: 'refused' } });
    expect(worker().since - killedAt).toBeLessThan(maxPingFailures * pingIntervalMs + BUSY_MACHINE_MS);
    expect(worker().health).toMatchObject({ state: 'unhealthy' });

    await startWorkerProcess(port);
    await until('it is active again', () => worker().status === 'active');
    await until('it is healthy again', () => worker().health.state === 'healthy');
    expect(current().counters).toMatchObject({ discovered: 1, lost: 1, recovered: 1 });
  });

  test('one that is suspended hangs: it is found in time, and found again when it goes on', async () => {
    const { child, port } = await startWorkerProcess();
    const { monitor, worker } = openRealMonitor();
    monitor.start([{ config: workerConfig(port), restored: null }]);
    await until('it is active', () => worker().status === 'active');

    const stoppedAt = systemClock.now();
    child.kill('SIGSTOP');
    await until('it is inactive', () => worker().status === 'inactive');
    const { pingIntervalMs, httpTimeoutMs, maxPingFailures } = FAST;
    expect(worker().lastFailure).toEqual({ reason: 'timeout', detail: '' });
    expect(worker().since - stoppedAt).toBeLessThan(
      maxPingFailures * (pingIntervalMs + httpTimeoutMs) + BUSY_MACHINE_MS,
    );

    child.kill('SIGCONT');
    await until('it is active again', () => worker().status === 'active');
  });
});

describe('a fleet of strange workers', () => {
  const EXPECTED: Readonly<Record<string, CallFailure['reason'] | null>> = {
    'version-1': null,
    hostile: null,
    hanging: 'timeout',
    trickling: 'timeout',
    flooding: 'too-large',
    malformed: 'bad-body',
    failing: 'http-status',
    resetting: 'reset',
    refusing: 'refused',
  };

  async function strangeFleet(): Promise<WorkerConfig[]> {
    const workers: Record<string, StrangeWorker> = {
      'version-1': await startVersion1Worker({ id: 'version-1' }),
      hostile: await startHostileWorker(),
      hanging: await startHangingWorker(),
      trickling: await startTricklingWorker(),
      flooding: await startFloodingWorker(),
      malformed: await startMalformedWorker(),
      failing: await startFailingWorker(503),
      resetting: await startResettingWorker(),
    };
    onTestFinished(async () => {
      await Promise.all(Object.values(workers).map((worker) => worker.stop()));
    });
    const configs = Object.entries(workers).map(([id, { config }]) => ({ ...config, id }));
    return [...configs, workerConfig(await closedPort(), 'refusing')];
  }

  test('each is in the state it deserves, for the right reason, and none harms another', async () => {
    const { monitor, current, worker } = openRealMonitor();
    monitor.start((await strangeFleet()).map((config) => ({ config, restored: null })));
    await until('all have found their state', () =>
      [...current().workers].every(
        ({ id, status }) => status === (EXPECTED[id] === null ? 'active' : 'inactive'),
      ),
    );
    for (const [id, reason] of Object.entries(EXPECTED)) {
      if (reason !== null) expect([id, worker(id).lastFailure?.reason]).toEqual([id, reason]);
    }
    await until('version 1 is healthy', () => worker('version-1').health.state === 'healthy');
    expect(worker('hostile').health.warnings).toEqual([
      { code: 'other-id', reported: 'evilredbold gnp.exe   nextlink' },
    ]);
  });
});

test('a hundred hanging workers delay no ping of the others', async () => {
  const hanging = await untilTestEnds(startHangingWorker());
  const good = await untilTestEnds(
    startStrangeWorker((socket) => answer(socket, JSON.stringify(pingBody()))),
  );
  const { monitor, worker, current } = openRealMonitor();
  const stuck = Array.from({ length: 100 }, (_, index) => ({
    config: { ...hanging.config, id: `hanging-${index}` },
    restored: null,
  }));
  monitor.start([...stuck, { config: good.config, restored: null }]);
  await until('all that hang are inactive', () =>
    [...current().workers].every(({ id, status }) => id === 'worker-01' || status === 'inactive'),
  );
  expect(worker()).toMatchObject({ status: 'active', failures: 0, lastFailure: null });
  expect(worker().answered.taken).toBeGreaterThanOrEqual(FAST.maxPingFailures);
});

test('a worker that answers pings but not /status is active and unhealthy, and says why', async () => {
  const half = await untilTestEnds(
    startStrangeWorker((socket, { path }) => {
      if (path === '/ping')
        answer(socket, JSON.stringify(pingBody('worker-01', { docker_available: false })));
      else answer(socket, JSON.stringify(statusBody()), 500);
    }),
  );
  const { monitor, worker } = openRealMonitor();
  monitor.start([{ config: half.config, restored: null }]);
  await until('it was judged', () => worker().health.state === 'unhealthy' && worker().status === 'active');
  expect(worker().health).toMatchObject({
    reasons: [{ code: 'status-failed', failure: { reason: 'http-status', detail: '500' } }],
    warnings: [{ code: 'no-docker' }],
  });
});
