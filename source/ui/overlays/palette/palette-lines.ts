import {
  charactersOf,
  fitWritten,
  type Line,
  line,
  padEnd,
  type Span,
  span,
  truncate,
  widthOf,
} from '#ui/lines/line.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { type FoundEntry, foundEntries, type PaletteEntry } from './palette-entries.ts';
import type { PaletteState } from './palette-state.ts';

/** What was typed, and a blank row. */
const HEAD_ROWS = 2;
const MARKER = 3;
const GAP = 2;
/** Wider than this, label and key are too far apart to be read as one row. */
const WIDEST = 100;
/** Below this width the name of the view goes. */
const ROOM_FOR_WHERE = 50;
/** Below this width the keys go as well: what it is called matters more. */
const ROOM_FOR_KEYS = 40;

/** The palette: the query, and the entries that it finds with the keys that do the same. */
export function paletteLines(
  state: PaletteState,
  entries: readonly PaletteEntry[],
  { t, area }: Pick<ViewContext, 't' | 'area'>,
): Line[] {
  const found = foundEntries(entries, state.query);
  const head = fitWritten(
    [
      span(' :', 'accent'),
      { ...span(state.query, 'strong'), written: true },
      span(' ', 'cursor'),
      span(state.query === '' ? ` ${t('palette.hint')}` : '', 'muted'),
    ],
    area.columns,
  );
  if (area.rows <= 1) return [head];
  const page = area.rows - (area.rows > HEAD_ROWS + 2 ? HEAD_ROWS : 1);
  const blank: Line[] = area.rows > HEAD_ROWS + 2 ? [[]] : [];
  if (found.length === 0) return [head, ...blank, line(` ${t('palette.none')}`, 'muted')];
  const width = Math.min(area.columns, WIDEST);
  const top = Math.max(0, Math.min(state.index - Math.floor(page / 2), found.length - page));
  const widths = widthsOf(found, width);
  const rows = found
    .slice(top, top + page)
    .map((each, row) => entryLine(each, top + row === state.index, widths));
  return [head, ...blank, ...rows];
}

interface Widths {
  readonly label: number;
  readonly where: number;
  readonly keys: number;
}

function widthsOf(found: readonly FoundEntry[], width: number): Widths {
  const keys = width < ROOM_FOR_KEYS ? 0 : Math.max(...found.map(({ entry }) => widthOf(entry.keys)));
  const where = width < ROOM_FOR_WHERE ? 0 : Math.max(...found.map(({ entry }) => widthOf(entry.where)));
  const gaps = (keys === 0 ? 0 : GAP) + (where === 0 ? 0 : GAP);
  const room = Math.max(0, width - MARKER - keys - where - gaps - 1);
  const longest = Math.max(...found.map(({ entry }) => widthOf(entry.label)));
  return { keys, where, label: Math.min(room, longest) };
}

function entryLine({ entry, positions }: FoundEntry, isChosen: boolean, widths: Widths): Line {
  const label = truncate(entry.label, widths.label);
  const gap = span(' '.repeat(GAP));
  return [
    isChosen ? span(' ▸ ', 'accent') : span('   '),
    ...(isChosen ? [span(label, 'selected')] : marked(label, positions)),
    span(' '.repeat(widths.label - widthOf(label))),
    ...(widths.where === 0 ? [] : [gap, span(padEnd(entry.where, widths.where), 'muted')]),
    ...(widths.keys === 0 ? [] : [gap, span(entry.keys, 'accent')]),
  ];
}

/** The label with the letters found in it standing out. */
function marked(label: string, positions: ReadonlySet<number>): Span[] {
  let unit = 0;
  return charactersOf(label).map((character) => {
    const isFound = positions.has(unit);
    unit += character.length;
    return span(character, isFound ? 'accent' : undefined);
  });
}
