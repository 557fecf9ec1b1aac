import { beside, EMPTY_LINE, fitLine, type Line, span } from '#ui/lines/line.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { latencyChart, throughputChart } from './chart.ts';
import { blockLines, factBlocks } from './facts.ts';

/** From here on the charts, a bar a minute, stand beside the facts. */
const CHARTS_BESIDE = 108;
const FACTS_WIDTH = 32;
/** From here on facts stand in a row of three, charts in a row of two. */
const IN_ROWS = 78;

/** Facts and charts in the width of the context's area, at least `least` rows; how high the charts are depends on its rows. */
export function overviewLines(context: ViewContext, least = 0): Line[] {
  const { columns: width, rows } = context.area;
  const height = Math.min(10, Math.max(3, Math.round(rows / 5)));
  const blocks = factBlocks(context);
  const charts = (chartWidth: number) => [
    throughputChart(context, { width: chartWidth, height }),
    latencyChart(context, { width: chartWidth, height }),
  ];
  if (width >= CHARTS_BESIDE) {
    const facts = stacked(blocks.map((block) => blockLines(block, FACTS_WIDTH)));
    const drawn = stacked(charts(width - FACTS_WIDTH - 3));
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
      inRow(charts(Math.floor(width / 2) - 1), Math.floor(width / 2)),
    ]);
  }
  return stacked([
    ...blocks.map((block) => blockLines(block, Math.min(width, FACTS_WIDTH))),
    ...charts(width),
  ]);
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
