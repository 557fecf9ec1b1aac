import type { Batch } from '#model/batch.ts';
import { lastError, type Task } from '#model/task.ts';
import { selectedIndex } from '#ui/list/list-state.ts';
import type { Copied, ViewContext } from '#ui/views/view.ts';
import { listRows, type TaskRow } from './batch-rows.ts';
import type { TasksState } from './tasks-state.ts';

/** The rows of the view, in the order shown. */
export function rowsOf(state: TasksState, { snapshot, t }: Pick<ViewContext, 'snapshot' | 't'>): TaskRow[] {
  return listRows(snapshot, state, t);
}

/** The row that the marker stands at. */
export function selectedRow(state: TasksState, rows: readonly TaskRow[]): TaskRow | undefined {
  return rows[selectedIndex(state, idsOf(rows))];
}

/** Whether the selected row is surely in the list: answered without making the rows of thousands of tasks. */
export function isListed(
  { selected, filter, tab, expanded }: TasksState,
  { tasks }: Pick<ViewContext['snapshot'], 'tasks'>,
): boolean {
  if (selected === null || filter !== '') return false;
  const task = tasks.known.get(selected);
  if (task === undefined) return false;
  if (tab !== null) return task.state === tab;
  return task.batch === null || !tasks.batches.has(task.batch) || expanded.includes(task.batch);
}

/** Of rows, what each is called. */
export function idsOf(rows: readonly TaskRow[]): string[] {
  return rows.map(({ id }) => id);
}

/** The row that a key means: of open details their own, wherever its row has gone meanwhile; else the selected one. */
export function meantRow(
  state: TasksState,
  context: Pick<ViewContext, 'snapshot' | 't'>,
): TaskRow | undefined {
  if (!state.open || state.selected === null) return selectedRow(state, rowsOf(state, context));
  const task = context.snapshot.tasks.known.get(state.selected);
  return task && { kind: 'task', id: task.id, task };
}

/** Its whole id, and what came of it as JSON: a task's result, or the error that it has instead; how many tasks of a batch are in each state. */
export function copiedRow(row: TaskRow): Copied {
  return row.kind === 'task'
    ? { id: row.task.id, more: resultText(row.task) }
    : { id: row.batch.id, more: countsText(row.batch) };
}

function resultText(task: Task): string {
  return task.result === null ? (lastError(task) ?? task.state) : JSON.stringify(task.result);
}

function countsText({ counts }: Batch): string {
  return JSON.stringify(counts);
}
