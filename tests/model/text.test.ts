import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainLine, plainText } from '#model/text.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be left
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;

describe('text from outside, as a line', () => {
  test.each([
    ['colours', '\u001b[1;31mred\u001b[0m', 'red'],
    ['a cleared screen', 'a\u001b[2Jb\u001b[Hc', 'abc'],
    ['private modes', '\u001b[?1049h\u001b[?25lhidden', 'hidden'],
    ['8-bit CSI', '\u009b31mred', 'red'],
    ['a window title ended by BEL', '\u001b]0;owned\u0007text', 'text'],
    ['a window title ended by ST', '\u001b]2;owned\u001b\\text', 'text'],
    ['a hyperlink', '\u001b]8;;http://evil\u001b\\link\u001b]8;;\u001b\\', 'link'],
    ['a clipboard write', '\u001b]52;c;cm0gLXJmIC8=\u0007text', 'text'],
    ['a device control string', '\u001bPq#0;2;0;0;0\u001b\\text', 'text'],
    ['an application command', '\u001b_Gf=100;AAAA\u001b\\text', 'text'],
    ['a title that never ends', 'before\u001b]0;owned', 'before'],
    ['a lone escape at the end', 'text\u001b', 'text'],
    ['two escapes', '\u001b\u001b[31mred', 'red'],
    ['a reset', '\u001bctext', 'text'],
    ['a character set', '\u001b(0text', 'text'],
    ['a saved cursor', '\u001b7text\u001b8', 'text'],
    ['a sequence cut short', 'text\u001b[31', 'text31'],
    ['8-bit CSI cut short', 'text\u009b', 'text '],
    ['a bell and a backspace', 'a\u0007b\u0008c', 'a b c'],
    ['a NUL', 'a\u0000b', 'a b'],
    ['line ends', 'a\r\nb\nc', 'a  b c'],
    ['a tab', 'a\tb', 'a b'],
    ['text turned around', 'exe.\u202egnp', 'exe. gnp'],
    ['isolates', '\u2066a\u2069', ' a '],
    ['zero-width characters', 'wor\u200bker\ufeff', 'wor ker '],
    ['line and paragraph separators', 'a\u2028b\u2029c', 'a b c'],
    ['a lone surrogate', 'a\ud800b', 'a\ufffdb'],
  ])('%s', (_, text, expected) => {
    expect(plainLine(text)).toBe(expected);
  });

  test('what is text stays as it is', () => {
    const text = 'Partícula–Pared: 171 ✓ 粒子 🚀 [31m';
    expect(plainLine(text)).toBe(text);
  });

  test('no text leaves a control character, and cleaning twice changes nothing more', () => {
    const nasty = fc.string({
      unit: fc.oneof(
        fc.constantFrom(
          '\u001b',
          '[',
          ']',
          '0',
          ';',
          'm',
          '\u0007',
          '\\',
          '\u009b',
          '\u009d',
          '\n',
          '\u202e',
          'P',
        ),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      ),
    });
    fc.assert(
      fc.property(nasty, (text) => {
        const line = plainLine(text);
        expect(line).not.toMatch(CONTROL);
        expect(line.isWellFormed()).toBe(true);
        expect(plainLine(line)).toBe(line);
      }),
    );
  });

  // A quadratic pattern takes minutes, which the bound of a test ends.
  test('a megabyte of escapes costs no more than a moment', () => {
    for (const text of ['\u001b', '\u001b[', '\u001b]', '\u001bP']) {
      expect(plainLine(text.repeat(200_000))).toBe('');
    }
    expect(plainLine('\u001b[0;'.repeat(200_000))).toBe('0;'.repeat(200_000));
    expect(plainLine(`\u001b[${'0;'.repeat(500_000)}`)).toBe('0;'.repeat(500_000));
  });
});

describe('text from outside, in lines', () => {
  test('newlines of every kind stay, tabs become spaces, sequences go', () => {
    expect(plainText('a\r\nb\rc\n\td\u001b[31me')).toBe('a\nb\nc\n    de');
  });

  test('a sequence cannot swallow the next line', () => {
    expect(plainText('a\u001b]0;title\nb')).toBe('a\nb');
  });
});
