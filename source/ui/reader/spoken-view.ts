import { averageLatencyMs } from '#model/recent-pings.ts';
import { newestOf, valuesOf } from '#model/ring.ts';
import { slotsOf, type Worker } from '#model/worker.ts';
import { incidentLine } from '#ui/frame/incident-text.ts';
import { selectedIndex } from '#ui/list/list-state.ts';
import { settingDetails } from '#ui/views/configuration/details.ts';
import { type ConfigurationState, editLines } from '#ui/views/configuration/edit.ts';
import { settingRows, shownRows } from '#ui/views/configuration/rows.ts';
import { logDetails } from '#ui/views/logs/log-text.ts';
import { windowOf } from '#ui/views/logs/logs-state.ts';
import { batchDetails } from '#ui/views/tasks/batch-line.ts';
import { taskDetails } from '#ui/views/tasks/details.ts';
import { idsOf, meantRow, rowsOf } from '#ui/views/tasks/selected.ts';
import type { ViewContext, ViewId } from '#ui/views/view.ts';
import type { ViewStates } from '#ui/views/views.ts';
import { workerDetails } from '#ui/views/workers/details.ts';
import { failureText, healthCell } from '#ui/views/workers/health-text.ts';
import { workerRows } from '#ui/views/workers/rows.ts';
import { spokenLine, spokenLines } from './spoken-line.ts';
import { spokenStatistics } from './spoken-statistics.ts';

/** Wide enough that nothing is cut or wrapped in the middle of a sentence. */
const SPOKEN_WIDTH = 400;

/** What the view shows of what is selected, in sentences. */
export function spokenView(view: ViewId, states: ViewStates, context: ViewContext): string[] {
  const wide = { ...context, area: { columns: SPOKEN_WIDTH, rows: 1_000 } };
  switch (view) {
    case 'workers':
      return spokenWorkers(states.workers, wide);
    case 'tasks':
      return spokenTasks(states.tasks, wide);
    case 'statistics':
      return spokenStatistics(states.statistics, wide);
    case 'configuration':
      return spokenConfiguration(states.configuration, wide);
    case 'logs':
      return spokenLog(states.logs, wide);
  }
}

function spokenWorkers(state: ViewStates['workers'], context: ViewContext): string[] {
  const { snapshot, t } = context;
  const { workers, ids } = workerRows(snapshot, state, context);
  const index = selectedIndex(state, ids);
  const worker = workers[index];
  if (worker === undefined) return [t(snapshot.workers.size === 0 ? 'workers.none' : 'reader.none')];
  const selected = selectedText(index, workers.length, context);
  return state.open
    ? [selected, ...spokenLines(workerDetails(worker, context))]
    : [`${selected} ${workerSentence(worker, context)}`];
}

/** Name, state and why, and what it does. */
export function workerSentence(worker: Worker, context: Pick<ViewContext, 't' | 'format' | 'now'>): string {
  const { t, format } = context;
  const average = averageLatencyMs(worker);
  const failure = worker.failures > 0 ? worker.lastFailure : null;
  const parts = [
    `${worker.id}: ${t(`status.${worker.status}`)}`,
    worker.status === 'active' ? healthCell(worker, context).text : null,
    failure === null ? null : failureText(failure, context),
    worker.status === 'active' && average !== null
      ? t('header.ping', { latency: format.latency(average) })
      : null,
    t('reader.slots', { used: worker.inFlight.length, slots: slotsOf(worker) }),
  ];
  return `${parts.filter((part) => part !== null).join(', ')}.`;
}

function spokenTasks(state: ViewStates['tasks'], context: ViewContext): string[] {
  const { snapshot, t } = context;
  const rows = rowsOf(state, context);
  const row = meantRow(state, context);
  const { known, batches } = snapshot.tasks;
  if (row === undefined) return [t(known.size + batches.size === 0 ? 'tasks.none' : 'reader.none')];
  const lines = row.kind === 'task' ? taskDetails(row.task, context) : batchDetails(row.batch, context);
  const details = spokenLines(lines);
  const index = selectedIndex(state, idsOf(rows));
  // The first of the details is what a row of the table says.
  return [
    ...(rows.length === 0 ? [] : [selectedText(index, rows.length, context)]),
    ...(state.open ? details : details.slice(0, SHORT_TASK)),
  ];
}

/** Lines of a task's details that tell which it is and how it stands. */
const SHORT_TASK = 4;

function spokenConfiguration(state: ConfigurationState, context: ViewContext): string[] {
  const { snapshot, t } = context;
  if (state.edit !== null) return spokenLines(editLines(state.edit, context));
  const rows = shownRows(settingRows(snapshot, t), state.filter);
  const index = selectedIndex(
    state,
    rows.map(({ id }) => id),
  );
  const row = rows[index];
  const warnings = (snapshot.settings?.warnings ?? []).map((text) => `${t.say(text)}.`);
  if (row === undefined) return [...warnings, t('reader.none')];
  const selected = selectedText(index, rows.length, context);
  if (state.open) return [selected, ...spokenLines(settingDetails(row, context))];
  const value = row.value === '' ? t('configuration.unset') : row.value;
  const from = row.from === '' ? '' : ` ${t('configuration.from')}: ${row.from}.`;
  return [...warnings, `${selected} ${row.key}: ${value}.${from} ${row.meaning}`];
}

function spokenLog(state: ViewStates['logs'], context: ViewContext): string[] {
  const { lines, index } = windowOf(state, { log: valuesOf(context.snapshot.log), page: 1 });
  const logLine = lines[index];
  if (logLine === undefined) return [context.t('logs.none')];
  return [selectedText(index, lines.length, context), ...spokenLines(logDetails(logLine, context))];
}

function selectedText(index: number, count: number, { t }: Pick<ViewContext, 't'>): string {
  return t('reader.selected', { index: index + 1, count });
}

/** The last thing that happened. */
export function spokenIncident(context: ViewContext): string[] {
  const last = newestOf(context.snapshot.incidents);
  return last === undefined ? [] : [spokenLine(incidentLine(last, context))];
}
