import type { Bus } from '#bus/bus.ts';
import type { Clock } from '#model/clock.ts';
import type { Snapshot } from '#model/snapshot.ts';
import type { PingReport } from '#model/worker.ts';

/** A worker that is not configured may still come: embedded ones do once they listen. */
const UNKNOWN_WORKER_GRACE_MS = 10_000;

/** What was heard of a worker: a good ping, or that nothing more is to be expected of it. */
export type Sign = PingReport | 'inactive' | 'not-configured' | 'aborted';

export interface SignOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly current: () => Snapshot;
  readonly signal: AbortSignal;
}

/** The next thing heard of a worker that tells something: of pings, only good ones that were sent after `since`. */
export function nextSign(workerId: string, since: number, options: SignOptions): Promise<Sign> {
  const { bus, clock, current, signal } = options;
  return new Promise((resolve) => {
    function end(sign: Sign): void {
      unsubscribe();
      cancelGrace();
      signal.removeEventListener('abort', abort);
      resolve(sign);
    }
    const abort = () => end('aborted');
    const isConfigured = () => current().workers.has(workerId);
    const unsubscribe = bus.subscribe((event) => {
      if (event.type === 'worker-status-changed' && event.workerId === workerId) {
        if (event.to === 'inactive') end('inactive');
      } else if (event.type === 'worker-pinged' && event.workerId === workerId && event.outcome.ok) {
        const { latencyMs, report } = event.outcome;
        if (clock.monotonic() - latencyMs >= since) end(report);
      }
    });
    const cancelGrace = isConfigured()
      ? () => {}
      : clock.after(UNKNOWN_WORKER_GRACE_MS, () => {
          if (!isConfigured()) end('not-configured');
        });
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    else if (current().workers.get(workerId)?.status === 'inactive') end('inactive');
  });
}
