import { BUCKET_MS, lastMinute, ratePerMinute } from './series.ts';
import type { Snapshot } from './snapshot.ts';
import { watchedMs as longestGap } from './uptime.ts';

/** So much of the last minute makes it whole, which is known to within one bucket. */
const WHOLE_MINUTE_MS = 60_000 - BUCKET_MS / 2;

/** What was completed of late. */
export interface Throughput {
  readonly completed: number;
  /** In so many milliseconds; at most about a minute. */
  readonly watchedMs: number;
  /** The same as a number a minute; null until a minute was watched: one task in ten seconds is not six a minute. */
  readonly perMinute: number | null;
}

/** What was completed in that part of the minute before `now` that was watched. */
export function throughputOf(snapshot: Pick<Snapshot, 'series' | 'settings'>, now: number): Throughput {
  const { series } = snapshot;
  let completed = 0;
  let watchedMs = 0;
  for (const bucket of lastMinute(series, now)) {
    completed += bucket.completed;
    watchedMs += bucket.watchedMs;
  }
  // The time since the last event as well, which is most of it where workers are pinged once a minute.
  const since = now - series.at;
  if (since > 0 && since <= longestGap(snapshot)) watchedMs += since;
  const perMinute = watchedMs < WHOLE_MINUTE_MS ? null : ratePerMinute(completed, { watchedMs });
  return { completed, watchedMs, perMinute };
}
