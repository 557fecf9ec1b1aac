import { type Line, line, padEnd, padStart, span, spread, widthOf } from '#ui/lines/line.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { barBlock, known, roundCeiling } from './bar-glyphs.ts';
import { currentOf, type Metric, PING_P50, PING_P95, valueText } from './metrics.ts';
import { type BarScale, type Bars, barScale, barStart, type Range, timeBars } from './time-bars.ts';

/** Cells of a label of the axis; with a blank and the axis itself they stand left of the first bar. */
const LABEL = 7;
const AXIS = LABEL + 2;
/** Cells of a value beside the title: it must not move when the value becomes longer. */
const VALUE = 8;
const SHADE = '░';
/** Cells of a time, `21:42`, and of the gap to the next. */
const TIME = 5;
const TIME_GAP = 3;

/** Rows of a chart beside its bars: title, axis, times. */
export const CHART_FRAME_ROWS = 3;

export interface ChartSize {
  readonly width: number;
  /** Rows of the bars. */
  readonly height: number;
}

/** The bars of charts of `width` cells. */
export function chartBars({ snapshot, now }: ViewContext, range: Range, width: number): Bars {
  return timeBars(snapshot.series, now, barScale(range, width - AXIS));
}

/** The metric over the range as bars, in at most `size.width` cells. */
export function metricChart(context: ViewContext, drawn: Drawn, size: ChartSize): Line[] {
  const { metric, bars } = drawn;
  const { scale, sums } = bars;
  const values = sums.map((sum) => (sum === null ? null : metric.measure(sum)));
  const { over = null } = drawn;
  const higher = over === null ? values : sums.map((sum) => (sum === null ? null : over.measure(sum)));
  const width = Math.min(size.width, AXIS + values.length * scale.cells);
  const current = currentOf(over ?? metric, context);
  // What it is now is told in the title, and no figure there may be above the axis.
  const ceiling = roundCeiling(Math.max(metric.smallestCeiling, ...known([...higher, current])));
  const labels = axisLabels(ceiling, metric, context);
  return [
    titleLine(context, { ...drawn, values, width }),
    ...Array.from({ length: size.height }, (_, row) => [
      span(`${padStart(labels[row] ?? '', LABEL)} ${row === 0 ? '┤' : '│'}`, 'muted'),
      ...barRow(values, higher, {
        cells: scale.cells,
        unit: ceiling / size.height,
        above: size.height - 1 - row,
        height: size.height,
        style: metric.style,
      }),
    ]),
    line(
      `${padStart('0', LABEL)} └${values.map((value) => axisPiece(value, scale.cells)).join('')}`,
      'muted',
    ),
    timesLine(context, scale, width),
  ];
}

/** What a chart shows. */
export interface Drawn {
  readonly metric: Metric;
  /** One that is never less, drawn behind it in a fainter shade. */
  readonly over?: Metric;
  readonly bars: Bars;
}

/** The two percentiles of the latency, one before the other. */
export const PERCENTILES: Omit<Drawn, 'bars'> = { metric: PING_P50, over: PING_P95 };

interface Titled extends Drawn {
  readonly values: readonly (number | null)[];
  readonly width: number;
}

/** What it is, and at the right what it is now and what it was at worst; in a narrow chart the worst alone. */
function titleLine(context: ViewContext, titles: Titled): Line {
  const { t } = context;
  const { metric, over, width } = titles;
  const current = currentOf(metric, context);
  const now = steady(valueText(current, metric, context));
  if (over !== undefined) {
    const p95 = t('statistics.p95-now', {
      value: steady(valueText(currentOf(over, context), over, context)),
    });
    return titled(
      t('statistics.percentiles'),
      [`${t('statistics.p50-now', { value: now })}  ${p95}`, p95],
      width,
    );
  }
  const seen = known([...titles.values, current]);
  const extreme = metric.lowIsBad ? Math.min(...seen) : Math.max(...seen);
  const value = steady(valueText(seen.length === 0 ? null : extreme, metric, context));
  const worst = t(metric.lowIsBad ? 'statistics.minimum' : 'statistics.maximum', { value });
  return titled(t(metric.title), [`${t('statistics.now-value', { value: now })}  ${worst}`, worst], width);
}

/** A value in as many cells as others, so that what stands before it does not move. */
function steady(value: string): string {
  return ' '.repeat(Math.max(0, VALUE - widthOf(value))) + value;
}

/** The title, and the first of `rights` that leaves room for it. */
function titled(title: string, rights: readonly string[], width: number): Line {
  const right = rights.find((each) => widthOf(title) + 3 + widthOf(each) <= width) ?? '';
  return spread(line(` ${title}`, 'strong'), line(right, 'muted'), width);
}

/** The figure at the end of the axis, and below it its unit where that is not in it: there are 7 cells for each. */
function axisLabels(
  value: number,
  { text, axisText = text, unit }: Metric,
  context: ViewContext,
): readonly string[] {
  const whole = axisText(value, context);
  const label = widthOf(whole) <= LABEL ? whole : context.format.count(value);
  const unitText = unit === undefined ? '' : context.t(unit);
  return label.includes(unitText) ? [label] : [label, unitText];
}

/** Times under the first bar and the middle one, and `now` under the last; in a narrow chart without the middle. */
function timesLine({ now, t, format }: ViewContext, scale: BarScale, width: number): Line {
  const timeOf = (bar: number) => format.time(barStart(scale, now, bar)).slice(0, TIME);
  const room = width - AXIS;
  const end = t('statistics.now');
  const middle = Math.floor(scale.bars / 2);
  const before = middle * scale.cells;
  const hasMiddle = before >= TIME + TIME_GAP && room - before >= TIME + TIME_GAP + widthOf(end);
  const times = `${padEnd(timeOf(0), hasMiddle ? before : TIME)}${hasMiddle ? timeOf(middle) : ''}`;
  const fits = room >= TIME + TIME_GAP + widthOf(end);
  return spread(line(`${' '.repeat(AXIS)}${fits ? times : ''}`, 'muted'), line(end, 'muted'), width);
}

/** The axis is drawn only under what is known, so that a gap is seen as one and not as nothing done. */
function axisPiece(value: number | null, cells: number): string {
  return (value === null ? ' ' : '─').repeat(cells);
}

interface BarRow {
  readonly cells: number;
  /** Value that one row stands for. */
  readonly unit: number;
  /** Rows between this one and the axis. */
  readonly above: number;
  /** Rows of the whole chart. */
  readonly height: number;
  readonly style: Metric['style'];
}

/** One row of all bars, and what is behind them; the last bar is not over and drawn so. */
function barRow(
  values: readonly (number | null)[],
  higher: readonly (number | null)[],
  { cells, unit, above, height, style }: BarRow,
): Line {
  const glyphs = values.map((value, index) => {
    const own = barBlock((value ?? 0) / unit, above);
    const shade =
      own === ' ' && higher !== values && isShaded(value ?? 0, higher[index] ?? 0, { unit, above, height });
    return (shade ? SHADE : own).repeat(cells);
  });
  return [...runs(glyphs.slice(0, -1), style), span(glyphs.at(-1) ?? '', 'muted')];
}

/** Shades are faint, bars are not. */
function runs(glyphs: readonly string[], style: Metric['style']): Line {
  return glyphs
    .join('')
    .split(/(░+)/)
    .filter((text) => text !== '')
    .map((text) => span(text, text.startsWith(SHADE) ? 'muted' : style));
}

/** Whether the shade of a higher value reaches into the row: to the nearest row, and never into one that the bar has. */
function isShaded(
  value: number,
  higher: number,
  { unit, above, height }: Pick<BarRow, 'unit' | 'above' | 'height'>,
): boolean {
  if (higher <= value) return false;
  const least = Math.ceil(value / unit) + 1;
  return above < Math.min(height, Math.max(least, Math.round(higher / unit)));
}
