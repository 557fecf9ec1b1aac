import { basename } from 'node:path';
import type { Snapshot } from '#model/snapshot.ts';
import { plainLine } from '#model/text.ts';
import { fleetCounts } from '#ui/fleet-counts.ts';
import { cutOffText, incidentLines, problemLines, summaryLine } from '#ui/frame/frame-lines.ts';
import { EMPTY_LINE, fitLine, type Line, line, span, spread } from '#ui/lines/line.ts';
import { isStale } from '#ui/overdue.ts';
import { CHART_FRAME_ROWS } from '#ui/views/statistics/chart.ts';
import type { Area, ViewContext } from '#ui/views/view.ts';
import { type Alarm, alarmOf } from './alarm.ts';
import { figureLines } from './figures.ts';
import { reasonLine } from './reason.ts';
import { tileLines, tileRows, worstFirst } from './tiles.ts';
import { wallCharts } from './wall-charts.ts';
import { shiftAt } from './wall-state.ts';

/** Below this there is no frame, and below the next not even figures. */
const FRAMED: Area = { columns: 40, rows: 12 };
const SIDE = 2;

/** The whole wall, exactly as large as the window. */
export function wallLines(context: ViewContext): Line[] {
  const { area, snapshot, now } = context;
  const alarm = alarmOf(snapshot, now);
  if (area.columns < FRAMED.columns || area.rows < FRAMED.rows) return smallWall(context);
  const shift = shiftAt(area, now);
  const spare = shift === null ? 0 : 1;
  const outer = { columns: area.columns - spare, rows: area.rows - spare };
  const inner = { columns: outer.columns - 2 * (SIDE + 1), rows: outer.rows - 2 };
  const lines = framed(wallContent({ ...context, area: inner }, alarm), outer, alarm);
  if (shift === null) return lines;
  const moved = lines.map((own) => [span(' '.repeat(shift.right)), ...own]);
  return shift.down === 0 ? moved : [EMPTY_LINE, ...moved];
}

/** No room for a frame or for figures: a line that says all, and the workers, the worst first. */
function smallWall(context: ViewContext): Line[] {
  const { area, snapshot, now } = context;
  const tiles = { ...context, area: { columns: area.columns, rows: area.rows - 1 } };
  const summary = summaryLine([], context);
  return [summary, ...tileLines(worstFirst(snapshot.workers, now), tiles, isStale(snapshot, now))].slice(
    0,
    area.rows,
  );
}

/** Thin and faint while all is well, thick and coloured when it is not: seen from across the room. */
function framed(content: readonly Line[], { columns, rows }: Area, alarm: Alarm): Line[] {
  const calm = alarm === 'good';
  const style = calm ? 'rule' : alarm;
  const side = span(calm ? '│ ' : '█'.repeat(SIDE), style);
  const otherSide = span(calm ? ' │' : '█'.repeat(SIDE), style);
  const edge = (left: string, right: string) =>
    line(calm ? `${left}${'─'.repeat(columns - 2)}${right}` : '█'.repeat(columns), style);
  const body = Array.from({ length: rows - 2 }, (_, row) => [
    side,
    span(' '),
    ...fitLine(content[row] ?? EMPTY_LINE, columns - 2 * (SIDE + 1)),
    span(' '),
    otherSide,
  ]);
  return [edge('┌', '┐'), ...body, edge('└', '┘')];
}

/** From top to bottom: what this is and how old, figures, workers, charts, what happened last. */
function wallContent(context: ViewContext, alarm: Alarm): Line[] {
  const { area, snapshot, now } = context;
  const problems = problemLines(context, 2);
  const top = [
    titleLine(context, alarm),
    alarm === 'good' ? EMPTY_LINE : reasonLine(context, alarm),
    ...figureLines(context, isChecking(snapshot, alarm) ? 'muted' : alarm, area.columns),
    ...(problems.length === 0 ? [] : [EMPTY_LINE, ...problems]),
    EMPTY_LINE,
  ];
  const { charts, incidents } = shares(snapshot, { columns: area.columns, rows: area.rows - top.length });
  const bottom = [
    ...(charts === 0 ? [] : [EMPTY_LINE, ...wallCharts(context, area.columns, charts)]),
    ...(incidents === 0 ? [] : [EMPTY_LINE, ...filled(incidentLines(context, incidents), incidents)]),
  ];
  const rows = area.rows - top.length - bottom.length;
  const tiles = tileLines(
    worstFirst(snapshot.workers, now),
    { ...context, area: { ...area, rows } },
    isStale(snapshot, now),
  );
  return [...top, ...filled(tiles, rows), ...bottom];
}

const LEAST_INCIDENTS = 2;
const MOST_INCIDENTS = 12;
/** Of the rows below the figures, the bars of a chart take no more than this. */
const MOST_BARS_SHARE = 0.4;
const LEAST_BARS = 3;
/** Rows between two parts. */
const GAP = 1;

/**
 * Rows of bars and of incidents below the workers, who get what they need to show all of themselves, up to 6 in 10 rows;
 * more only where not even a cell each has room there.
 */
function shares(
  snapshot: Snapshot,
  { columns, rows }: Area,
): { readonly charts: number; readonly incidents: number } {
  const usual = Math.max(4, Math.floor(rows * 0.6));
  const rest = rows - tileRows(snapshot, columns, { usual, most: rows - GAP - LEAST_INCIDENTS });
  const incidents = Math.min(MOST_INCIDENTS, Math.max(LEAST_INCIDENTS, Math.floor(rest / 3)));
  const charts = Math.min(
    Math.max(LEAST_BARS, Math.floor(rows * MOST_BARS_SHARE)),
    rest - incidents - 2 * GAP - CHART_FRAME_ROWS,
  );
  if (charts >= LEAST_BARS) return { charts, incidents };
  return { charts: 0, incidents: Math.max(0, Math.min(MOST_INCIDENTS, rest - GAP)) };
}

function filled(lines: readonly Line[], rows: number): Line[] {
  return Array.from({ length: Math.max(0, rows) }, (_, row) => lines[row] ?? EMPTY_LINE);
}

/** Nothing is wrong with workers that nobody has heard of yet, but neither are they well. */
function isChecking(snapshot: Snapshot, alarm: Alarm): boolean {
  const { healthy, total } = fleetCounts(snapshot);
  return alarm === 'good' && healthy < total;
}

/** The age of the picture is always told: a green light from old data is worse than none. */
function titleLine(context: ViewContext, alarm: Alarm): Line {
  const { snapshot, now, t, format, area } = context;
  const cutOff = cutOffText(context);
  const stale = cutOff !== '' || isStale(snapshot, now);
  const age = snapshot.settings === null ? 0 : Math.max(0, now - snapshot.at);
  const name = plainLine(basename(snapshot.settings?.dir ?? ''));
  return spread(
    [
      span(t('app.name'), 'title'),
      span(name === '' ? '' : `  ${name}`, 'strong'),
      isChecking(snapshot, alarm)
        ? span(`   ${t('health.checking')}`, 'muted')
        : span(`   ${t(`wall-alarm.${alarm}`)}`, alarm),
    ],
    [
      span(cutOff || t('header.age', { duration: format.duration(age) }), stale ? 'bad' : 'muted'),
      span(`   ${format.time(now)}`, 'strong'),
    ],
    area.columns,
  );
}
