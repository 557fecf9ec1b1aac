import { charactersOf } from '#ui/lines/line.ts';

/** Rows of a figure: enough to be read from three metres. */
export const FIGURE_ROWS = 5;

/** Three by five points a character, row by row; colon, slash and point are narrower. */
const POINTS: Readonly<Record<string, readonly string[]>> = {
  '0': ['###', '# #', '# #', '# #', '###'],
  '1': ['## ', ' # ', ' # ', ' # ', '###'],
  '2': ['###', '  #', '###', '#  ', '###'],
  '3': ['###', '  #', ' ##', '  #', '###'],
  '4': ['# #', '# #', '###', '  #', '  #'],
  '5': ['###', '#  ', '###', '  #', '###'],
  '6': ['###', '#  ', '###', '# #', '###'],
  '7': ['###', '  #', '  #', '  #', '  #'],
  '8': ['###', '# #', '###', '# #', '###'],
  '9': ['###', '# #', '###', '  #', '###'],
  '/': ['  #', '  #', ' # ', '#  ', '#  '],
  ':': [' ', '#', ' ', '#', ' '],
  '.': [' ', ' ', ' ', ' ', '#'],
  ',': [' ', ' ', ' ', '#', '#'],
  '-': ['   ', '   ', '###', '   ', '   '],
  ' ': [' ', ' ', ' ', ' ', ' '],
};
const UNKNOWN = ['###', '  #', ' # ', '   ', ' # '];

/** `text` of digits and signs as five rows of equal width; `points` cells wide for each point, 2 being about square. */
export function bigFigure(text: string, points: 1 | 2): string[] {
  const characters = charactersOf(text).map((character) => POINTS[character] ?? UNKNOWN);
  return Array.from({ length: FIGURE_ROWS }, (_, row) =>
    characters
      .map((rows) =>
        (rows[row] ?? '').replaceAll('#', '█'.repeat(points)).replaceAll(' ', ' '.repeat(points)),
      )
      .join(' '.repeat(points)),
  );
}
