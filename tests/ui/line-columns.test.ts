import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Column, headingRow, placeColumns, tableRow } from '#ui/lines/columns.ts';
import { line, lineWidth, span } from '#ui/lines/line.ts';
import { anyText } from './line-text.ts';
import { textOf } from './view-context.ts';

type Row = Readonly<Record<string, string>>;

function column(key: string, width: number, over: Partial<Column<Row>> = {}): Column<Row> {
  return { key, title: key.toUpperCase(), width, cell: (row) => span(row[key] ?? ''), ...over };
}

const COLUMNS = [
  column('name', 8, { maximum: 12 }),
  column('address', 10, { drop: 3 }),
  column('state', 6),
  column('ping', 7, { align: 'right', drop: 1 }),
  column('done', 5, { align: 'right', drop: 2 }),
];
const ROW = { name: 'alpha', address: '10.0.0.7', state: 'active', ping: '12 ms', done: '3' };

const keysAt = (width: number) => placeColumns(COLUMNS, width).map(({ column: { key } }) => key);

describe('the columns of a table', () => {
  test('all stand where there is room, and grow in their order', () => {
    expect(placeColumns(COLUMNS, 50).map(({ width }) => width)).toEqual([12, 10, 6, 7, 5]);
    expect(placeColumns(COLUMNS, 45).map(({ width }) => width)).toEqual([9, 10, 6, 7, 5]);
  });

  test('go in a fixed order where it gets narrow', () => {
    expect(keysAt(44)).toEqual(['name', 'address', 'state', 'ping', 'done']);
    expect(keysAt(43)).toEqual(['name', 'state', 'ping', 'done']);
    expect(keysAt(31)).toEqual(['name', 'state', 'ping']);
    expect(keysAt(24)).toEqual(['name', 'state']);
  });

  test('that may not go are narrowed from the right', () => {
    expect(placeColumns(COLUMNS, 14).map(({ width }) => width)).toEqual([8, 4]);
    expect(placeColumns(COLUMNS, 12).map(({ width }) => width)).toEqual([8]);
    expect(placeColumns(COLUMNS, 5).map(({ width }) => width)).toEqual([5]);
    expect(placeColumns(COLUMNS, 0)).toEqual([]);
  });

  test('are never wider together than the room there is, whatever is in them', () => {
    const anyColumns = fc.array(
      fc.record({
        width: fc.integer({ min: 1, max: 30 }),
        growth: fc.integer({ min: 0, max: 30 }),
        drop: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
        align: fc.constantFrom('left' as const, 'right' as const),
        text: anyText,
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(anyColumns, fc.integer({ min: 0, max: 120 }), (specifications, room) => {
        const columns = specifications.map(({ width, growth, drop, align, text }, index) =>
          column(String(index), width, {
            maximum: width + growth,
            align,
            title: text,
            cell: () => span(text),
            ...(drop === undefined ? {} : { drop }),
          }),
        );
        const placed = placeColumns(columns, room);
        const row = tableRow(placed, {});
        const heading = headingRow(placed, { column: '0', descending: true });
        expect(lineWidth(row)).toBeLessThanOrEqual(room);
        expect(lineWidth(heading)).toBe(lineWidth(row));
      }),
    );
  });
});

describe('a row of the table', () => {
  test('has its cells under their titles, numbers at the right', () => {
    const placed = placeColumns(COLUMNS, 50);
    expect(textOf(headingRow(placed, null))).toBe('NAME          ADDRESS     STATE      PING   DONE');
    expect(textOf(tableRow(placed, ROW))).toBe('alpha         10.0.0.7    active    12 ms      3');
  });

  test('cuts what is too long for its column', () => {
    const placed = placeColumns(COLUMNS, 16);
    expect(textOf(tableRow(placed, { ...ROW, name: 'a-very-long-name' }))).toBe('a-very-…  active');
    expect(textOf(tableRow(placed, { ...ROW, name: '世界世界世界' }))).toBe('世界世…   active');
  });

  test('may have cells of several spans', () => {
    const placed = placeColumns(
      [column('pings', 6, { cell: () => [span('▁▁', 'accent'), span('×', 'bad')] })],
      20,
    );
    expect(tableRow(placed, ROW)).toEqual([span('▁▁', 'accent'), span('×', 'bad'), { text: '   ' }]);
  });

  test('is told how wide its cells are', () => {
    const placed = placeColumns(
      [column('bar', 4, { maximum: 9, cell: (_, width) => line('#'.repeat(width)) })],
      7,
    );
    expect(textOf(tableRow(placed, ROW))).toBe('#######');
  });
});

describe('the titles', () => {
  test('carry an arrow on the column sorted by', () => {
    const placed = placeColumns(COLUMNS, 16);
    expect(textOf(headingRow(placed, { column: 'name', descending: false }))).toBe('NAME▲     STATE ');
    expect(textOf(headingRow(placed, { column: 'name', descending: true }))).toBe('NAME▼     STATE ');
  });

  test('have the arrow downwards where the largest comes first', () => {
    const placed = placeColumns([column('done', 5, { largestFirst: true })], 5);
    expect(textOf(headingRow(placed, { column: 'done', descending: false }))).toBe('DONE▼');
    expect(textOf(headingRow(placed, { column: 'done', descending: true }))).toBe('DONE▲');
  });

  test('give way to the arrow where they are long', () => {
    const placed = placeColumns([column('worker', 6)], 6);
    expect(textOf(headingRow(placed, { column: 'worker', descending: true }))).toBe('WORK…▼');
  });
});
