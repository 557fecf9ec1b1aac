import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BUCKET_MS,
  type Bucket,
  DAY_BUCKET_MS,
  emptyBucket,
  NO_SERIES,
  type Series,
  seriesOf,
} from '#model/series.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { type Line, lineWidth } from '#ui/lines/line.ts';
import { type ChartSize, chartBars, metricChart, PERCENTILES } from '#ui/views/statistics/chart.ts';
import {
  ANSWERED,
  COMPLETED,
  FAILED,
  type Metric,
  PING_P50,
  QUEUE,
  SUCCEEDED,
  UTILISATION,
} from '#ui/views/statistics/metrics.ts';
import { sparklines } from '#ui/views/statistics/sparkline.ts';
import { barScale, barStart, type Range, timeBars } from '#ui/views/statistics/time-bars.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { exampleFleet, NOW } from './fleet.ts';
import { contextOf, textOf } from './view-context.ts';

const MINUTE = 60_000;

/** A latency in the class of 10 ms. */
const TEN_MS = [...Array<number>(49).fill(0), 1];

/** All of a minute was watched, unless it says otherwise. */
function bucket(minutesAgo: number, over: Partial<Bucket> = {}): Bucket {
  const start = Math.floor((NOW - minutesAgo * MINUTE) / BUCKET_MS) * BUCKET_MS;
  return { ...emptyBucket(start), watchedMs: MINUTE, goodPings: 1, latencies: TEN_MS, ...over };
}

const series = (hour: readonly Bucket[], over: Partial<Series> = {}): Series => ({
  ...NO_SERIES,
  ...seriesOf({ hour, day: [] }),
  ...over,
});
const withSeries = (series: Series): Snapshot => ({ ...exampleFleet(), series });
const context = (hour: readonly Bucket[], columns = 80) =>
  contextOf(withSeries(series(hour)), { columns, rows: 24 });

/** A chart with bars of its own. */
function drawn(
  from: ViewContext,
  chart: { readonly metric: Metric; readonly over?: Metric; readonly range?: Range },
  size: ChartSize,
): Line[] {
  const bars = chartBars(from, chart.range ?? 'hour', size.width);
  return metricChart(from, { ...chart, bars }, size);
}

/** What a metric is in each bar. */
const measured = (hour: readonly Bucket[], metric: Metric, minutes = 1) =>
  timeBars(series(hour), NOW, { range: 'hour', minutes, bars: 60 / minutes, cells: 1 }).sums.map((sum) =>
    sum === null ? null : metric.measure(sum),
  );

describe('a range in bars', () => {
  test('has one a minute where they fit, else fewer of whole minutes', () => {
    expect(barScale('hour', 60)).toEqual({ range: 'hour', minutes: 1, bars: 60, cells: 1 });
    expect(barScale('hour', 130)).toMatchObject({ minutes: 1, bars: 60, cells: 2 });
    expect(barScale('hour', 59)).toMatchObject({ minutes: 2, bars: 30, cells: 1 });
    expect(barScale('hour', 11)).toMatchObject({ minutes: 6, bars: 10, cells: 1 });
    expect(barScale('hour', 0)).toMatchObject({ minutes: 60, bars: 1, cells: 1 });
    expect(barScale('day', 96)).toMatchObject({ minutes: 15, bars: 96, cells: 1 });
    expect(barScale('day', 30)).toMatchObject({ minutes: 60, bars: 24, cells: 1 });
  });

  test('sums what happened in each minute, the present one last', () => {
    const hour = [
      bucket(3, { completed: 2 }),
      bucket(3 - 1 / 6, { completed: 3 }),
      bucket(0, { completed: 1 }),
    ];
    const values = measured(hour, COMPLETED);
    expect(values).toHaveLength(60);
    expect(values.slice(-5)).toEqual([null, 2.5, null, null, 1]);
  });

  test('has the open bucket in it, of the hour and of the day', () => {
    const present = series([], { open: bucket(0, { completed: 2 }) });
    for (const range of ['hour', 'day'] as const) {
      const { sums } = timeBars(present, NOW, barScale(range, 96));
      expect(sums.at(-1)?.completed).toBe(2);
      expect(sums.slice(0, -1).every((sum) => sum === null)).toBe(true);
    }
  });

  test('knows nothing of a minute in which nothing was seen, which is not the same as nothing done', () => {
    const hour = [bucket(2, { goodPings: 0, latencies: [], failedPings: 1 })];
    expect(measured(hour, COMPLETED).slice(56, 58)).toEqual([null, 0]);
    expect(measured(hour, PING_P50)[57]).toBeNull();
    expect(measured(hour, UTILISATION)[57]).toBeNull();
    expect(measured(hour, ANSWERED)[57]).toBe(0);
  });

  test('gives a mean a minute over the time that was watched, in the present bar as well', () => {
    const hour = [
      bucket(2.5, { completed: 6 }),
      bucket(3.5, { completed: 4 }),
      bucket(0.2, { completed: 6, watchedMs: 1.5 * MINUTE }),
    ];
    expect(measured(hour, COMPLETED, 2).slice(-3)).toEqual([5, 4, null]);
  });

  test('tells of a bar of which less than a minute was watched what was seen, and nothing of one that was not', () => {
    const hour = [
      bucket(3, { completed: 10, failed: 5, watchedMs: 20_000 }),
      bucket(2, { completed: 1, watchedMs: 1 }),
      bucket(1, { completed: 1, watchedMs: 0 }),
    ];
    expect(measured(hour, COMPLETED).slice(-4, -1)).toEqual([10, 1, null]);
    expect(measured(hour, FAILED).slice(-4, -1)).toEqual([5, 0, null]);
  });

  test('has of tasks the share that succeeded, by the tasks that ended, and none where none did', () => {
    const hour = [bucket(3, { completed: 9, failed: 1 }), bucket(2, { completed: 1, failed: 1 }), bucket(1)];
    expect(measured(hour, SUCCEEDED).slice(-4, -1)).toEqual([0.9, 0.5, null]);
    expect(measured(hour, SUCCEEDED, 3).slice(-2)).toEqual([10 / 12, null]);
  });

  test('has the longest queue of its minutes, and of pings and slots the share of all of them', () => {
    const hour = [
      bucket(1.2, { queued: 9, goodPings: 1, failedPings: 3, busyMs: 1, slotMs: 2 }),
      bucket(1, { queued: 4, goodPings: 3, failedPings: 1, busyMs: 5, slotMs: 6 }),
    ];
    const known = (metric: Metric) => measured(hour, metric, 2).filter((value) => value !== null);
    expect(known(QUEUE)).toEqual([9]);
    expect(known(ANSWERED)).toEqual([0.5]);
    expect(known(UTILISATION)).toEqual([0.75]);
  });

  test('leaves bars that are over as they are while time goes on', () => {
    const hour = Array.from({ length: 300 }, (_, index) => bucket(50 - index / 6, { completed: index % 4 }));
    const scale = { range: 'hour', minutes: 2, bars: 30, cells: 1 } as const;
    const now = timeBars(series(hour), NOW, scale).sums;
    const later = timeBars(series(hour), NOW + 2 * MINUTE, scale).sums;
    expect(later.slice(0, -2)).toEqual(now.slice(1, -1));
  });

  test('counts every bucket of its time once, and no older one', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Range>('hour', 'day'),
        fc.uniqueArray(fc.integer({ min: 0, max: 150 }), { maxLength: 60 }),
        fc.constantFrom(10, 15, 20, 30, 60, 120),
        (range, steps, room) => {
          const step = range === 'hour' ? BUCKET_MS * 3 : DAY_BUCKET_MS;
          const buckets = steps.map((each) => ({
            ...emptyBucket(Math.floor(NOW / step) * step - each * step),
            completed: 1,
          }));
          const scale = barScale(range, room);
          const begin = barStart(scale, NOW, 0);
          const { sums } = timeBars(
            { ...NO_SERIES, ...seriesOf({ hour: [], day: [], [range]: buckets }) },
            NOW,
            scale,
          );
          const counted = sums.reduce((sum, each) => sum + (each?.completed ?? 0), 0);
          expect(counted).toBe(buckets.filter(({ start }) => start >= begin).length);
        },
      ),
    );
  });
});

describe('a chart', () => {
  const steady = Array.from({ length: 60 * 6 }, (_, index) =>
    bucket(index / 6, { watchedMs: BUCKET_MS, completed: index < 180 ? 1 : 2 }),
  ).reverse();

  test('has a title with the maximum, an axis with its figures, bars, and the times', () => {
    const lines = drawn(context(steady), { metric: COMPLETED }, { width: 69, height: 3 }).map((line) =>
      textOf(line).trimEnd(),
    );
    expect(lines).toHaveLength(6);
    expect(lines[0]).toMatch(/^ Tasks completed {27}now {4}6\/min {2}max {3}12\/min$/);
    expect(lines[1]).toMatch(/^ 20\/min ┤/);
    expect(lines[4]).toBe(`      0 └${'─'.repeat(60)}`);
    expect(lines[5]).toMatch(/^ {9}20:43 {25}21:13 {22}now$/);
  });

  test('has bars as high as their share of the axis', () => {
    const [, upper, lower] = drawn(
      context([bucket(2, { completed: 6 }), bucket(1, { completed: 3 })]),
      { metric: COMPLETED },
      { width: 69, height: 2 },
    ).map(textOf);
    expect(upper?.slice(-3)).toBe('█  ');
    expect(lower?.slice(-3)).toBe('██ ');
  });

  test('shows the least thing that happened, and nothing for nothing', () => {
    const hour = [bucket(3, { completed: 1_000 }), bucket(2, { completed: 1 }), bucket(1)];
    const rows = drawn(context(hour), { metric: COMPLETED }, { width: 69, height: 3 }).map(textOf);
    expect(rows[3]?.slice(-4)).toBe('█▁  ');
  });

  test('draws the axis only where something is known', () => {
    const rows = drawn(context([bucket(3), bucket(1)]), PERCENTILES, { width: 69, height: 3 }).map(textOf);
    expect(rows[4]?.slice(-4)).toBe('─ ─ ');
  });

  test('of success goes to 100 % always, names its worst minute, and tells no answer from no ping', () => {
    const hour = [
      bucket(4, { goodPings: 0, failedPings: 5 }),
      bucket(2, { goodPings: 1, failedPings: 1 }),
      bucket(1),
    ];
    const rows = drawn(context(hour), { metric: ANSWERED }, { width: 69, height: 2 }).map(textOf);
    expect(rows[0]).toMatch(/^ Pings answered {28}now {8}– {2}min {4}0\.0 %$/);
    expect(rows[1]).toMatch(/^ {2}100 % ┤.* {5}█ $/);
    expect(rows[2]?.slice(-5)).toBe('  ██ ');
    expect(rows[3]?.slice(-5)).toBe('─ ── ');
    expect(textOf(drawn(context([]), { metric: ANSWERED }, { width: 69, height: 2 })[0] ?? [])).toMatch(
      /min {8}–$/,
    );
  });

  test('says so where nothing is known at all', () => {
    const [title, first] = drawn(context([]), PERCENTILES, { width: 69, height: 3 }).map(textOf);
    expect(title).toMatch(/█ p50 {8}– {2}░ p95 {8}–$/);
    expect(first?.trim()).toBe('0.1 ms ┤');
  });

  test('has a unit on its axis: with the figure, or below it where there is no room', () => {
    const axisOf = (metric: Metric, over: Partial<Bucket>) =>
      drawn(context([bucket(1, over)]), { metric }, { width: 69, height: 3 })
        .slice(1, 4)
        .map((row) => textOf(row).slice(0, 9));
    expect(axisOf(COMPLETED, { completed: 12 })).toEqual([' 20/min ┤', '        │', '        │']);
    expect(axisOf(COMPLETED, { completed: 900 })).toEqual(['  1 000 ┤', '   /min │', '        │']);
    expect(axisOf(QUEUE, { queued: 17 })).toEqual(['     20 ┤', '  tasks │', '        │']);
    expect(axisOf(SUCCEEDED, { completed: 1 })[0]).toBe('  100 % ┤');
  });

  test('keeps its axis while values move a little, with a figure that is easily read', () => {
    const labelOf = (completed: number) =>
      textOf(
        drawn(context([bucket(1, { completed })]), { metric: COMPLETED }, { width: 69, height: 3 })[1] ?? [],
      )
        .slice(0, 7)
        .replace('/min', '')
        .trim();
    expect([1, 2, 3, 7, 9, 11, 23, 24, 29, 31, 99, 101, 710].map(labelOf)).toEqual([
      '1',
      '2',
      '3',
      '8',
      '10',
      '20',
      '30',
      '30',
      '30',
      '40',
      '100',
      '200',
      '800',
    ]);
  });

  test('draws the present minute apart: it is not over', () => {
    const [, row] = drawn(
      context([bucket(0, { completed: 4 })]),
      { metric: COMPLETED },
      { width: 69, height: 1 },
    );
    expect(row?.at(-1)).toEqual({ text: '█', style: 'muted' });
  });

  test('has the p95 behind the p50, in a shade that is seen wherever there is a difference', () => {
    const slow = (count: number) => [...TEN_MS.slice(0, 49), 90, ...Array<number>(22).fill(0), count];
    const hour = [bucket(2, { latencies: slow(10) }), bucket(0.5, { latencies: slow(0) })];
    const rows = drawn(context(hour), PERCENTILES, { width: 69, height: 3 }).map(textOf);
    expect(rows.slice(1, 4).map((row) => row.slice(-3))).toEqual(['░  ', '░  ', '▂▂ ']);
    expect(rows[0]).toMatch(/█ p50 {4}10 ms {2}░ p95 {4}10 ms$/);
  });

  test('says of failures in the colour of trouble', () => {
    const [, row] = drawn(context([bucket(2, { failed: 3 })]), { metric: FAILED }, { width: 69, height: 1 });
    expect(row?.find(({ text }) => text.includes('█'))?.style).toBe('bad');
  });

  test('goes back a day with the same axis of times', () => {
    const start = NOW - (NOW % DAY_BUCKET_MS) - 40 * DAY_BUCKET_MS;
    const day = [{ ...emptyBucket(start), watchedMs: DAY_BUCKET_MS, completed: 150 }];
    const from = contextOf(withSeries(series([], seriesOf({ hour: [], day }))), { columns: 120, rows: 24 });
    const rows = drawn(from, { metric: COMPLETED, range: 'day' }, { width: 105, height: 2 }).map((row) =>
      textOf(row).trimEnd(),
    );
    expect(rows[0]).toMatch(/now {8}– {2}max {3}10\/min$/);
    expect(rows[1]?.indexOf('█')).toBe(9 + 95 - 40);
    expect(rows[4]).toMatch(/^ {9}21:45 {43}09:45 {40}now$/);
  });

  test('does not move when its values become longer', () => {
    const titleOf = (completed: number) =>
      textOf(
        drawn(context([bucket(1, { completed })]), { metric: COMPLETED }, { width: 69, height: 1 })[0] ?? [],
      );
    const places = [1, 12, 123, 1_234].map((completed) => [
      titleOf(completed).indexOf('now'),
      titleOf(completed).indexOf('max'),
    ]);
    expect(new Set(places.map(String)).size).toBe(1);
  });

  test('is never wider than asked, and has as many lines as it is high', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 16, max: 200 }),
        fc.integer({ min: 1, max: 10 }),
        fc.constantFrom<Range>('hour', 'day'),
        (width, height, range) => {
          const charts = [COMPLETED, SUCCEEDED, QUEUE, UTILISATION, ANSWERED].map((metric) => ({ metric }));
          const from = context(steady);
          const bars = chartBars(from, range, width);
          for (const chart of [...charts, PERCENTILES]) {
            const lines = metricChart(from, { ...chart, bars }, { width, height });
            expect(lines).toHaveLength(height + 3);
            for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(width);
          }
        },
      ),
    );
  });
});

describe('metrics in a line each', () => {
  const metrics = [COMPLETED, ANSWERED];

  test('have a name, bars with their gaps, and the value of the last minute in one column', () => {
    const hour = [bucket(57, { completed: 4 }), bucket(0.5, { completed: 2, failedPings: 3 })];
    const lines = sparklines(context(hour), metrics, 'hour', 60).map(textOf);
    expect(lines).toEqual(
      [
        ` Tasks completed █${' '.repeat(27)}▄${' '.repeat(9)}2/min`,
        ` Pings answered  █${' '.repeat(27)}▂${' '.repeat(8)}25.0 %`,
      ].map((text) => text.padEnd(60)),
    );
  });

  test('leave the bars out where there is no room, and take a word for what is not known', () => {
    const lines = sparklines(context([]), metrics, 'hour', 20).map(textOf);
    expect(lines).toEqual([' Tasks completed   –', ' Pings answered    –']);
  });

  test('are as wide as asked', () => {
    for (let width = 12; width < 90; width += 1) {
      for (const row of sparklines(context([bucket(1)]), metrics, 'day', width)) {
        expect(lineWidth(row)).toBe(width);
      }
    }
  });
});
