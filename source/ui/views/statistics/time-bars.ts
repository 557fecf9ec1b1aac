import { newestFirst } from '#model/ring.ts';
import { type Bucket, joinedBuckets, lastMinute, type Series } from '#model/series.ts';

/** What the charts go back to. */
export type Range = 'hour' | 'day';

const MINUTE_MS = 60_000;
const MINUTES: Readonly<Record<Range, number>> = { hour: 60, day: 1_440 };
/** Bars divide the range, and are no finer than the buckets of the day. */
const MINUTES_A_BAR: Readonly<Record<Range, readonly number[]>> = {
  hour: [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60],
  day: [15, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1_440],
};

/** How a range is cut into bars. */
export interface BarScale {
  readonly range: Range;
  readonly minutes: number;
  readonly bars: number;
  /** Cells of the screen that one bar takes. */
  readonly cells: number;
}

/** The finest bars that `room` cells can hold: one a minute, or one a quarter of an hour, where they fit. */
export function barScale(range: Range, room: number): BarScale {
  const all = MINUTES[range];
  const minutes = MINUTES_A_BAR[range].find((each) => all / each <= room) ?? all;
  const bars = all / minutes;
  return { range, minutes, bars, cells: Math.max(1, Math.floor(room / bars)) };
}

/** Start of a bar, from 0 for the oldest, Unix ms: bars begin at whole steps of the local day, so that one that is over never changes. */
export function barStart({ minutes, bars }: BarScale, now: number, index: number): number {
  const date = new Date(now);
  const intoBar = (date.getHours() * 60 + date.getMinutes()) % minutes;
  const lastStart = Math.floor(now / MINUTE_MS) * MINUTE_MS - intoBar * MINUTE_MS;
  return lastStart - (bars - 1 - index) * minutes * MINUTE_MS;
}

/** A range in bars. */
export interface Bars {
  readonly scale: BarScale;
  /** One a bar, oldest first; null where nothing is known. */
  readonly sums: readonly (Bucket | null)[];
}

/**
 * The range, oldest first; the last bar holds the present. Null where nothing is known: not even a failed ping was seen,
 * so nobody watched.
 */
export function timeBars(series: Series, now: number, scale: BarScale): Bars {
  const { range, minutes, bars } = scale;
  const first = barStart(scale, now, 0);
  const sums = Array<Bucket | null>(bars).fill(null);
  for (const bucket of bucketsOf(series, range)) {
    const index = Math.floor((bucket.start - first) / (minutes * MINUTE_MS));
    const sum = sums[index];
    if (sum === undefined) continue;
    sums[index] = sum === null ? bucket : joinedBuckets(bucket, sum);
  }
  return { scale, sums };
}

/** The newest first: the order does not matter to a sum. */
function* bucketsOf(series: Series, range: Range): Iterable<Bucket> {
  if (series.open !== null) yield series.open;
  yield* newestFirst(series[range]);
}

/** What happened in the minute before `now`, to within one bucket; null where nobody watched. */
export function sumOfLastMinute(series: Series, now: number): Bucket | null {
  let sum: Bucket | null = null;
  for (const bucket of lastMinute(series, now)) sum = sum === null ? bucket : joinedBuckets(bucket, sum);
  return sum;
}
