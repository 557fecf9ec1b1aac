import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { charactersOf, lineWidth } from '#ui/lines/line.ts';
import { FORM_KEYMAP } from '#ui/overlays/form/form-keymap.ts';
import {
  editText,
  insertText,
  type TextField,
  textField,
  textFieldLine,
} from '#ui/overlays/form/text-field.ts';
import { anyText } from './line-text.ts';
import { textOf } from './view-context.ts';

/** The field written with `|` at its cursor. */
function shown({ text, cursor }: TextField): string {
  const characters = charactersOf(text);
  return `${characters.slice(0, cursor).join('')}|${characters.slice(cursor).join('')}`;
}

function field(written: string): TextField {
  const [before = '', after = ''] = written.split('|');
  return { text: before + after, cursor: charactersOf(before).length };
}

describe('editing', () => {
  test.each([
    ['left', 'ab|c', 'a|bc'],
    ['left', '|abc', '|abc'],
    ['right', 'ab|c', 'abc|'],
    ['right', 'abc|', 'abc|'],
    ['start', 'ab|c', '|abc'],
    ['end', 'a|bc', 'abc|'],
    ['erase', 'ab|c', 'a|c'],
    ['erase', '|abc', '|abc'],
    ['delete', 'a|bc', 'a|c'],
    ['delete', 'abc|', 'abc|'],
    ['clear', 'ab|c', '|'],
    ['erase', '世界|', '世|'],
    ['erase', 'x👍🏽|y', 'x|y'],
    ['left', 'x🇪🇸|', 'x|🇪🇸'],
    ['delete', '|e\u0301t', '|t'],
  ] as const)('%s makes %s into %s', (action, before, after) => {
    expect(shown(editText(field(before), action))).toBe(after);
  });

  test('puts text in at the cursor', () => {
    expect(shown(insertText(field('a|d'), 'bc', 10))).toBe('abc|d');
  });

  test('counts a combining mark as part of the character it joins', () => {
    expect(shown(insertText(field('e|t'), '\u0301', 10))).toBe('e\u0301|t');
  });

  test('takes no more characters than allowed, and leaves the field as it was', () => {
    const full = field('世界|');
    expect(insertText(full, '世', 2)).toBe(full);
    expect(shown(insertText(full, '世', 3))).toBe('世界世|');
  });

  test('keeps the cursor inside the text and the text within its maximum, whatever is pressed', () => {
    const anyStep = fc.oneof(
      fc.constantFrom(...FORM_KEYMAP.map(({ action }) => ({ action }))),
      anyText.map((typed) => ({ typed })),
    );
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 30 }), (steps) => {
        let now = textField('');
        for (const step of steps) {
          now = 'action' in step ? editText(now, step.action) : insertText(now, step.typed, 20);
          const { length } = charactersOf(now.text);
          expect(now.cursor).toBeGreaterThanOrEqual(0);
          expect(now.cursor).toBeLessThanOrEqual(length);
          expect(length).toBeLessThanOrEqual(20);
        }
      }),
    );
  });
});

describe('drawing', () => {
  test('shows the text, and a bar at the cursor while it is written in', () => {
    expect(textOf(textFieldLine(field('1|00'), false, 6))).toBe('100   ');
    expect(textOf(textFieldLine(field('1|00'), true, 6))).toBe('1▏00  ');
    expect(textOf(textFieldLine(field('100|'), true, 6))).toBe('100▏  ');
  });

  test('keeps the cursor in sight of a text that is too long', () => {
    expect(textOf(textFieldLine(field('0123456789|'), true, 5))).toBe('6789▏');
    expect(textOf(textFieldLine(field('|0123456789'), true, 5))).toBe('▏012…');
  });

  test('takes exactly its cells, whatever is written and wherever the cursor is', () => {
    fc.assert(
      fc.property(
        anyText,
        fc.nat(),
        fc.boolean(),
        fc.integer({ min: 1, max: 60 }),
        (text, at, focused, width) => {
          const cursor = at % (charactersOf(text).length + 1);
          const line = textFieldLine({ text, cursor }, focused, width);
          expect(lineWidth(line)).toBe(width);
          if (focused) expect(textOf(line)).toContain('▏');
        },
      ),
    );
  });
});
