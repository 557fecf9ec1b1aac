import { Box } from 'ink';
import { Rows } from '#ui/components/rows.tsx';
import { StillTable } from '#ui/components/still-table.tsx';
import { bindingOf } from '#ui/keys/keymap.ts';
import { placeColumns } from '#ui/lines/columns.ts';
import { EMPTY_LINE, type Line, line, span } from '#ui/lines/line.ts';
import type { View, ViewContext } from '#ui/views/view.ts';
import { STATISTICS_KEYMAP } from './keymap.ts';
import { overviewLines } from './overview.ts';
import { type ResultRow, resultColumns, resultRows } from './results.ts';
import { spreadLines } from './spreads.ts';
import { type Extent, type StatisticsState, scroll, shownTop } from './statistics-state.ts';

/** From this width on the results stand beside facts and charts. */
const WIDE = 166;
const OVERVIEW_WIDTH = 112;
const RULE = ' │ ';

/** What the system did since it started, and in the last hour. */
export const statisticsView: View<StatisticsState> = {
  id: 'statistics',
  initial: { top: 0 },
  keymap: STATISTICS_KEYMAP,
  capturesText: () => false,
  onKey(state, key, context) {
    const binding = bindingOf(STATISTICS_KEYMAP, key);
    return binding === undefined ? state : scroll(state, binding.action, extentOf(context));
  },
  status(state, context) {
    const extent = extentOf(context);
    const above = shownTop(state, extent);
    const below = extent.total - extent.page - above;
    return [
      ...(above > 0 ? [span(`↑ ${above}`, 'muted')] : []),
      ...(above > 0 && below > 0 ? [span('  ')] : []),
      ...(below > 0 ? [span(`↓ ${below}`, 'muted')] : []),
    ];
  },
  Body: ({ state, context }) =>
    context.area.columns >= WIDE ? (
      <Wide state={state} context={context} />
    ) : (
      <Tall state={state} context={context} />
    ),
};

interface BodyProps {
  readonly state: StatisticsState;
  readonly context: ViewContext;
}

/** Everything in one column that scrolls as a whole; the titles of the results stay once they are at the top. */
function Tall({ state, context }: BodyProps) {
  const { area, theme } = context;
  const above = aboveResults(context);
  const top = shownTop(state, extentOf(context));
  const shown = above.slice(top, top + area.rows);
  const results = { context, skipped: Math.max(0, top - above.length), rows: area.rows - shown.length };
  return (
    <Box flexDirection="column">
      <Rows lines={shown} width={area.columns} theme={theme} />
      <Results {...results} />
    </Box>
  );
}

/** Two panes; each scrolls no further than its own end. */
function Wide({ state, context }: BodyProps) {
  const { area, theme } = context;
  const overview = besideResults(context);
  const count = resultRows(context.snapshot).length;
  const top = shownTop(state, extentOf(context));
  const left = overview.slice(shownTop({ top }, { total: overview.length, page: area.rows }));
  const width = area.columns - OVERVIEW_WIDTH - RULE.length;
  const rule = Array.from({ length: area.rows }, () => line(RULE, 'rule'));
  return (
    <Box>
      <Rows lines={left} width={OVERVIEW_WIDTH} height={area.rows} theme={theme} />
      <Rows lines={rule} width={RULE.length} theme={theme} />
      <Results
        context={{ ...context, area: { ...area, columns: width } }}
        skipped={shownTop({ top }, { total: count + 1, page: area.rows })}
        rows={area.rows}
      />
    </Box>
  );
}

interface ResultsProps {
  readonly context: ViewContext;
  /** Results that are scrolled off. */
  readonly skipped: number;
  /** Rows for the titles and the results. */
  readonly rows: number;
}

function Results({ context, skipped, rows }: ResultsProps) {
  const { area, t, theme } = context;
  const results: readonly ResultRow[] = resultRows(context.snapshot);
  if (rows <= 0) return null;
  if (results.length === 0) {
    return (
      <Rows lines={[line(` ${t('statistics.no-results')}`, 'muted')]} width={area.columns} theme={theme} />
    );
  }
  return (
    <StillTable
      columns={placeColumns(resultColumns(context), area.columns - 2)}
      rows={results.slice(skipped, skipped + rows - 1)}
      theme={theme}
    />
  );
}

function aboveResults(context: ViewContext): Line[] {
  return [...overviewLines(context), EMPTY_LINE, ...spreads(context)];
}

function besideResults(context: ViewContext): Line[] {
  const { area } = context;
  const beside = { ...context, area: { ...area, columns: OVERVIEW_WIDTH } };
  const below = spreads(beside);
  const overview = overviewLines(beside, area.rows - below.length);
  return below.length === 0 ? overview : [...overview, EMPTY_LINE, ...below];
}

function spreads(context: ViewContext): Line[] {
  const lines = spreadLines(context);
  return lines.length === 0 ? [] : [...lines, EMPTY_LINE];
}

/** Titles count as a row. */
function extentOf(context: ViewContext): Extent {
  const { area, snapshot } = context;
  const results = resultRows(snapshot).length + 1;
  const total =
    area.columns >= WIDE
      ? Math.max(besideResults(context).length, results)
      : aboveResults(context).length + results;
  return { total, page: area.rows };
}
