import { lastTop, standBeside } from '#ui/list/details-pane.ts';
import { editFilter } from '#ui/list/filter-edit.ts';
import { type ListContext, reduceList } from '#ui/list/list-state.ts';
import { backDropsMarks, markAndAdvance, NO_MARKS } from '#ui/list/marks.ts';
import type { ViewContext } from '#ui/views/view.ts';
import type { TaskRow } from './batch-rows.ts';
import type { TasksAction } from './keymap.ts';
import { pageOf } from './layout.ts';
import { NOT_READ, type OutputReading, outputOf, readingOf, toMatch } from './output.ts';
import { detailsHaveKeys, matchInSight, paneWithKeys } from './pane.ts';
import { TASK_SORTS } from './rows.ts';
import { idsOf, rowsOf, selectedRow } from './selected.ts';
import { moveTab, type TasksState, toggleBatch } from './tasks-state.ts';

/** The state after an action. */
export function reduceTasks(state: TasksState, action: TasksAction, context: ViewContext): TasksState {
  switch (action) {
    case 'next-tab':
      return moveTab(state, 1);
    case 'previous-tab':
      return moveTab(state, -1);
    case 'next-match':
      return stepped(state, 1, context);
    case 'previous-match':
      return stepped(state, -1, context);
    case 'filter':
      return detailsHaveKeys(state, context)
        ? outputFiltered(state, context)
        : inList(state, action, context);
    case 'back':
      return back(state, context);
    case 'bottom':
      // The end is where what is new comes: it is followed again.
      return inList(withOutput(state, { held: null, at: NOT_READ.at }), action, context);
    case 'mark': {
      const rows = rowsOf(state, context);
      return markAndAdvance(state, listContext(state, rows, context));
    }
    case 'cancel':
    case 'retry':
    case 'again':
    case 'pager':
    case 'export-csv':
    case 'export-json':
      return state;
    default:
      return inList(state, action, context);
  }
}

/** The state after a key while the filter of the output is typed. */
export function editOutput(state: TasksState, key: string, context: ViewContext): TasksState {
  return matchInSight({ ...state, output: editFilter(state.output, key) }, context);
}

type ListAction = Parameters<typeof reduceList>[1];

function inList(state: TasksState, action: ListAction, context: ViewContext): TasksState {
  const rows = rowsOf(state, context);
  const row = selectedRow(state, rows);
  if (action === 'enter' && row?.kind === 'batch') {
    return toggleBatch({ ...state, selected: row.id }, row.batch.id);
  }
  const next = { ...state, ...reduceList(state, action, listContext(state, rows, context)) };
  // Whoever comes back to the details finds them as they are, and not as they were once read.
  return detailsHaveKeys(state, context) && !detailsHaveKeys(next, context)
    ? { ...next, output: NOT_READ }
    : next;
}

function listContext(state: TasksState, rows: readonly TaskRow[], context: ViewContext): ListContext {
  const { area } = context;
  const pane = paneWithKeys(state, context);
  return {
    ids: idsOf(rows),
    page: pane?.rows ?? pageOf(area),
    sortColumns: TASK_SORTS,
    beside: standBeside(area),
    ...(pane === null ? {} : { detailEnd: lastTop(pane.lines, pane.rows) }),
  };
}

/** One thing at a time, the last one first: the filter of the output, the details, the filter of the list, the marks. */
function back(state: TasksState, context: ViewContext): TasksState {
  if (
    detailsHaveKeys(state, context) &&
    state.output.filter !== '' &&
    state.output.taskId === state.selected
  ) {
    return matchInSight(withOutput(state, { filter: '' }), context);
  }
  const beside = standBeside(context.area);
  if (backDropsMarks(state, beside)) return { ...state, marks: NO_MARKS };
  return inList(state, 'back', context);
}

function withOutput(state: TasksState, over: Partial<OutputReading>): TasksState {
  return { ...state, output: { ...state.output, ...over } };
}

/** The filter of the output is typed, with its first line in sight. */
function outputFiltered(state: TasksState, context: ViewContext): TasksState {
  const pane = paneWithKeys(state, context);
  if (pane?.task === undefined || pane.output === null) return state;
  const { id } = pane.task;
  const output = { ...readingOf(state.output, id), editing: true };
  return { ...state, selected: id, output, detailTop: pane.output };
}

function stepped(state: TasksState, by: 1 | -1, context: ViewContext): TasksState {
  const task = paneWithKeys(state, context)?.task;
  if (task === undefined) return state;
  const reading = readingOf(state.output, task.id);
  if (reading.filter === '') return state;
  const output = toMatch(reading, by, outputOf(task, context.live));
  return matchInSight({ ...state, output }, context);
}
