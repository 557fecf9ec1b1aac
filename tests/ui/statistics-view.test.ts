import { describe, expect, test } from 'vitest';
import { EMPTY_SNAPSHOT, type Snapshot } from '#model/snapshot.ts';
import { placeColumns, tableRow } from '#ui/lines/columns.ts';
import { blockLines, factBlocks } from '#ui/views/statistics/facts.ts';
import { resultColumns, resultRows } from '#ui/views/statistics/results.ts';
import { type ScrollAction, scroll, shownTop } from '#ui/views/statistics/statistics-state.ts';
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
    expect(resultRows(busyHour()).map(({ worker, benchmark, runs }) => [worker, benchmark, runs])).toEqual([
      ['worker-01', 'benchmark.py', expect.any(Number)],
      ['worker-01', 'benchmark_cython.py', expect.any(Number)],
      ['worker-02', 'benchmark_cython.py', expect.any(Number)],
      ['worker-03', 'benchmark.py', expect.any(Number)],
    ]);
    expect(resultRows(EMPTY_SNAPSHOT)).toEqual([]);
  });

  test('lose columns where it is narrow, the mean never', () => {
    const context = contextOf(exampleFleet(), { columns: 80, rows: 24 });
    const rowAt = (width: number) =>
      textOf(tableRow(placeColumns(resultColumns(context), width), resultRows(exampleFleet())[0] ?? never()));
    expect(rowAt(46)).toBe('worker-01   benchmark.py       1        1.92 s');
    expect(rowAt(40)).toContain('benchmark.py');
    expect(rowAt(40)).not.toMatch(/ 1 /);
    expect(rowAt(30)).toBe('worker-01               1.92 s');
  });
});

function never(): never {
  throw new Error('the example has no results');
}

describe('scrolling', () => {
  const extent = { total: 30, page: 10 };
  const pressed = (actions: readonly ScrollAction[]) =>
    actions.reduce((state, action) => scroll(state, action, extent), { top: 0 }).top;

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
    const state = { top: 0 };
    expect(scroll(state, 'bottom', { total: 8, page: 10 })).toBe(state);
  });

  test('shows from further up when the window has grown', () => {
    expect(shownTop({ top: 20 }, { total: 30, page: 25 })).toBe(5);
    expect(scroll({ top: 20 }, 'up', { total: 30, page: 25 })).toEqual({ top: 4 });
  });
});
