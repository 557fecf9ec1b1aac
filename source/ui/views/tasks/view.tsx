import { useMemo } from 'react';
import { isFinal, type Task } from '#model/task.ts';
import { Rows } from '#ui/components/rows.tsx';
import { bindingOf } from '#ui/keys/keymap.ts';
import { type Line, span } from '#ui/lines/line.ts';
import { standBeside } from '#ui/list/details-pane.ts';
import { editFilter } from '#ui/list/filter-edit.ts';
import { filterStatus } from '#ui/list/filter-status.ts';
import { selectId, visibleTop } from '#ui/list/list-state.ts';
import { marksStatus } from '#ui/list/marks.ts';
import type { View, ViewContext, Watched } from '#ui/views/view.ts';
import { editOutput, reduceTasks } from './act.ts';
import { listRows, type TaskRow } from './batch-rows.ts';
import { taskLines } from './body.ts';
import { TASKS_KEYMAP } from './keymap.ts';
import { detailsWidth, pageOf } from './layout.ts';
import { pinnedTask, wantedOf } from './older.ts';
import { outputOf, wantedOutput } from './output.ts';
import { detailsHaveKeys } from './pane.ts';
import { exportQuestion, markedQuestion, taskQuestion } from './questions.ts';
import { taskRequest } from './requests.ts';
import { copiedRow, idsOf, markedRows, meantRow, rowsOf, selectedRow, taskById } from './selected.ts';
import { INITIAL_TASKS, type TasksState } from './tasks-state.ts';

/** MEMORIA 2 on the screen: the queue, what runs, what came of it. */
export const tasksView: View<TasksState> = {
  id: 'tasks',
  initial: INITIAL_TASKS,
  keymap: TASKS_KEYMAP,
  capturesText: (state) => state.editing || isOutputEdited(state),
  onKey(state, key, context) {
    if (state.editing) return editFilter(state, key);
    if (isOutputEdited(state)) return editOutput(state, key, context);
    const binding = bindingOf(TASKS_KEYMAP, key);
    return binding === undefined ? state : reduceTasks(state, binding.action, context);
  },
  question(state, key, context) {
    const action = bindingOf(TASKS_KEYMAP, key)?.action;
    if (action === 'cancel' || action === 'retry') {
      if (actsOnMarks(state, context)) return markedQuestion(state, action, context);
      const row = meantRow(state, context);
      return row === undefined ? null : taskQuestion(row, action, context.t);
    }
    if (action !== 'export-csv' && action !== 'export-json') return null;
    const format = action === 'export-csv' ? 'csv' : 'json';
    return exportQuestion(meantRow(state, context), format, context.snapshot);
  },
  request(state, key, context) {
    const action = bindingOf(TASKS_KEYMAP, key)?.action;
    if (action === undefined || state.editing || isOutputEdited(state)) return null;
    return taskRequest(state, action, context);
  },
  claims(state, key, context) {
    if (state.editing || isOutputEdited(state)) return false;
    const binding = bindingOf(TASKS_KEYMAP, key);
    if (binding?.claims !== true) return false;
    if (binding.action === 'pane') return standBeside(context.area) && !state.open;
    return detailsHaveKeys(state, context) && isOutputRead(state) && state.output.filter !== '';
  },
  inDetails: detailsHaveKeys,
  copied(state, context) {
    const row = meantRow(state, context);
    return row === undefined ? null : copiedRow(row);
  },
  onClick(state, { row, column }, context) {
    const { area } = context;
    if (state.open) return state;
    if (standBeside(area) && column >= area.columns - detailsWidth(area)) return { ...state, aside: true };
    const ids = idsOf(rowsOf(state, context));
    const page = pageOf(area);
    // Above the first row stand the heading and, where there is room, the counts.
    const offset = row - (area.rows - page);
    const id = offset < 0 ? undefined : ids[visibleTop(state, ids, page) + offset];
    return id === undefined ? state : { ...selectId(state, id), aside: false };
  },
  status: statusLine,
  watched(state, context) {
    if (!state.open && !standBeside(context.area)) return null;
    const task =
      state.selected === null
        ? taskIn(selectedRow(state, rowsOf(state, context)))
        : taskById(state.selected, context);
    return task === undefined ? null : watchedOf(task);
  },
  wanted: (state, context) => wantedOf(state, context, pageOf(context.area)),
  pinned: (state, context) => pinnedTask(state, context),
  Body: ({ state, context }) => <TasksBody state={state} context={context} />,
};

/** A task that runs, or one that has ended without its output: its worker may still have that. */
function watchedOf({ id, state, result, attempts }: Task): Watched | null {
  if (state === 'running') return { taskId: id, isOver: false };
  const isUntold = isFinal(state) && attempts.length > 0 && (result?.output ?? '') === '';
  return isUntold ? { taskId: id, isOver: true } : null;
}

/** Whether what is known of the reading is of the row that is selected. */
function isOutputRead({ output, selected }: TasksState): boolean {
  return output.taskId !== null && output.taskId === selected;
}

function isOutputEdited(state: TasksState): boolean {
  return state.output.editing && isOutputRead(state);
}

/** Of details always their own task is meant. */
function actsOnMarks(state: TasksState, context: ViewContext): boolean {
  return state.marks.size > 0 && !detailsHaveKeys(state, context);
}

/** What is done to the list, or to the output that is read: nobody should take a part for the whole. */
function statusLine(state: TasksState, context: ViewContext): Line {
  const { snapshot, t } = context;
  if (isOutputEdited(state) || (detailsHaveKeys(state, context) && isOutputRead(state))) {
    return outputStatus(state, context);
  }
  const total = snapshot.tasks.known.size;
  const isTask = ({ kind }: TaskRow) => kind === 'task';
  const shown = state.filter === '' ? total : rowsOf(state, context).filter(isTask).length;
  const { tab, marks } = state;
  const parts = [
    // Where the counts stand above the list it is seen there too; not in a low window, and it is not heard.
    tab === null ? [] : [span(t('tasks.only', { states: t(`task-count.${tab}`, { count: 2 }) }), 'strong')],
    marks.size === 0 ? [] : marksStatus(marks, markedRows(state, context).gone, t),
    filterStatus(state, { shown, total, t }),
  ].filter((part) => part.length > 0);
  return parts.flatMap((part, index) => (index === 0 ? part : [span('  '), ...part]));
}

function outputStatus({ output }: TasksState, context: ViewContext): Line {
  const { t, live } = context;
  const task = taskById(output.taskId ?? '', context);
  if (task === undefined) return [];
  const lines = output.held ?? outputOf(task, live);
  const counts = { shown: wantedOutput(lines, output.filter).length, total: lines.length };
  const filter = filterStatus(output, { ...counts, t });
  // What has ended does not go on behind what is read.
  if (output.held === null || task.state !== 'running') return filter;
  return [span(t('logs.paused'), 'warning'), ...(filter.length === 0 ? [] : [span('  '), ...filter])];
}

interface BodyProps {
  readonly state: TasksState;
  readonly context: ViewContext;
}

function TasksBody({ state, context }: BodyProps) {
  const { snapshot, older, area, t, theme } = context;
  const { tasks } = snapshot;
  const { filter, sort, tab, expanded } = state;
  // The clock draws once a second: the order of thousands of tasks changes only when a task does.
  const rows = useMemo(
    () => listRows({ tasks, older }, { filter, sort, tab, expanded }, t),
    [tasks, older, filter, sort, tab, expanded, t],
  );
  const lines = taskLines(rows, { state, context });
  return <Rows lines={lines} width={area.columns} height={area.rows} theme={theme} />;
}

function taskIn(row: TaskRow | undefined): Task | undefined {
  return row?.kind === 'task' ? row.task : undefined;
}
