import type { Translate } from '#ui/i18n/translate.ts';
import { type Fact, factLines } from '#ui/lines/facts.ts';
import { EMPTY_LINE, type Line, line, wrap } from '#ui/lines/line.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { lockOf } from './edit.ts';
import { keyMeaning } from './meanings.ts';
import { pendingText, type SettingRow } from './rows.ts';

/** One setting with nothing cut off. */
export function settingDetails(row: SettingRow, { t, area }: Pick<ViewContext, 't' | 'area'>): Line[] {
  const known = row.entry === null ? null : keyMeaning(row.entry.key);
  const meaning = known === null ? row.meaning : t(known);
  const facts: Fact[] = [
    {
      label: t('configuration.value'),
      values: [
        row.value === ''
          ? { text: t('configuration.unset'), style: 'muted' as const }
          : { text: row.value, style: 'strong' as const },
      ],
    },
    { label: t('configuration.from'), values: row.from === '' ? [] : [{ text: row.from }] },
    { label: t('configuration.meaning'), values: meaning === '' ? [] : [{ text: meaning }] },
    ...effectFacts(row, t),
  ];
  return [
    line(row.key, 'title'),
    EMPTY_LINE,
    ...factLines(facts, area.columns),
    ...lockLines(row, { t, area }),
  ];
}

/** When a change counts, and what waits for that. */
function effectFacts({ entry }: SettingRow, t: Translate): Fact[] {
  if (entry === null) return [];
  const pending = pendingText(entry, t);
  const values = [{ text: t(`setting.${entry.applies ?? 'at-once'}`) }];
  return [
    {
      label: t('setting.effect'),
      values: pending === null ? values : [...values, { text: pending, style: 'warning' }],
    },
  ];
}

/** Why it cannot be changed here; of what can, the footer says so. */
function lockLines(row: SettingRow, { t, area }: Pick<ViewContext, 't' | 'area'>): Line[] {
  const lock = row.entry === null ? null : lockOf(row);
  if (lock === null) return [];
  return [EMPTY_LINE, ...wrap(t(`setting.no-edit-${lock}`), area.columns).map((text) => line(text, 'muted'))];
}
