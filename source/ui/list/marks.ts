import { type ListContext, type ListState, moveSelection, selectedIndex } from './list-state.ts';

/** Rows that were chosen for an action on many, by id: they stay when rows move, are filtered, or go. */
export type Marks = ReadonlySet<string>;

export const NO_MARKS: Marks = new Set();

/** The list with the selected row marked, or not any more, and the next one selected. */
export function markAndAdvance<State extends ListState & { readonly marks: Marks }>(
  state: State,
  context: ListContext,
): State {
  const id = context.ids[selectedIndex(state, context.ids)];
  if (id === undefined) return state;
  const marks = new Set(state.marks);
  if (!marks.delete(id)) marks.add(id);
  return { ...state, ...moveSelection(state, 1, context), marks };
}
