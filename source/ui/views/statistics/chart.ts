import { type Line, line, padStart, span, spread } from '#ui/lines/line.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { barScale, lastHour, meanLatencyOf, queuedOf, successOf, throughputOf } from './last-hour.ts';

/** Cells left of the first bar: a margin, the label, the axis. */
const AXIS = 9;
const LABEL = 6;
const BLOCKS = ' ▁▂▃▄▅▆▇█';
const EIGHTHS = 8;

export interface ChartSize {
  readonly width: number;
  /** Rows of the bars; title, axis and times take three more. */
  readonly height: number;
}

/** Tasks completed a minute, over the last hour. */
export function throughputChart(context: ViewContext, size: ChartSize): Line[] {
  const { snapshot, now, t, format } = context;
  const scale = barScale(size.width - AXIS);
  return chart(context, size, {
    title: t('statistics.throughput'),
    values: lastHour(snapshot.series, now, scale).map(throughputOf),
    cells: scale.cells,
    label: (value) => format.number(value, Number.isInteger(value) ? 0 : 1),
    smallestCeiling: 1,
  });
}

/** Mean latency of the pings answered, over the last hour. */
export function latencyChart(context: ViewContext, size: ChartSize): Line[] {
  const { snapshot, now, t, format } = context;
  const scale = barScale(size.width - AXIS);
  return chart(context, size, {
    title: t('statistics.latency'),
    values: lastHour(snapshot.series, now, scale).map(meanLatencyOf),
    cells: scale.cells,
    label: format.latency,
    smallestCeiling: 0.1,
  });
}

/** The most tasks that waited, over the last hour. */
export function queueChart(context: ViewContext, size: ChartSize): Line[] {
  const { snapshot, now, t, format } = context;
  const scale = barScale(size.width - AXIS);
  return chart(context, size, {
    title: t('wall.queue'),
    values: lastHour(snapshot.series, now, scale).map(queuedOf),
    cells: scale.cells,
    label: format.count,
    smallestCeiling: 4,
  });
}

/** Share of the pings that were answered, over the last hour; its axis always goes to 100 %. */
export function successChart(context: ViewContext, size: ChartSize): Line[] {
  const { snapshot, now, t, format } = context;
  const scale = barScale(size.width - AXIS);
  const values = lastHour(snapshot.series, now, scale).map(successOf);
  const known = values.filter((value) => value !== null);
  return chart(context, size, {
    title: t('statistics.ping-success'),
    values,
    cells: scale.cells,
    label: (value) => `${format.number(value * 100, 0)} %`,
    smallestCeiling: 1,
    // The worst minute is what is looked for; the best one is nearly always 100 %.
    heading: t('statistics.minimum', {
      value: known.length === 0 ? '–' : format.percent(Math.min(...known)),
    }),
  });
}

interface Chart {
  readonly title: string;
  /** One a bar, oldest first; null: a gap. */
  readonly values: readonly (number | null)[];
  readonly cells: number;
  readonly label: (value: number) => string;
  readonly smallestCeiling: number;
  /** At the right of the title; the maximum where it is left out. */
  readonly heading?: string;
}

function chart({ t }: Pick<ViewContext, 't'>, size: ChartSize, { title, values, ...chart }: Chart): Line[] {
  const known = values.filter((value) => value !== null);
  const width = Math.min(size.width, AXIS + values.length * chart.cells);
  const maximum = known.length === 0 ? null : Math.max(...known);
  const ceiling = roundCeiling(Math.max(maximum ?? 0, chart.smallestCeiling));
  const heading =
    chart.heading ?? t('statistics.maximum', { value: maximum === null ? '–' : chart.label(maximum) });
  return [
    spread(line(` ${title}`, 'strong'), line(`  ${heading}`, 'muted'), width),
    ...Array.from({ length: size.height }, (_, row) => [
      row === 0
        ? span(` ${padStart(maximum === null ? '' : chart.label(ceiling), LABEL)} ┤`, 'muted')
        : span(`${' '.repeat(AXIS - 1)}│`, 'muted'),
      ...barRow(values, { cells: chart.cells, unit: ceiling / size.height, above: size.height - 1 - row }),
    ]),
    line(
      ` ${padStart('0', LABEL)} └${values.map((value) => axisPiece(value, chart.cells)).join('')}`,
      'muted',
    ),
    spread(
      line(`${' '.repeat(AXIS)}${t('statistics.hour-ago')}`, 'muted'),
      line(t('statistics.now'), 'muted'),
      width,
    ),
  ];
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
}

/** One row of all bars; the last bar is not over and drawn so. */
function barRow(values: readonly (number | null)[], { cells, unit, above }: BarRow): Line {
  const blocks = values.map((value) => blockOf((value ?? 0) / unit, above).repeat(cells));
  return [span(blocks.slice(0, -1).join(''), 'accent'), span(blocks.at(-1) ?? '', 'muted')];
}

/** The block of a bar `rows` high in the row that has `above` rows below it. What is not 0 is seen. */
function blockOf(rows: number, above: number): string {
  const eighths = rows > 0 ? Math.max(1, Math.round(rows * EIGHTHS)) : 0;
  return BLOCKS[Math.min(EIGHTHS, Math.max(0, eighths - above * EIGHTHS))] ?? ' ';
}

const CEILINGS = [1, 2, 3, 4, 5, 6, 8, 10];

/** The next round figure: an axis that stays while values move a little. */
function roundCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  // The slack keeps 0.3, which is a little more than 3 × 0.1, from becoming 0.4.
  const step = CEILINGS.find((each) => value <= each * power * (1 + 4 * Number.EPSILON)) ?? 10;
  return step * power;
}
