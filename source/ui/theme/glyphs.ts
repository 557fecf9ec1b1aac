import { charactersOf, widthOf } from '#ui/lines/line.ts';

/** What stands for each glyph on a terminal that has ASCII alone. One cell each, as the glyph itself. */
const ASCII: Readonly<Record<string, string>> = {
  // States of workers and tasks.
  '●': '*',
  '◐': '!',
  '○': 'x',
  '◌': '?',
  '◦': 'o',
  '◔': '.',
  '◑': '>',
  '✓': '+',
  '✗': '#',
  '⊘': '-',
  // Bars, from low to high.
  '▁': '_',
  '▂': '.',
  '▃': ',',
  '▄': '-',
  '▅': '=',
  '▆': '+',
  '▇': '*',
  '█': '#',
  '▏': '|',
  '▀': '"',
  '░': '.',
  // Rules and frames.
  '─': '-',
  '│': '|',
  '┃': '#',
  '┤': '+',
  '└': '+',
  '┌': '+',
  '┐': '+',
  '┘': '+',
  // Arrows and marks.
  '▸': '>',
  '▲': '^',
  '▼': 'v',
  '↑': '^',
  '↓': 'v',
  '←': '<',
  '→': '>',
  '•': '*',
  '·': '.',
  '×': 'x',
  '≥': '>',
  '…': '~',
  '–': '-',
  '−': '-',
  '“': '"',
  '”': '"',
  '«': '"',
  '»': '"',
  '‹': '<',
  '›': '>',
  '¿': '?',
  '¡': '!',
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII itself
const ONLY_ASCII = /^[\u0000-\u007f]*$/;

/**
 * The text in ASCII, in as many cells as before: glyphs by the table, letters without their marks, `?` for each cell of
 * what has no likeness.
 */
export function toAscii(text: string): string {
  if (ONLY_ASCII.test(text)) return text;
  return charactersOf(text).map(asciiOf).join('');
}

function asciiOf(character: string): string {
  const known = ASCII[character];
  if (known !== undefined) return known;
  const [letter = ''] = character.normalize('NFD');
  const cells = widthOf(character);
  return cells === 1 && ONLY_ASCII.test(letter) ? letter : '?'.repeat(cells);
}
