import type { Snapshot } from '#model/snapshot.ts';
import { Table } from '#model/table.ts';
import type { Worker } from '#model/worker.ts';

/** What is older than this many ping intervals proves nothing. */
const STALE_INTERVALS = 3;

/** Whether the whole picture is too old to be believed. */
export function isStale({ at, settings, workers }: Snapshot, now: number): boolean {
  return settings !== null && workers.size > 0 && now - at > STALE_INTERVALS * settings.pingIntervalMs;
}

/**
 * The picture in which no worker is active that nobody has asked for long: it is unknown until it answers. After a sleep
 * of the machine the first ping makes the picture a new one, but not what is known of the other workers. A picture that
 * is stale as a whole stays as it was, with its age.
 */
export function withOverdue(snapshot: Snapshot, now: number): Snapshot {
  const { settings, workers } = snapshot;
  if (settings === null || isStale(snapshot, now)) return snapshot;
  const limit = now - STALE_INTERVALS * settings.pingIntervalMs;
  if (workers.derived(oldestPing) >= limit) return snapshot;
  const known = workers.derived(newVersions);
  // Time only adds to them: how many there are says which.
  let overdue = 0;
  for (const worker of workers) if (pingOf(worker) < limit) overdue += 1;
  const shown = known.get(overdue) ?? withUnknown(workers, limit, now);
  known.set(overdue, shown);
  return { ...snapshot, workers: shown };
}

/** When a worker was last asked, of those that count as active; else never too long ago. */
function pingOf({ status, lastPingAt }: Worker): number {
  return status === 'active' && lastPingAt !== null ? lastPingAt : Number.POSITIVE_INFINITY;
}

function oldestPing(workers: Table<Worker>): number {
  let oldest = Number.POSITIVE_INFINITY;
  for (const worker of workers) oldest = Math.min(oldest, pingOf(worker));
  return oldest;
}

function newVersions(): Map<number, Table<Worker>> {
  return new Map();
}

/** Made in one go: after a sleep it may be every worker of a large fleet. */
function withUnknown(workers: Table<Worker>, limit: number, now: number): Table<Worker> {
  return Table.from(
    [...workers.entries()].map(([id, worker]) => [
      id,
      pingOf(worker) < limit ? asUnknown(worker, now) : worker,
    ]),
  );
}

function asUnknown(worker: Worker, now: number): Worker {
  const since = pingOf(worker);
  const reasons = [{ code: 'ping-overdue', ageMs: now - since }] as const;
  return {
    ...worker,
    status: 'unknown',
    since,
    health: { ...worker.health, state: 'unknown', reasons, warnings: [] },
  };
}
