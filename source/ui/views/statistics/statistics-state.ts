/** Where the view is scrolled to. */
export interface StatisticsState {
  /** First row on the screen; a window that became larger may show from further up. */
  readonly top: number;
}

export type ScrollAction = 'down' | 'up' | 'top' | 'bottom' | 'page-down' | 'page-up';

/** Rows that there are, and rows on the screen. */
export interface Extent {
  readonly total: number;
  readonly page: number;
}

/** The first row that can be shown so that the page is full where it can be. */
export function shownTop({ top }: StatisticsState, { total, page }: Extent): number {
  return Math.min(top, Math.max(0, total - page));
}

/** The state after an action; the same where nothing moves. */
export function scroll(state: StatisticsState, action: ScrollAction, extent: Extent): StatisticsState {
  const half = Math.max(1, Math.floor(extent.page / 2));
  const steps: Readonly<Record<ScrollAction, number>> = {
    down: 1,
    up: -1,
    'page-down': half,
    'page-up': -half,
    top: -extent.total,
    bottom: extent.total,
  };
  const wanted = shownTop(state, extent) + steps[action];
  const top = shownTop({ top: Math.max(0, wanted) }, extent);
  return top === state.top ? state : { top };
}
