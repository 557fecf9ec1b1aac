import { beside, fitLine, type Line, span } from '#ui/lines/line.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { apart, type Block, blockOf, rowsOf, seen } from './blocks.ts';
import { CHART_FRAME_ROWS, chartBars, type Drawn, metricChart, PERCENTILES } from './chart.ts';
import { blockLines, factBlocks } from './facts.ts';
import {
  ANSWERED,
  COMPLETED,
  FAILED,
  type Metric,
  PING_P50,
  PING_P95,
  QUEUE,
  SUCCEEDED,
  UTILISATION,
} from './metrics.ts';
import { sparklines } from './sparkline.ts';
import { runTables } from './spreads.ts';
import type { Range } from './time-bars.ts';

/** From here on the charts stand beside the facts, as long as facts and runs have no pane of their own. */
const CHARTS_BESIDE = 108;
const FACTS_WIDTH = 32;
/** From here on facts stand in a row of three, charts in a row of two; below there are lines in place of charts. */
const IN_ROWS = 78;
/** In a lower window the lines, which say the same in less, come before the charts. */
const HIGH = 26;
const CHART_GAP = 3;

/** What was done and how it ended, what waited and what had to do, then how the workers answered. */
export const CHARTS: readonly Omit<Drawn, 'bars'>[] = [
  { metric: COMPLETED },
  { metric: SUCCEEDED },
  { metric: QUEUE },
  { metric: UTILISATION },
  PERCENTILES,
  { metric: ANSWERED },
];
const LINES: readonly Metric[] = [
  COMPLETED,
  SUCCEEDED,
  FAILED,
  QUEUE,
  UTILISATION,
  PING_P50,
  PING_P95,
  ANSWERED,
];
/** Columns of charts. */
const PAIR = 2;

/** Facts, charts of the range, and the tables of runs in the width of the context's area, all but the results. */
export function overview(context: ViewContext, range: Range): Block[] {
  const { columns: width, rows } = context.area;
  const facts = factBlocks(context);
  const { byBenchmark, byWorker } = runTables(context);
  if (width < IN_ROWS) {
    const narrow = facts.map((block) => blockLines(block, Math.min(width, FACTS_WIDTH)));
    const lines = blockOf(LINES.length, () => sparklines(context, LINES, range, width));
    return apart([...narrow.map(whole), [lines], byBenchmark, byWorker]);
  }
  const isBeside = width >= CHARTS_BESIDE && rows < WIDE_ROWS;
  if (isBeside) {
    const column = apart(facts.map((block) => whole(blockLines(block, FACTS_WIDTH))));
    const room = width - FACTS_WIDTH - CHART_GAP;
    const charts = pairs(context, { range, width: room, height: chartHeight(rows) });
    return apart([[both(column, charts, width)], byBenchmark, byWorker]);
  }
  const third = Math.floor(width / 3);
  const inThree = whole(
    inRow(
      facts.map((block) => blockLines(block, third - 2)),
      third,
    ),
  );
  const charts = pairs(context, { range, width, height: chartHeight(rows - FACT_ROWS) });
  if (rows >= HIGH) return apart([inThree, charts, byBenchmark, byWorker]);
  return apart([inThree, [twoColumns(context, range)], byBenchmark, charts, byWorker]);
}

/** From so many rows on, charts below the facts are high enough, and as wide as the pane. */
const WIDE_ROWS = 45;
const FACT_ROWS = 6;

/** Three charts one under the other are to fill the rows, and no chart to be too high to be read. */
function chartHeight(rows: number): number {
  return Math.min(8, Math.max(3, Math.floor((rows + 1) / 3) - CHART_FRAME_ROWS - 1));
}

function whole(lines: readonly Line[]): readonly Block[] {
  return [blockOf(lines.length, () => lines)];
}

interface Place {
  readonly range: Range;
  readonly width: number;
  readonly height: number;
}

/** Charts two in a row, all with the same bars. */
function pairs(context: ViewContext, { range, width, height }: Place): Block[] {
  const half = Math.floor(width / PAIR);
  const size = { width: half - 1, height };
  const rows = Array.from({ length: CHARTS.length / PAIR }, (_, row) =>
    CHARTS.slice(row * PAIR, (row + 1) * PAIR),
  );
  const bars = once(() => chartBars(context, range, size.width));
  return apart(
    rows.map((charts) => [
      blockOf(height + CHART_FRAME_ROWS, () =>
        inRow(
          charts.map((drawn) => metricChart(context, { ...drawn, bars: bars() }, size)),
          half,
        ),
      ),
    ]),
  );
}

/** What `make` gives, made when it is first asked for. */
function once<T extends object>(make: () => T): () => T {
  let made: T | null = null;
  return () => (made ??= make());
}

/** The lines of all metrics in two columns. */
function twoColumns(context: ViewContext, range: Range): Block {
  const half = Math.floor(context.area.columns / PAIR);
  const left = Math.ceil(LINES.length / PAIR);
  return blockOf(left, () => {
    const lines = sparklines(context, LINES, range, half - 1);
    return inRow([lines.slice(0, left), lines.slice(left)], half);
  });
}

/** Facts at the left, charts at the right. */
function both(left: readonly Block[], right: readonly Block[], width: number): Block {
  const rows = Math.max(rowsOf(left), rowsOf(right));
  const box = { width, rows, leftWidth: FACTS_WIDTH };
  return blockOf(rows, () => beside(seen(left, 0, rows), seen(right, 0, rows), box));
}

/** Side by side, each in `width` cells. */
function inRow(parts: readonly (readonly Line[])[], width: number): Line[] {
  const rows = Math.max(...parts.map((part) => part.length));
  return Array.from({ length: rows }, (_, row) =>
    parts.flatMap((part) => fitLine(part[row] ?? [span('')], width)),
  );
}
