import stringWidth from 'string-width-exact';
import { expect, test } from 'vitest';
import cellWidth, { isSingleCells } from '#ui/lines/cell-width.ts';
import { GraphemeSegmenter } from '#ui/lines/graphemes.ts';
import { charactersOf, widthOf } from '#ui/lines/line.ts';

test('every character of the basic plane is as wide as the library measures it, alone and between others', () => {
  const wrong: string[] = [];
  for (let code = 0x20; code < 0x10000; code += 1) {
    if (code >= 0xd800 && code < 0xe000) continue;
    const character = String.fromCodePoint(code);
    if (widthOf(character) !== stringWidth(character)) wrong.push(code.toString(16));
    if (widthOf(`a${character}b`) !== stringWidth(`a${character}b`)) wrong.push(`a ${code.toString(16)} b`);
  }
  expect(wrong).toEqual([]);
});

test('a combining mark makes one character with whatever it follows', () => {
  for (const base of ['a', 'é', '─', '▁', '●', '→']) {
    expect(charactersOf(`${base}\u0301x`)).toEqual([`${base}\u0301`, 'x']);
    expect(widthOf(`${base}\u0301x`)).toBe(2);
  }
});

test('colours take no cells, and anything else between them is measured', () => {
  const red = (text: string) => `\u001b[31m${text}\u001b[39m`;
  for (const text of [red('plain'), red('─▁●'), red('宽'), `${red('a')}é${red('e\u0301')}`, '\u001b[2Kx']) {
    expect(cellWidth(text)).toBe(stringWidth(text));
  }
});

test('texts fall into the same graphemes as by the tables', () => {
  const tables = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  const ours = new GraphemeSegmenter();
  const single = Array.from({ length: 0x3000 }, (_, code) => String.fromCharCode(code)).filter(isSingleCells);
  expect(single.length).toBeGreaterThan(500);
  const texts = single.map((character) => `a${character}${character}\u001b[1m${character}\n`);
  for (const text of [single.join(''), ...texts, 'e\u0301x', 'a\r\nb', '👨‍👩‍👧한']) {
    expect([...ours.segment(text)]).toEqual([...tables.segment(text)]);
  }
});
