import { fitLine, type Line, span } from '#ui/lines/line.ts';
import { chartBars, metricChart } from '#ui/views/statistics/chart.ts';
import { COMPLETED, QUEUE } from '#ui/views/statistics/metrics.ts';
import type { ViewContext } from '#ui/views/view.ts';

/** Cells between two charts. */
const GAP = 3;
/** Narrower than this a chart stands alone. */
const TWO_FROM = 76;

/** Throughput and queue over the last hour, side by side where there is room; `height` rows of bars. */
export function wallCharts(context: ViewContext, width: number, height: number): Line[] {
  if (width < TWO_FROM) {
    const bars = chartBars(context, 'hour', width);
    return metricChart(context, { metric: COMPLETED, bars }, { width, height });
  }
  const half = Math.floor((width - GAP) / 2);
  const bars = chartBars(context, 'hour', half);
  const left = metricChart(context, { metric: COMPLETED, bars }, { width: half, height });
  const right = metricChart(context, { metric: QUEUE, bars }, { width: half, height });
  return left.map((own, row) => [...fitLine(own, half), span(' '.repeat(GAP)), ...(right[row] ?? [])]);
}
