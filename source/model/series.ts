/** What happened in one stretch of time. */
export interface Bucket {
  /** Start of the stretch, Unix milliseconds, a multiple of `BUCKET_MS`. */
  readonly start: number;
  readonly completed: number;
  readonly failed: number;
  readonly goodPings: number;
  readonly failedPings: number;
  /** Sum of the latencies of the good pings, in ms. */
  readonly latencyMs: number;
  /** The most tasks that were pending at one moment of it. */
  readonly queued: number;
}

export const BUCKET_MS = 10_000;
/** One hour. */
export const BUCKETS = 360;

type Counts = Partial<Omit<Bucket, 'start' | 'queued'>>;

/** The series with `counts` added at time `at`; keeps the last hour. Stretches in which nothing happened are left out. */
export function addToSeries(series: readonly Bucket[], at: number, counts: Counts): readonly Bucket[] {
  const start = Math.floor(at / BUCKET_MS) * BUCKET_MS;
  const last = series.at(-1);
  // A clock set back must not make a second bucket of the same time: what happens then counts as now.
  if (last !== undefined && last.start >= start) return series.with(-1, plus(last, counts));
  const empty = { start, completed: 0, failed: 0, goodPings: 0, failedPings: 0, latencyMs: 0, queued: 0 };
  const oldest = start - BUCKETS * BUCKET_MS;
  return [...series.filter((bucket) => bucket.start > oldest), plus(empty, counts)];
}

function plus(bucket: Bucket, counts: Counts): Bucket {
  return {
    start: bucket.start,
    completed: bucket.completed + (counts.completed ?? 0),
    failed: bucket.failed + (counts.failed ?? 0),
    goodPings: bucket.goodPings + (counts.goodPings ?? 0),
    failedPings: bucket.failedPings + (counts.failedPings ?? 0),
    latencyMs: bucket.latencyMs + (counts.latencyMs ?? 0),
    queued: bucket.queued,
  };
}

/** The series with `queued` pending tasks at time `at`. */
export function queueInSeries(series: readonly Bucket[], at: number, queued: number): readonly Bucket[] {
  const start = Math.floor(at / BUCKET_MS) * BUCKET_MS;
  const current = (series.at(-1)?.start ?? -1) >= start ? series : addToSeries(series, at, {});
  const last = current.at(-1);
  return last === undefined || last.queued >= queued ? current : current.with(-1, { ...last, queued });
}

/** Tasks completed in the minute before `now`, to within one bucket. */
export function completedPerMinute(series: readonly Bucket[], now: number): number {
  let sum = 0;
  for (const bucket of series) if (bucket.start > now - 60_000 - BUCKET_MS / 2) sum += bucket.completed;
  return sum;
}
