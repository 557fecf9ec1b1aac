import type { Bus } from '#bus/bus.ts';
import type { Clock } from '#model/clock.ts';
import { judgeHealth, type StatusProbe } from '#model/health.ts';
import type { Settings } from '#model/settings.ts';
import type { Snapshot } from '#model/snapshot.ts';
import type { WorkerConfig } from '#model/worker.ts';
import type { Pinger } from '#worker-client/pinger.ts';
import type { WorkerClient } from '#worker-client/worker-client.ts';
import { createLatencyHistory } from './latency-history.ts';
import { earlyStart, nextSlot, oneAtATime, repeat, slotsFor } from './schedule.ts';
import { statusChange } from './status-change.ts';

export interface WatchOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly settings: Pick<
    Settings,
    'pingIntervalMs' | 'healthCheckIntervalMs' | 'maxPingFailures' | 'healthTimeoutMs' | 'httpTimeoutMs'
  >;
  /** The picture as of the last event: the store must hear each event before `publish` returns. */
  readonly current: () => Snapshot;
  readonly pinger: Pick<Pinger, 'ping'>;
  readonly client: Pick<WorkerClient, 'status'>;
  readonly config: WorkerConfig;
}

/** Watches one worker until the function returned is called. */
export function watchWorker({
  bus,
  clock,
  settings,
  current,
  pinger,
  client,
  config,
}: WatchOptions): () => void {
  const { pingIntervalMs, healthCheckIntervalMs, maxPingFailures, healthTimeoutMs, httpTimeoutMs } = settings;
  const workerId = config.id;
  const latencies = createLatencyHistory(pingIntervalMs);
  const deadlineMs = Math.min(httpTimeoutMs, pingIntervalMs);
  let ended = false;

  const ping = oneAtATime(async () => {
    if (ended) return;
    const outcome = await pinger.ping(config, deadlineMs);
    if (ended) return;
    const expected = !outcome.ok && current().workers.get(workerId)?.status === 'inactive';
    bus.publish({
      type: 'worker-pinged',
      at: clock.now(),
      workerId,
      outcome,
      ...(expected ? { expected } : {}),
    });
    if (outcome.ok) latencies.add(clock.monotonic(), outcome.latencyMs);
    const worker = current().workers.get(workerId);
    if (worker === undefined) return;
    const change = statusChange({ worker, outcome, maxFailures: maxPingFailures, at: clock.now() });
    if (change === null) return;
    bus.publish(change);
    // What was judged of the old state must not stand for the new one, not even until /status has answered.
    tellHealth(null, worker.medianMs);
    if (change.to === 'active') checkHealth();
  });

  const checkHealth = oneAtATime(async () => {
    if (ended) return;
    const isActive = current().workers.get(workerId)?.status === 'active';
    const probe = isActive ? await client.status(config, httpTimeoutMs) : null;
    if (!ended) tellHealth(probe, latencies.median(clock.monotonic()));
  });

  function tellHealth(probe: StatusProbe, medianMs: number | null): void {
    const worker = current().workers.get(workerId);
    if (worker === undefined) return;
    const at = clock.now();
    bus.publish({
      type: 'worker-health-checked',
      at,
      workerId,
      health: judgeHealth({ worker, probe, medianMs, now: at, healthTimeoutMs }),
      medianMs,
      statusReport: probe?.ok ? probe.report : null,
    });
  }

  const origin = clock.monotonic();
  const pings = slotsFor(workerId, origin, pingIntervalMs);
  const checks = slotsFor(workerId, origin, healthCheckIntervalMs);
  const endPings = repeat({ clock, slots: pings, firstAt: earlyStart(pings), run: ping });
  const endChecks = repeat({ clock, slots: checks, firstAt: nextSlot(checks, origin), run: checkHealth });
  return () => {
    ended = true;
    endPings();
    endChecks();
  };
}
