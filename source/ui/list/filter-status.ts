import type { Translate } from '#ui/i18n/translate.ts';
import { type Line, span } from '#ui/lines/line.ts';
import type { ListState } from './list-state.ts';

interface Shown {
  readonly shown: number;
  readonly total: number;
  readonly t: Translate;
}

/** The filter and how much it lets through; empty where there is none. */
export function filterStatus(
  { filter, editing }: Pick<ListState, 'filter' | 'editing'>,
  { shown, total, t }: Shown,
): Line {
  if (!editing && filter === '') return [];
  const cursor = editing ? [span(' ', 'cursor')] : [];
  return [
    { ...span('/', 'accent'), spoken: `${t('reader.filter')} ` },
    { ...span(filter, 'strong'), written: true },
    ...cursor,
    span(`  ${t('filter.shown', { shown, total })}`, 'muted'),
  ];
}
