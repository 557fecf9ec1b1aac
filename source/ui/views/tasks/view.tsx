import { useMemo } from 'react';
import type { Task } from '#model/task.ts';
import { Rows } from '#ui/components/rows.tsx';
import { bindingOf } from '#ui/keys/keymap.ts';
import { headingRow, placeColumns, tableRow } from '#ui/lines/columns.ts';
import { beside, type Line, line, span } from '#ui/lines/line.ts';
import { filterStatus } from '#ui/list/filter-status.ts';
import {
  editFilter,
  INITIAL_LIST,
  LIST_KEYMAP,
  type ListAction,
  type ListState,
  reduceList,
  selectedIndex,
  visibleTop,
} from '#ui/list/list-state.ts';
import type { Area, View, ViewContext } from '#ui/views/view.ts';
import { taskColumns } from './columns.ts';
import { countsLine } from './counts-line.ts';
import { taskDetails } from './details.ts';
import { TASK_SORTS, taskRows } from './rows.ts';
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
export const tasksView: View<ListState> = {
  id: 'tasks',
  initial: INITIAL_LIST,
  keymap: LIST_KEYMAP,
  capturesText: ({ editing }) => editing,
  onKey(state, key, context) {
    if (state.editing) return editFilter(state, key);
    const binding = bindingOf(LIST_KEYMAP, key);
    return binding === undefined ? state : act(state, binding.action, context);
  },
  status: (state, context) =>
    filterStatus(state, {
      shown: state.filter === '' ? context.snapshot.tasks.known.size : rowsOf(state, context).length,
      total: context.snapshot.tasks.known.size,
      t: context.t,
    }),
  Body: ({ state, context }) => <TasksBody state={state} context={context} />,
};

interface Shown {
  readonly state: ListState;
  readonly context: ViewContext;
}

function TasksBody({ state, context }: Shown) {
  const { snapshot, area, t, theme } = context;
  const { known } = snapshot.tasks;
  const { filter, sort } = state;
  // The clock draws once a second: the order of thousands of tasks changes only when a task does.
  const tasks = useMemo(() => taskRows(known, { filter, sort }, t), [known, filter, sort, t]);
  const lines = state.open ? openLines(state, context) : listLines(tasks, { state, context });
  return <Rows lines={lines} width={area.columns} height={area.rows} theme={theme} />;
}

function rowsOf(state: ListState, { snapshot, t }: ViewContext): Task[] {
  return taskRows(snapshot.tasks.known, state, t);
}

function act(state: ListState, action: ListAction, context: ViewContext): ListState {
  const { area } = context;
  return reduceList(state, action, {
    ids: idsOf(rowsOf(state, context)),
    page: state.open ? area.rows : pageOf(area),
    sortColumns: TASK_SORTS,
    ...(state.open ? { detailEnd: lastTop(detailLines(state, context), area.rows) } : {}),
  });
}

/** Rows of the table without its heading and what stands above it. */
function pageOf({ rows }: Area): number {
  return Math.max(1, rows - 1 - (rows >= ROOMY_ROWS ? 1 : 0));
}

function listLines(tasks: readonly Task[], { state, context }: Shown): Line[] {
  const { area } = context;
  if (area.rows < ROOMY_ROWS) return panes(tasks, { state, context });
  const below = { ...context, area: { ...area, rows: area.rows - 1 } };
  return [countsLine(context), ...panes(tasks, { state, context: below })];
}

function panes(tasks: readonly Task[], { state, context }: Shown): Line[] {
  const { area, t } = context;
  if (tasks.length === 0) return [emptyLine(state, context)];
  if (area.columns < WIDE) return tableLines(tasks, { state, context });
  const { least, most } = DETAILS_COLUMNS;
  const rightWidth = Math.min(most, Math.max(least, Math.floor(area.columns * DETAILS_SHARE)));
  const leftWidth = area.columns - rightWidth - RULE;
  const selected = tasks[selectedIndex(state, idsOf(tasks))];
  const pane = { ...context, area: { ...area, columns: rightWidth - 1 } };
  const details =
    selected === undefined ? [] : windowOf(taskDetails(selected, pane), { top: 0, rows: area.rows, t });
  const table = tableLines(tasks, { state, context: { ...context, area: { ...area, columns: leftWidth } } });
  return beside(table, details, { width: area.columns, rows: area.rows, leftWidth });
}

function emptyLine({ filter }: ListState, { t }: ViewContext): Line {
  return line(` ${filter === '' ? t('tasks.none') : t('tasks.none-match', { filter })}`, 'muted');
}

function tableLines(tasks: readonly Task[], { state, context }: Shown): Line[] {
  const { area, snapshot } = context;
  const ids = idsOf(tasks);
  const page = Math.max(1, area.rows - 1);
  const top = visibleTop(state, ids, page);
  const selected = ids[selectedIndex(state, ids)] ?? null;
  const options = {
    selected,
    capacity: capacityOf(snapshot),
    workerIds: [...snapshot.workers].map(({ id }) => id),
  };
  const columns = placeColumns(taskColumns(options, context), area.columns - MARKER);
  const rows = tasks
    .slice(top, top + page)
    .map((task) => [task.id === selected ? span(' ▸ ', 'accent') : span('   '), ...tableRow(columns, task)]);
  return [[span('   '), ...headingRow(columns, state.sort)], ...rows];
}

function idsOf(tasks: readonly Task[]): string[] {
  return tasks.map(({ id }) => id);
}

function openLines(state: ListState, context: ViewContext): Line[] {
  const lines = windowOf(detailLines(state, context), {
    top: state.detailTop,
    rows: context.area.rows,
    t: context.t,
  });
  return lines.map((spans) => [span(' '), ...spans]);
}

function detailLines(state: ListState, context: ViewContext): Line[] {
  const { snapshot, area, t } = context;
  const task = state.selected === null ? undefined : snapshot.tasks.known.get(state.selected);
  if (task === undefined) return [line(t('tasks.gone', { task: state.selected ?? '' }), 'muted')];
  const lines = taskDetails(task, { ...context, area: { ...area, columns: Math.max(1, area.columns - 2) } });
  return area.rows < ROOMY_ROWS ? lines.filter((spans) => spans.length > 0) : lines;
}

function lastTop(lines: readonly Line[], rows: number): number {
  return Math.max(0, lines.length - rows);
}

interface Window {
  readonly top: number;
  readonly rows: number;
  readonly t: ViewContext['t'];
}

/** `rows` of the lines; the last row says how many more there are. */
function windowOf(lines: readonly Line[], { top, rows, t }: Window): Line[] {
  const first = Math.min(top, lastTop(lines, rows));
  const shown = lines.slice(first, first + rows);
  const left = lines.length - first - rows;
  if (left <= 0 || rows < 3) return shown;
  return [...shown.slice(0, -1), line(t('tasks.more', { count: left + 1 }), 'muted')];
}
