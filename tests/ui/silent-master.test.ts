import { afterEach, describe, expect, test } from 'vitest';
import { type Emulated, openEmulated } from './emulated.ts';
import { exampleFleet } from './fleet.ts';

let screen: Emulated | undefined;
afterEach(() => screen?.close());

/** The colours of all that is drawn with this glyph. */
function coloursOf({ emulator }: Emulated, glyph: string): Set<number> {
  const colours = new Set<number>();
  for (let row = 0; row < emulator.rows; row += 1) {
    for (let column = 0; column < emulator.cols; column += 1) {
      const cell = emulator.buffer.active.getLine(row)?.getCell(column);
      if (cell?.getChars() === glyph) colours.add(cell.getFgColor());
    }
  }
  return colours;
}

describe('a master of this process that has gone silent', () => {
  test.each([
    [20, 5, 'en', /^as of 1 min/],
    [20, 5, 'es', /^datos de hace 1 min/],
    [80, 24, 'en', /as of 1 min ago/],
  ] as const)(
    'is told at %i × %i in %s, and nothing of it is green',
    async (columns, rows, language, age) => {
      screen = openEmulated(exampleFleet(), { columns, rows, start: { language } });
      const fresh = await screen.sees('the workers', /●/);
      expect(fresh).not.toMatch(age);
      const green = coloursOf(screen, '●');
      await screen.clock.advance(60_000);
      await screen.sees('the age', (text) => age.test(text) && /●/.test(text));
      expect(green.isDisjointFrom(coloursOf(screen, '●'))).toBe(true);
    },
  );
});
