import { charactersOf, type Line, padEnd, span, truncate, widthOf } from '#ui/lines/line.ts';
import type { FormAction } from './form-keymap.ts';

/** A line of text that is being written. */
export interface TextField {
  readonly text: string;
  /** How many characters, as a person counts them, stand before the cursor. */
  readonly cursor: number;
}

/** A field with `text` in it and the cursor behind it. */
export function textField(text: string): TextField {
  return { text, cursor: charactersOf(text).length };
}

/** The field after an action; the same object where it changes nothing. */
export function editText(field: TextField, action: FormAction): TextField {
  const characters = charactersOf(field.text);
  const { cursor } = field;
  switch (action) {
    case 'left':
      return cursor === 0 ? field : { ...field, cursor: cursor - 1 };
    case 'right':
      return cursor >= characters.length ? field : { ...field, cursor: cursor + 1 };
    case 'start':
      return { ...field, cursor: 0 };
    case 'end':
      return { ...field, cursor: characters.length };
    case 'erase':
      if (cursor === 0) return field;
      return { text: characters.toSpliced(cursor - 1, 1).join(''), cursor: cursor - 1 };
    case 'delete':
      return { ...field, text: characters.toSpliced(cursor, 1).join('') };
    case 'clear':
      return textField('');
    default:
      return field;
  }
}

/** The field with `typed` at the cursor, or as it was where that would be more than `maximum` characters. */
export function insertText(field: TextField, typed: string, maximum: number): TextField {
  const characters = charactersOf(field.text);
  const before = characters.slice(0, field.cursor).join('') + typed;
  const text = before + characters.slice(field.cursor).join('');
  if (typed === '' || charactersOf(text).length > maximum) return field;
  // A combining mark joins the character before it: the cursor counts what came of both.
  return { text, cursor: charactersOf(before).length };
}

/** The field in exactly `width` cells. While it is written in, a bar stands at the cursor and is always in sight. */
export function textFieldLine({ text, cursor }: TextField, focused: boolean, width: number): Line {
  if (!focused) return [span(padEnd(text, width), 'field')];
  const characters = charactersOf(text);
  let start = 0;
  let before = characters.slice(0, cursor);
  while (before.length > 0 && widthOf(before.join('')) + 1 > width) {
    start += 1;
    before = characters.slice(start, cursor);
  }
  const shown = before.join('');
  const room = Math.max(0, width - widthOf(shown) - 1);
  return [
    span(shown, 'field'),
    span('▏', 'accent'),
    span(padEnd(firstCells(characters.slice(cursor), room), room), 'field'),
  ];
}

/** As many of the characters as `width` cells hold. */
function firstCells(characters: readonly string[], width: number): string {
  const text = characters.join('');
  return widthOf(text) <= width ? text : truncate(text, width);
}
