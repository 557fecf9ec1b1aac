import { DEFAULT_PRIORITY, lastError, lastWorker, TASK_STATES, type Task } from '#model/task.ts';
import { placeInBatch, shortId } from '#ui/frame/incident-text.ts';
import type { Column } from '#ui/lines/columns.ts';
import { type Line, type Span, span, widthOf } from '#ui/lines/line.ts';
import type { ViewContext } from '#ui/views/view.ts';
import {
  countsCollisions,
  countsText,
  oneLine,
  parametersText,
  resultTexts,
  stateCell,
  TASK_SIGNS,
  timeCell,
} from './task-text.ts';
import { type Capacity, isOwnReason, waitReason, waitText } from './waiting.ts';

/** Narrower than this, a state is its glyph alone. */
const GLYPHS_ONLY = 40;
/** From this width on the counts have their words, and an error its first sentence. */
const ROOMY = 110;

interface TaskColumnsOptions {
  /** The id that is marked. */
  readonly selected: string | null;
  readonly capacity: Capacity;
  /** Cells of the longest name of a worker: their column is as wide as that asks. */
  readonly longestName: number;
}

/** The columns of the Tasks table. The widths depend on the fleet and the language, never on the rows on the screen. */
export function taskColumns(
  { selected, capacity, longestName }: TaskColumnsOptions,
  context: ViewContext,
): Column<Task>[] {
  const { t, format, area } = context;
  const words = TASK_STATES.map((state) => widthOf(t(`task-state.${state}`)));
  const glyphsOnly = area.columns < GLYPHS_ONLY;
  const workerWidth = Math.max(widthOf(t('tasks.automatic-short')), 9);
  const longestWorker = Math.max(workerWidth, longestName);
  return [
    {
      key: 'state',
      title: glyphsOnly ? '' : t('task-column.state'),
      width: glyphsOnly ? 1 : 2 + Math.max(...words),
      sortable: true,
      cell: (task) => (glyphsOnly ? glyphCell(task) : stateCell(task, context)),
    },
    {
      key: 'id',
      title: t('task-column.id'),
      width: 8,
      cell: (task) => span(shownId(task), task.id === selected ? 'selected' : undefined),
    },
    {
      key: 'benchmark',
      title: t('task-column.benchmark'),
      width: 12,
      maximum: 19,
      drop: 5,
      sortable: true,
      cell: ({ benchmark }) => span(benchmark),
    },
    {
      key: 'parameters',
      title: t('task-column.parameters'),
      width: 14,
      maximum: area.columns < ROOMY ? 18 : 22,
      drop: 4,
      cell: (task, width) => span(parametersText(task, t, width), 'muted'),
    },
    {
      key: 'priority',
      title: t('task-column.priority'),
      width: 5,
      align: 'right',
      drop: 6,
      sortable: true,
      largestFirst: true,
      cell: ({ priority }) =>
        span(format.number(priority), priority === DEFAULT_PRIORITY ? 'muted' : undefined),
    },
    {
      key: 'worker',
      title: t('task-column.worker'),
      width: workerWidth,
      maximum: Math.min(longestWorker, 20),
      drop: 3,
      sortable: true,
      cell: (task) => workerCell(task, context),
    },
    {
      key: 'attempts',
      title: t('task-column.attempts'),
      width: widthOf(t('task-column.attempts')) + 1,
      align: 'right',
      drop: 7,
      sortable: true,
      largestFirst: true,
      cell: ({ attempts }) => attemptsCell(attempts.length, context),
    },
    {
      key: 'time',
      title: t('task-column.time'),
      width: 9,
      maximum: 11,
      align: 'right',
      drop: 2,
      sortable: true,
      largestFirst: true,
      cell: (task, width) => timeCell(task, context, width),
    },
    {
      key: 'result',
      title: t('task-column.result'),
      width: area.columns < ROOMY ? 15 : 24,
      maximum: 120,
      drop: 1,
      cell: (task, width) => resultCell(task, { capacity, context, width }),
    },
  ];
}

/** The first 8 characters; of a task of a sweep, all of which begin alike, its place in it. */
function shownId(task: Task): string {
  const place = placeInBatch(task);
  if (place === null) return shortId(task.id);
  return place.length <= 7 ? `…${place}` : shortId(place.slice(1));
}

function glyphCell({ state }: Task): Span {
  const { glyph, style } = TASK_SIGNS[state];
  return span(glyph, style);
}

function workerCell(task: Task, { t }: ViewContext): Span {
  if (task.state === 'pending') return span(task.wantedWorker ?? t('tasks.automatic-short'), 'muted');
  return span(lastWorker(task) ?? '–');
}

function attemptsCell(attempts: number, { format }: ViewContext): Span {
  if (attempts === 0) return span('–', 'muted');
  return span(format.number(attempts), attempts > 1 ? 'warning' : undefined);
}

interface ResultOptions {
  readonly capacity: Capacity;
  readonly context: ViewContext;
  readonly width: number;
}

/** What came of it: the counts, or the error; for a task that waits, what went wrong so far and what it alone waits for. */
function resultCell(task: Task, { capacity, context, width }: ResultOptions): Line {
  const error = oneLine(context.t.say(lastError(task) ?? ''));
  switch (task.state) {
    case 'completed':
      return countsCell(task, context, width);
    case 'failed':
      return [span(error, 'bad')];
    case 'cancelled':
      return [span(error, 'muted')];
    case 'pending': {
      if (error !== '') return [span(error, 'warning')];
      const reason = waitReason(task, capacity, context.now);
      return isOwnReason(reason) ? [span(waitText(reason, context), 'muted')] : [];
    }
    default:
      return error === '' ? [] : [span(error, 'warning')];
  }
}

function countsCell(task: Task, context: ViewContext, width: number): Line {
  const { result } = task;
  const told = result === null ? '' : (countsText(result, context, width) ?? resultTexts(result).join('  '));
  if (told !== '') return [span(told)];
  return [span(countsCollisions(task) ? context.t('tasks.no-counts') : '–', 'muted')];
}
