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

/** The watch over one worker. */
export interface Watch {
  /** Goes on at the intervals of the settings as they are now, each worker at its own phase of them. */
  retime(): void;
  end(): void;
}

/** Watches one worker until it is ended. Of the settings, all but the intervals count as soon as they change. */
export function watchWorker({ bus, clock, settings, current, pinger, client, config }: WatchOptions): Watch {
  const workerId = config.id;
  const latencies = createLatencyHistory(settings.pingIntervalMs);
  let ended = false;

  const ping = oneAtATime(async () => {
    if (ended) return;
    const outcome = await pinger.ping(config, Math.min(settings.httpTimeoutMs, settings.pingIntervalMs));
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
    const change = statusChange({ worker, outcome, maxFailures: settings.maxPingFailures, at: clock.now() });
    if (change === null) return;
    bus.publish(change);
    // What was judged of the old state must not stand for the new one, not even until /status has answered.
    tellHealth(null, worker.medianMs);
    if (change.to === 'active') checkHealth();
  });

  const checkHealth = oneAtATime(async () => {
    if (ended) return;
    const isActive = current().workers.get(workerId)?.status === 'active';
    const probe = isActive ? await client.status(config, settings.httpTimeoutMs) : null;
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
      health: judgeHealth({ worker, probe, medianMs, now: at, healthTimeoutMs: settings.healthTimeoutMs }),
      medianMs,
      statusReport: probe?.ok ? probe.report : null,
    });
  }

  const origin = clock.monotonic();
  let endPings = () => {};
  let endChecks = () => {};

  /** Also where a ping was due soon, the next is at most one interval away. */
  function schedule(isFirst: boolean): void {
    endPings();
    endChecks();
    const now = clock.monotonic();
    const pings = slotsFor(workerId, origin, settings.pingIntervalMs);
    const checks = slotsFor(workerId, origin, settings.healthCheckIntervalMs);
    const firstAt = isFirst ? earlyStart(pings) : nextSlot(pings, now);
    endPings = repeat({ clock, slots: pings, firstAt, run: ping });
    endChecks = repeat({ clock, slots: checks, firstAt: nextSlot(checks, now), run: checkHealth });
  }

  schedule(true);
  return {
    retime() {
      latencies.resize(settings.pingIntervalMs);
      schedule(false);
    },
    end() {
      ended = true;
      endPings();
      endChecks();
    },
  };
}
