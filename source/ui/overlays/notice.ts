import { EMPTY_LINE, type Line, line, wrap } from '#ui/lines/line.ts';
import type { ViewContext } from '#ui/views/view.ts';

/** What a person is told of what a key did. */
export interface Notice {
  /** The whole of it, or the title of `lines`. In the reader's language, plain text. */
  readonly text: string;
  readonly style: 'good' | 'bad';
  /** What there is to say beside it; plain text. */
  readonly lines: readonly string[];
}

/** What is said in one line. */
export function oneLine(text: string, style: Notice['style']): Notice {
  return { text, style, lines: [] };
}

/** One that is longer than a line, over the view. */
export function noticeLines({ text, lines }: Notice, { t, area }: ViewContext): Line[] {
  const wrapped = lines.flatMap((one) => wrap(one, area.columns - 2)).map((part) => line(` ${part}`));
  const all = [EMPTY_LINE, line(` ${text}`, 'title'), EMPTY_LINE, ...wrapped];
  const shown = all.slice(0, Math.max(1, area.rows - 2));
  return [...shown, EMPTY_LINE, line(` ${t('notice.close')}`, 'muted')].slice(0, area.rows);
}
