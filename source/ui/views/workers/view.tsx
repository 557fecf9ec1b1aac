import type { Worker } from '#model/worker.ts';
import { Rows } from '#ui/components/rows.tsx';
import { fleetCounts } from '#ui/fleet-counts.ts';
import { bindingOf } from '#ui/keys/keymap.ts';
import { headingRow, placeColumns, tableRow } from '#ui/lines/columns.ts';
import { beside, fitLine, highlight, type Line, line, span } from '#ui/lines/line.ts';
import { denseLines, lastTop, visibleLines } from '#ui/lines/visible-lines.ts';
import { filterStatus } from '#ui/list/filter-status.ts';
import { editFilter, type ListContext, selectedIndex, visibleTop } from '#ui/list/list-state.ts';
import type { View, ViewContext } from '#ui/views/view.ts';
import { workerColumns } from './columns.ts';
import { workerDetails } from './details.ts';
import { drainQuestion } from './drain-question.ts';
import { WORKERS_KEYMAP } from './keymap.ts';
import { WORKER_SORTS, type WorkerRows, workerRows } from './rows.ts';
import { shellProgram } from './shell.ts';
import { INITIAL_WORKERS, reduceWorkers, type WorkersState } from './workers-state.ts';

/** From this width on the details of the selected worker stand beside the table. */
const WIDE = 140;
const TABLE_SHARE = 0.62;
const MARKER = 3;

/** MEMORIA 1 on the screen: the fleet. */
export const workersView: View<WorkersState> = {
  id: 'workers',
  initial: INITIAL_WORKERS,
  keymap: WORKERS_KEYMAP,
  question(state, key, context) {
    if (bindingOf(WORKERS_KEYMAP, key)?.action !== 'drain') return null;
    return drainQuestion(drainedWorkers(state, context));
  },
  capturesText: ({ editing }) => editing,
  onKey(state, key, context) {
    if (state.editing) return editFilter(state, key);
    const binding = bindingOf(WORKERS_KEYMAP, key);
    return binding === undefined ? state : reduceWorkers(state, binding.action, listContext(state, context));
  },
  request(state, key, context) {
    if (state.editing || bindingOf(WORKERS_KEYMAP, key)?.action !== 'shell') return null;
    const worker = selectedWorker(state, context);
    const { settings } = context.snapshot;
    if (worker === undefined || settings === null) return null;
    const program = shellProgram(worker.config, settings.shell);
    if (program !== null) return { type: 'run-program', program };
    return { type: 'refuse', reason: context.t('shell.odd-address', { address: worker.config.host }) };
  },
  copied(state, context) {
    const worker = selectedWorker(state, context);
    return worker === undefined ? null : { id: worker.id, more: worker.config.url };
  },
  onClick(state, { row, column }, context) {
    const { area } = context;
    const isBesideTable = area.columns >= WIDE && column >= Math.floor(area.columns * TABLE_SHARE);
    if (state.open || isBesideTable) return state;
    const { ids } = workerRows(context.snapshot, state, context);
    const id = ids[visibleTop(state, ids, pageOf(context)) + row - 1];
    return row === 0 || id === undefined ? state : { ...state, selected: id };
  },
  pinned(state, context) {
    // While a filter is typed its first match is only passing by.
    if (state.editing || state.open) return state;
    const { ids } = workerRows(context.snapshot, state, context);
    // A worker that a filter hides now leaves the marker to the first row: it must not stand there for another one.
    const id = state.selected !== null && ids.includes(state.selected) ? state.selected : ids[0];
    return id === undefined || id === state.selected ? state : { ...state, selected: id };
  },
  status: statusLine,
  Body: ({ state, context }) => (
    <Rows
      lines={workerLines(state, context)}
      width={context.area.columns}
      height={context.area.rows}
      theme={context.theme}
    />
  ),
};

/** The one that the marker stands at, or whose details are open. */
function selectedWorker(state: WorkersState, context: ViewContext): Worker | undefined {
  if (state.open && state.selected !== null) return context.snapshot.workers.get(state.selected);
  const { workers, ids } = workerRows(context.snapshot, state, context);
  return workers[selectedIndex(state, ids)];
}

/** The marked ones, as far as they are still there, in the order of the configuration; else the selected one, and of open details always their own. */
function drainedWorkers(state: WorkersState, context: ViewContext): Worker[] {
  const selected = selectedWorker(state, context);
  const marked = state.open ? [] : [...context.snapshot.workers].filter(({ id }) => state.marks.has(id));
  if (marked.length > 0) return marked;
  return selected === undefined ? [] : [selected];
}

/** What is done to the list: nobody should take a part of the fleet for the whole. */
function statusLine(state: WorkersState, context: ViewContext): Line {
  const { snapshot, t } = context;
  const total = snapshot.workers.size;
  const shown = state.filter === '' ? total : workerRows(snapshot, state, context).ids.length;
  const hidden = state.hidesInactive ? fleetCounts(snapshot).inactive.length : 0;
  const parts = [
    state.hidesInactive ? [span(t('workers.hidden', { count: hidden }), hidden > 0 ? 'bad' : 'muted')] : [],
    state.marks.size === 0 ? [] : [span(t('workers.marked', { count: state.marks.size }), 'accent')],
    state.problemsFirst ? [span(t('key.problems'), 'strong')] : [],
    filterStatus(state, { shown, total, t }),
  ].filter((part) => part.length > 0);
  return parts.flatMap((part, index) => (index === 0 ? part : [span('  '), ...part]));
}

function listContext(state: WorkersState, context: ViewContext): ListContext {
  return {
    ids: workerRows(context.snapshot, state, context).ids,
    page: pageOf(context),
    sortColumns: WORKER_SORTS,
    ...(state.open ? { detailEnd: lastTop(openDetails(state, context), context.area.rows) } : {}),
  };
}

/** Rows of the table without its heading. */
function pageOf({ area }: ViewContext): number {
  return Math.max(1, area.rows - 1);
}

/** What the view shows, as lines. */
function workerLines(state: WorkersState, context: ViewContext): Line[] {
  const { snapshot, area, t } = context;
  if (state.open) return shownDetails(state, context);
  const rows = workerRows(snapshot, state, context);
  if (rows.ids.length === 0) return [emptyLine(state, context)];
  if (area.columns < WIDE) return tableLines(rows, state, context);
  const leftWidth = Math.floor(area.columns * TABLE_SHARE);
  const selected = rows.workers[selectedIndex(state, rows.ids)];
  const details =
    selected === undefined
      ? [line(t('workers.select'), 'muted')]
      : workerDetails(selected, { ...context, area: { ...area, columns: area.columns - leftWidth - 4 } });
  const table = tableLines(rows, state, { ...context, area: { ...area, columns: leftWidth } });
  const shown = visibleLines(details, { top: 0, rows: area.rows, t });
  return beside(table, shown, { width: area.columns, rows: area.rows, leftWidth });
}

function emptyLine({ filter, hidesInactive }: WorkersState, { snapshot, t }: ViewContext): Line {
  if (filter !== '') return line(` ${t('workers.none-match', { filter })}`, 'muted');
  if (hidesInactive && snapshot.workers.size > 0) return line(` ${t('workers.all-hidden')}`, 'muted');
  const { settings } = snapshot;
  const starting = settings !== null && settings.workers.length === 0 && settings.embeddedWorkers > 0;
  return line(` ${t(starting ? 'workers.starting' : 'workers.none')}`, 'muted');
}

function tableLines({ workers, ids }: WorkerRows, state: WorkersState, context: ViewContext): Line[] {
  const { area } = context;
  const page = pageOf(context);
  const top = visibleTop(state, ids, page);
  const index = selectedIndex(state, ids);
  const columns = placeColumns(workerColumns(context.snapshot.workers, context), area.columns - MARKER);
  const rows = workers.slice(top, top + page).map((worker, offset) => {
    const row = tableRow(columns, worker);
    const isSelected = top + offset === index;
    const marker: Line = [
      span(isSelected ? ' ▸' : '  ', 'accent'),
      span(state.marks.has(worker.id) ? '•' : ' ', 'accent'),
    ];
    return isSelected ? fitLine([...marker, ...emphasised(row)], area.columns) : [...marker, ...row];
  });
  return [[span('   '), ...headingRow(columns, state.sort)], ...rows];
}

/** The selected row: its name stands out, its colours keep saying what they say. */
function emphasised([name, ...rest]: Line): Line {
  return name === undefined ? [] : [...highlight([name], 'selected'), ...rest];
}

function shownDetails(state: WorkersState, context: ViewContext): Line[] {
  const { area, t } = context;
  const lines = visibleLines(openDetails(state, context), { top: state.detailTop, rows: area.rows, t });
  return lines.map((spans) => [span(' '), ...spans]);
}

function openDetails(state: WorkersState, context: ViewContext): Line[] {
  const { snapshot, area, t } = context;
  const worker = state.selected === null ? undefined : snapshot.workers.get(state.selected);
  if (worker === undefined) return [line(t('workers.gone', { worker: state.selected ?? '' }), 'muted')];
  const lines = workerDetails(worker, { ...context, area: { ...area, columns: area.columns - 2 } });
  return denseLines(lines, area.rows);
}
