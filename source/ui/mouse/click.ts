import type { AppState } from '#ui/app-state.ts';
import { tabAt } from '#ui/frame/frame-lines.ts';
import type { FrameLayout } from '#ui/frame/layout.ts';
import { statusLineOf } from '#ui/frame/status.ts';
import type { Cell, ViewContext } from '#ui/views/view.ts';
import { clickInView } from '#ui/views/views.ts';

/** Header, tabs and rule stand above the body, and the problems; in a tiny window only the summary. */
const TABS_ROW = 1;
const ROWS_ABOVE = 3;

/** The state after a click on a cell of the screen: a tab is chosen, a row selected; nothing is ever done by it. */
export function clickAt(
  state: AppState,
  cell: Cell,
  { context, layout }: { context: ViewContext; layout: FrameLayout },
): AppState {
  if (state.overlay !== null || state.wall !== null) return state;
  if (!layout.tiny && cell.row === TABS_ROW) {
    const view = tabAt(cell.column, state.view, statusLineOf(state, context), context);
    return view === null ? state : { ...state, view };
  }
  const row = cell.row - (layout.tiny ? 1 : ROWS_ABOVE + layout.problems);
  if (row < 0 || row >= layout.body.rows) return state;
  const views = clickInView(state.view, state.views, { cell: { ...cell, row }, context });
  return views === state.views ? state : { ...state, views };
}
