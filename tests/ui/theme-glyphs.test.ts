import { readdir, readFile } from 'node:fs/promises';
import fc from 'fast-check';
import stringWidth from 'string-width-exact';
import { expect, test } from 'vitest';
import { span } from '#ui/lines/line.ts';
import { toAscii } from '#ui/theme/glyphs.ts';
import { createTheme, STATUS_GLYPHS } from '#ui/theme/theme.ts';
import { TASK_SIGNS } from '#ui/views/tasks/task-text.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII itself
const ASCII = /^[\u0000-\u007f]*$/;

test('every glyph of the sources has an ASCII likeness of its own width', async () => {
  const folder = new URL('../../source/ui/', import.meta.url);
  const files = (await readdir(folder, { recursive: true })).filter((file) => /\.tsx?$/.test(file));
  const code = await Promise.all(files.map((file) => readFile(new URL(file, folder), 'utf8')));
  const used = [...new Set(code.join('').match(/[^\p{ASCII}]/gu) ?? [])];
  expect(used.length).toBeGreaterThan(30);
  for (const glyph of used) {
    const ascii = toAscii(glyph);
    expect(ASCII.test(ascii)).toBe(true);
    expect(ascii.length).toBe(stringWidth(glyph));
    // Nothing of ours is a question mark but what asks.
    if (!['◌', '¿'].includes(glyph)) expect(ascii, glyph).not.toContain('?');
  }
});

test('the states of a worker stay apart in ASCII', () => {
  expect(new Set(Object.values(STATUS_GLYPHS).map(toAscii)).size).toBe(4);
});

test('the states of a task stay apart in ASCII, and one that waits is not like a worker that is lost', () => {
  const signs = Object.values(TASK_SIGNS).map(({ glyph }) => toAscii(glyph));
  expect(new Set(signs).size).toBe(6);
  expect(signs).not.toContain(toAscii(STATUS_GLYPHS.inactive));
});

test('accents go, and what has no likeness takes as many question marks as cells', () => {
  expect(toAscii('Configuración · 12 ms')).toBe('Configuracion . 12 ms');
  expect(toAscii('宽 x')).toBe('?? x');
  expect(toAscii('plain')).toBe('plain');
});

test('no text whatever changes its width', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(ASCII.test(toAscii(text))).toBe(true);
      expect(stringWidth(toAscii(text))).toBe(stringWidth(text));
    }),
  );
});

test('a theme in ASCII paints all of a line so', () => {
  const { paint } = createTheme({ colorLevel: 1, ascii: true });
  expect(paint([span('● ', 'good'), span('─▁×')])).toBe('\u001b[32m* \u001b[39m-_x');
});
