import type { Task } from '#model/task.ts';
import { type Line, line } from '#ui/lines/line.ts';
import { lastTop, standBeside } from '#ui/list/details-pane.ts';
import { inDetails } from '#ui/list/list-state.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { batchDetails } from './batch-line.ts';
import type { TaskRow } from './batch-rows.ts';
import { readDetails } from './details.ts';
import { detailsWidth, isRoomy, pageOf } from './layout.ts';
import { readingOf } from './output.ts';
import { rowsOf, selectedRow, taskById } from './selected.ts';
import type { TasksState } from './tasks-state.ts';

/** The details of a row as they are drawn: over the whole view, or beside the table. */
interface Pane {
  /** Whose they are; undefined for those of a batch, and of a task that has gone. */
  readonly task: Task | undefined;
  readonly lines: readonly Line[];
  /** Rows that they have. */
  readonly rows: number;
  /** Row of the title of the output; null where nothing is known of it. */
  readonly output: number | null;
  /** Row of the match that was gone to; null where none was. */
  readonly match: number | null;
}

/** Whether keys are for the details. */
export function detailsHaveKeys(state: TasksState, { area }: ViewContext): boolean {
  return inDetails(state, standBeside(area));
}

/** The details that have the keys; null where the list has them. */
export function paneWithKeys(state: TasksState, context: ViewContext): Pane | null {
  if (!detailsHaveKeys(state, context)) return null;
  if (state.open) return openPane(state, context);
  const row = selectedRow(state, rowsOf(state, context));
  return row === undefined ? null : sidePane(row, state, context);
}

/** The details over the whole view, which stay those of their task wherever its row has gone. */
export function openPane(state: TasksState, context: ViewContext): Pane {
  const { area, t } = context;
  const { selected, output } = state;
  const { rows } = area;
  const task = selected === null ? undefined : taskById(selected, context);
  if (task === undefined) {
    const gone = line(t('tasks.gone', { task: selected ?? '' }), 'muted');
    return { task, lines: [gone], rows, output: null, match: null };
  }
  const inner = { ...context, area: { ...area, columns: Math.max(1, area.columns - 2) } };
  const details = readDetails(task, inner, readingOf(output, task.id));
  return { task, rows, ...(isRoomy(area) ? details : withoutAir(details)) };
}

/** The details beside the table. */
export function sidePane(row: TaskRow, { output }: TasksState, context: ViewContext): Pane {
  const { area } = context;
  const rows = pageOf(area) + 1;
  const inner = { ...context, area: { columns: detailsWidth(area) - 1, rows } };
  if (row.kind === 'batch') {
    return { task: undefined, lines: batchDetails(row.batch, inner), rows, output: null, match: null };
  }
  return { task: row.task, rows, ...readDetails(row.task, inner, readingOf(output, row.id)) };
}

type Rows = Pick<Pane, 'lines' | 'output' | 'match'>;

function withoutAir({ lines, output, match }: Rows): Rows {
  const shown = (row: number | null) =>
    row === null ? null : lines.slice(0, row).filter((spans) => spans.length > 0).length;
  return { lines: lines.filter((spans) => spans.length > 0), output: shown(output), match: shown(match) };
}

/** The state with the match that was gone to on the screen: where it was not, in the middle. */
export function matchInSight(state: TasksState, context: ViewContext): TasksState {
  const pane = paneWithKeys(state, context);
  if (pane === null || pane.match === null) return state;
  const { lines, rows, match } = pane;
  const end = lastTop(lines, rows);
  const top = Math.min(state.detailTop, end);
  // The last row may be the one that says how much more there is.
  const isSeen = match >= top && match < top + rows - 1;
  const middle = Math.max(0, Math.min(match - Math.floor(rows / 2), end));
  return { ...state, detailTop: isSeen ? top : middle };
}
