import type { Clock } from '#model/clock.ts';
import type { PingOutcome, WorkerConfig } from '#model/worker.ts';
import { createKeptConnections } from './kept-connections.ts';
import { readPing } from './ping-body.ts';

/** Asks workers whether they live. */
export interface Pinger {
  /** GET /ping. Never rejects. `deadlineMs` covers everything, the connection included. One at a time for a worker. */
  ping(config: WorkerConfig, deadlineMs: number): Promise<PingOutcome>;
  /** Closes the connection to a worker that is not pinged any more. */
  forget(workerId: string): void;
  /** Closes all connections; pings under way fail. */
  close(): Promise<void>;
}

export function createPinger({ clock }: { readonly clock: Clock }): Pinger {
  const connections = createKeptConnections({ clock, path: '/ping' });
  return {
    async ping(config, deadlineMs) {
      const got = await connections.get(config, deadlineMs);
      if (!got.ok) return { ok: false, failure: got.failure };
      const read = readPing(got.body);
      return read.ok ? { ok: true, latencyMs: got.latencyMs, report: read.value } : read;
    },
    forget: (workerId) => connections.forget(workerId),
    close: () => connections.close(),
  };
}
