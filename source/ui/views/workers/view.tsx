import type { Worker } from '#model/worker.ts';
import { Rows } from '#ui/components/rows.tsx';
import { fleetCounts } from '#ui/fleet-counts.ts';
import { bindingOf } from '#ui/keys/keymap.ts';
import { headingRow, placeColumns, tableRow } from '#ui/lines/columns.ts';
import { fitLine, highlight, type Line, line, RULE, span } from '#ui/lines/line.ts';
import { besideList, denseLines, lastTop, openWindow, standBeside, windowOf } from '#ui/list/details-pane.ts';
import { editFilter } from '#ui/list/filter-edit.ts';
import { filterStatus } from '#ui/list/filter-status.ts';
import { inDetails, type ListContext, selectedIndex, selectId, visibleTop } from '#ui/list/list-state.ts';
import { goneNotes, markerOf, marksStatus } from '#ui/list/marks.ts';
import type { Area, View, ViewContext } from '#ui/views/view.ts';
import { workerColumns } from './columns.ts';
import { workerDetails } from './details.ts';
import { drainQuestion } from './drain-question.ts';
import { WORKERS_KEYMAP } from './keymap.ts';
import { WORKER_SORTS, type WorkerRows, workerRows } from './rows.ts';
import { shellProgram } from './shell.ts';
import { INITIAL_WORKERS, reduceWorkers, type WorkersState } from './workers-state.ts';

const TABLE_SHARE = 0.62;
const MARKER = 3;

/** MEMORIA 1 on the screen: the fleet. */
export const workersView: View<WorkersState> = {
  id: 'workers',
  initial: INITIAL_WORKERS,
  keymap: WORKERS_KEYMAP,
  question(state, key, context) {
    if (bindingOf(WORKERS_KEYMAP, key)?.action !== 'drain') return null;
    const { workers, gone } = drainedWorkers(state, context);
    const question = drainQuestion(workers, goneNotes(gone, context.t));
    return question !== null && actsOnMarks(state, context) ? { ...question, marks: state.marks } : question;
  },
  capturesText: ({ editing }) => editing,
  onKey(state, key, context) {
    if (state.editing) return editFilter(state, key);
    const binding = bindingOf(WORKERS_KEYMAP, key);
    return binding === undefined ? state : reduceWorkers(state, binding.action, listContext(state, context));
  },
  claims: (state, key, { area }) =>
    !state.editing && !state.open && standBeside(area) && bindingOf(WORKERS_KEYMAP, key)?.claims === true,
  inDetails: (state, { area }) => inDetails(state, standBeside(area)),
  request(state, key, context) {
    const action = state.editing ? undefined : bindingOf(WORKERS_KEYMAP, key)?.action;
    // Asked only where there is no question.
    if (action === 'drain' && actsOnMarks(state, context)) {
      return { type: 'refuse', reason: context.t('workers.marks-gone') };
    }
    if (action !== 'shell') return null;
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
    if (state.open) return state;
    if (standBeside(area) && column >= leftWidthOf(area)) return { ...state, aside: true };
    const { ids } = workerRows(context.snapshot, state, context);
    const id = ids[visibleTop(state, ids, pageOf(context)) + row - 1];
    return row === 0 || id === undefined ? state : { ...selectId(state, id), aside: false };
  },
  pinned(state, context) {
    // While a filter is typed its first match is only passing by.
    if (state.editing || state.open) return state;
    const { ids } = workerRows(context.snapshot, state, context);
    // A worker that a filter hides now leaves the marker to the first row: it must not stand there for another one.
    const id = state.selected !== null && ids.includes(state.selected) ? state.selected : ids[0];
    return id === undefined ? state : selectId(state, id);
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

/** Of details always their own worker is meant. */
function actsOnMarks(state: WorkersState, { area }: ViewContext): boolean {
  return state.marks.size > 0 && !inDetails(state, standBeside(area));
}

interface Drained {
  readonly workers: readonly Worker[];
  /** How many of the marked ones are not configured any more. */
  readonly gone: number;
}

/** The marked ones, as far as they are still there, in the order of the configuration; without marks the selected one, and of details always their own. */
function drainedWorkers(state: WorkersState, context: ViewContext): Drained {
  const { marks } = state;
  const selected = selectedWorker(state, context);
  if (!actsOnMarks(state, context)) {
    return { workers: selected === undefined ? [] : [selected], gone: 0 };
  }
  const workers = [...context.snapshot.workers].filter(({ id }) => marks.has(id));
  return { workers, gone: marks.size - workers.length };
}

/** What is done to the list: nobody should take a part of the fleet for the whole. */
function statusLine(state: WorkersState, context: ViewContext): Line {
  const { snapshot, t } = context;
  const total = snapshot.workers.size;
  const shown = state.filter === '' ? total : workerRows(snapshot, state, context).ids.length;
  const hidden = state.hidesInactive ? fleetCounts(snapshot).inactive.length : 0;
  const parts = [
    // First of all, where room is short: inactive workers may be hidden, their count never is.
    state.hidesInactive ? [span(t('workers.hidden', { count: hidden }), hidden > 0 ? 'bad' : 'muted')] : [],
    marksStatus(state.marks, [...state.marks].filter((id) => !snapshot.workers.has(id)).length, t),
    state.problemsFirst ? [span(t('key.problems'), 'strong')] : [],
    filterStatus(state, { shown, total, t }),
  ].filter((part) => part.length > 0);
  return parts.flatMap((part, index) => (index === 0 ? part : [span('  '), ...part]));
}

function listContext(state: WorkersState, context: ViewContext): ListContext {
  const { area } = context;
  const beside = standBeside(area);
  const list = {
    ids: workerRows(context.snapshot, state, context).ids,
    page: pageOf(context),
    sortColumns: WORKER_SORTS,
    beside,
  };
  if (!inDetails(state, beside)) return list;
  const worker = selectedWorker(state, context);
  const details =
    state.open || worker === undefined ? openDetails(state, context) : asideDetails(worker, context);
  return { ...list, page: area.rows, detailEnd: lastTop(details, area.rows) };
}

/** Rows of the table without its heading. */
function pageOf({ area }: ViewContext): number {
  return Math.max(1, area.rows - 1);
}

/** Cells of the table where the details stand beside it. */
function leftWidthOf({ columns }: Area): number {
  return Math.floor(columns * TABLE_SHARE);
}

/** What the view shows, as lines. */
function workerLines(state: WorkersState, context: ViewContext): Line[] {
  const { snapshot, area, t } = context;
  if (state.open)
    return openWindow(openDetails(state, context), { top: state.detailTop, rows: area.rows, t });
  const rows = workerRows(snapshot, state, context);
  if (rows.ids.length === 0) return [emptyLine(state, context)];
  const selected = rows.workers[selectedIndex(state, rows.ids)];
  if (!standBeside(area) || selected === undefined)
    return tableLines(rows, { state, focused: true }, context);
  const leftWidth = leftWidthOf(area);
  const details = windowOf(asideDetails(selected, context), { top: state.detailTop, rows: area.rows, t });
  const table = tableLines(
    rows,
    { state, focused: !state.aside },
    { ...context, area: { ...area, columns: leftWidth } },
  );
  const box = { width: area.columns, rows: area.rows, leftWidth };
  return besideList(table, details, { ...box, focused: state.aside, isFromTop: state.detailTop === 0 });
}

function emptyLine({ filter, hidesInactive }: WorkersState, { snapshot, t }: ViewContext): Line {
  if (filter !== '') return line(` ${t('workers.none-match', { filter })}`, 'muted');
  if (hidesInactive && snapshot.workers.size > 0) return line(` ${t('workers.all-hidden')}`, 'muted');
  const { settings } = snapshot;
  const starting = settings !== null && settings.workers.length === 0 && settings.embeddedWorkers > 0;
  return line(` ${t(starting ? 'workers.starting' : 'workers.none')}`, 'muted');
}

interface Look {
  readonly state: WorkersState;
  /** Whether keys are for the list, and not for the details beside it. */
  readonly focused: boolean;
}

function tableLines({ workers, ids }: WorkerRows, { state, focused }: Look, context: ViewContext): Line[] {
  const { area } = context;
  const page = pageOf(context);
  const top = visibleTop(state, ids, page);
  const index = selectedIndex(state, ids);
  const selected = ids[index] ?? null;
  const columns = placeColumns(workerColumns(context.snapshot.workers, context), area.columns - MARKER);
  const rows = workers.slice(top, top + page).map((worker, offset) => {
    const row = tableRow(columns, worker);
    const isSelected = top + offset === index;
    const marker = markerOf(worker.id, { selected, marks: state.marks, focused });
    return isSelected ? fitLine([...marker, ...emphasised(row)], area.columns) : [...marker, ...row];
  });
  return [[span('   '), ...headingRow(columns, state.sort)], ...rows];
}

/** The selected row: its name stands out, its colours keep saying what they say. */
function emphasised([name, ...rest]: Line): Line {
  return name === undefined ? [] : [...highlight([name], 'selected'), ...rest];
}

function asideDetails(worker: Worker, context: ViewContext): Line[] {
  const { area } = context;
  return workerDetails(worker, {
    ...context,
    area: { ...area, columns: area.columns - leftWidthOf(area) - RULE - 1 },
  });
}

function openDetails(state: WorkersState, context: ViewContext): Line[] {
  const { snapshot, area, t } = context;
  const worker = state.selected === null ? undefined : snapshot.workers.get(state.selected);
  if (worker === undefined) return [line(t('workers.gone', { worker: state.selected ?? '' }), 'muted')];
  const lines = workerDetails(worker, { ...context, area: { ...area, columns: area.columns - 2 } });
  return denseLines(lines, area.rows);
}
