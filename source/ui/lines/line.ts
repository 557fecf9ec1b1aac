import type { Style } from '#ui/theme/theme.ts';
import cellWidth, { isSingleCells } from './cell-width.ts';
import { GraphemeSegmenter } from './graphemes.ts';

/** A stretch of text in one style. */
export interface Span {
  readonly text: string;
  readonly style?: Style | undefined;
  /** What a screen reader says for it; missing: the text. Empty for what only an eye has a use for. */
  readonly spoken?: string;
  /** It is written at its end: where room is short `fitWritten` takes its beginning. */
  readonly written?: boolean;
}

/** One row of the screen, or a part of one. Holds no newlines and no escape sequences. */
export type Line = readonly Span[];

export const EMPTY_LINE: Line = [];

/** A span. */
export function span(text: string, style?: Style): Span {
  return { text, style };
}

/** A line of one span. */
export function line(text: string, style?: Style): Line {
  return [{ text, style }];
}

/** Terminal cells that `text` takes. */
export function widthOf(text: string): number {
  return cellWidth(text);
}

/** Terminal cells that `spans` take together. */
export function lineWidth(spans: Line): number {
  return spans.reduce((sum, { text }) => sum + widthOf(text), 0);
}

const graphemes = new GraphemeSegmenter();

/** The grapheme clusters of `text`: what a person calls characters. */
export function charactersOf(text: string): string[] {
  return isSingleCells(text) ? [...text] : Array.from(graphemes.segment(text), ({ segment }) => segment);
}

/** `text` cut to at most `width` cells, the last of them `…` where something was cut. */
export function truncate(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (width <= 0) return '';
  let kept = '';
  let used = 0;
  for (const character of charactersOf(text)) {
    const next = used + widthOf(character);
    if (next > width - 1) break;
    kept += character;
    used = next;
  }
  return `${kept}…`;
}

/** `text` in exactly `width` cells, to the left. */
export function padEnd(text: string, width: number): string {
  const cut = truncate(text, width);
  return cut + ' '.repeat(Math.max(0, width - widthOf(cut)));
}

/** `text` in exactly `width` cells, to the right. */
export function padStart(text: string, width: number): string {
  const cut = truncate(text, width);
  return ' '.repeat(Math.max(0, width - widthOf(cut))) + cut;
}

/** The line in exactly `width` cells: cut with `…`, or filled with spaces. */
export function fitLine(spans: Line, width: number): Line {
  const fitted: Span[] = [];
  let left = width;
  for (const [index, part] of spans.entries()) {
    const needed = widthOf(part.text);
    if (needed < left || (needed === left && !hasTextFrom(spans, index + 1))) {
      fitted.push(part);
      left -= needed;
      continue;
    }
    // Something has to go: cutting at `left` leaves the sign that it did.
    const text = needed > left ? truncate(part.text, left) : truncate(`${part.text} `, left);
    fitted.push({ ...part, text });
    left -= widthOf(text);
    break;
  }
  if (left > 0) fitted.push({ text: ' '.repeat(left) });
  return fitted;
}

/** Cells that what is written keeps: less says nothing. */
const LEAST_WRITTEN = 4;

/** The line in at most `width` cells: the beginning of what is written goes before the end of the line. */
export function fitWritten(spans: Line, width: number): Line {
  const excess = lineWidth(spans) - width;
  if (excess <= 0) return spans;
  const shorter = spans.map((part) => {
    const cells = widthOf(part.text);
    if (part.written !== true || cells <= LEAST_WRITTEN) return part;
    return { ...part, text: endOf(part.text, Math.max(LEAST_WRITTEN, cells - excess)) };
  });
  return fitLine(shorter, width);
}

/** The end of `text` in at most `width` cells, the first of them `…`. */
function endOf(text: string, width: number): string {
  const kept: string[] = [];
  let left = width - 1;
  for (const character of charactersOf(text).reverse()) {
    left -= widthOf(character);
    if (left < 0) break;
    kept.unshift(character);
  }
  return `…${kept.join('')}`;
}

function hasTextFrom(spans: Line, index: number): boolean {
  return spans.some(({ text }, position) => position >= index && text !== '');
}

/** `left` and `right` at the two ends of `width` cells; where both do not fit, `left` is cut. */
export function spread(left: Line, right: Line, width: number): Line {
  const rightWidth = Math.min(width, lineWidth(right));
  return [...fitLine(left, width - rightWidth), ...fitLine(right, rightWidth)];
}

/** Cells of the rule between two panes. */
export const RULE = 3;

/** Two panes side by side, `rows` high, with a rule between. */
export function beside(left: readonly Line[], right: readonly Line[], box: BesideBox): Line[] {
  const { rule = span(' │ ', 'rule') } = box;
  const rightWidth = box.width - box.leftWidth - RULE;
  return Array.from({ length: box.rows }, (_, row) => [
    ...fitLine(left[row] ?? EMPTY_LINE, box.leftWidth),
    rule,
    ...fitLine(right[row] ?? EMPTY_LINE, rightWidth),
  ]);
}

export interface BesideBox {
  readonly width: number;
  readonly rows: number;
  readonly leftWidth: number;
  /** Another one than usual, of three cells. */
  readonly rule?: Span;
}

/** The whole line in another style, as for the selected row: the styles of its spans give way where `style` says so. */
export function highlight(spans: Line, style: Style): Line {
  return [{ text: spans.map(({ text }) => text).join(''), style }];
}

/** `text` broken at spaces into lines of at most `width` cells; longer words are cut into pieces. Newlines stay. */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => wrapParagraph(paragraph, Math.max(1, width)));
}

/** After a blank, but never inside of a number: the half of `1 200` would be another one. */
const BREAK = /(?<=\s)(?!(?<=\d\s)\d{3}(?!\d))/;

function wrapParagraph(text: string, width: number): string[] {
  const lines: string[] = [];
  let current = '';
  let used = 0;
  for (const word of text.split(BREAK)) {
    if (used > 0 && used + widthOf(word.trimEnd()) > width) {
      lines.push(current.trimEnd());
      current = '';
      used = 0;
    }
    for (const whole of charactersOf(word)) {
      const character = widthOf(whole) > width ? '…' : whole;
      const cells = widthOf(character);
      if (used + cells > width) {
        if (character.trim() === '') continue;
        lines.push(current);
        current = '';
        used = 0;
      }
      current += character;
      used += cells;
    }
  }
  return [...lines, current.trimEnd()];
}
