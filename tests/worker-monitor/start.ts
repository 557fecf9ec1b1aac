import { onTestFinished } from 'vitest';
import { createBus } from '#bus/bus.ts';
import type { Clock } from '#model/clock.ts';
import type { Event, EventOf } from '#model/events.ts';
import type { PingOutcome, Worker, WorkerConfig } from '#model/worker.ts';
import { createLocalStore } from '#store/local-store.ts';
import type { StatusAnswer } from '#worker-client/worker-client.ts';
import { createWorkerMonitor } from '#worker-monitor/worker-monitor.ts';
import { goodPing, REFUSED, sampleConfig } from '../model/samples.ts';

type MonitorOptions = Parameters<typeof createWorkerMonitor>[0];

export const INTERVALS: MonitorOptions['settings'] = {
  pingIntervalMs: 5_000,
  healthCheckIntervalMs: 10_000,
  maxPingFailures: 5,
  healthTimeoutMs: 30_000,
  httpTimeoutMs: 10_000,
};

/** A monitor on a real bus and store, with everything it has published. */
export function openMonitor(
  options: Pick<MonitorOptions, 'clock' | 'pinger' | 'client'> & {
    settings?: Partial<MonitorOptions['settings']>;
  },
) {
  const bus = createBus();
  const unanswered = () => Promise.reject(new Error('not asked in these tests'));
  const store = createLocalStore({ bus, clock: options.clock, dispatch: unanswered, query: unanswered });
  const events: Event[] = [];
  bus.subscribe((event) => events.push(event));
  const settings = { ...INTERVALS, ...options.settings };
  const monitor = createWorkerMonitor({ ...options, settings, bus, current: store.current });
  onTestFinished(async () => {
    await monitor.stop();
    store.close();
  });
  return {
    bus,
    monitor,
    settings,
    events,
    current: store.current,
    worker(id = 'worker-01'): Worker {
      const worker = store.current().workers.get(id);
      if (worker === undefined) throw new Error(`${id} is not in the snapshot`);
      return worker;
    },
    eventsOf<Type extends Event['type']>(type: Type): EventOf<Type>[] {
      return events.filter((event): event is EventOf<Type> => event.type === type);
    },
  };
}

/** How a worker of a test behaves towards pings just now. */
export type Mood = 'answers' | 'refuses' | 'hangs';

/** A fleet without sockets, whose workers do what the test says; it remembers what was asked of it. */
export function moodyFleet(clock: Clock, mood: (id: string, now: number) => Mood = () => 'answers') {
  const pings: { readonly id: string; readonly at: number; readonly deadlineMs: number }[] = [];
  const statusCalls: { readonly id: string; readonly at: number }[] = [];
  const inFlight = new Map<string, number>();
  let mostAtOnce = 0;

  function after<T>(ms: number, value: T): Promise<T> {
    return new Promise((resolve) => clock.after(ms, () => resolve(value)));
  }

  async function pingOf(id: string, deadlineMs: number): Promise<PingOutcome> {
    switch (mood(id, clock.monotonic())) {
      case 'answers':
        return after(3, goodPing(3, { workerId: id }));
      case 'refuses':
        return REFUSED;
      case 'hangs':
        return after(deadlineMs, { ok: false, failure: { reason: 'timeout', detail: '' } });
    }
  }

  return {
    pings,
    statusCalls,
    mostAtOnce: () => mostAtOnce,
    pingsOf: (id: string) => pings.filter((ping) => ping.id === id).map(({ at }) => at),
    pinger: {
      async ping({ id }: WorkerConfig, deadlineMs: number): Promise<PingOutcome> {
        pings.push({ id, at: clock.monotonic(), deadlineMs });
        const atOnce = (inFlight.get(id) ?? 0) + 1;
        inFlight.set(id, atOnce);
        mostAtOnce = Math.max(mostAtOnce, atOnce);
        const outcome = await pingOf(id, deadlineMs);
        inFlight.set(id, atOnce - 1);
        return outcome;
      },
    },
    client: {
      async status({ id }: WorkerConfig): Promise<StatusAnswer> {
        statusCalls.push({ id, at: clock.monotonic() });
        return after(2, {
          ok: true,
          report: { dockerImage: 'x', imageAvailable: true, benchmarks: [], pythonAvailable: true },
        });
      },
    },
  };
}

/** Workers `worker-001` … with nothing restored. */
export function fleetOf(size: number) {
  return Array.from({ length: size }, (_, index) => {
    const id = `worker-${String(index + 1).padStart(3, '0')}`;
    return { config: sampleConfig(id), restored: null };
  });
}
