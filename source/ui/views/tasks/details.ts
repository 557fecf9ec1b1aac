import {
  type Attempt,
  isFinal,
  lastError,
  MAX_PRIORITY,
  spentAttempts,
  startedAt,
  type Task,
} from '#model/task.ts';
import { type Column, headingRow, placeColumns, tableRow } from '#ui/lines/columns.ts';
import { type Fact, factLines, type Value } from '#ui/lines/facts.ts';
import { EMPTY_LINE, fitLine, type Line, line, span, widthOf, wrap } from '#ui/lines/line.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { NOT_READ, type OutputReading } from './output.ts';
import { outputBlock } from './output-lines.ts';
import { progressFact } from './progress.ts';
import { queuePosition } from './rows.ts';
import { countsCollisions, countsText, outcomeCell, resultTexts, stateCell } from './task-text.ts';
import { capacityOf, waitReason, waitText } from './waiting.ts';

/** The details of a task as lines, and where in them its output is. */
interface TaskDetails {
  readonly lines: readonly Line[];
  /** Row of the title of the output; null where nothing is known of it. */
  readonly output: number | null;
  /** Row of the match that was gone to; null where none was. */
  readonly match: number | null;
}

/** Everything known of one task, for the pane beside the table or the whole view: what came of it first. */
export function taskDetails(task: Task, context: ViewContext): readonly Line[] {
  return readDetails(task, context, NOT_READ).lines;
}

/** The same while its output is read. */
export function readDetails(task: Task, context: ViewContext, reading: OutputReading): TaskDetails {
  const { t, area } = context;
  const head = [
    ...wrap(task.id, area.columns).map((part) => line(part, 'title')),
    EMPTY_LINE,
    ...factLines(factsOf(task, context), area.columns),
    EMPTY_LINE,
    fitLine([span(t('task.attempts'), 'strong'), span(spentText(task, context), 'muted')], area.columns),
    ...attemptLines(task, context),
  ];
  const { lines, match } = outputBlock(task, context, { reading, room: area.rows - head.length });
  return {
    lines: [...head, ...lines],
    // An empty line goes before it.
    output: lines.length === 0 ? null : head.length + 1,
    match: match === null ? null : head.length + match,
  };
}

function spentText(task: Task, { t, snapshot }: ViewContext): string {
  const spent = spentAttempts(task);
  if (spent === 0 || snapshot.settings === null) return '';
  const retries = task.retries ?? snapshot.settings.retryAttempts;
  return `  ${t('task.attempts-spent', { spent, allowed: retries + 1 })}`;
}

function factsOf(task: Task, context: ViewContext): Fact[] {
  const { t } = context;
  const { wantedWorker: worker, priority } = task;
  const error = task.state === 'completed' ? null : lastError(task);
  return [
    { label: t('task.state'), values: [stateValue(task, context)] },
    ...queueFacts(task, context),
    progressFact(task, context),
    ...resultFacts(task, context),
    {
      label: t('task.error'),
      values:
        error === null ? [] : [{ text: t.say(error), style: task.state === 'cancelled' ? 'muted' : 'bad' }],
    },
    { label: t('task.benchmark'), values: [{ text: task.benchmark }] },
    { label: t('task.parameters'), values: [{ text: parametersOf(task) }] },
    {
      label: t('task.priority'),
      values: [{ text: t('task.priority-value', { priority, maximum: MAX_PRIORITY }) }],
    },
    {
      label: t('task.worker'),
      values: [{ text: worker === null ? t('tasks.automatic') : t('task.worker-wanted', { worker }) }],
    },
    { label: t('task.description'), values: task.description === '' ? [] : [{ text: task.description }] },
    { label: t('task.created'), values: [moment(task.createdAt, context)] },
    { label: t('task.finished'), values: isFinal(task.state) ? [moment(task.updatedAt, context)] : [] },
  ];
}

/** Every parameter under its own name. */
function parametersOf({ parameters }: Task): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${value}`)
    .join('  ');
}

function moment(at: number, { t, format, now }: ViewContext): Value {
  return { text: t('task.moment', { time: format.dateTime(at), duration: format.duration(now - at) }) };
}

function stateValue(task: Task, context: ViewContext): Value {
  const { t, format, now } = context;
  const { text: state, style } = stateCell(task, context);
  // When a final state was entered is a fact of its own.
  if (isFinal(task.state)) return { text: state, style };
  const since = task.state === 'pending' ? task.createdAt : (startedAt(task) ?? task.updatedAt);
  return { text: t('task.since', { state, duration: format.duration(now - since) }), style };
}

/** What a queued task waits for, and how many the queue takes before it. */
function queueFacts(task: Task, context: ViewContext): Fact[] {
  const { snapshot, now, t, format } = context;
  if (task.state !== 'pending') return [];
  const reason = waitReason(task, capacityOf(snapshot), now);
  const { ahead, total } = queuePosition(task, snapshot.tasks.known);
  const values = { count: format.count(ahead), total: format.count(total) };
  return [
    { label: t('task.waits'), values: [{ text: waitText(reason, context), style: 'warning' }] },
    {
      label: t('task.queue'),
      values: [{ text: t(ahead === 0 ? 'task.queue-first' : 'task.queue-ahead', values) }],
    },
  ];
}

function attemptLines(task: Task, context: ViewContext): Line[] {
  const { area, t } = context;
  if (task.attempts.length === 0) return [line(t('task.no-attempts'), 'muted')];
  // Under the worker's name.
  const indent = ' '.repeat(String(task.attempts.length).length + 2);
  const columns = placeColumns(attemptColumns(task.attempts, context), area.columns);
  return [
    headingRow(columns, null),
    ...task.attempts.flatMap((attempt) => [
      tableRow(columns, attempt),
      ...wrap(t.say(attempt.error ?? ''), area.columns - indent.length)
        .filter((text) => text !== '')
        .map((text) => [span(indent), span(text, isAsWished(attempt.outcome) ? 'muted' : 'bad')]),
    ]),
  ];
}

/** Whether an attempt ended as somebody wanted it: what it says is no error then. */
function isAsWished(outcome: Attempt['outcome']): boolean {
  return outcome === 'completed' || outcome === 'cancelled';
}

function attemptColumns(attempts: readonly Attempt[], context: ViewContext): Column<Attempt>[] {
  const { t, format, now } = context;
  const workerWidth = Math.max(9, ...attempts.map(({ workerId }) => widthOf(workerId)));
  return [
    {
      key: 'number',
      title: '',
      width: String(attempts.length).length,
      align: 'right',
      cell: ({ number }) => span(String(number), 'muted'),
    },
    {
      key: 'worker',
      title: t('task-column.worker'),
      width: 9,
      maximum: Math.min(24, workerWidth),
      cell: ({ workerId }) => span(workerId),
    },
    {
      key: 'outcome',
      title: t('task-column.outcome'),
      width: 20,
      cell: ({ outcome }) => outcomeCell(outcome, context),
    },
    {
      key: 'sent',
      title: t('task-column.sent'),
      width: 8,
      drop: 2,
      cell: ({ sentAt }) => (sentAt === null ? span('–', 'muted') : span(format.time(sentAt))),
    },
    {
      key: 'time',
      title: t('task-column.time'),
      width: 10,
      align: 'right',
      drop: 1,
      cell: ({ sentAt, endedAt }) => {
        if (sentAt === null) return span('–', 'muted');
        if (endedAt === null) return span(format.duration(now - sentAt), 'info');
        return span(format.seconds(Math.max(0, endedAt - sentAt) / 1_000));
      },
    },
  ];
}

function resultFacts(task: Task, context: ViewContext): Fact[] {
  const { t, format } = context;
  const { result } = task;
  if (result === null) return [];
  const { executionSeconds: seconds } = result;
  const counts = countsText(result, { t, format });
  const given = resultTexts(result);
  const misses = given.length === 0 && countsCollisions(task);
  const notTold: Value = { text: t('task.not-told'), style: 'muted' };
  const told = counts === null ? notTold : ({ text: counts, style: 'strong' } as const);
  return [
    { label: t('task.collisions'), values: counts !== null || misses ? [told] : [] },
    { label: t('task.results'), values: given.map((text) => ({ text, style: 'strong' })) },
    { label: t('task.execution'), values: [seconds === null ? notTold : { text: format.seconds(seconds) }] },
  ];
}
