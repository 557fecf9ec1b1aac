import { joinedLatencies, type LatencyCounts, withLatency } from './latency-histogram.ts';
import { newestFirst, newestOf, type Ring, ringOf, valuesOf, withNewest, withValue } from './ring.ts';

/** What happened in one stretch of time. */
export interface Bucket {
  /** Start of the stretch, Unix milliseconds. */
  readonly start: number;
  /** Milliseconds of it in which somebody watched. */
  readonly watchedMs: number;
  readonly completed: number;
  readonly failed: number;
  readonly goodPings: number;
  readonly failedPings: number;
  /** The latencies of the good pings. */
  readonly latencies: LatencyCounts;
  /** The most tasks that were pending at one moment of it. */
  readonly queued: number;
  /** Slots of active workers that ran something, each times the ms for which it was seen to. */
  readonly busyMs: number;
  /** All slots of active workers, each times the ms for which it was seen. */
  readonly slotMs: number;
}

/** What the fleet has to do and can do at one moment. */
export interface Load {
  /** Slots of active workers that run something. */
  readonly busy: number;
  readonly slots: number;
  /** Tasks that wait. */
  readonly pending: number;
}

/**
 * The last hour and the last day, in stretches of fixed length and no more of them than fit. Stretches in which nobody
 * watched are left out. Immutable; what happens replaces the open bucket alone.
 */
export interface Series {
  /** When something was last recorded, Unix milliseconds. */
  readonly at: number;
  /** As it is since then. */
  readonly load: Load;
  /** The stretch of `at`; null before the first. */
  readonly open: Bucket | null;
  /** Those of `BUCKET_MS` that are over, oldest first, or longer ones that an earlier master left. */
  readonly hour: Ring<Bucket>;
  /** Those of `DAY_BUCKET_MS`, oldest first: of all but the open bucket. */
  readonly day: Ring<Bucket>;
}

/** What goes on across restarts of the master: the buckets of both, oldest first. */
export interface History {
  readonly hour: readonly Bucket[];
  readonly day: readonly Bucket[];
}

/** Length of a bucket of the last hour. */
export const BUCKET_MS = 10_000;
/** Of these an hour has so many, with the open one. */
export const BUCKETS = 360;
/** Length of a bucket of the last day: as in `uptime.ts`. */
export const DAY_BUCKET_MS = 900_000;
/** Of these a day has so many. */
export const DAY_BUCKETS = 96;
/** What is told of so long ago is only late; of longer ago, the clock was set back. */
export const LATE_MS = 60_000;

/** Before anything happened. */
export const NO_SERIES: Series = {
  at: 0,
  load: { busy: 0, slots: 0, pending: 0 },
  open: null,
  ...seriesOf({ hour: [], day: [] }),
};

/** The rings with what an earlier master left. */
export function seriesOf({ hour, day }: History): Pick<Series, 'hour' | 'day'> {
  return { hour: ringOf(BUCKETS - 1, hour), day: ringOf(DAY_BUCKETS, day) };
}

/** What an event adds. */
export type Counts = Partial<Pick<Bucket, 'completed' | 'failed' | 'failedPings'>> & {
  /** Of a ping that was answered, in ms. */
  readonly latencyMs?: number;
};

/** Something that happened. */
export interface Happening {
  /** Unix milliseconds. */
  readonly at: number;
  /** From then on. */
  readonly load: Load;
  readonly counts: Counts;
  /** After a longer time than this without an event, nobody watched. */
  readonly watchedMs: number;
}

/** An empty stretch. */
export function emptyBucket(start: number): Bucket {
  return {
    start,
    watchedMs: 0,
    completed: 0,
    failed: 0,
    goodPings: 0,
    failedPings: 0,
    latencies: [],
    queued: 0,
    busyMs: 0,
    slotMs: 0,
  };
}

/** Two stretches as one that begins where `a` does. */
export function joinedBuckets(a: Bucket, b: Bucket): Bucket {
  return {
    start: a.start,
    watchedMs: a.watchedMs + b.watchedMs,
    completed: a.completed + b.completed,
    failed: a.failed + b.failed,
    goodPings: a.goodPings + b.goodPings,
    failedPings: a.failedPings + b.failedPings,
    latencies: joinedLatencies(a.latencies, b.latencies),
    queued: Math.max(a.queued, b.queued),
    busyMs: a.busyMs + b.busyMs,
    slotMs: a.slotMs + b.slotMs,
  };
}

/** The series after something happened. */
export function recorded(series: Series, { at, load, counts, watchedMs }: Happening): Series {
  const before = withClock(series, at);
  // What comes late counts as now.
  const now = Math.max(at, before.at);
  const next = opened(watched(before, now, watchedMs), startOf(now));
  const { queued } = next.open;
  const open = withCounts({ ...next.open, queued: Math.max(queued, load.pending) }, counts);
  return { ...next, at: now, load, open };
}

/** With the time since the last event counted as watched, and as it was since then: it had so many slots, and so many tasks waited. */
function watched(series: Series, now: number, watchedMs: number): Series {
  if (series.open === null || now - series.at > watchedMs) return series;
  const { busy, slots, pending } = series.load;
  let next = series;
  for (let from = series.at; from < now; ) {
    const start = startOf(from);
    const end = Math.min(now, start + BUCKET_MS);
    const { open, ...rest } = opened(next, start);
    next = {
      ...rest,
      open: {
        ...open,
        watchedMs: open.watchedMs + end - from,
        busyMs: open.busyMs + busy * (end - from),
        slotMs: open.slotMs + slots * (end - from),
        queued: Math.max(open.queued, pending),
      },
    };
    from = end;
  }
  return next;
}

/** With the stretch that begins at `start`, which is none before the open one, as the open one. */
function opened(series: Series, start: number): Series & { readonly open: Bucket } {
  const { open } = series;
  if (open !== null && open.start >= start) return { ...series, open };
  if (open === null) return { ...series, open: emptyBucket(start) };
  return {
    ...series,
    open: emptyBucket(start),
    hour: withValue(series.hour, open),
    day: inDay(series.day, open),
  };
}

function inDay(day: Ring<Bucket>, bucket: Bucket): Ring<Bucket> {
  const start = dayStartOf(bucket.start);
  const last = newestOf(day);
  if (last !== undefined && last.start >= start) return withNewest(day, joinedBuckets(last, bucket));
  return withValue(day, { ...bucket, start });
}

/**
 * After the clock was set back, what was counted at times that have not come yet is dated back by as much, so that the
 * last of it ends now: it was the clock that was wrong, not the count.
 */
function withClock(series: Series, at: number): Series {
  const { open } = series;
  if (open === null || series.at - at <= LATE_MS) return series;
  const back = open.start - startOf(at);
  const dated = (bucket: Bucket, now: number) => (bucket.start > now ? bucket.start - back : bucket.start);
  const hour = byStart([...valuesOf(series.hour), open], (bucket) => dated(bucket, startOf(at)));
  const day = byStart(valuesOf(series.day), (bucket) => dayStartOf(dated(bucket, dayStartOf(at))));
  return { ...series, at, open: hour.at(-1) ?? null, ...seriesOf({ hour: hour.slice(0, -1), day }) };
}

function byStart(buckets: readonly Bucket[], startOfOne: (bucket: Bucket) => number): Bucket[] {
  const found = new Map<number, Bucket>();
  for (const bucket of buckets) {
    const start = startOfOne(bucket);
    const own = found.get(start);
    found.set(start, own === undefined ? { ...bucket, start } : joinedBuckets(own, bucket));
  }
  return [...found.values()].sort((a, b) => a.start - b.start);
}

function withCounts(
  bucket: Bucket,
  { completed = 0, failed = 0, failedPings = 0, latencyMs }: Counts,
): Bucket {
  return {
    ...bucket,
    completed: bucket.completed + completed,
    failed: bucket.failed + failed,
    failedPings: bucket.failedPings + failedPings,
    goodPings: bucket.goodPings + (latencyMs === undefined ? 0 : 1),
    latencies: latencyMs === undefined ? bucket.latencies : withLatency(bucket.latencies, latencyMs),
  };
}

function startOf(at: number): number {
  return Math.floor(at / BUCKET_MS) * BUCKET_MS;
}

function dayStartOf(at: number): number {
  return Math.floor(at / DAY_BUCKET_MS) * DAY_BUCKET_MS;
}

/** What happened in the minute before `now`, to within one bucket, the newest first. */
export function* lastMinute({ hour, open }: Series, now: number): Generator<Bucket, void> {
  const from = now - 60_000 - BUCKET_MS / 2;
  if (open !== null && open.start > from) yield open;
  for (const bucket of newestFirst(hour)) {
    if (bucket.start <= from) return;
    yield bucket;
  }
}

/** Too short a time to tell a rate of: what happens in less counts as if it had been as long, and is no more than was seen. */
const LEAST_WATCHED_MS = 60_000;

/** So many things in so long a time as a number a minute; null where nobody watched. */
export function ratePerMinute(count: number, { watchedMs }: Pick<Bucket, 'watchedMs'>): number | null {
  return watchedMs === 0 ? null : (count * 60_000) / Math.max(LEAST_WATCHED_MS, watchedMs);
}
