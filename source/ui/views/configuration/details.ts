import { factLines } from '#ui/lines/facts.ts';
import { EMPTY_LINE, type Line, line } from '#ui/lines/line.ts';
import type { ViewContext } from '#ui/views/view.ts';
import type { SettingRow } from './rows.ts';

/** One setting with nothing cut off. */
export function settingDetails(row: SettingRow, { t, area }: Pick<ViewContext, 't' | 'area'>): Line[] {
  const facts = [
    {
      label: t('configuration.value'),
      values: [
        row.value === ''
          ? { text: t('configuration.unset'), style: 'muted' as const }
          : { text: row.value, style: 'strong' as const },
      ],
    },
    { label: t('configuration.from'), values: row.from === '' ? [] : [{ text: row.from }] },
    { label: t('configuration.meaning'), values: row.meaning === '' ? [] : [{ text: row.meaning }] },
  ];
  return [line(row.key, 'title'), EMPTY_LINE, ...factLines(facts, area.columns)];
}
