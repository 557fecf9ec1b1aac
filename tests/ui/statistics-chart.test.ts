import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BUCKET_MS, type Bucket } from '#model/series.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { lineWidth } from '#ui/lines/line.ts';
import { latencyChart, queueChart, successChart, throughputChart } from '#ui/views/statistics/chart.ts';
import {
  barScale,
  lastHour,
  meanLatencyOf,
  queuedOf,
  successOf,
  throughputOf,
} from '#ui/views/statistics/last-hour.ts';
import { exampleFleet, NOW } from './fleet.ts';
import { contextOf, textOf } from './view-context.ts';

const MINUTE = 60_000;

function bucket(minutesAgo: number, over: Partial<Bucket> = {}): Bucket {
  const start = Math.floor((NOW - minutesAgo * MINUTE) / BUCKET_MS) * BUCKET_MS;
  return { start, completed: 0, failed: 0, goodPings: 1, failedPings: 0, latencyMs: 10, queued: 0, ...over };
}

const withSeries = (series: readonly Bucket[]): Snapshot => ({ ...exampleFleet(), series });
const context = (series: readonly Bucket[], columns = 80) =>
  contextOf(withSeries(series), { columns, rows: 24 });

describe('an hour in bars', () => {
  test('has one a minute where they fit, else fewer of whole minutes', () => {
    expect(barScale(60)).toEqual({ minutes: 1, bars: 60, cells: 1 });
    expect(barScale(130)).toEqual({ minutes: 1, bars: 60, cells: 2 });
    expect(barScale(59)).toEqual({ minutes: 2, bars: 30, cells: 1 });
    expect(barScale(11)).toEqual({ minutes: 6, bars: 10, cells: 1 });
    expect(barScale(0)).toEqual({ minutes: 60, bars: 1, cells: 1 });
  });

  test('sums what happened in each minute, the present one last', () => {
    const sums = lastHour(
      [bucket(3, { completed: 2 }), bucket(3 - 1 / 6, { completed: 3 }), bucket(0, { completed: 1 })],
      NOW,
      barScale(60),
    );
    expect(sums).toHaveLength(60);
    expect(sums.map(throughputOf).slice(-5)).toEqual([null, 5, null, null, 1]);
  });

  test('knows nothing of a minute in which nothing was seen, which is not the same as nothing done', () => {
    const sums = lastHour([bucket(2, { completed: 0, goodPings: 0, failedPings: 1 })], NOW, barScale(60));
    expect(throughputOf(sums[57] ?? null)).toBe(0);
    expect(throughputOf(sums[56] ?? null)).toBeNull();
    expect(meanLatencyOf(sums[57] ?? null)).toBeNull();
  });

  test('gives a mean a minute where a bar has several, the last one over the time that has passed', () => {
    const sums = lastHour(
      [bucket(2.5, { completed: 6 }), bucket(3.5, { completed: 4 }), bucket(0.2, { completed: 3 })],
      NOW,
      { minutes: 2, bars: 30, cells: 1 },
    );
    expect(sums.map(throughputOf).slice(-3)).toEqual([5, 1.5, null]);
    const at = new Date(2026, 10, 23, 21, 43, 30).getTime();
    const recent = { ...bucket(0), start: at - MINUTE, completed: 3 };
    expect(throughputOf(lastHour([recent], at, { minutes: 2, bars: 30, cells: 1 })[29] ?? null)).toBe(2);
  });

  test('has the mean of all pings that were answered, not the mean of means', () => {
    const sums = lastHour(
      [bucket(1, { goodPings: 3, latencyMs: 30 }), bucket(1, { goodPings: 1, latencyMs: 50 })],
      NOW,
      barScale(60),
    );
    expect(meanLatencyOf(sums[58] ?? null)).toBe(20);
  });

  test('has the longest queue of its minutes, and the answered share of all their pings', () => {
    const sums = lastHour(
      [
        bucket(1.2, { queued: 9, goodPings: 1, failedPings: 3 }),
        bucket(1, { queued: 4, goodPings: 3, failedPings: 1 }),
      ],
      NOW,
      { minutes: 2, bars: 30, cells: 1 },
    );
    expect(sums.map(queuedOf).filter((value) => value !== null)).toEqual([9]);
    expect(sums.map(successOf).filter((value) => value !== null)).toEqual([0.5]);
    expect(successOf({ ...bucket(1, { goodPings: 0 }), minutes: 1 })).toBeNull();
  });

  test('leaves bars that are over as they are while time goes on', () => {
    const series = Array.from({ length: 300 }, (_, index) =>
      bucket(50 - index / 6, { completed: index % 4 }),
    );
    const minutes = { minutes: 2, bars: 30, cells: 1 };
    const now = lastHour(series, NOW, minutes);
    const later = lastHour(series, NOW + 2 * MINUTE, minutes);
    expect(later.slice(0, -2)).toEqual(now.slice(1, -1));
  });

  test('counts every bucket of its hour once, and no older one', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 500 }), { maxLength: 60 }),
        fc.constantFrom(10, 15, 20, 30, 60, 120),
        (tens, room) => {
          const series = tens.map((ten) => bucket(ten / 6, { completed: 1 }));
          const scale = barScale(room);
          const end =
            Math.floor(NOW / MINUTE) * MINUTE - (new Date(NOW).getMinutes() % scale.minutes) * MINUTE;
          const begin = end - (scale.bars - 1) * scale.minutes * MINUTE;
          const counted = lastHour(series, NOW, scale).reduce((sum, each) => sum + (each?.completed ?? 0), 0);
          expect(counted).toBe(series.filter(({ start }) => start >= begin).length);
        },
      ),
    );
  });
});

describe('a chart', () => {
  const steady = Array.from({ length: 60 * 6 }, (_, index) =>
    bucket(index / 6, { completed: index < 180 ? 1 : 2 }),
  ).reverse();

  test('has a title with the maximum, an axis with its figures, bars, and the times', () => {
    const lines = throughputChart(context(steady), { width: 69, height: 3 }).map((line) =>
      textOf(line).trimEnd(),
    );
    expect(lines).toHaveLength(6);
    expect(lines[0]).toMatch(/^ Tasks completed a minute +max 12$/);
    expect(lines[1]).toMatch(/^ {5}20 ┤/);
    expect(lines[4]).toBe(`      0 └${'─'.repeat(60)}`);
    expect(lines[5]).toMatch(/^ {9}1 h ago +now$/);
  });

  test('has bars as high as their share of the axis', () => {
    const [, upper, lower] = throughputChart(
      context([bucket(2, { completed: 6 }), bucket(1, { completed: 3 })]),
      {
        width: 69,
        height: 2,
      },
    ).map(textOf);
    expect(upper?.slice(-3)).toBe('█  ');
    expect(lower?.slice(-3)).toBe('██ ');
  });

  test('shows the least thing that happened, and nothing for nothing', () => {
    const series = [bucket(3, { completed: 1_000 }), bucket(2, { completed: 1 }), bucket(1)];
    const rows = throughputChart(context(series), { width: 69, height: 3 }).map(textOf);
    expect(rows[3]?.slice(-4)).toBe('█▁  ');
  });

  test('draws the axis only where something is known', () => {
    const rows = latencyChart(context([bucket(3), bucket(1)]), { width: 69, height: 3 }).map(textOf);
    expect(rows[4]?.slice(-4)).toBe('─ ─ ');
  });

  test('of success goes to 100 % always, names its worst minute, and tells no answer from no ping', () => {
    const series = [
      bucket(4, { goodPings: 0, failedPings: 5 }),
      bucket(2, { goodPings: 1, failedPings: 1 }),
      bucket(1),
    ];
    const rows = successChart(context(series), { width: 69, height: 2 }).map(textOf);
    expect(rows[0]).toMatch(/^ Pings answered +min 0\.0 %$/);
    expect(rows[1]).toMatch(/^ {2}100 % ┤.* {5}█ $/);
    expect(rows[2]?.slice(-5)).toBe('  ██ ');
    expect(rows[3]?.slice(-5)).toBe('─ ── ');
    expect(textOf(successChart(context([]), { width: 69, height: 2 })[0] ?? [])).toMatch(/min –$/);
  });

  test('says so where nothing is known at all', () => {
    const [title, first] = latencyChart(context([]), { width: 69, height: 3 }).map(textOf);
    expect(title).toMatch(/max –$/);
    expect(first?.trim()).toBe('┤');
  });

  test('keeps its axis while values move a little, with a figure that is easily read', () => {
    const labelOf = (completed: number) =>
      textOf(throughputChart(context([bucket(1, { completed })]), { width: 69, height: 3 })[1] ?? [])
        .slice(1, 7)
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
    const [, row] = throughputChart(context([bucket(0, { completed: 4 })]), { width: 69, height: 1 });
    expect(row?.at(-1)).toEqual({ text: '█', style: 'muted' });
  });

  test('is never wider than asked, and every line as wide as the others', () => {
    fc.assert(
      fc.property(fc.integer({ min: 16, max: 200 }), fc.integer({ min: 1, max: 10 }), (width, height) => {
        for (const chart of [throughputChart, queueChart, latencyChart, successChart]) {
          const lines = chart(context(steady), { width, height });
          expect(lines).toHaveLength(height + 3);
          for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(width);
        }
      }),
    );
  });
});
