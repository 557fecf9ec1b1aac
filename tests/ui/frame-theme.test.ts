import { describe, expect, test } from 'vitest';
import { line, span } from '#ui/lines/line.ts';
import { createTheme, STATUS_GLYPHS, STATUS_STYLES } from '#ui/theme/theme.ts';

describe('the theme', () => {
  test('paints what a span means, and ends every colour where the span ends', () => {
    const { paint } = createTheme({ colorLevel: 1 });
    expect(paint([span('ok', 'good'), span(' '), span('lost', 'bad')])).toBe(
      '\u001b[32mok\u001b[39m \u001b[31mlost\u001b[39m',
    );
    expect(paint(line('plain'))).toBe('plain');
  });

  test('writes no escape sequence where colours are off', () => {
    const { paint } = createTheme({ colorLevel: 0 });
    expect(paint([span('ok', 'good'), span('x', 'selected'), span('y', 'match')])).toBe('okxy');
  });

  test('tells the states apart by glyph and by colour, each alone enough', () => {
    expect(new Set(Object.values(STATUS_GLYPHS)).size).toBe(4);
    expect(new Set(Object.values(STATUS_STYLES)).size).toBe(4);
  });
});
