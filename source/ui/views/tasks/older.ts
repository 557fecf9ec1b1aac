import { isFinal } from '#model/task.ts';
import { selectedIndex, selectId } from '#ui/list/list-state.ts';
import type { WantedTasks } from '#ui/older-tasks.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { batchRowId, type TaskRow } from './batch-rows.ts';
import { idsOf, rowsOf, taskById } from './selected.ts';
import type { TasksState } from './tasks-state.ts';

/** Pages of the screen that are fetched ahead of the marker. */
const AHEAD = 2;

/**
 * Finished tasks that are to be fetched: those of the tab, and those of every opened batch. All failures of an opened
 * batch, since a person opens it for them; of all else as much as the marker comes near to. A filter wants to look at all.
 */
export function wantedOf(state: TasksState, context: ViewContext, page: number): readonly WantedTasks[] {
  const { tab, filter, expanded } = state;
  if (tab === null ? expanded.length === 0 : !isFinal(tab)) return [];
  const rows = rowsOf(state, context);
  const marker = selectedIndex(state, idsOf(rows));
  const isNear = (end: number) => end - marker <= AHEAD * page;
  if (tab !== null) return [{ states: [tab], batch: null, more: filter !== '' || isNear(rows.length) }];
  return expanded.flatMap((batch): WantedTasks[] => {
    const first = rows.findIndex(({ id }) => id === batchRowId(batch));
    if (first === -1) return [];
    const next = rows.findIndex((row, index) => index > first && !isOf(row, batch));
    const end = next === -1 ? rows.length : next;
    const more = marker >= first && marker < end && isNear(end);
    return [
      { states: ['failed'], batch, more: true },
      { states: ['completed', 'cancelled'], batch, more },
    ];
  });
}

/**
 * The state with the marker's row selected by its id: without it, the marker would go to another row when one comes
 * before it. A row that has gone leaves the marker at the first.
 */
export function pinnedTask(state: TasksState, context: ViewContext): TasksState {
  // While a filter is typed its first match is only passing by; open details stay open, whatever became of the row.
  if (state.editing || state.open) return state;
  const { selected, filter, awaited } = state;
  if (selected !== null && selected === awaited) {
    return isThere(selected, context) ? { ...state, awaited: null } : state;
  }
  // The order of thousands of tasks is not made where the marker has its row.
  if (selected !== null && filter === '' && state.tab === null && isThere(selected, context)) return state;
  const rows = rowsOf(state, context);
  const row = rows[selectedIndex(state, idsOf(rows))];
  return row === undefined ? state : selectId(state, row.id);
}

function isOf(row: TaskRow, batch: string): boolean {
  return row.kind === 'task' && row.task.batch === batch;
}

function isThere(rowId: string, context: ViewContext): boolean {
  for (const { id } of context.snapshot.tasks.batches) if (batchRowId(id) === rowId) return true;
  return taskById(rowId, context) !== undefined;
}
