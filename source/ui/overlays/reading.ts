import { EMPTY_LINE, type Line, line, wrap } from '#ui/lines/line.ts';
import type { ViewContext } from '#ui/views/view.ts';

/** How far the tasks of a batch have been read from the master's database. */
export interface ReadingBatch {
  readonly batch: string;
  readonly seen: number;
  readonly total: number;
}

/** What is waited for, as far as it has come. */
export function readingLines({ batch, seen, total }: ReadingBatch, { t, format, area }: ViewContext): Line[] {
  const values = { batch, seen: format.count(seen), total: format.count(total) };
  const text = wrap(t('reading.text', values), area.columns - 2).map((part) => line(` ${part}`));
  const lines = [...text, line(` ${t('reading.stop')}`, 'muted')];
  return lines.length < area.rows ? [EMPTY_LINE, ...lines] : lines.slice(0, area.rows);
}
