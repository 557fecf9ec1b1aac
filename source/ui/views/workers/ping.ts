import { averageLatencyMs } from '#model/recent-pings.ts';
import type { Worker } from '#model/worker.ts';

/** What the table says of a worker's pings, in ms; null for one that does not answer just now. */
export function pingOf(worker: Worker): number | null {
  return worker.status === 'active' ? averageLatencyMs(worker) : null;
}
