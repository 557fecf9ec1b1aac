import { useMemo } from 'react';
import type { Task } from '#model/task.ts';
import { Rows } from '#ui/components/rows.tsx';
import { bindingOf } from '#ui/keys/keymap.ts';
import { headingRow, placeColumns, tableRow } from '#ui/lines/columns.ts';
import { beside, type Line, line, span } from '#ui/lines/line.ts';
import { denseLines, lastTop, visibleLines } from '#ui/lines/visible-lines.ts';
import { filterStatus } from '#ui/list/filter-status.ts';
import {
  editFilter,
  LIST_KEYMAP,
  type ListAction,
  reduceList,
  selectedIndex,
  visibleTop,
} from '#ui/list/list-state.ts';
import type { Area, View, ViewContext } from '#ui/views/view.ts';
import { batchDetails, batchLine } from './batch-line.ts';
import { listRows, type TaskRow } from './batch-rows.ts';
import { taskColumns } from './columns.ts';
import { countsLine } from './counts-line.ts';
import { taskDetails } from './details.ts';
import { TASKS_KEYMAP } from './keymap.ts';
import { pinnedTask, wantedOf } from './older.ts';
import { exportQuestion, taskQuestion } from './questions.ts';
import { TASK_SORTS } from './rows.ts';
import { copiedRow, idsOf, meantRow, rowsOf, selectedRow, taskById } from './selected.ts';
import { againRequest } from './send-again.ts';
import { INITIAL_TASKS, moveTab, type TasksState, toggleBatch } from './tasks-state.ts';
import { capacityOf } from './waiting.ts';

/** From this width on the details of the selected task stand beside the table. */
const WIDE = 140;
const DETAILS_SHARE = 0.3;
const DETAILS_COLUMNS = { least: 50, most: 80 };
/** The rule between table and details, with a space at each side. */
const RULE = 3;
const MARKER = 3;
/** Below this height there is no room for the counts above the table, nor for empty lines. */
const ROOMY_ROWS = 8;

/** MEMORIA 2 on the screen: the queue, what runs, what came of it. */
export const tasksView: View<TasksState> = {
  id: 'tasks',
  initial: INITIAL_TASKS,
  keymap: TASKS_KEYMAP,
  capturesText: ({ editing }) => editing,
  onKey(state, key, context) {
    if (state.editing) return editFilter(state, key);
    const binding = bindingOf(LIST_KEYMAP, key);
    if (binding !== undefined) return act(state, binding.action, context);
    const action = bindingOf(TASKS_KEYMAP, key)?.action;
    if (action === 'next-tab') return moveTab(state, 1);
    return action === 'previous-tab' ? moveTab(state, -1) : state;
  },
  question(state, key, context) {
    const action = bindingOf(TASKS_KEYMAP, key)?.action;
    const row = meantRow(state, context);
    if (action === 'export-csv' || action === 'export-json') {
      return exportQuestion(row, action === 'export-csv' ? 'csv' : 'json', context.snapshot);
    }
    if (action !== 'cancel' && action !== 'retry') return null;
    return row === undefined ? null : taskQuestion(row, action, context.t);
  },
  request(state, key, context) {
    if (state.editing || bindingOf(TASKS_KEYMAP, key)?.action !== 'again') return null;
    return againRequest(meantRow(state, context), context);
  },
  copied(state, context) {
    const row = meantRow(state, context);
    return row === undefined ? null : copiedRow(row);
  },
  onClick(state, { row, column }, context) {
    const { area } = context;
    if (state.open || (area.columns >= WIDE && column >= area.columns - detailsWidth(area))) return state;
    const ids = idsOf(rowsOf(state, context));
    const page = pageOf(area);
    // Above the first row stand the heading and, where there is room, the counts.
    const offset = row - (area.rows - page);
    const id = offset < 0 ? undefined : ids[visibleTop(state, ids, page) + offset];
    return id === undefined ? state : { ...state, selected: id };
  },
  status: (state, context) =>
    filterStatus(state, {
      shown:
        state.filter === ''
          ? context.snapshot.tasks.known.size
          : rowsOf(state, context).filter(({ kind }) => kind === 'task').length,
      total: context.snapshot.tasks.known.size,
      t: context.t,
    }),
  watched(state, context) {
    if (!state.open && context.area.columns < WIDE) return null;
    const task =
      state.selected === null
        ? taskIn(selectedRow(state, rowsOf(state, context)))
        : taskById(state.selected, context);
    return task?.state === 'running' ? task.id : null;
  },
  wanted: (state, context) => wantedOf(state, context, pageOf(context.area)),
  pinned: (state, context) => pinnedTask(state, context),
  Body: ({ state, context }) => <TasksBody state={state} context={context} />,
};

interface Shown {
  readonly state: TasksState;
  readonly context: ViewContext;
}

function TasksBody({ state, context }: Shown) {
  const { snapshot, older, area, t, theme } = context;
  const { tasks } = snapshot;
  const { filter, sort, tab, expanded } = state;
  // The clock draws once a second: the order of thousands of tasks changes only when a task does.
  const rows = useMemo(
    () => listRows({ tasks, older }, { filter, sort, tab, expanded }, t),
    [tasks, older, filter, sort, tab, expanded, t],
  );
  const lines = state.open ? openLines(state, context) : listLines(rows, { state, context });
  return <Rows lines={lines} width={area.columns} height={area.rows} theme={theme} />;
}

function taskIn(row: TaskRow | undefined): Task | undefined {
  return row?.kind === 'task' ? row.task : undefined;
}

function act(state: TasksState, action: ListAction, context: ViewContext): TasksState {
  const { area } = context;
  const rows = rowsOf(state, context);
  const row = selectedRow(state, rows);
  if (action === 'enter' && row?.kind === 'batch') {
    return toggleBatch({ ...state, selected: row.id }, row.batch.id);
  }
  const next = reduceList(state, action, {
    ids: idsOf(rows),
    page: state.open ? area.rows : pageOf(area),
    sortColumns: TASK_SORTS,
    ...(state.open ? { detailEnd: lastTop(detailLines(state, context), area.rows) } : {}),
  });
  return { ...state, ...next };
}

/** Rows of the table without its heading and what stands above it. */
function pageOf({ rows }: Area): number {
  return Math.max(1, rows - 1 - (rows >= ROOMY_ROWS ? 1 : 0));
}

function listLines(rows: readonly TaskRow[], { state, context }: Shown): Line[] {
  const { area } = context;
  if (area.rows < ROOMY_ROWS) return panes(rows, { state, context });
  const below = { ...context, area: { ...area, rows: area.rows - 1 } };
  return [countsLine(context, state.tab), ...panes(rows, { state, context: below })];
}

function panes(rows: readonly TaskRow[], { state, context }: Shown): Line[] {
  const { area, t } = context;
  if (rows.length === 0) return [emptyLine(state, context)];
  if (area.columns < WIDE) return tableLines(rows, { state, context });
  const rightWidth = detailsWidth(area);
  const leftWidth = area.columns - rightWidth - RULE;
  const selected = selectedRow(state, rows);
  const pane = { ...context, area: { ...area, columns: rightWidth - 1 } };
  const details =
    selected === undefined ? [] : visibleLines(rowDetails(selected, pane), { top: 0, rows: area.rows, t });
  const table = tableLines(rows, { state, context: { ...context, area: { ...area, columns: leftWidth } } });
  return beside(table, details, { width: area.columns, rows: area.rows, leftWidth });
}

function detailsWidth({ columns }: Area): number {
  const { least, most } = DETAILS_COLUMNS;
  return Math.min(most, Math.max(least, Math.floor(columns * DETAILS_SHARE)));
}

function rowDetails(row: TaskRow, context: ViewContext): Line[] {
  return row.kind === 'batch' ? batchDetails(row.batch, context) : taskDetails(row.task, context);
}

function emptyLine({ filter, tab }: TasksState, { t }: ViewContext): Line {
  if (filter === '' && tab !== null) {
    return line(` ${t('tasks.none-of-state', { state: t(`task-state.${tab}`) })}`, 'muted');
  }
  return line(` ${filter === '' ? t('tasks.none') : t('tasks.none-match', { filter })}`, 'muted');
}

function tableLines(rows: readonly TaskRow[], { state, context }: Shown): Line[] {
  const { area, snapshot } = context;
  const ids = idsOf(rows);
  const page = Math.max(1, area.rows - 1);
  const top = visibleTop(state, ids, page);
  const selected = ids[selectedIndex(state, ids)] ?? null;
  const options = {
    selected,
    capacity: capacityOf(snapshot),
    workerIds: [...snapshot.workers].map(({ id }) => id),
  };
  const columns = placeColumns(taskColumns(options, context), area.columns - MARKER);
  const batchArea = { ...context, area: { ...area, columns: area.columns - MARKER } };
  const lines = rows.slice(top, top + page).map((row) => {
    const marker = row.id === selected ? span(' ▸ ', 'accent') : span('   ');
    if (row.kind === 'task') return [marker, ...tableRow(columns, row.task)];
    const look = { expanded: row.expanded, selected: row.id === selected };
    return [marker, ...batchLine(row.batch, look, batchArea)];
  });
  return [[span('   '), ...headingRow(columns, state.sort)], ...lines];
}

function openLines(state: TasksState, context: ViewContext): Line[] {
  const lines = visibleLines(detailLines(state, context), {
    top: state.detailTop,
    rows: context.area.rows,
    t: context.t,
  });
  return lines.map((spans) => [span(' '), ...spans]);
}

function detailLines(state: TasksState, context: ViewContext): Line[] {
  const { area, t } = context;
  const task = state.selected === null ? undefined : taskById(state.selected, context);
  if (task === undefined) return [line(t('tasks.gone', { task: state.selected ?? '' }), 'muted')];
  const lines = taskDetails(task, { ...context, area: { ...area, columns: Math.max(1, area.columns - 2) } });
  return denseLines(lines, area.rows);
}
