import { valuesOf } from '#model/ring.ts';
import { Rows } from '#ui/components/rows.tsx';
import { bindingOf } from '#ui/keys/keymap.ts';
import { highlight, type Line, line, type Span, span } from '#ui/lines/line.ts';
import { denseLines, lastTop, openWindow } from '#ui/list/details-pane.ts';
import { editFilter } from '#ui/list/filter-edit.ts';
import { filterStatus } from '#ui/list/filter-status.ts';
import { markWords, wantedWords } from '#ui/list/match-marks.ts';
import type { View, ViewContext } from '#ui/views/view.ts';
import { LOGS_KEYMAP } from './keymap.ts';
import { isHole, LOG_FIELDS } from './log-list.ts';
import { logDetails, logRow, pagedLine, pagedLog, withShortIds } from './log-text.ts';
import {
  countOf,
  INITIAL_LOGS,
  type LogsContext,
  type LogsState,
  reduceLogs,
  selectRow,
  windowOf,
} from './logs-state.ts';

const SMALL = 60;
/** Below this width there is no room for words. */
const NARROW = 40;

/** What happened, as it happens. */
export const logsView: View<LogsState> = {
  id: 'logs',
  initial: INITIAL_LOGS,
  keymap: LOGS_KEYMAP,
  capturesText: ({ editing }) => editing,
  onKey(state, key, context) {
    if (state.editing) return editFilter(state, key);
    const binding = bindingOf(LOGS_KEYMAP, key);
    return binding === undefined ? state : reduceLogs(state, binding.action, logsContext(state, context));
  },
  claims: ({ filter, editing }, key) =>
    filter !== '' && !editing && bindingOf(LOGS_KEYMAP, key)?.claims === true,
  inDetails: ({ open }) => open,
  request(state, key, context) {
    if (state.editing || bindingOf(LOGS_KEYMAP, key)?.action !== 'pager') return null;
    const { settings, problems } = context.snapshot;
    const log = valuesOf(context.snapshot.log);
    const isWhole = state.filter === '' && state.level === 'debug';
    const isWritten = !problems.some(({ id }) => id === 'log-file');
    // The file goes further back than memory does.
    if (settings !== null && isWhole && isWritten)
      return { type: 'page', content: { path: settings.logFile } };
    return { type: 'page', content: { text: pagedLog(windowOf(state, { log, page: 1 }).lines, context) } };
  },
  copied(state, context) {
    const { lines, index } = windowOf(state, logsContext(state, context));
    const logLine = lines[index];
    if (logLine === undefined || isHole(logLine)) return null;
    return { id: logLine.message, more: pagedLine(logLine, context) };
  },
  onClick: (state, { row }, context) => selectRow(state, row, logsContext(state, context)),
  status: statusLine,
  Body: ({ state, context }) => (
    <Rows
      lines={state.open ? shownDetails(state, context) : logLines(state, context)}
      width={context.area.columns}
      height={context.area.rows}
      theme={context.theme}
    />
  ),
};

function logsContext(state: LogsState, context: ViewContext): LogsContext {
  const { area, snapshot } = context;
  const detailEnd = state.open ? lastTop(detailLines(state, context), area.rows) : 0;
  return { log: valuesOf(snapshot.log), page: area.rows, detailEnd };
}

function statusLine(state: LogsState, context: ViewContext): Line {
  const { t } = context;
  const { lines, total, unseen } = windowOf(state, logsContext(state, context));
  const filter = filterStatus(state, { shown: countOf(lines), total, t });
  return [
    ...followSpans(state, unseen, context),
    ...(state.level === 'debug' ? [] : [levelSpan(state, t)]),
    ...(filter.length === 0 ? [] : [span('  '), ...filter]),
  ];
}

/** The sign says little to an ear. */
function levelSpan({ level }: LogsState, t: ViewContext['t']): Span {
  return { ...span(`  ≥ ${level}`, 'strong'), spoken: `  ${t('key.level')} ${level}` };
}

function followSpans({ reading }: LogsState, unseen: number, { t, area }: ViewContext): Line {
  // The state it is in by itself is not worth the room in a small window.
  if (reading === null) return area.columns < SMALL ? [] : [span(t('logs.following'), 'muted')];
  if (unseen === 0) return [span(t('logs.paused'), 'warning')];
  const spoken = t('logs.paused-new', { count: unseen });
  const text = area.columns < NARROW ? t('logs.paused-new-short', { count: unseen }) : spoken;
  return [{ ...span(text, 'warning'), spoken }];
}

/** The rows on the screen; no other line is painted. */
function logLines(state: LogsState, context: ViewContext): Line[] {
  const { area, snapshot, t } = context;
  const { lines, index, top } = windowOf(state, { log: valuesOf(snapshot.log), page: area.rows });
  if (lines.length === 0) {
    return [line(` ${t(snapshot.log.taken === 0 ? 'logs.none' : 'logs.none-match')}`, 'muted')];
  }
  const words = wantedWords(state.filter, LOG_FIELDS);
  return lines.slice(top, top + area.rows).map((logLine, row) => {
    const [head, ...rest] = isHole(logLine)
      ? line(t('logs.hole'), 'muted')
      : logRow(withShortIds(logLine, words), context);
    const shown = markWords(rest, words);
    if (head === undefined) return shown;
    return top + row === index
      ? [span(' ▸ ', 'accent'), ...highlight([head], 'selected'), ...shown]
      : [span('   '), head, ...shown];
  });
}

function shownDetails(state: LogsState, context: ViewContext): Line[] {
  const { area, t } = context;
  return openWindow(detailLines(state, context), { top: state.detailTop, rows: area.rows, t });
}

function detailLines({ reading }: LogsState, context: ViewContext): Line[] {
  const { area, t } = context;
  if (reading === null || isHole(reading.selected)) return [line(t('logs.hole'), 'muted')];
  const inner = { ...context, area: { ...area, columns: area.columns - 2 } };
  return denseLines(logDetails(reading.selected, inner), area.rows);
}
