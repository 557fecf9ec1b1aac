import { describe, expect, test } from 'vitest';
import { EMPTY_SNAPSHOT, type Snapshot } from '#model/snapshot.ts';
import { placeColumns, tableRow } from '#ui/lines/columns.ts';
import { blockLines, factBlocks } from '#ui/views/statistics/facts.ts';
import { resultColumns, resultCount, resultRows } from '#ui/views/statistics/results.ts';
import {
  type ScrollAction,
  type StatisticsState,
  scroll,
  shownTop,
} from '#ui/views/statistics/statistics-state.ts';
import { statisticsView } from '#ui/views/statistics/view.tsx';
import { busyHour } from './busy-hour.ts';
import { exampleFleet } from './fleet.ts';
import { contextOf, textOf } from './view-context.ts';

function factsOf(snapshot: Snapshot): string[] {
  const context = contextOf(snapshot, { columns: 80, rows: 24 });
  return factBlocks(context).flatMap((block) => blockLines(block, 24).map(textOf));
}

describe('the figures', () => {
  test('are those of the counters, with their rates', () => {
    expect(factsOf(exampleFleet())).toEqual([
      ' System',
      ' Uptime         01:00:00',
      ' Discovered            3',
      ' Lost                  1',
      ' Recovered             0',
      ' Pings',
      ' Sent                 15',
      ' Answered              8',
      ' Failed                7',
      ' Success          53.3 %',
      ' Tasks',
      ' Distributed           1',
      ' Completed             1',
      ' Failed                1',
      ' Success          50.0 %',
    ]);
  });

  test('make no rate of nothing, and no uptime before the start', () => {
    const facts = factsOf(EMPTY_SNAPSHOT);
    expect(facts).toContain(' Uptime                –');
    expect(facts.filter((fact) => /^ Success +–$/.test(fact))).toHaveLength(2);
  });

  test('stand out where something went wrong, and only there', () => {
    const stylesOf = (snapshot: Snapshot) =>
      factBlocks(contextOf(snapshot, { columns: 80, rows: 24 })).flatMap(({ facts }) =>
        facts.filter(({ style }) => style === 'bad').map(({ label, value }) => `${label} ${value}`),
      );
    expect(stylesOf(exampleFleet())).toEqual(['Lost 1', 'Failed 7', 'Failed 1']);
    expect(stylesOf(EMPTY_SNAPSHOT)).toEqual([]);
  });
});

describe('the results', () => {
  test('are one row for every benchmark that a worker ran', () => {
    expect(
      resultRows(busyHour(), 0, 9).map(({ worker, benchmark, runs }) => [worker, benchmark, runs]),
    ).toEqual([
      ['worker-01', 'benchmark.py', expect.any(Number)],
      ['worker-01', 'benchmark_cython.py', expect.any(Number)],
      ['worker-02', 'benchmark_cython.py', expect.any(Number)],
      ['worker-03', 'benchmark.py', expect.any(Number)],
    ]);
    expect(resultRows(EMPTY_SNAPSHOT, 0, 9)).toEqual([]);
    expect([resultCount(busyHour()), resultCount(EMPTY_SNAPSHOT)]).toEqual([4, 0]);
  });

  test('are read from anywhere, as many as are seen', () => {
    const all = resultRows(busyHour(), 0, 4);
    for (const from of [0, 1, 2, 3, 4]) {
      expect(resultRows(busyHour(), from, 2)).toEqual(all.slice(from, from + 2));
    }
  });

  test('lose columns where it is narrow, the mean never', () => {
    const context = contextOf(exampleFleet(), { columns: 80, rows: 24 });
    const rowAt = (width: number) =>
      textOf(
        tableRow(placeColumns(resultColumns(context), width), resultRows(exampleFleet(), 0, 1)[0] ?? never()),
      );
    expect(rowAt(46)).toBe('worker-01   benchmark.py       1        1.92 s');
    expect(rowAt(40)).toContain('benchmark.py');
    expect(rowAt(40)).not.toMatch(/ 1 /);
    expect(rowAt(30)).toBe('worker-01               1.92 s');
  });
});

function never(): never {
  throw new Error('the example has no results');
}

const START: StatisticsState = { top: 0, range: 'hour' };

test('a key goes from the last hour to the last day and back, and scrolls nothing', () => {
  const context = contextOf(busyHour(), { columns: 80, rows: 17 });
  const scrolled = statisticsView.onKey(START, 'j', context);
  const day = statisticsView.onKey(scrolled, 't', context);
  expect(day).toEqual({ top: 1, range: 'day' });
  expect(textOf(statisticsView.status(day, context))).toMatch(/^last day {2}↑ 1 {2}↓ \d+$/);
  expect(statisticsView.onKey(day, 't', context)).toEqual(scrolled);
});

describe('scrolling', () => {
  const extent = { total: 30, page: 10 };
  const pressed = (actions: readonly ScrollAction[]) =>
    actions.reduce((state, action) => scroll(state, action, extent), START).top;

  test('goes by rows, half pages and to the ends', () => {
    expect(pressed(['down', 'down', 'up'])).toBe(1);
    expect(pressed(['page-down'])).toBe(5);
    expect(pressed(['bottom'])).toBe(20);
    expect(pressed(['bottom', 'page-up'])).toBe(15);
    expect(pressed(['bottom', 'top'])).toBe(0);
  });

  test('stops at the ends, so that the first key back moves again', () => {
    expect(pressed(['up', 'up', 'down'])).toBe(1);
    expect(pressed(['bottom', 'down', 'down', 'up'])).toBe(19);
  });

  test('does nothing where everything fits', () => {
    const state = START;
    expect(scroll(state, 'bottom', { total: 8, page: 10 })).toBe(state);
  });

  test('shows from further up when the window has grown', () => {
    expect(shownTop({ top: 20 }, { total: 30, page: 25 })).toBe(5);
    expect(scroll({ ...START, top: 20 }, 'up', { total: 30, page: 25 })).toEqual({ ...START, top: 4 });
  });
});
