import type { RunGroup, Spread } from '#model/run-statistics.ts';
import { known } from '#ui/views/statistics/bar-glyphs.ts';
import { factBlocks } from '#ui/views/statistics/facts.ts';
import { currentOf, type Metric, valueText } from '#ui/views/statistics/metrics.ts';
import { CHARTS } from '#ui/views/statistics/overview.ts';
import type { StatisticsState } from '#ui/views/statistics/statistics-state.ts';
import { type Bars, barScale, timeBars } from '#ui/views/statistics/time-bars.ts';
import { trendOf } from '#ui/views/statistics/trend.ts';
import type { ViewContext } from '#ui/views/view.ts';

/** As many bars as a range has at most. */
const FINEST = 96;

/** The figures since the counters began, a sentence for each chart of the range, and the benchmarks one against another. */
export function spokenStatistics({ range }: StatisticsState, context: ViewContext): string[] {
  const { snapshot, now } = context;
  const bars = timeBars(snapshot.series, now, barScale(range, FINEST));
  const metrics = CHARTS.flatMap(({ metric, over }) => (over === undefined ? [metric] : [metric, over]));
  return [
    ...factBlocks(context).map(
      ({ title, facts }) => `${title}: ${facts.map(({ label, value }) => `${label} ${value}`).join(', ')}.`,
    ),
    ...metrics.map((metric) => chartSentence(metric, bars, context)),
    ...benchmarkSentences(context),
  ];
}

/** What it is now, between what it was, and where it goes. */
function chartSentence(metric: Metric, { scale, sums }: Bars, context: ViewContext): string {
  const { t } = context;
  const values = sums.map((sum) => (sum === null ? null : metric.measure(sum)));
  const current = currentOf(metric, context);
  const seen = known([...values, current]);
  const head = { title: t(metric.title), range: t(`statistics-range.${scale.range}`) };
  if (seen.length === 0) return t('reader.chart-unknown', head);
  const text = (value: number | null) => valueText(value, metric, context);
  // The present bar is not over.
  const trend = trendOf(values.slice(0, -1));
  return t('reader.chart', {
    ...head,
    now: current === null ? t('reader.unknown') : text(current),
    least: text(Math.min(...seen)),
    most: text(Math.max(...seen)),
    trend: trend === null ? '' : `, ${t(`reader-trend.${trend}`)}`,
  });
}

function benchmarkSentences(context: ViewContext): string[] {
  const { snapshot, t, format } = context;
  const { runs } = snapshot.tasks;
  if (runs === null || runs.tasks === 0) return [t('statistics.no-results')];
  return [
    `${t('statistics.runs', { count: format.count(runs.tasks) })}.`,
    ...runs.byBenchmark.map((group) => benchmarkSentence(group, context)),
  ];
}

function benchmarkSentence(group: RunGroup, { t, format }: ViewContext): string {
  const { name, completed, failed, ran, waited, perMinute } = group;
  const seconds = (spread: Spread | null, which: keyof Spread) =>
    spread === null ? t('reader.unknown') : format.seconds(spread[which] / 1_000);
  return t('reader.benchmark', {
    benchmark: name,
    completed: format.count(completed),
    failed: format.count(failed),
    median: seconds(ran, 'median'),
    p95: seconds(ran, 'p95'),
    waited: seconds(waited, 'median'),
    rate: format.number(perMinute, 1),
  });
}
