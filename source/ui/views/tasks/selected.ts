import type { Batch } from '#model/batch.ts';
import { lastError, type Task } from '#model/task.ts';
import { selectedIndex } from '#ui/list/list-state.ts';
import type { Copied, ViewContext } from '#ui/views/view.ts';
import { batchIdOf, listRows, type TaskRow } from './batch-rows.ts';
import type { TasksState } from './tasks-state.ts';

type Looked = Pick<ViewContext, 'snapshot' | 'older' | 't'>;

/** The rows of the view, in the order shown. */
export function rowsOf(state: TasksState, { snapshot, older, t }: Looked): TaskRow[] {
  return listRows({ tasks: snapshot.tasks, older }, state, t);
}

/** A task as it is known, or as the database told. */
export function taskById(id: string, { snapshot, older }: Omit<Looked, 't'>): Task | undefined {
  return snapshot.tasks.known.get(id) ?? older.find((task) => task.id === id);
}

/** The row that the marker stands at. */
export function selectedRow(state: TasksState, rows: readonly TaskRow[]): TaskRow | undefined {
  return rows[selectedIndex(state, idsOf(rows))];
}

/** Of rows, what each is called. */
export function idsOf(rows: readonly TaskRow[]): string[] {
  return rows.map(({ id }) => id);
}

/** The row that a key means: of open details their own, wherever its row has gone meanwhile; else the selected one. */
export function meantRow(state: TasksState, context: Looked): TaskRow | undefined {
  if (!state.open || state.selected === null) return selectedRow(state, rowsOf(state, context));
  const task = taskById(state.selected, context);
  return task && { kind: 'task', id: task.id, task };
}

/** What is marked, in the order in which it was. */
interface MarkedRows {
  readonly rows: readonly TaskRow[];
  /** How many are not known any more. */
  readonly gone: number;
}

/** The rows that are marked, whether a filter or a tab hides them or not. */
export function markedRows({ marks }: Pick<TasksState, 'marks'>, context: Omit<Looked, 't'>): MarkedRows {
  const { batches } = context.snapshot.tasks;
  const rows = [...marks].flatMap((id): TaskRow[] => {
    const batch = batches.get(batchIdOf(id) ?? '');
    if (batch !== undefined) return [{ kind: 'batch', id, batch, expanded: false }];
    const task = taskById(id, context);
    return task === undefined ? [] : [{ kind: 'task', id, task }];
  });
  return { rows, gone: marks.size - rows.length };
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
