import { type BesideBox, beside, highlight, type Line, line, span, wrap } from '#ui/lines/line.ts';
import type { Area, ViewContext } from '#ui/views/view.ts';

/** From this width on the details of the selected row stand beside a list. */
const WIDE = 140;

/** Whether the details of the selected row stand beside a list in this area. */
export function standBeside({ columns }: Pick<Area, 'columns'>): boolean {
  return columns >= WIDE;
}

interface PaneBox extends Omit<BesideBox, 'rule'> {
  /** Whether keys are for the details: seen by the rule, and by their first line where they begin with it. */
  readonly focused: boolean;
  readonly isFromTop: boolean;
}

/** A list and the details of its selected row. */
export function besideList(list: readonly Line[], details: readonly Line[], box: PaneBox): Line[] {
  const { focused, isFromTop, ...rest } = box;
  const [title, ...below] = details;
  const shown =
    title === undefined || !focused || !isFromTop ? details : [highlight(title, 'selected'), ...below];
  return beside(list, shown, focused ? { ...rest, rule: span(' ┃ ', 'accent') } : rest);
}

/** The largest first line that leaves none of `rows` blank. */
export function lastTop(lines: readonly Line[], rows: number): number {
  return Math.max(0, lines.length - rows);
}

interface Window {
  readonly top: number;
  readonly rows: number;
  readonly t: ViewContext['t'];
}

/** `rows` of the lines from `top` on; the last row says how many more there are. */
export function windowOf(lines: readonly Line[], { top, rows, t }: Window): Line[] {
  const first = Math.min(top, lastTop(lines, rows));
  const shown = lines.slice(first, first + rows);
  const left = lines.length - first - rows;
  if (left <= 0 || rows < 3) return shown;
  return [...shown.slice(0, -1), line(t('details.more', { count: left + 1 }), 'muted')];
}

/** `windowOf` for details that have the whole width: a cell from the edge. */
export function openWindow(lines: readonly Line[], window: Window): Line[] {
  return windowOf(lines, window).map((spans) => [span(' '), ...spans]);
}

/** Below this height there is no room for empty lines. */
const ROOMY_ROWS = 8;

/** What details are of, whole; where rows are few in one, so that something of it is seen as well. */
export function titleLines(title: string, { columns, rows }: Area): Line[] {
  const parts = rows < ROOMY_ROWS ? [title] : wrap(title, columns);
  return parts.map((part) => line(part, 'title'));
}

/** The lines, without the empty ones where rows are few. */
export function denseLines(lines: readonly Line[], rows: number): Line[] {
  return lines.filter((spans) => rows >= ROOMY_ROWS || spans.length > 0);
}
