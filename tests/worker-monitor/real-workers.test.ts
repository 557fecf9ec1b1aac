import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '#app/system-clock.ts';
import type { CallFailure } from '#model/call-failure.ts';
import type { WorkerConfig } from '#model/worker.ts';
import {
  answer,
  CLOSED_PORT,
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
  steadyPort,
  workerConfig,
} from '../helpers/strange-workers.ts';
import { until } from '../helpers/until.ts';
import { openClient, openPinger, untilTestEnds } from '../worker-client/start.ts';
import { openMonitor } from './start.ts';

/** On a busy machine a good worker, too, may miss a deadline as short as this: a state is waited for, and none counts for good. */
const FAST = { pingIntervalMs: 400, healthCheckIntervalMs: 500, maxPingFailures: 3, httpTimeoutMs: 350 };

function openRealMonitor() {
  const clock = systemClock;
  return openMonitor({ clock, pinger: openPinger(), client: openClient(), settings: FAST });
}

/** A worker process on a port, killed with the running test at the latest. */
async function startWorkerProcess(port: number): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('worker-child.ts', import.meta.url)), [String(port)]);
  const exited = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  await once(child, 'message');
  return child;
}

describe('real worker processes', () => {
  test('one that is killed is found, and found again when it is started again', async () => {
    const port = await steadyPort();
    const child = await startWorkerProcess(port);
    const { monitor, worker, current } = openRealMonitor();
    monitor.start([{ config: workerConfig(port), restored: null }]);
    await until('it is active and healthy', () => worker().health.state === 'healthy');

    child.kill('SIGKILL');
    await until('it is inactive, and refuses', () => {
      const { status, lastFailure } = worker();
      return status === 'inactive' && lastFailure?.reason === 'refused';
    });
    expect(worker().health).toMatchObject({ state: 'unhealthy' });

    const { lost } = current().counters;
    expect(lost).toBeGreaterThan(0);
    await startWorkerProcess(port);
    await until('it is healthy again', () => {
      const { status, health } = worker();
      return status === 'active' && health.state === 'healthy';
    });
    expect(current().counters.discovered).toBe(1);
    expect(current().counters.recovered).toBeGreaterThanOrEqual(lost);
  });

  test('one that is suspended hangs: it is found, and found again when it goes on', async () => {
    const port = await steadyPort();
    const child = await startWorkerProcess(port);
    const { monitor, worker } = openRealMonitor();
    monitor.start([{ config: workerConfig(port), restored: null }]);
    await until('it is active', () => worker().status === 'active');

    child.kill('SIGSTOP');
    await until('it is inactive', () => worker().status === 'inactive');
    expect(worker().lastFailure).toEqual({ reason: 'timeout', detail: '' });

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
    return [...configs, workerConfig(CLOSED_PORT, 'refusing')];
  }

  test('each is in the state it deserves, for the right reason, and none harms another', async () => {
    const { monitor, current, worker } = openRealMonitor();
    monitor.start((await strangeFleet()).map((config) => ({ config, restored: null })));
    await until('all have found their state', () =>
      [...current().workers].every(({ id, status, lastFailure }) =>
        EXPECTED[id] === null
          ? status === 'active'
          : status === 'inactive' && lastFailure?.reason === EXPECTED[id],
      ),
    );
    await until('version 1 is healthy', () => worker('version-1').health.state === 'healthy');
    await until('the name of the hostile one', () =>
      worker('hostile').health.warnings.some(
        (warning) => warning.code === 'other-id' && warning.reported === 'evilredbold gnp.exe   nextlink',
      ),
    );
  });
});

test('a hundred hanging workers keep no ping of the others from being answered', async () => {
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
  const { taken } = worker().answered;
  await until(
    'the other one is answered all the while',
    () => worker().status === 'active' && worker().answered.taken >= taken + FAST.maxPingFailures,
  );
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
  await until('it was judged', () => {
    expect(worker()).toMatchObject({
      status: 'active',
      health: {
        state: 'unhealthy',
        reasons: [{ code: 'status-failed', failure: { reason: 'http-status', detail: '500' } }],
        warnings: [{ code: 'no-docker' }],
      },
    });
    return true;
  });
});
