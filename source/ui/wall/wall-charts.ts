import { fitLine, type Line, span } from '#ui/lines/line.ts';
import { queueChart, throughputChart } from '#ui/views/statistics/chart.ts';
import type { ViewContext } from '#ui/views/view.ts';

/** Rows of a chart beside its bars: title, axis, times. */
export const CHART_FRAME_ROWS = 3;
/** Cells between two charts. */
const GAP = 3;
/** Narrower than this a chart stands alone. */
const TWO_FROM = 76;

/** Throughput and queue over the last hour, side by side where there is room; `height` rows of bars. */
export function wallCharts(context: ViewContext, width: number, height: number): Line[] {
  if (width < TWO_FROM) return throughputChart(context, { width, height });
  const half = Math.floor((width - GAP) / 2);
  const left = throughputChart(context, { width: half, height });
  const right = queueChart(context, { width: half, height });
  return left.map((own, row) => [...fitLine(own, half), span(' '.repeat(GAP)), ...(right[row] ?? [])]);
}
