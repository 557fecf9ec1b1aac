import type { Area } from '#ui/views/view.ts';

/** How the rows of the screen are shared out. Pure: sizes in, sizes out. */
export interface FrameLayout {
  readonly columns: number;
  /** Narrow or low: a one-line summary and the body, nothing else. */
  readonly tiny: boolean;
  readonly body: Area;
  /** Rows for the last incidents, below their rule. */
  readonly incidents: number;
  /** Rows for problems that are not over. */
  readonly problems: number;
}

const TINY_COLUMNS = 60;
const TINY_ROWS = 15;
/** Header, tabs, rule, footer. */
const CHROME = 4;
/** Nearly as many as there are kinds, where there is room. */
const MAX_PROBLEMS = 4;
const MAX_PROBLEMS_WHERE_LOW = 2;
const LOW_ROWS = 20;

export function frameLayout({ columns, rows }: Area, problemCount: number): FrameLayout {
  if (columns < TINY_COLUMNS || rows < TINY_ROWS) {
    const body = { columns, rows: Math.max(0, rows - 1) };
    return { columns, tiny: true, body, incidents: 0, problems: 0 };
  }
  const problems = Math.min(problemCount, rows < LOW_ROWS ? MAX_PROBLEMS_WHERE_LOW : MAX_PROBLEMS);
  const incidents = rows < 20 ? 0 : rows < 40 ? 2 : 4;
  const incidentRows = incidents + 1;
  const body = { columns, rows: rows - CHROME - problems - incidentRows };
  return { columns, tiny: false, body, incidents, problems };
}
