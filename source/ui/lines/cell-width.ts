import exactWidth, { type Options } from 'string-width-exact';

/**
 * Characters that are one cell and one grapheme each whatever stands beside them: Latin letters, and the rules, bars,
 * arrows and glyphs that screens are made of. What is not among them is measured, at a hundred times the cost.
 */
const SINGLE =
  /^[\x20-\x7e\u00a1-\u00a8\u00aa-\u00ac\u00af-\u024f\u2010-\u2027\u2190-\u2193\u2500-\u25a9\u25b2-\u25b5\u25b8\u25bc\u25cb-\u25d7\u2713\u2717]*$/;

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
