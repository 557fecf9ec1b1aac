import { latencyPercentile } from '#model/latency-histogram.ts';
import { type Bucket, ratePerMinute } from '#model/series.ts';
import { throughputOf } from '#model/throughput.ts';
import type { MessageKey } from '#ui/i18n/en.ts';
import type { Format } from '#ui/i18n/format.ts';
import type { Translate } from '#ui/i18n/translate.ts';
import type { Style } from '#ui/theme/theme.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { sumOfLastMinute } from './time-bars.ts';

/** Something that is measured all the time. */
export interface Metric {
  readonly title: MessageKey;
  /** Null where nothing is known. */
  readonly measure: (sum: Bucket) => number | null;
  /** As it is now, where that is not what it was in the last minute. */
  readonly current?: (snapshot: ViewContext['snapshot'], now: number) => number | null;
  /** A value with its unit. */
  readonly text: (value: number, look: Look) => string;
  /** The same for the axis, where round figures stand, if shorter. */
  readonly axisText?: (value: number, look: Look) => string;
  /** Its unit on the axis, below the figure, where that stands without it. */
  readonly unit?: MessageKey;
  /** The end of the axis where all values are below; for a share it is all. */
  readonly smallestCeiling: number;
  /** True where the least value is the one that is looked for. */
  readonly lowIsBad?: true;
  readonly style: Style;
}

interface Look {
  readonly t: Translate;
  readonly format: Format;
}

const share = (part: number, all: number) => (all === 0 ? null : part / all);
const perMinute = (value: number, { t, format }: Look) =>
  t('statistics.per-minute', { value: format.number(value, Number.isInteger(value) ? 0 : 1) });
const latency = (value: number, { format }: Look) => format.latency(value);
const percent = (value: number, { format }: Look) => format.percent(value);
const wholePercent = (value: number, { format }: Look) => `${format.number(value * 100, 0)} %`;

/** Tasks completed a minute. */
export const COMPLETED: Metric = {
  title: 'statistics.throughput',
  measure: (sum) => ratePerMinute(sum.completed, sum),
  current: (snapshot, now) => throughputOf(snapshot, now).perMinute,
  text: perMinute,
  unit: 'statistics.unit-per-minute',
  smallestCeiling: 1,
  style: 'accent',
};

/** Tasks that failed a minute. */
export const FAILED: Metric = {
  title: 'statistics.failures',
  measure: (sum) => ratePerMinute(sum.failed, sum),
  text: perMinute,
  unit: 'statistics.unit-per-minute',
  smallestCeiling: 1,
  style: 'bad',
};

/** Completed tasks among those that completed or failed, 0–1; null where none ended. */
export const SUCCEEDED: Metric = {
  title: 'statistics.task-success',
  measure: ({ completed, failed }) => share(completed, completed + failed),
  text: percent,
  axisText: wholePercent,
  smallestCeiling: 1,
  lowIsBad: true,
  style: 'accent',
};

/** The most tasks that waited at one moment. */
export const QUEUE: Metric = {
  title: 'wall.queue',
  measure: ({ queued }) => queued,
  current: ({ tasks }) => tasks.counts.pending,
  text: (value, { format }) => format.count(value),
  unit: 'statistics.unit-tasks',
  smallestCeiling: 4,
  style: 'accent',
};

/** Busy slots among those of active workers, by the time, 0–1. */
export const UTILISATION: Metric = {
  title: 'statistics.utilisation',
  measure: ({ busyMs, slotMs }) => share(busyMs, slotMs),
  current: ({ series }) => share(series.load.busy, series.load.slots),
  text: percent,
  axisText: wholePercent,
  smallestCeiling: 1,
  style: 'accent',
};

/** What half of the answered pings took at most, in ms. */
export const PING_P50: Metric = {
  title: 'statistics.p50',
  measure: ({ latencies }) => latencyPercentile(latencies, 0.5),
  text: latency,
  smallestCeiling: 0.1,
  style: 'accent',
};

/** What 95 of 100 answered pings took at most, in ms. */
export const PING_P95: Metric = {
  ...PING_P50,
  title: 'statistics.p95',
  measure: ({ latencies }) => latencyPercentile(latencies, 0.95),
};

/** Answered pings among all, 0–1; null where none was sent. */
export const ANSWERED: Metric = {
  title: 'statistics.ping-success',
  measure: ({ goodPings, failedPings }) => share(goodPings, goodPings + failedPings),
  text: percent,
  axisText: wholePercent,
  smallestCeiling: 1,
  lowIsBad: true,
  style: 'accent',
};

/** The value as it is now; null where nobody watched in the last minute. */
export function currentOf({ measure, current }: Metric, { snapshot, now }: ViewContext): number | null {
  const sum = sumOfLastMinute(snapshot.series, now);
  if (sum === null) return null;
  return current === undefined ? measure(sum) : current(snapshot, now);
}

/** A value as text, `–` where it is not known. */
export function valueText(value: number | null, { text }: Metric, look: Look): string {
  return value === null ? '–' : text(value, look);
}
