import type { RunGroup, Spread } from '#model/run-statistics.ts';
import { type Column, headingRow, placeColumns, tableRow } from '#ui/lines/columns.ts';
import { EMPTY_LINE, fitLine, type Line, span } from '#ui/lines/line.ts';
import type { ViewContext } from '#ui/views/view.ts';

/** The bar is of this part of a second's own scale: the longest median fills it. */
const BAR = 24;

/**
 * Waiting and run times of the tasks that ended last and how many a minute there were, by benchmark side by side and
 * by every worker: medians as bars, with the p95 beside. Empty before the first has ended.
 */
export function spreadLines(context: ViewContext): Line[] {
  const { runs } = context.snapshot.tasks;
  if (runs === null || runs.tasks === 0) return [];
  const { t, format } = context;
  const title = t('statistics.runs', { count: format.count(runs.tasks) });
  return [
    fitLine([span(` ${title}`, 'title')], context.area.columns),
    ...tableOf(t('column.benchmark'), runs.byBenchmark, context),
    EMPTY_LINE,
    ...tableOf(t('column.worker'), runs.byWorker, context),
  ];
}

function tableOf(title: string, groups: readonly RunGroup[], context: ViewContext): Line[] {
  const longest = Math.max(0, ...groups.map(({ ran }) => ran?.median ?? 0));
  const columns = placeColumns(columnsOf(title, longest, context), context.area.columns - 1);
  return [headingRow(columns, null), ...groups.map((group) => tableRow(columns, group))].map((row) => [
    span(' '),
    ...row,
  ]);
}

function columnsOf(title: string, longest: number, { t, format }: ViewContext): Column<RunGroup>[] {
  const seconds = (spread: Spread | null, which: keyof Spread) =>
    spread === null ? span('–', 'muted') : span(format.seconds(spread[which] / 1_000));
  return [
    { key: 'name', title, width: 12, maximum: 24, cell: ({ name }) => span(name) },
    {
      key: 'done',
      title: t('column.runs'),
      width: 6,
      align: 'right',
      cell: ({ completed }) => span(format.count(completed)),
    },
    {
      key: 'speed',
      title: t('column.per-minute'),
      width: 7,
      align: 'right',
      drop: 2,
      // A slow fleet is told apart by its tenths; above ten nobody looks at them.
      cell: ({ perMinute }) =>
        span(perMinute < 9.95 ? format.number(perMinute, 1) : format.count(Math.round(perMinute))),
    },
    {
      key: 'failed',
      title: t('column.failed'),
      width: 8,
      align: 'right',
      drop: 5,
      cell: ({ failed }) => span(format.count(failed), failed > 0 ? 'bad' : 'muted'),
    },
    {
      key: 'bar',
      title: t('column.run-time'),
      width: 8,
      maximum: BAR,
      drop: 3,
      cell: ({ ran }, width) => {
        const cells =
          ran === null || longest === 0 ? 0 : Math.max(1, Math.round((ran.median / longest) * width));
        return [span('█'.repeat(cells), 'accent'), span('░'.repeat(width - cells), 'muted')];
      },
    },
    {
      key: 'median',
      title: t('column.median'),
      width: 9,
      align: 'right',
      cell: ({ ran }) => seconds(ran, 'median'),
    },
    { key: 'p95', title: t('column.p95'), width: 9, align: 'right', cell: ({ ran }) => seconds(ran, 'p95') },
    {
      key: 'waited',
      title: t('column.waited'),
      width: 9,
      align: 'right',
      drop: 1,
      cell: ({ waited }) => seconds(waited, 'median'),
    },
    {
      key: 'waited-p95',
      title: t('column.p95'),
      width: 9,
      align: 'right',
      drop: 4,
      cell: ({ waited }) => seconds(waited, 'p95'),
    },
  ];
}
