import type { Translate } from '#ui/i18n/translate.ts';
import { type Line, span } from '#ui/lines/line.ts';
import { inDetails, type ListContext, type ListState, moveSelection, selectedIndex } from './list-state.ts';

/** Rows that were chosen for an action on many, by id: they stay when rows move, are filtered, or go. */
export type Marks = ReadonlySet<string>;

export const NO_MARKS: Marks = new Set();

type Marked = ListState & { readonly marks: Marks };

/** The list with the selected row marked, or not any more, and the next one selected. Of open details nothing is marked. */
export function markAndAdvance<State extends Marked>(state: State, context: ListContext): State {
  const id = context.ids[selectedIndex(state, context.ids)];
  if (id === undefined || inDetails(state, context.beside ?? false)) return state;
  const marks = new Set(state.marks);
  if (!marks.delete(id)) marks.add(id);
  return { ...state, ...moveSelection(state, 1, context), marks };
}

/** Whether `back` takes the marks away: one thing at a time, the last one first, which is details, filter, marks. */
export function backDropsMarks(state: Marked, beside: boolean): boolean {
  return !inDetails(state, beside) && state.filter === '';
}

interface Marker {
  /** The row that the marker stands at. */
  readonly selected: string | null;
  readonly marks: Marks;
  /** Whether keys are for the list, and not for the details beside it. */
  readonly focused: boolean;
}

/** What stands before a row: the marker, and whether the row is marked. */
export function markerOf(id: string, { selected, marks, focused }: Marker): Line {
  return [
    span(id === selected ? ' ▸' : '  ', focused ? 'accent' : 'muted'),
    span(marks.has(id) ? '•' : ' ', 'accent'),
  ];
}

/** How many are marked, and how many of them have gone meanwhile; empty without marks. */
export function marksStatus({ size }: Marks, gone: number, t: Translate): Line {
  if (size === 0) return [];
  const count = span(t('marks.count', { count: size }), 'accent');
  return gone === 0 ? [count] : [count, span(`, ${t('marks.gone', { count: gone })}`, 'warning')];
}

/** What a question about marked rows says of those that have gone. */
export function goneNotes(gone: number, t: Translate): string[] {
  return gone === 0 ? [] : [t('marks.gone-note', { count: gone })];
}
