import fc from 'fast-check';
import stringWidth from 'string-width-exact';
import { describe, expect, test } from 'vitest';
import {
  beside,
  charactersOf,
  fitLine,
  highlight,
  line,
  lineWidth,
  padEnd,
  padStart,
  span,
  spread,
  truncate,
  widthOf,
  wrap,
} from '#ui/lines/line.ts';
import { anyLine, anyText } from './line-text.ts';
import { textOf } from './view-context.ts';

const anyWidth = fc.integer({ min: 0, max: 60 });
const withoutSpaces = (text: string) => text.replaceAll(/\s/g, '');

describe('the width of a text', () => {
  test('is what a terminal gives it', () => {
    expect(widthOf('abc')).toBe(3);
    expect(widthOf('世界')).toBe(4);
    expect(widthOf('e\u0301')).toBe(1);
    expect(widthOf('👍🏽')).toBe(2);
    fc.assert(fc.property(anyText, (text) => widthOf(text) === stringWidth(text)));
  });

  test('is the sum of its characters, so that cutting between two of them is safe', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const characters = charactersOf(text);
        expect(characters.join('')).toBe(text);
        expect(characters.reduce((sum, character) => sum + widthOf(character), 0)).toBe(widthOf(text));
      }),
    );
  });
});

describe('cutting', () => {
  test('leaves what fits as it is', () => {
    expect(truncate('worker-01', 9)).toBe('worker-01');
    expect(truncate('', 0)).toBe('');
  });

  test('marks the end of what does not', () => {
    expect(truncate('worker-01', 8)).toBe('worker-…');
    expect(truncate('worker-01', 1)).toBe('…');
    expect(truncate('worker-01', 0)).toBe('');
  });

  test('never splits a wide character or takes the accent off one', () => {
    expect(truncate('世界', 3)).toBe('世…');
    expect(truncate('世界', 2)).toBe('…');
    expect(truncate('e\u0301e\u0301e\u0301', 2)).toBe('e\u0301…');
  });

  test('is never wider than asked, and what is left is the beginning', () => {
    fc.assert(
      fc.property(anyText, anyWidth, (text, width) => {
        const cut = truncate(text, width);
        expect(stringWidth(cut)).toBeLessThanOrEqual(width);
        expect(text.startsWith(cut.replace(/…$/, '')) || cut === text).toBe(true);
      }),
    );
  });
});

describe('filling', () => {
  test('puts a text at the left or at the right of its cells', () => {
    expect(padEnd('12 ms', 7)).toBe('12 ms  ');
    expect(padStart('12 ms', 7)).toBe('  12 ms');
    expect(padStart('世', 3)).toBe(' 世');
  });

  test('gives exactly the width asked for', () => {
    fc.assert(
      fc.property(anyText, anyWidth, (text, width) => {
        expect(stringWidth(padEnd(text, width))).toBe(width);
        expect(stringWidth(padStart(text, width))).toBe(width);
      }),
    );
  });

  test('a line keeps its styles and is cut in the span where the room ends', () => {
    const fitted = fitLine([span('ab', 'good'), span('cdef', 'bad'), span('gh')], 5);
    expect(fitted).toEqual([span('ab', 'good'), span('cd…', 'bad')]);
  });

  test('a line that ends exactly at the edge is not cut, one that goes on is', () => {
    expect(textOf(fitLine([span('ab'), span('cd')], 4))).toBe('abcd');
    expect(textOf(fitLine([span('ab'), span('cd'), span('')], 4))).toBe('abcd');
    expect(textOf(fitLine([span('abcd'), span('e')], 4))).toBe('abc…');
  });

  test('a line is exactly as wide as asked, and unchanged where it fits', () => {
    fc.assert(
      fc.property(anyLine, anyWidth, (spans, width) => {
        const fitted = fitLine(spans, width);
        expect(lineWidth(fitted)).toBe(width);
        if (lineWidth(spans) <= width) expect(textOf(fitted).startsWith(textOf(spans))).toBe(true);
        else if (width > 0) expect(textOf(fitted)).toContain('…');
      }),
    );
  });
});

describe('two ends of a row', () => {
  test('stand at its edges', () => {
    expect(textOf(spread(line('left'), line('right'), 14))).toBe('left     right');
  });

  test('share it so that the right one stays whole', () => {
    expect(textOf(spread(line('the left end'), line('right'), 10))).toBe('the …right');
  });

  test('together have exactly its width', () => {
    fc.assert(
      fc.property(anyLine, anyLine, anyWidth, (left, right, width) => {
        expect(lineWidth(spread(left, right, width))).toBe(width);
      }),
    );
  });
});

describe('two panes', () => {
  test('have the rows and the width asked for, whatever stands in them', () => {
    const panes = fc.array(anyLine, { maxLength: 8 });
    const box = fc.record({
      width: fc.integer({ min: 20, max: 80 }),
      rows: fc.integer({ min: 0, max: 10 }),
      leftWidth: fc.integer({ min: 0, max: 17 }),
    });
    fc.assert(
      fc.property(panes, panes, box, (left, right, size) => {
        const rows = beside(left, right, size);
        expect(rows).toHaveLength(size.rows);
        for (const row of rows) {
          expect(lineWidth(row)).toBe(size.width);
          expect(
            lineWidth(
              row.slice(
                0,
                row.findIndex(({ text }) => text === ' │ '),
              ),
            ),
          ).toBe(size.leftWidth);
        }
      }),
    );
  });
});

test('highlighting gives a whole line one style and changes no character', () => {
  expect(highlight([span('a', 'good'), span('b')], 'selected')).toEqual([span('ab', 'selected')]);
});

describe('wrapping', () => {
  test('breaks at spaces', () => {
    expect(wrap('no answer within 60 s', 10)).toEqual(['no answer', 'within 60', 's']);
  });

  test('keeps line breaks and empty lines', () => {
    expect(wrap('12 034 of 1 200 000 tasks', 12)).toEqual(['12 034 of', '1 200 000', 'tasks']);
    expect(wrap('one\n\ntwo', 10)).toEqual(['one', '', 'two']);
  });

  test('cuts a word that is longer than a row', () => {
    expect(wrap('/srv/prod/logs/worker_state.json', 12)).toEqual([
      '/srv/prod/lo',
      'gs/worker_st',
      'ate.json',
    ]);
  });

  test('never makes a row wider than asked and loses nothing but spaces', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 2, max: 40 }), (text, width) => {
        const rows = wrap(text, width);
        for (const row of rows) expect(stringWidth(row)).toBeLessThanOrEqual(width);
        // A character that is wider than the row stands as a sign that it is missing.
        fc.pre(charactersOf(text).every((character) => stringWidth(character) <= width));
        expect(withoutSpaces(rows.join(''))).toBe(withoutSpaces(text));
      }),
    );
  });
});
