import type { Worker } from '#model/worker.ts';
import { Rows } from '#ui/components/rows.tsx';
import { bindingOf } from '#ui/keys/keymap.ts';
import { headingRow, placeColumns, tableRow } from '#ui/lines/columns.ts';
import { beside, fitLine, highlight, type Line, line, span } from '#ui/lines/line.ts';
import { filterStatus } from '#ui/list/filter-status.ts';
import {
  editFilter,
  INITIAL_LIST,
  LIST_KEYMAP,
  type ListContext,
  type ListState,
  reduceList,
  selectedIndex,
  visibleTop,
} from '#ui/list/list-state.ts';
import type { Question } from '#ui/overlays/confirm.ts';
import type { View, ViewContext } from '#ui/views/view.ts';
import { workerColumns } from './columns.ts';
import { workerDetails } from './details.ts';
import { WORKERS_KEYMAP } from './keymap.ts';
import { WORKER_SORTS, workerRows } from './rows.ts';

/** From this width on the details of the selected worker stand beside the table. */
const WIDE = 140;
const TABLE_SHARE = 0.62;
const MARKER = 3;

/** MEMORIA 1 on the screen: the fleet. */
export const workersView: View<ListState> = {
  id: 'workers',
  initial: INITIAL_LIST,
  keymap: WORKERS_KEYMAP,
  question(state, key, { snapshot, t }) {
    if (bindingOf(WORKERS_KEYMAP, key)?.action !== 'drain') return null;
    const workers = workerRows(snapshot, state, t);
    const index = selectedIndex(
      state,
      workers.map(({ id }) => id),
    );
    const worker = workers[index];
    return worker === undefined ? null : drainQuestion(worker);
  },
  capturesText: ({ editing }) => editing,
  onKey(state, key, context) {
    if (state.editing) return editFilter(state, key);
    const binding = bindingOf(LIST_KEYMAP, key);
    return binding === undefined ? state : reduceList(state, binding.action, listContext(state, context));
  },
  status: (state, { snapshot, t }) =>
    filterStatus(state, { shown: workerRows(snapshot, state, t).length, total: snapshot.workers.size, t }),
  Body: ({ state, context }) => (
    <Rows
      lines={workerLines(state, context)}
      width={context.area.columns}
      height={context.area.rows}
      theme={context.theme}
    />
  ),
};

function drainQuestion({ id, drained, inFlight }: Worker): Question {
  const command = { type: 'drain-worker', workerId: id, drained: !drained } as const;
  const values = { target: id, count: inFlight.length };
  return drained
    ? {
        title: 'confirm.undrain-title',
        text: 'confirm.undrain-text',
        values,
        confirm: 'confirm.undrain',
        command,
      }
    : { title: 'confirm.drain-title', text: 'confirm.drain-text', values, confirm: 'confirm.drain', command };
}

function listContext(state: ListState, context: ViewContext): ListContext {
  return {
    ids: workerRows(context.snapshot, state, context.t).map(({ id }) => id),
    page: pageOf(context),
    sortColumns: WORKER_SORTS,
    ...(state.open ? { detailEnd: Math.max(0, openDetails(state, context).length - context.area.rows) } : {}),
  };
}

/** Rows of the table without its heading. */
function pageOf({ area }: ViewContext): number {
  return Math.max(1, area.rows - 1);
}

/** What the view shows, as lines. */
function workerLines(state: ListState, context: ViewContext): Line[] {
  const { snapshot, area, t } = context;
  const workers = workerRows(snapshot, state, t);
  const selected =
    workers[
      selectedIndex(
        state,
        workers.map(({ id }) => id),
      )
    ];
  if (state.open) return shownDetails(state, context);
  if (workers.length === 0) return [emptyLine(state, context)];
  if (area.columns < WIDE) return tableLines(workers, state, context);
  const leftWidth = Math.floor(area.columns * TABLE_SHARE);
  const details =
    selected === undefined
      ? [line(t('workers.select'), 'muted')]
      : workerDetails(selected, { ...context, area: { ...area, columns: area.columns - leftWidth - 4 } });
  const table = tableLines(workers, state, { ...context, area: { ...area, columns: leftWidth } });
  return beside(table, details, { width: area.columns, rows: area.rows, leftWidth });
}

function emptyLine({ filter }: ListState, { snapshot, t }: ViewContext): Line {
  if (filter !== '') return line(` ${t('workers.none-match', { filter })}`, 'muted');
  const { settings } = snapshot;
  const starting = settings !== null && settings.workers.length === 0 && settings.embeddedWorkers > 0;
  return line(` ${t(starting ? 'workers.starting' : 'workers.none')}`, 'muted');
}

function tableLines(workers: readonly Worker[], state: ListState, context: ViewContext): Line[] {
  const { area } = context;
  const ids = workers.map(({ id }) => id);
  const page = pageOf(context);
  const top = visibleTop(state, ids, page);
  const index = selectedIndex(state, ids);
  const columns = placeColumns(workerColumns(context.snapshot.workers, context), area.columns - MARKER);
  const rows = workers.slice(top, top + page).map((worker, offset) => {
    const row = tableRow(columns, worker);
    const isSelected = top + offset === index;
    return isSelected
      ? fitLine([span(' ▸ ', 'accent'), ...emphasised(row)], area.columns)
      : [span('   '), ...row];
  });
  return [[span('   '), ...headingRow(columns, state.sort)], ...rows];
}

/** The selected row: its name stands out, its colours keep saying what they say. */
function emphasised([name, ...rest]: Line): Line {
  return name === undefined ? [] : [...highlight([name], 'selected'), ...rest];
}

/** From the first line shown to the last there is. */
function shownDetails(state: ListState, context: ViewContext): Line[] {
  const lines = openDetails(state, context);
  return lines.slice(Math.min(state.detailTop, Math.max(0, lines.length - context.area.rows)));
}

function openDetails(state: ListState, context: ViewContext): Line[] {
  const { snapshot, area, t } = context;
  const worker = state.selected === null ? undefined : snapshot.workers.get(state.selected);
  if (worker === undefined) return [line(` ${t('workers.gone', { worker: state.selected ?? '' })}`, 'muted')];
  const lines = workerDetails(worker, { ...context, area: { ...area, columns: area.columns - 2 } });
  return lines.map((spans) => [span(' '), ...spans]);
}
