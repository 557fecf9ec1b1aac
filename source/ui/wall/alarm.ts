import { isHealthy } from '#model/health.ts';
import { newestFirst } from '#model/ring.ts';
import type { Snapshot } from '#model/snapshot.ts';
import type { Table } from '#model/table.ts';
import type { Worker } from '#model/worker.ts';
import { fleetCounts } from '#ui/fleet-counts.ts';
import { isStale } from '#ui/overdue.ts';

/** How bad things are, for somebody across the room. */
export type Alarm = 'good' | 'warning' | 'bad';

/** An outage that everybody has known of for so long is no alarm any more, but still a warning. */
const OLD_OUTAGE_MS = 3_600_000;
/** Failed tasks of this time count as trouble. */
const RECENT_FAILURES_MS = 300_000;

/** Everything that is bad, by a name of its own each: what the bell rings for when there is one more. */
export function troublesOf(snapshot: Snapshot, now: number): ReadonlySet<string> {
  const lost = fleetCounts(snapshot).inactive.filter((worker) => workerAlarm(worker, now) === 'bad');
  return new Set([
    ...snapshot.problems.map(({ id }) => `problem ${id}`),
    ...(isStale(snapshot, now) ? ['stale'] : []),
    ...lost.map(({ id }) => `worker ${id}`),
  ]);
}

/** What the frame of the wall shows. */
export function alarmOf(snapshot: Snapshot, now: number): Alarm {
  if (snapshot.problems.length > 0 || isStale(snapshot, now)) return 'bad';
  const { inactive } = fleetCounts(snapshot);
  if (inactive.some((worker) => workerAlarm(worker, now) === 'bad')) return 'bad';
  // Where there is nobody to watch nothing is well.
  const warns =
    snapshot.workers.size === 0 ||
    inactive.length > 0 ||
    snapshot.workers.derived(livingWarn) ||
    recentFailures(snapshot, now);
  return warns ? 'warning' : 'good';
}

/** Only of inactive workers the time decides. */
function livingWarn(workers: Table<Worker>): boolean {
  for (const worker of workers) {
    if (worker.status !== 'inactive' && workerAlarm(worker, 0) === 'warning') return true;
  }
  return false;
}

/** How bad the state of one worker is. One that nobody has heard of yet is no trouble; one that was, and is not any more, is. */
export function workerAlarm(worker: Worker, now: number): Alarm {
  switch (worker.status) {
    case 'inactive':
      return now - worker.since > OLD_OUTAGE_MS ? 'warning' : 'bad';
    case 'unstable':
      return 'warning';
    case 'unknown':
      return worker.health.reasons.length > 0 ? 'warning' : 'good';
    case 'active':
      return worker.health.state === 'unknown' || (isHealthy(worker) && !isOdd(worker)) ? 'good' : 'warning';
  }
}

/** Without Docker a worker does its work all the same, every day: that is no news. */
function isOdd({ health, aside }: Worker): boolean {
  if (aside !== null) return true;
  return health.warnings.some(({ code }) => code !== 'no-docker');
}

/** Whether tasks have failed in the last five minutes. */
export function recentFailures({ series: { hour, open } }: Snapshot, now: number): boolean {
  if (open !== null && open.failed > 0 && open.start >= now - RECENT_FAILURES_MS) return true;
  for (const bucket of newestFirst(hour)) {
    if (bucket.start < now - RECENT_FAILURES_MS) return false;
    if (bucket.failed > 0) return true;
  }
  return false;
}
