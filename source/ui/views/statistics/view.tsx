import { Box } from 'ink';
import { Rows } from '#ui/components/rows.tsx';
import { StillTable } from '#ui/components/still-table.tsx';
import { bindingOf } from '#ui/keys/keymap.ts';
import { placeColumns } from '#ui/lines/columns.ts';
import { line, type Span, span } from '#ui/lines/line.ts';
import type { View, ViewContext } from '#ui/views/view.ts';
import { BLANK, type Block, rowsOf, seen } from './blocks.ts';
import { STATISTICS_KEYMAP } from './keymap.ts';
import { overview } from './overview.ts';
import { resultColumns, resultCount, resultRows } from './results.ts';
import { type Extent, type StatisticsState, scroll, shownTop, switched } from './statistics-state.ts';

const SMALL = 60;
/** From this width on the results stand beside all else, whose charts have a bar a minute then. */
const WIDE = 190;
const OVERVIEW_WIDTH = 140;
const RULE = ' │ ';

/** What the system did since it started, and in the last hour or day. */
export const statisticsView: View<StatisticsState> = {
  id: 'statistics',
  initial: { top: 0, range: 'hour' },
  keymap: STATISTICS_KEYMAP,
  capturesText: () => false,
  onKey(state, key, context) {
    const binding = bindingOf(STATISTICS_KEYMAP, key);
    if (binding === undefined) return state;
    return binding.action === 'range'
      ? switched(state)
      : scroll(state, binding.action, extentOf(state, context));
  },
  status(state, context) {
    const extent = extentOf(state, context);
    const above = shownTop(state, extent);
    const below = extent.total - extent.page - above;
    return [
      // The state it is in by itself is not worth the room in a small window.
      ...(context.area.columns < SMALL ? [] : [rangeSpan(state, context.t)]),
      ...(above > 0 ? [moreSpan(`  ↑ ${above}`)] : []),
      ...(below > 0 ? [moreSpan(`  ↓ ${below}`)] : []),
    ];
  },
  Body: ({ state, context }) =>
    context.area.columns >= WIDE ? (
      <Wide state={state} context={context} />
    ) : (
      <Tall state={state} context={context} />
    ),
};

function rangeSpan({ range }: StatisticsState, t: ViewContext['t']): Span {
  return { ...span(t(`statistics-range.${range}`), 'accent'), spoken: t(`reader-range.${range}`) };
}

/** Of rows out of sight only an eye has a use: a reader is told all of them. */
function moreSpan(text: string): Span {
  return { ...span(text, 'muted'), spoken: '' };
}

interface BodyProps {
  readonly state: StatisticsState;
  readonly context: ViewContext;
}

/** Everything in one column that scrolls as a whole; the titles of the results stay once they are at the top. */
function Tall({ state, context }: BodyProps) {
  const { area, theme } = context;
  const above = aboveResults(context, state);
  const top = shownTop(state, extentOf(state, context));
  const shown = seen(above, top, area.rows);
  const results = { context, skipped: Math.max(0, top - rowsOf(above)), rows: area.rows - shown.length };
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
  const left = besideResults(context, state);
  const top = shownTop(state, extentOf(state, context));
  const leftTop = shownTop({ top }, { total: rowsOf(left), page: area.rows });
  const width = area.columns - OVERVIEW_WIDTH - RULE.length;
  const rule = Array.from({ length: area.rows }, () => line(RULE, 'rule'));
  return (
    <Box>
      <Rows lines={seen(left, leftTop, area.rows)} width={OVERVIEW_WIDTH} height={area.rows} theme={theme} />
      <Rows lines={rule} width={RULE.length} theme={theme} />
      <Results
        context={{ ...context, area: { ...area, columns: width } }}
        skipped={shownTop({ top }, { total: resultCount(context.snapshot) + 1, page: area.rows })}
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
  const { area, snapshot, t, theme } = context;
  if (rows <= 0) return null;
  const results = resultRows(snapshot, skipped, rows - 1);
  if (results.length === 0 && resultCount(snapshot) === 0) {
    return (
      <Rows lines={[line(` ${t('statistics.no-results')}`, 'muted')]} width={area.columns} theme={theme} />
    );
  }
  return (
    <StillTable
      columns={placeColumns(resultColumns(context), area.columns - 2)}
      rows={results}
      theme={theme}
    />
  );
}

function aboveResults(context: ViewContext, { range }: StatisticsState): Block[] {
  return [...overview(context, range), BLANK];
}

function besideResults(context: ViewContext, { range }: StatisticsState): Block[] {
  return overview({ ...context, area: { ...context.area, columns: OVERVIEW_WIDTH } }, range);
}

/** Titles count as a row. */
function extentOf(state: StatisticsState, context: ViewContext): Extent {
  const { area, snapshot } = context;
  const results = resultCount(snapshot) + 1;
  const total =
    area.columns >= WIDE
      ? Math.max(rowsOf(besideResults(context, state)), results)
      : rowsOf(aboveResults(context, state)) + results;
  return { total, page: area.rows };
}
