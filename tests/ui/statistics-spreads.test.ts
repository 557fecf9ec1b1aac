import { expect, test } from 'vitest';
import type { Event, EventOf } from '#model/events.ts';
import { formatFor } from '#ui/i18n/format.ts';
import { LANGUAGES, translator } from '#ui/i18n/translate.ts';
import { lineWidth } from '#ui/lines/line.ts';
import { spreadLines } from '#ui/views/statistics/spreads.ts';
import { exampleFleet, NOW, snapshotOf } from './fleet.ts';
import { contextOf, textOf } from './view-context.ts';

const MEASURED: EventOf<'runs-measured'> = {
  type: 'runs-measured',
  at: NOW,
  statistics: {
    since: NOW - 60_000,
    until: NOW,
    tasks: 300,
    byBenchmark: [
      {
        name: 'benchmark.py',
        completed: 180,
        failed: 2,
        waited: { median: 300, p95: 9_000 },
        ran: { median: 8_000, p95: 9_500 },
        perMinute: 180,
      },
      {
        name: 'benchmark_cython.py',
        completed: 100,
        failed: 0,
        waited: { median: 200, p95: 800 },
        ran: { median: 400, p95: 500 },
        perMinute: 100,
      },
      { name: 'benchmark.ts', completed: 0, failed: 18, waited: null, ran: null, perMinute: 0 },
    ],
    byWorker: [
      {
        name: 'worker-01',
        completed: 280,
        failed: 0,
        waited: { median: 250, p95: 8_000 },
        ran: { median: 2_000, p95: 9_000 },
        perMinute: 4.66,
      },
    ],
  },
};

const UNNAMED = { completed: 1, failed: 0, waited: null, ran: null, perMinute: 1 };

test('the engines stand side by side, their medians as bars to one scale, with p95 and waiting times', () => {
  const context = contextOf(snapshotOf([MEASURED], exampleFleet()), { columns: 130, rows: 30 });
  const lines = spreadLines(context).map(textOf);
  expect(lines[0]).toContain('Throughput, waiting and run times of the last 300 tasks');
  const bars = lines.slice(2, 5).map((text) => (text.match(/█/g) ?? []).length);
  expect(bars[0]).toBe(24);
  expect(bars[1]).toBe(1);
  expect(bars[2]).toBe(0);
  expect(lines[2]).toMatch(/benchmark\.py +180 +180 +2 +█+ +8\.00 s +9\.50 s +0\.30 s +9\.00 s/);
  expect(lines[4]).toMatch(/benchmark\.ts +0 +0\.0 +18 +░+ +– +– +– +–/);
  expect(lines.some((text) => /worker-01 +280 +4\.7 /.test(text))).toBe(true);
});

test('every worker that ran something has its row, however many there are', () => {
  const byWorker = Array.from({ length: 300 }, (_, index) => ({ ...UNNAMED, name: `node-${index}` }));
  const measured: Event = { ...MEASURED, statistics: { ...MEASURED.statistics, byWorker } };
  const text = spreadLines(contextOf(snapshotOf([measured]), { columns: 112, rows: 30 })).map(textOf);
  expect(text.filter((row) => /^ node-\d+ /.test(row))).toHaveLength(300);
});

test.each(LANGUAGES)('the tables are as they were reviewed, in %s', async (language) => {
  for (const columns of [78, 112]) {
    const context = contextOf(snapshotOf([MEASURED], exampleFleet()), { columns, rows: 30 });
    const told = { ...context, t: translator(language), format: formatFor(language) };
    const text = spreadLines(told)
      .map((row) => textOf(row).trimEnd())
      .join('\n');
    await expect(`${text}\n`).toMatchFileSnapshot(`golden/statistics-runs-${columns}-${language}.txt`);
  }
});

test('no line is wider than the room there is, and nothing is drawn before the first has ended', () => {
  for (const columns of [30, 60, 80, 112, 200]) {
    const context = contextOf(snapshotOf([MEASURED], exampleFleet()), { columns, rows: 30 });
    for (const row of spreadLines(context)) expect(lineWidth(row)).toBeLessThanOrEqual(columns);
  }
  expect(spreadLines(contextOf(exampleFleet(), { columns: 80, rows: 30 }))).toEqual([]);
});
