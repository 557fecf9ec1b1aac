import { latencyCountsOf, latencyText } from '#model/latency-histogram.ts';
import { valuesOf } from '#model/ring.ts';
import {
  BUCKETS,
  type Bucket,
  DAY_BUCKET_MS,
  DAY_BUCKETS,
  emptyBucket,
  type History,
  joinedBuckets,
  type Series,
} from '#model/series.ts';
import { isObject } from './json-object.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The numbers of a bucket, and the lists that hold them in the file. */
const LISTS = {
  start: 'start_ms',
  watchedMs: 'watched_ms',
  completed: 'tasks_completed',
  failed: 'tasks_failed',
  goodPings: 'successful_pings',
  failedPings: 'failed_pings',
  queued: 'longest_queue',
  busyMs: 'busy_slot_ms',
  slotMs: 'slot_ms',
} as const satisfies Partial<Record<keyof Bucket, string>>;
const KEYS = Object.keys(LISTS) as (keyof typeof LISTS)[];
/** One text for all buckets: `23:4 24:1;;24:2`, of each the classes of latency and how many there were. */
const LATENCIES = 'ping_latency_classes';

/**
 * The last hour by the minute and the last day by the quarter of an hour, as lists with an entry for each stretch in
 * which the master watched: 60 and 96 entries at most.
 */
export function historyDocument(series: Series, now: number): Readonly<Record<string, unknown>> {
  const { hour, day, open } = series;
  const newest = open === null ? [] : [open];
  return {
    hour: lists(joinedBy(MINUTE_MS, [...valuesOf(hour), ...newest], now - HOUR_MS)),
    day: lists(joinedBy(DAY_BUCKET_MS, [...valuesOf(day), ...newest], now - DAY_BUCKETS * DAY_BUCKET_MS)),
  };
}

/** Joined into stretches of `ms`; those that ended by `from` are left out. */
function joinedBy(ms: number, buckets: readonly Bucket[], from: number): Bucket[] {
  const joined: Bucket[] = [];
  for (const bucket of buckets) {
    const start = Math.floor(bucket.start / ms) * ms;
    if (start + ms <= from) continue;
    const last = joined.at(-1);
    if (last === undefined || last.start < start) joined.push({ ...bucket, start });
    else joined[joined.length - 1] = joinedBuckets(last, bucket);
  }
  return joined;
}

function lists(buckets: readonly Bucket[]): Readonly<Record<string, unknown>> {
  return {
    ...Object.fromEntries(KEYS.map((key) => [LISTS[key], buckets.map((bucket) => Math.round(bucket[key]))])),
    [LATENCIES]: buckets.map(({ latencies }) => latencyText(latencies)).join(';'),
  };
}

/**
 * Reads what `historyDocument` wrote. A stretch whose start is no moment, is not after the one before, or has not come
 * yet is left out; a number that is none is 0. Nothing where the file has no history, as those of older versions.
 */
export function restoredHistory(part: unknown, now: number): { readonly history?: History } {
  if (!isObject(part)) return {};
  const hour = bucketsOf(part.hour, MINUTE_MS, now).slice(-BUCKETS);
  return { history: { hour, day: bucketsOf(part.day, DAY_BUCKET_MS, now).slice(-DAY_BUCKETS) } };
}

/** Older versions did not tell for how much of a stretch of `ms` somebody watched: for all of it. */
function bucketsOf(part: unknown, ms: number, now: number): Bucket[] {
  if (!isObject(part)) return [];
  const texts = typeof part[LATENCIES] === 'string' ? part[LATENCIES].split(';') : [];
  const buckets: Bucket[] = [];
  for (const [index, start] of listOf(part[LISTS.start]).entries()) {
    if (!isCount(start) || start > now || start <= (buckets.at(-1)?.start ?? 0)) continue;
    const bucket = { ...emptyBucket(start), watchedMs: ms, latencies: latencyCountsOf(texts[index] ?? '') };
    for (const key of KEYS) {
      const value = listOf(part[LISTS[key]])[index];
      if (isCount(value)) bucket[key] = value;
    }
    buckets.push(bucket);
  }
  return buckets;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
