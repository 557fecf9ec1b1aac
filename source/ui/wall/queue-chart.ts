import type { Bucket } from '#model/series.ts';
import { type Line, line, padStart, span, spread } from '#ui/lines/line.ts';
import type { ChartSize } from '#ui/views/statistics/chart.ts';
import { type BarScale, barScale } from '#ui/views/statistics/last-hour.ts';
import type { ViewContext } from '#ui/views/view.ts';

/** Cells left of the first bar: a margin, the label, the axis. */
const AXIS = 9;
const LABEL = 6;
const BLOCKS = ' ▁▂▃▄▅▆▇█';
const EIGHTHS = 8;
const MINUTE_MS = 60_000;

/** The most tasks that waited in each stretch of the last hour, oldest first; null where nobody watched. */
export function queueInHour(
  series: readonly Bucket[],
  now: number,
  { minutes, bars }: BarScale,
): (number | null)[] {
  const barMs = minutes * MINUTE_MS;
  const minute = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  const lastStart = minute - (new Date(now).getMinutes() % minutes) * MINUTE_MS;
  const most = Array<number | null>(bars).fill(null);
  for (const { start, queued } of series) {
    const index = bars - 1 + Math.floor((start - lastStart) / barMs);
    const before = most[index];
    if (before !== undefined) most[index] = Math.max(before ?? 0, queued);
  }
  return most;
}

/** Tasks that waited, over the last hour, drawn as the throughput is. */
export function queueChart({ snapshot, now, t, format }: ViewContext, size: ChartSize): Line[] {
  const scale = barScale(size.width - AXIS);
  const values = queueInHour(snapshot.series, now, scale);
  const known = values.filter((value) => value !== null);
  const maximum = known.length === 0 ? null : Math.max(...known);
  const ceiling = roundCeiling(Math.max(maximum ?? 0, SMALLEST_CEILING));
  const width = Math.min(size.width, AXIS + values.length * scale.cells);
  const heading = t('statistics.maximum', { value: maximum === null ? '–' : format.count(maximum) });
  return [
    spread(line(` ${t('wall.queue')}`, 'strong'), line(`  ${heading}`, 'muted'), width),
    ...Array.from({ length: size.height }, (_, row) => [
      span(row === 0 ? ` ${padStart(format.count(ceiling), LABEL)} ┤` : `${' '.repeat(AXIS - 1)}│`, 'muted'),
      span(
        values
          .map((value) =>
            block(((value ?? 0) * size.height) / ceiling, size.height - 1 - row).repeat(scale.cells),
          )
          .join(''),
        'accent',
      ),
    ]),
    line(
      ` ${padStart('0', LABEL)} └${values.map((value) => (value === null ? ' ' : '─').repeat(scale.cells)).join('')}`,
      'muted',
    ),
    spread(
      line(`${' '.repeat(AXIS)}${t('statistics.hour-ago')}`, 'muted'),
      line(t('statistics.now'), 'muted'),
      width,
    ),
  ];
}

/** The block of a bar `rows` high in the row that has `above` rows below it. What is not 0 is seen. */
function block(rows: number, above: number): string {
  const eighths = rows > 0 ? Math.max(1, Math.round(rows * EIGHTHS)) : 0;
  return BLOCKS[Math.min(EIGHTHS, Math.max(0, eighths - above * EIGHTHS))] ?? ' ';
}

const SMALLEST_CEILING = 4;
const STEPS = [1, 2, 3, 4, 5, 6, 8, 10];

/** The next round number of tasks: an axis that stays while the queue moves a little. */
function roundCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return (STEPS.find((step) => value <= step * power) ?? 10) * power;
}
