import type { Batch } from '#model/batch.ts';
import type { ExportTasks } from '#model/commands.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { isFinal, TASK_STATES, type Task, type TaskState } from '#model/task.ts';
import { shortId, shortTaskId } from '#ui/frame/incident-text.ts';
import type { Translate } from '#ui/i18n/translate.ts';
import { goneNotes } from '#ui/list/marks.ts';
import type { Question } from '#ui/overlays/confirm.ts';
import type { ViewContext } from '#ui/views/view.ts';
import type { TaskRow } from './batch-rows.ts';
import { markedRows } from './selected.ts';
import type { TasksState } from './tasks-state.ts';

/** What may be done to tasks. */
export type TaskChange = 'cancel' | 'retry';

/** What is asked before the selected row is called off or run again; null where there is nothing to do. */
export function taskQuestion(row: TaskRow, action: TaskChange, t: Translate): Question | null {
  const count = countOf(row, action);
  if (count === 0) return null;
  if (row.kind === 'batch') {
    return action === 'cancel' ? cancelBatch(row.batch, count) : retryBatch(row.batch, count);
  }
  return action === 'cancel' ? cancelTask(row.task, t) : retryTask(row.task, t);
}

/** More names than these would hide how many there are. */
const NAMED = 5;

/** What is asked before all that is marked is called off or run again; null where there is nothing to do. */
export function markedQuestion(
  state: Pick<TasksState, 'marks'>,
  action: TaskChange,
  context: ViewContext,
): Question | null {
  const { t, format } = context;
  const { marks } = state;
  const { rows, gone } = markedRows(state, context);
  const meant = meantRows(rows, action);
  const [first] = meant;
  if (first === undefined) return null;
  const other = rows.filter((row) => countOf(row, action) === 0).length;
  const notes = [
    ...(other === 0 ? [] : [t(`marks-left.${action}`, { count: other })]),
    ...goneNotes(gone, t),
  ];
  const single = meant.length === 1 ? taskQuestion(first, action, t) : null;
  if (single !== null) return { ...single, notes, marks };
  const count = meant.reduce((sum, row) => sum + countOf(row, action), 0);
  const names = meant.slice(0, NAMED).map((row) => (row.kind === 'batch' ? row.batch.id : row.id));
  const more = meant.length > NAMED ? ', …' : '';
  const ids = meant.flatMap((row) => (row.kind === 'task' ? [row.id] : []));
  const batches = meant.flatMap((row) => (row.kind === 'batch' ? [row.batch.id] : []));
  return {
    title: `confirm.${action}-many-title`,
    text: `confirm.${action}-many-text`,
    values: { count: format.count(count), names: names.join(', ') + more },
    notes,
    marks,
    confirm: `confirm.${action}-many`,
    commands: [
      ...(ids.length === 0 ? [] : [{ type: `${action}-tasks`, ids } as const]),
      ...batches.map((batch) => ({ type: `${action}-batch`, batch }) as const),
    ],
  };
}

/** The rows that an action is for, batches first. A task whose batch is among them goes with its batch. */
function meantRows(rows: readonly TaskRow[], action: TaskChange): TaskRow[] {
  const meant = rows.filter((row) => countOf(row, action) > 0);
  const batches = meant.flatMap((row) => (row.kind === 'batch' ? [row] : []));
  const ids = new Set(batches.map(({ batch }) => batch.id));
  const isCovered = ({ batch }: Task) => batch !== null && ids.has(batch);
  return [...batches, ...meant.filter((row) => row.kind === 'task' && !isCovered(row.task))];
}

/** Why an action on a row, or on all that is marked, has nothing to do. */
export function nothingToDo(row: TaskRow | null, action: TaskChange, t: Translate): string {
  if (row === null) return t(`nothing-marked.${action}`);
  return row.kind === 'batch'
    ? t(`nothing-batch.${action}`, { batch: shortId(row.batch.id) })
    : t(`nothing-task.${action}`, { task: shortTaskId(row.task), state: t(`task-state.${row.task.state}`) });
}

/** How many tasks of a row the action is for. */
function countOf(row: TaskRow, action: TaskChange): number {
  const isMeant = action === 'cancel' ? (state: TaskState) => !isFinal(state) : isAgain;
  if (row.kind === 'task') return isMeant(row.task.state) ? 1 : 0;
  return TASK_STATES.filter(isMeant).reduce((sum, state) => sum + row.batch.counts[state], 0);
}

function isAgain(state: TaskState): boolean {
  return state === 'failed' || state === 'cancelled';
}

/** What is asked before tasks are written to a file: those of the batch that is selected, else all. */
export function exportQuestion(
  row: TaskRow | undefined,
  format: ExportTasks['format'],
  { tasks }: Pick<Snapshot, 'tasks'>,
): Question | null {
  const batch = row?.kind === 'batch' ? row.batch : null;
  const count = Object.values((batch ?? tasks).counts).reduce((sum, one) => sum + one, 0);
  if (count === 0) return null;
  return {
    title: 'confirm.export-title',
    text: batch === null ? 'confirm.export-text' : 'confirm.export-batch-text',
    values: { target: batch?.id ?? '', count, format: format.toUpperCase() },
    confirm: 'confirm.export',
    commands: [{ type: 'export-tasks', format, batch: batch?.id ?? null }],
  };
}

function cancelTask({ id, state }: Task, t: Translate): Question {
  return {
    title: 'confirm.cancel-title',
    text: 'confirm.cancel-text',
    values: { target: id, state: t(`task-state.${state}`) },
    confirm: 'confirm.cancel',
    commands: [{ type: 'cancel-tasks', ids: [id] }],
  };
}

function retryTask({ id, state }: Task, t: Translate): Question {
  return {
    title: 'confirm.retry-title',
    text: 'confirm.retry-text',
    values: { target: id, state: t(`task-state.${state}`) },
    confirm: 'confirm.retry',
    commands: [{ type: 'retry-tasks', ids: [id] }],
  };
}

function cancelBatch({ id }: Batch, count: number): Question {
  return {
    title: 'confirm.cancel-batch-title',
    text: 'confirm.cancel-batch-text',
    values: { target: id, count },
    confirm: 'confirm.cancel-batch',
    commands: [{ type: 'cancel-batch', batch: id }],
  };
}

function retryBatch({ id }: Batch, count: number): Question {
  return {
    title: 'confirm.retry-batch-title',
    text: 'confirm.retry-batch-text',
    values: { target: id, count },
    confirm: 'confirm.retry',
    commands: [{ type: 'retry-batch', batch: id }],
  };
}
