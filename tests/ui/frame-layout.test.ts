import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frameLayout } from '#ui/frame/layout.ts';

const anyWindow = fc.record({
  columns: fc.integer({ min: 1, max: 300 }),
  rows: fc.integer({ min: 1, max: 100 }),
});

/** Rows of header, tabs and rule above; rule and footer below. */
const AROUND = 3 + 2;

describe('the rows of the screen', () => {
  test('add up, in any window and with any count of problems', () => {
    fc.assert(
      fc.property(anyWindow, fc.nat(5), (window, problemCount) => {
        const { columns, tiny, body, incidents, problems } = frameLayout(window, problemCount);
        expect(columns).toBe(window.columns);
        expect(body.columns).toBe(window.columns);
        for (const rows of [body.rows, incidents, problems]) expect(rows).toBeGreaterThanOrEqual(0);
        expect(body.rows + incidents + problems + (tiny ? 1 : AROUND)).toBe(window.rows);
      }),
    );
  });

  test('go to the view where there is no room for a frame', () => {
    expect(frameLayout({ columns: 59, rows: 40 }, 1)).toMatchObject({
      tiny: true,
      body: { columns: 59, rows: 39 },
      problems: 0,
    });
    expect(frameLayout({ columns: 200, rows: 14 }, 0).tiny).toBe(true);
    expect(frameLayout({ columns: 60, rows: 15 }, 0).tiny).toBe(false);
  });

  test('are shared with the last incidents, more of them in a high window', () => {
    expect(frameLayout({ columns: 80, rows: 15 }, 0).incidents).toBe(0);
    expect(frameLayout({ columns: 80, rows: 24 }, 0).incidents).toBe(2);
    expect(frameLayout({ columns: 200, rows: 60 }, 0).incidents).toBe(4);
  });

  test('give every problem a row, in a low window two at most', () => {
    expect(frameLayout({ columns: 80, rows: 24 }, 1).problems).toBe(1);
    expect(frameLayout({ columns: 80, rows: 24 }, 4).problems).toBe(4);
    expect(frameLayout({ columns: 80, rows: 16 }, 4).problems).toBe(2);
  });
});
