import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addToSeries,
  BUCKET_MS,
  BUCKETS,
  type Bucket,
  completedPerMinute,
  queueInSeries,
} from '#model/series.ts';

const START = 1_000_000 * BUCKET_MS;

describe('a series', () => {
  test('what happens within ten seconds is one bucket', () => {
    let series: readonly Bucket[] = [];
    series = addToSeries(series, START, { goodPings: 1, latencyMs: 12 });
    series = addToSeries(series, START + BUCKET_MS - 1, { goodPings: 1, latencyMs: 8, completed: 1 });
    series = addToSeries(series, START + BUCKET_MS, { failed: 1, failedPings: 2 });
    expect(series).toEqual([
      { start: START, completed: 1, failed: 0, goodPings: 2, failedPings: 0, latencyMs: 20, queued: 0 },
      {
        start: START + BUCKET_MS,
        completed: 0,
        failed: 1,
        goodPings: 0,
        failedPings: 2,
        latencyMs: 0,
        queued: 0,
      },
    ]);
  });

  test('it keeps the last hour and no more', () => {
    let series: readonly Bucket[] = [];
    for (let k = 0; k < 2 * BUCKETS; k += 1)
      series = addToSeries(series, START + k * BUCKET_MS, { completed: 1 });
    expect(series).toHaveLength(BUCKETS);
    expect(series.at(-1)?.start).toBe(START + (2 * BUCKETS - 1) * BUCKET_MS);
  });

  test('a clock that is set back makes no second bucket of the same time', () => {
    const series = addToSeries([], START, { completed: 1 });
    expect(addToSeries(series, START - 60 * BUCKET_MS, { completed: 1 })).toEqual([
      { start: START, completed: 2, failed: 0, goodPings: 0, failedPings: 0, latencyMs: 0, queued: 0 },
    ]);
  });

  test('whatever the clock does, buckets are in order, and nothing is lost within an hour', () => {
    const minutes = fc.array(fc.integer({ min: 0, max: 59 * 60_000 }), { maxLength: 200 });
    fc.assert(
      fc.property(minutes, (offsets) => {
        let series: readonly Bucket[] = [];
        for (const offset of offsets) series = addToSeries(series, START + offset, { completed: 1 });
        const starts = series.map(({ start }) => start);
        expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b));
        expect(series.reduce((sum, { completed }) => sum + completed, 0)).toBe(offsets.length);
      }),
    );
  });

  test('tasks a minute counts the last minute only', () => {
    let series: readonly Bucket[] = [];
    for (let k = 0; k < 30; k += 1) series = addToSeries(series, START + k * BUCKET_MS, { completed: 2 });
    const now = START + 30 * BUCKET_MS;
    expect(completedPerMinute(series, now)).toBe(12);
    expect(completedPerMinute(series, now + 3_600_000)).toBe(0);
    expect(completedPerMinute([], now)).toBe(0);
  });
});

test('a series keeps the longest queue of each stretch, and begins a new one where there is none', () => {
  let series = queueInSeries([], START, 3);
  series = queueInSeries(series, START + 10, 7);
  series = queueInSeries(series, START + 20, 2);
  expect(series.map(({ start, queued }) => [start, queued])).toEqual([[START, 7]]);
  series = addToSeries(series, START + 30, { goodPings: 1 });
  expect(series[0]?.queued).toBe(7);
  series = queueInSeries(series, START + BUCKET_MS, 2);
  expect(series.map(({ queued }) => queued)).toEqual([7, 2]);
});
