import { fitLine, type Line, line, padEnd, padStart, span, spread, widthOf } from '#ui/lines/line.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { barBlock, known, roundCeiling } from './bar-glyphs.ts';
import { currentOf, type Metric, valueText } from './metrics.ts';
import { type Bars, barScale, type Range, timeBars } from './time-bars.ts';

/** Cells of the value: it must not move when it becomes longer. */
const VALUE = 9;
/** Fewer bars than this say nothing. */
const LEAST_BARS = 8;
/** So little of a row is drawn as its lowest block. */
const LEAST = 1e-9;

/** Metrics in a line of `width` cells each: what it is, its bars where there is room for them, and its value now. */
export function sparklines(
  context: ViewContext,
  metrics: readonly Metric[],
  range: Range,
  width: number,
): Line[] {
  const { snapshot, now, t } = context;
  const title = Math.max(...metrics.map((metric) => widthOf(t(metric.title))));
  const room = width - title - 2 - VALUE;
  const scale = { ...barScale(range, room), cells: 1 };
  const bars = room < LEAST_BARS ? null : timeBars(snapshot.series, now, scale);
  return metrics.map((metric) => {
    const name = t(metric.title);
    const value = valueText(currentOf(metric, context), metric, context);
    if (bars === null) return spread(line(` ${name}`, 'muted'), line(` ${value}`), width);
    return fitLine(
      [
        span(` ${padEnd(name, title)} `, 'muted'),
        span(padEnd(drawn(metric, bars), room), metric.style),
        span(padStart(value, VALUE)),
      ],
      width,
    );
  });
}

/** What is known is at least a line, so that a gap is seen as one. */
function drawn(metric: Metric, { sums }: Bars): string {
  const values = sums.map((sum) => (sum === null ? null : metric.measure(sum)));
  const ceiling = roundCeiling(Math.max(metric.smallestCeiling, ...known(values)));
  return values.map((one) => (one === null ? ' ' : barBlock(Math.max(one / ceiling, LEAST), 0))).join('');
}
