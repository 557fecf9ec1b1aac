import { type Batch, batchProgress } from '#model/batch.ts';
import { shortId } from '#ui/frame/incident-text.ts';
import { type Column, placeColumns, tableRow } from '#ui/lines/columns.ts';
import { type Fact, factLines } from '#ui/lines/facts.ts';
import { EMPTY_LINE, type Line, line, span, truncate, widthOf, wrap } from '#ui/lines/line.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { barOf } from './progress.ts';

/** A batch in one row: whether it is open, how far it is, what failed, how fast it goes, when it will end. */
export function batchLine(
  batch: Batch,
  { expanded, selected }: { readonly expanded: boolean; readonly selected: boolean },
  context: ViewContext,
): Line {
  const columns = batchColumns({ expanded, selected }, context);
  return tableRow(placeColumns(columns, context.area.columns), batch);
}

interface Look {
  readonly expanded: boolean;
  readonly selected: boolean;
}

function batchColumns({ expanded, selected }: Look, context: ViewContext): Column<Batch>[] {
  const { t, format, now } = context;
  const number = (value: number) => format.count(value);
  return [
    { key: 'open', title: '', width: 1, cell: () => span(expanded ? '−' : '+', 'accent') },
    {
      key: 'id',
      title: '',
      width: 8,
      maximum: 27,
      cell: (batch, width) => nameOf(batch, { width, selected }),
    },
    {
      key: 'bar',
      title: '',
      width: 10,
      maximum: 24,
      drop: 1,
      cell: (batch, width) => barOf(batchProgress(batch, now).share, width),
    },
    {
      key: 'done',
      title: '',
      width: 11,
      maximum: 15,
      align: 'right',
      cell: (batch) => {
        const { ended, total } = batchProgress(batch, now);
        return span(`${number(ended)}/${number(total)}`);
      },
    },
    {
      key: 'failed',
      title: '',
      width: 12,
      drop: 2,
      cell: ({ counts }) =>
        counts.failed === 0 ? span('') : span(t('batch.failed', { count: number(counts.failed) }), 'bad'),
    },
    {
      key: 'speed',
      title: '',
      width: 10,
      align: 'right',
      drop: 4,
      cell: (batch) => {
        const { perMinute } = batchProgress(batch, now);
        return perMinute === null || batch.endedAt !== null
          ? span('–', 'muted')
          : span(t('batch.per-minute', { count: number(Math.round(perMinute)) }));
      },
    },
    {
      key: 'end',
      title: '',
      width: Math.max(16, widthOf(t('batch.no-end'))),
      maximum: 24,
      drop: 3,
      cell: (batch) => endOf(batch, context),
    },
  ];
}

/** Fewer cells of a description say nothing. */
const LEAST_DESCRIPTION = 6;

/** Its id, and what it is for where there is room; an id that has no room has its first 8 characters, as everywhere. */
function nameOf(
  { id, description }: Batch,
  { width, selected }: { readonly width: number; readonly selected: boolean },
): Line {
  const shown = widthOf(id) <= width ? id : shortId(id);
  const name = span(shown, selected ? 'selected' : 'strong');
  const room = width - widthOf(shown) - 2;
  const isTold = description !== '' && room >= LEAST_DESCRIPTION;
  return isTold ? [name, span(`  ${truncate(description, room)}`, 'muted')] : [name];
}

function endOf(batch: Batch, { t, format, now }: ViewContext) {
  if (batch.endedAt !== null) return span(t('batch.ended', { time: format.time(batch.endedAt) }), 'muted');
  const { endsAt } = batchProgress(batch, now);
  if (endsAt === null) return span(t('batch.no-end'), 'muted');
  return span(t('batch.ends-in', { duration: format.duration(Math.max(0, endsAt - now)) }));
}

/** Everything known of a batch, for the pane beside the table. */
export function batchDetails(batch: Batch, context: ViewContext): Line[] {
  const { t, format, now, area } = context;
  const { counts, startedAt, endedAt } = batch;
  const { ended, total, share, perMinute } = batchProgress(batch, now);
  const end = endOf(batch, context);
  const facts: Fact[] = [
    {
      label: t('batch.progress'),
      values: [{ text: t('batch.progress-value', { ended, total, share: format.percent(share) }) }],
    },
    {
      label: t('batch.states'),
      values: (['running', 'pending', 'completed', 'failed', 'cancelled'] as const)
        .filter((state) => counts[state] > 0)
        .map((state) => ({
          text: `${format.count(counts[state])} ${t(`task-count.${state}`, { count: counts[state] })}`,
        })),
    },
    {
      label: t('batch.speed'),
      values:
        perMinute === null ? [] : [{ text: t('batch.per-minute', { count: format.number(perMinute) }) }],
    },
    { label: t('batch.end'), values: [{ text: end.text }] },
    { label: t('task.benchmark'), values: [{ text: batch.benchmark }] },
    { label: t('task.description'), values: batch.description === '' ? [] : [{ text: batch.description }] },
    { label: t('task.created'), values: [{ text: format.dateTime(batch.createdAt) }] },
    { label: t('batch.started'), values: startedAt === null ? [] : [{ text: format.dateTime(startedAt) }] },
    { label: t('task.finished'), values: endedAt === null ? [] : [{ text: format.dateTime(endedAt) }] },
  ];
  return [
    ...wrap(batch.id, area.columns).map((part) => line(part, 'title')),
    EMPTY_LINE,
    ...factLines(facts, area.columns),
  ];
}
