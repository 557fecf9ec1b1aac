import { beside, EMPTY_LINE, fitLine, type Line, span } from '#ui/lines/line.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { type ChartSize, latencyChart, queueChart, successChart, throughputChart } from './chart.ts';
import { blockLines, factBlocks } from './facts.ts';

/** From here on the charts, a bar a minute, stand beside the facts. */
const CHARTS_BESIDE = 108;
const FACTS_WIDTH = 32;
/** From here on facts stand in a row of three, charts in a row of two. */
const IN_ROWS = 78;

/** From here on there is room for all charts one under the other, and for the runs below them. */
const STACKED_FROM = 45;
const CHART_GAP = 3;

/** Facts and charts in the width of the context's area, at least `least` rows; how high the charts are depends on its rows. */
export function overviewLines(context: ViewContext, least = 0): Line[] {
  const { columns: width, rows } = context.area;
  const blocks = factBlocks(context);
  if (width >= CHARTS_BESIDE) {
    const facts = stacked(blocks.map((block) => blockLines(block, FACTS_WIDTH)));
    const room = width - FACTS_WIDTH - CHART_GAP;
    const drawn =
      rows >= STACKED_FROM
        ? stacked(chartsOf(context, { width: room, height: Math.min(10, Math.round(rows / 10)) }))
        : stacked(chartsInPairs(context, room));
    const box = { width, rows: Math.max(facts.length, drawn.length, least), leftWidth: FACTS_WIDTH };
    return beside(facts, drawn, box);
  }
  if (width >= IN_ROWS) {
    const third = Math.floor(width / 3);
    return stacked([
      inRow(
        blocks.map((block) => blockLines(block, third - 2)),
        third,
      ),
      ...chartsInPairs(context, width),
    ]);
  }
  return stacked([
    ...blocks.map((block) => blockLines(block, Math.min(width, FACTS_WIDTH))),
    ...chartsOf(context, { width, height: chartHeight(rows) }),
  ]);
}

function chartHeight(rows: number): number {
  return Math.min(10, Math.max(3, Math.round(rows / 5)));
}

/** What was done and what waited, then how the workers answered. */
function chartsOf(context: ViewContext, size: ChartSize): Line[][] {
  return [throughputChart, queueChart, latencyChart, successChart].map((draw) => draw(context, size));
}

function chartsInPairs(context: ViewContext, width: number): Line[][] {
  const half = Math.floor(width / 2);
  const charts = chartsOf(context, { width: half - 1, height: chartHeight(context.area.rows) });
  return [inRow(charts.slice(0, 2), half), inRow(charts.slice(2), half)];
}

/** One under the other, a blank row between. */
function stacked(parts: readonly (readonly Line[])[]): Line[] {
  return parts.flatMap((part, index) => (index === 0 ? part : [EMPTY_LINE, ...part]));
}

/** Side by side, each in `width` cells. */
function inRow(parts: readonly (readonly Line[])[], width: number): Line[] {
  const rows = Math.max(...parts.map((part) => part.length));
  return Array.from({ length: rows }, (_, row) =>
    parts.flatMap((part) => fitLine(part[row] ?? [span('')], width)),
  );
}
