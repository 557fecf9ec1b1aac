import type { Translate } from '#ui/i18n/translate.ts';
import { type Line, line } from './line.ts';

/** Below this height there is no room for empty lines. */
const ROOMY_ROWS = 8;

/** The part of a long text that is on the screen. */
interface Shown {
  readonly top: number;
  readonly rows: number;
  readonly t: Translate;
}

/** The lines, without the empty ones where rows are few. */
export function denseLines(lines: readonly Line[], rows: number): Line[] {
  return lines.filter((spans) => rows >= ROOMY_ROWS || spans.length > 0);
}

/** The largest `top` that still fills the rows. */
export function lastTop(lines: readonly Line[], rows: number): number {
  return Math.max(0, lines.length - rows);
}

/** `rows` of the lines; the last row says how many more there are. */
export function visibleLines(lines: readonly Line[], { top, rows, t }: Shown): Line[] {
  const first = Math.min(top, lastTop(lines, rows));
  const shown = lines.slice(first, first + rows);
  const left = lines.length - first - rows;
  if (left <= 0 || rows < 3) return shown;
  return [...shown.slice(0, -1), line(t('tasks.more', { count: left + 1 }), 'muted')];
}
