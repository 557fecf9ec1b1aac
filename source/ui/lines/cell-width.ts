import exactWidth, { type Options } from 'string-width-exact';
import { SINGLE_CELLS } from './graphemes.ts';

const SINGLE = new RegExp(`^[${SINGLE_CELLS}]*$`);

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are escape sequences
const COLOURS = /\u001b\[[\d;]*m/g;

/** Whether each UTF-16 unit of `text` is one character of one cell. */
export function isSingleCells(text: string): boolean {
  return SINGLE.test(text);
}

/**
 * Terminal cells that `text` takes, as string-width measures it. The bundle puts this in string-width's place for Ink
 * as well (docs/decisions/0005-drawing.md): measuring rows of bars and colours was half the cost of a frame.
 */
export default function cellWidth(text: string, options?: Options): number {
  if (options !== undefined) return exactWidth(text, options);
  if (SINGLE.test(text)) return text.length;
  const plain = text.replace(COLOURS, '');
  return SINGLE.test(plain) ? plain.length : exactWidth(text);
}
