import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { valuesOf } from '#model/ring.ts';
import {
  BUCKET_MS,
  BUCKETS,
  type Bucket,
  type Counts,
  DAY_BUCKET_MS,
  DAY_BUCKETS,
  emptyBucket,
  type Load,
  NO_SERIES,
  ratePerMinute,
  recorded,
  type Series,
} from '#model/series.ts';

const START = 2_000 * DAY_BUCKET_MS;
const HOUR = 3_600_000;
const IDLE: Load = { busy: 0, slots: 0, pending: 0 };

interface Told {
  readonly counts?: Counts;
  readonly load?: Load;
  readonly watchedMs?: number;
}

const then = (series: Series, at: number, { counts = {}, load = IDLE, watchedMs = 0 }: Told = {}) =>
  recorded(series, { at, load, counts, watchedMs });
const completedAt = (...times: readonly number[]) =>
  times.reduce((series, at) => then(series, at, { counts: { completed: 1 } }), NO_SERIES);
const hourOf = ({ hour, open }: Series): Bucket[] => [...valuesOf(hour), ...(open === null ? [] : [open])];
const completedIn = (buckets: readonly Bucket[]) =>
  buckets.filter(({ completed }) => completed > 0).map(({ start, completed }) => [start - START, completed]);
const total = (buckets: readonly Bucket[]) => buckets.reduce((sum, { completed }) => sum + completed, 0);

describe('the last hour', () => {
  test('has what happens within ten seconds as one bucket', () => {
    let series = then(NO_SERIES, START, { counts: { latencyMs: 12 } });
    series = then(series, START + BUCKET_MS - 1, { counts: { latencyMs: 12, completed: 1 } });
    series = then(series, START + BUCKET_MS, { counts: { failed: 1, failedPings: 1 } });
    expect(hourOf(series)).toEqual([
      { ...emptyBucket(START), completed: 1, goodPings: 2, latencies: [...Array(51).fill(0), 2] },
      { ...emptyBucket(START + BUCKET_MS), failed: 1, failedPings: 1 },
    ]);
  });

  test('replaces the open bucket alone for what happens in it', () => {
    const before = completedAt(START, START + BUCKET_MS);
    const after = then(before, START + BUCKET_MS + 1, { counts: { latencyMs: 3 } });
    expect(after.hour).toBe(before.hour);
    expect(after.day).toBe(before.day);
  });

  test('is kept and no more of it', () => {
    const series = completedAt(...Array.from({ length: 2 * BUCKETS }, (_, k) => START + k * BUCKET_MS));
    expect(hourOf(series)).toHaveLength(BUCKETS);
    expect(series.open?.start).toBe(START + (2 * BUCKETS - 1) * BUCKET_MS);
  });

  test('has the longest queue of each stretch, which goes on while nothing happens', () => {
    const load = (pending: number) => ({ load: { ...IDLE, pending }, watchedMs: 60_000 });
    let series = then(NO_SERIES, START, load(3));
    series = then(series, START + 10, load(7));
    series = then(series, START + 20, load(2));
    series = then(series, START + 3 * BUCKET_MS, load(0));
    expect(hourOf(series).map(({ queued }) => queued)).toEqual([7, 2, 2, 0]);
  });

  test('is a gap where nobody watched, and not a stretch in which nothing happened', () => {
    let series = then(NO_SERIES, START, { load: { busy: 1, slots: 2, pending: 3 }, watchedMs: 10_000 });
    series = then(series, START + 10 * BUCKET_MS, { watchedMs: 10_000 });
    expect(hourOf(series).map(({ start, slotMs }) => [start - START, slotMs])).toEqual([
      [0, 0],
      [10 * BUCKET_MS, 0],
    ]);
  });
});

describe('the last day', () => {
  test('has a bucket each quarter of an hour, with all that its short ones have', () => {
    const series = completedAt(
      ...Array.from({ length: 3 * DAY_BUCKETS * 9 }, (_, k) => START + k * 100_000 + (k % 7)),
    );
    const day = valuesOf(series.day);
    expect(day).toHaveLength(DAY_BUCKETS);
    // The last one still lacks the open bucket.
    expect(day.slice(0, -1).every(({ completed }) => completed === 9)).toBe(true);
    const starts = day.map(({ start }) => start);
    expect(starts.every((start, index) => start - (starts[0] ?? 0) === index * DAY_BUCKET_MS)).toBe(true);
  });

  test('and the open bucket hold together what was counted', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400_000 }), { maxLength: 200 }), (steps) => {
        let at = START;
        const times = steps.map((step) => (at += step));
        const series = completedAt(...times);
        expect(total([...valuesOf(series.day), ...(series.open === null ? [] : [series.open])])).toBe(
          times.length,
        );
      }),
    );
  });
});

describe('slots that were busy', () => {
  test('count for as long as they were, across the ends of stretches', () => {
    const load = { busy: 1, slots: 4, pending: 0 };
    let series = then(NO_SERIES, START + 4_000, { load, watchedMs: 20_000 });
    series = then(series, START + 14_000, { load: { ...load, busy: 3 }, watchedMs: 20_000 });
    series = then(series, START + 15_000, { load: IDLE, watchedMs: 20_000 });
    expect(hourOf(series).map(({ busyMs, slotMs }) => [busyMs, slotMs])).toEqual([
      [6_000, 24_000],
      [4_000 + 3_000, 16_000 + 4_000],
    ]);
  });

  test('are the sum over all stretches, whatever the moments are', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            step: fc.integer({ min: 0, max: 59_000 }),
            busy: fc.integer({ min: 0, max: 5 }),
            slots: fc.integer({ min: 5, max: 9 }),
          }),
          { minLength: 1, maxLength: 30 },
        ),
        (moments) => {
          let series = NO_SERIES;
          let at = START;
          let [busyMs, slotMs] = [0, 0];
          for (const { step, busy, slots } of moments) {
            if (series.open !== null) {
              busyMs += series.load.busy * step;
              slotMs += series.load.slots * step;
            }
            at += step;
            series = then(series, at, { load: { busy, slots, pending: 0 }, watchedMs: 60_000 });
          }
          const sum = (key: 'busyMs' | 'slotMs') =>
            hourOf(series).reduce((all, bucket) => all + bucket[key], 0);
          expect([sum('busyMs'), sum('slotMs')]).toEqual([busyMs, slotMs]);
        },
      ),
    );
  });
});

describe('a clock', () => {
  test('that goes on from a late event counts it as now', () => {
    expect(completedIn(hourOf(completedAt(START + 30_000, START, START + 30_001)))).toEqual([[30_000, 3]]);
  });

  test('that was far ahead and is set back leaves no bucket in which all that follows is counted', () => {
    const ahead = START + 7 * 24 * HOUR;
    const series = completedAt(
      START,
      START + BUCKET_MS,
      // It jumps ahead by a week, for twenty seconds …
      ahead,
      ahead + BUCKET_MS,
      // … and is set back.
      START + 4 * BUCKET_MS,
      START + 5 * BUCKET_MS,
    );
    expect(completedIn(hourOf(series))).toEqual([
      [0, 1],
      [BUCKET_MS, 1],
      [3 * BUCKET_MS, 1],
      [4 * BUCKET_MS, 2],
      [5 * BUCKET_MS, 1],
    ]);
    expect(series.at).toBe(START + 5 * BUCKET_MS);
  });

  test('that is set back dates the quarters of the day back as well', () => {
    const ahead = START + 5 * 24 * HOUR;
    const series = completedAt(START, ahead, ahead + DAY_BUCKET_MS, START + 2 * DAY_BUCKET_MS);
    expect(completedIn(valuesOf(series.day))).toEqual([
      [0, 1],
      [DAY_BUCKET_MS, 1],
    ]);
    expect(series.open?.completed).toBe(2);
  });

  test('that is set back counts no time between, neither as busy nor as idle', () => {
    const load = { busy: 2, slots: 2, pending: 0 };
    let series = then(NO_SERIES, START + 2 * HOUR, { load, watchedMs: HOUR });
    series = then(series, START, { load, watchedMs: HOUR });
    expect(hourOf(series).map(({ slotMs }) => slotMs)).toEqual([0]);
  });

  test('may do what it wants: buckets are in order, none is in the future, and nothing is lost within an hour', () => {
    const minutes = fc.array(fc.integer({ min: 0, max: 59 * 60_000 }), { maxLength: 200 });
    fc.assert(
      fc.property(minutes, (offsets) => {
        let series = NO_SERIES;
        for (const offset of offsets) {
          series = then(series, START + offset, { counts: { completed: 1 }, watchedMs: 5_000 });
          expect(series.at - (START + offset)).toBeLessThanOrEqual(60_000);
          expect(series.open?.start).toBeLessThanOrEqual(series.at);
          const starts = hourOf(series).map(({ start }) => start);
          expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b));
        }
        expect(total(hourOf(series))).toBe(offsets.length);
      }),
    );
  });
});

test('a rate of less than a minute is no more than what was seen, and of nothing seen it is none', () => {
  const rates = [0, 1, 10_000, 60_000, 120_000].map((watchedMs) => ratePerMinute(2, { watchedMs }));
  expect(rates).toEqual([null, 2, 2, 2, 1]);
});

test('the time that somebody watched is kept, across the ends of stretches and not of a gap', () => {
  const watched = { watchedMs: 15_000 };
  let series = then(NO_SERIES, START + 4_000, watched);
  series = then(series, START + 14_000, watched);
  series = then(series, START + 60_000, watched);
  series = then(series, START + 63_000, watched);
  expect(hourOf(series).map(({ start, watchedMs }) => [start - START, watchedMs])).toEqual([
    [0, 6_000],
    [BUCKET_MS, 4_000],
    [6 * BUCKET_MS, 3_000],
  ]);
});
