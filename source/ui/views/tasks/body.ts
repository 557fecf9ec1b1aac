import { headingRow, placeColumns, tableRow } from '#ui/lines/columns.ts';
import { type Line, line, RULE, span } from '#ui/lines/line.ts';
import { besideList, standBeside, windowOf } from '#ui/list/details-pane.ts';
import { selectedIndex, visibleTop } from '#ui/list/list-state.ts';
import { markerOf } from '#ui/list/marks.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { batchLine } from './batch-line.ts';
import type { TaskRow } from './batch-rows.ts';
import { taskColumns } from './columns.ts';
import { countsLine } from './counts-line.ts';
import { detailsWidth, isRoomy } from './layout.ts';
import { detailsHaveKeys, openPane, sidePane } from './pane.ts';
import { idsOf, selectedRow } from './selected.ts';
import type { TasksState } from './tasks-state.ts';
import { capacityOf } from './waiting.ts';

const MARKER = 3;

interface Shown {
  readonly state: TasksState;
  readonly context: ViewContext;
}

/** What the view shows, as lines: the details over all of it, or the list. */
export function taskLines(rows: readonly TaskRow[], { state, context }: Shown): Line[] {
  return state.open ? openLines(state, context) : listLines(rows, { state, context });
}

function openLines(state: TasksState, context: ViewContext): Line[] {
  const { lines, rows } = openPane(state, context);
  const shown = windowOf(lines, { top: state.detailTop, rows, t: context.t });
  return shown.map((spans) => [span(' '), ...spans]);
}

function listLines(rows: readonly TaskRow[], { state, context }: Shown): Line[] {
  const { area } = context;
  const shown = rows.length === 0 ? [emptyLine(state, context)] : panes(rows, { state, context });
  return isRoomy(area) ? [countsLine(context, state.tab), ...shown] : shown;
}

function panes(rows: readonly TaskRow[], { state, context }: Shown): Line[] {
  const { area, t } = context;
  const below = isRoomy(area) ? area.rows - 1 : area.rows;
  const selected = selectedRow(state, rows);
  const focused = detailsHaveKeys(state, context);
  const table = (columns: number) =>
    tableLines(rows, !focused, { state, context: { ...context, area: { columns, rows: below } } });
  if (selected === undefined || !standBeside(area)) return table(area.columns);
  const pane = sidePane(selected, state, context);
  const details = windowOf(pane.lines, { top: state.detailTop, rows: pane.rows, t });
  const leftWidth = area.columns - detailsWidth(area) - RULE;
  const box = { width: area.columns, rows: below, leftWidth, focused, isFromTop: state.detailTop === 0 };
  return besideList(table(leftWidth), details, box);
}

function emptyLine({ filter, tab }: TasksState, { t }: ViewContext): Line {
  if (filter === '' && tab !== null) {
    return line(` ${t('tasks.none-of-state', { state: t(`task-state.${tab}`) })}`, 'muted');
  }
  return line(` ${filter === '' ? t('tasks.none') : t('tasks.none-match', { filter })}`, 'muted');
}

function tableLines(rows: readonly TaskRow[], focused: boolean, { state, context }: Shown): Line[] {
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
    const marker = markerOf(row.id, { selected, marks: state.marks, focused });
    if (row.kind === 'task') return [...marker, ...tableRow(columns, row.task)];
    const look = { expanded: row.expanded, selected: row.id === selected };
    return [...marker, ...batchLine(row.batch, look, batchArea)];
  });
  return [[span(' '.repeat(MARKER)), ...headingRow(columns, state.sort)], ...lines];
}
