import type { Column } from '#ui/lines/columns.ts';
import { padEnd, type Span, span, widthOf } from '#ui/lines/line.ts';
import type { Style } from '#ui/theme/theme.ts';
import type { ViewContext } from '#ui/views/view.ts';
import type { SettingRow } from './rows.ts';

const MARKER = '▸ ';
const UNMARKED = '  ';
const SHORTEST_KEY = 16;
const LONGEST_KEY = 36;

/** What was set stands out from what is as it always was. */
const VALUE_STYLES: Readonly<Record<SettingRow['origin'], Style | undefined>> = {
  chosen: 'strong',
  default: 'muted',
  derived: undefined,
};

/** The value as the list shows it. */
export function valueSpan({ value, origin }: SettingRow): Span {
  return value === '' ? span('–', 'muted') : span(value, VALUE_STYLES[origin]);
}

export interface ColumnsInput {
  /** All rows, not only those on the screen: columns keep their width while the list scrolls. */
  readonly rows: readonly SettingRow[];
  readonly selected: string | null;
}

export function settingColumns(
  { rows, selected }: ColumnsInput,
  { t, area }: Pick<ViewContext, 't' | 'area'>,
): Column<SettingRow>[] {
  const widest = (text: (row: SettingRow) => string) => Math.max(0, ...rows.map((row) => widthOf(text(row))));
  const keyWidth = Math.min(
    Math.max(
      SHORTEST_KEY,
      widest(({ key }) => key),
    ),
    LONGEST_KEY,
  );
  return [
    {
      key: 'key',
      title: UNMARKED + t('column.key'),
      width: SHORTEST_KEY + UNMARKED.length,
      maximum: keyWidth + UNMARKED.length,
      cell: (row, width) => {
        if (row.id !== selected) return [span(UNMARKED), span(row.key)];
        // Only the name stands out, not the blanks behind it.
        const name = padEnd(row.key, width - MARKER.length).trimEnd();
        return [span(MARKER, 'accent'), span(name, 'selected')];
      },
    },
    {
      key: 'value',
      title: t('column.value'),
      width: 12,
      maximum: Math.min(
        Math.max(
          16,
          widest(({ value }) => value),
        ),
        Math.max(20, Math.floor(area.columns / 5)),
      ),
      cell: valueSpan,
    },
    {
      key: 'from',
      title: t('column.from'),
      width: Math.max(
        widthOf(t('column.from')),
        widest(({ from }) => from),
      ),
      drop: 1,
      cell: ({ from, origin }) => span(from, origin === 'chosen' ? 'accent' : 'muted'),
    },
    {
      key: 'meaning',
      title: t('column.meaning'),
      width: 24,
      maximum: Math.max(
        24,
        widest(({ meaning }) => meaning),
      ),
      drop: 2,
      cell: ({ meaning, entry }) => span(meaning, entry?.pending === undefined ? 'muted' : 'warning'),
    },
  ];
}
