import type { Task } from '#model/task.ts';
import { lastError } from '#model/task.ts';
import { type ListState, selectedIndex } from '#ui/list/list-state.ts';
import { taskRows } from './tasks/rows.ts';
import type { Copied, ViewContext } from './view.ts';

/** The selected task: its whole id, and its result as JSON, or the error that it has instead of one. */
export function copiedTask(state: ListState, { snapshot, t }: ViewContext): Copied | null {
  const { known } = snapshot.tasks;
  const rows = taskRows(known, state, t);
  const ids = rows.map(({ id }) => id);
  const task =
    state.open && state.selected !== null ? known.get(state.selected) : rows[selectedIndex(state, ids)];
  return task === undefined ? null : { id: task.id, more: resultText(task) };
}

function resultText(task: Task): string {
  return task.result === null ? (lastError(task) ?? task.state) : JSON.stringify(task.result);
}
