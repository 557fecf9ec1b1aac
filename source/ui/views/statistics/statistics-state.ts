import type { Range } from './time-bars.ts';

/** Where the view is scrolled to, and what its charts go back to. */
export interface StatisticsState {
  readonly range: Range;
  /** First row on the screen; a window that became larger may show from further up. */
  readonly top: number;
}

/** What a key does. */
export type StatisticsAction = ScrollAction | 'range';

export type ScrollAction = 'down' | 'up' | 'top' | 'bottom' | 'page-down' | 'page-up';

/** Rows that there are, and rows on the screen. */
export interface Extent {
  readonly total: number;
  readonly page: number;
}

/** The first row that can be shown so that the page is full where it can be. */
export function shownTop({ top }: Pick<StatisticsState, 'top'>, { total, page }: Extent): number {
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
  return top === state.top ? state : { ...state, top };
}

/** The state after the key that switches what the charts go back to. */
export function switched(state: StatisticsState): StatisticsState {
  return { ...state, range: state.range === 'hour' ? 'day' : 'hour' };
}
