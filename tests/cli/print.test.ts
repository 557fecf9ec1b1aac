import { expect, test } from 'vitest';
import { durationText, factLines, jsonLine, tableLines } from '#cli/print.ts';
import cellWidth from '#ui/lines/cell-width.ts';

const COLUMNS = [{ title: 'ID' }, { title: 'DONE', right: true }, { title: 'NOTE' }] as const;

test('columns are aligned by the cells that a terminal takes, numbers to the right', () => {
  const rows = [
    ['a', '7', 'x'],
    ['日本', '12', ''],
  ];
  expect(tableLines(COLUMNS, rows)).toEqual(['ID    DONE  NOTE', 'a        7  x', '日本    12']);
});

test('no line is wider than the terminal, whatever it holds', () => {
  const rows = [['日本'.repeat(30), '1', 'e\u0301'.repeat(50)]];
  for (let width = 20; width < 60; width += 1) {
    for (const line of tableLines(COLUMNS, rows, width)) expect(cellWidth(line)).toBeLessThanOrEqual(width);
  }
});

test('nothing in a cell, a fact or JSON controls the terminal', () => {
  const hostile = 'a\u001b[31m\u009b1mb\u202ec\nd\u0007';
  const shown = [
    ...tableLines(COLUMNS, [[hostile, '1', hostile]]),
    ...factLines([['name', hostile]]),
    jsonLine({ [hostile]: hostile }).trimEnd(),
  ];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
  for (const line of shown) expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
  expect(JSON.parse(jsonLine({ [hostile]: hostile }))).toEqual({ [hostile]: hostile });
});

test.each([
  [-5, '0 s'],
  [430, '0.4 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [3_600_000, '1 h'],
  [5_400_000, '1 h 30 min'],
  [200_000_000, '2 d'],
])('%d ms are told as %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});
