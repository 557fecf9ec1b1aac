import type { Bucket } from '#model/series.ts';

const MINUTE_MS = 60_000;
const HOUR = 60;
/** Every divisor of an hour. */
const MINUTES_A_BAR = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60];

/** How an hour is cut into bars. */
export interface BarScale {
  readonly minutes: number;
  readonly bars: number;
  /** Cells of the screen that one bar takes. */
  readonly cells: number;
}

/** The finest bars that `room` cells can hold: one a minute where they fit. */
export function barScale(room: number): BarScale {
  const minutes = MINUTES_A_BAR.find((each) => HOUR / each <= room) ?? HOUR;
  const bars = HOUR / minutes;
  return { minutes, bars, cells: Math.max(1, Math.floor(room / bars)) };
}

/** What happened in the time of one bar. */
export interface BarSum {
  readonly completed: number;
  readonly goodPings: number;
  readonly failedPings: number;
  readonly latencyMs: number;
  /** The most tasks that were pending at one moment of it. */
  readonly queued: number;
  /** Minutes of it that have passed: fewer than its width only in the last one. At least 1. */
  readonly minutes: number;
}

/**
 * The last hour, oldest first; the last bar holds the present. Null where nothing is known: not even a failed
 * ping was seen, so nobody watched. Bars begin at whole minutes of the local hour, so that one that is over never changes.
 */
export function lastHour(series: readonly Bucket[], now: number, scale: BarScale): (BarSum | null)[] {
  const { minutes, bars } = scale;
  const barMs = minutes * MINUTE_MS;
  const minute = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  const lastStart = minute - (new Date(now).getMinutes() % minutes) * MINUTE_MS;
  const passed = Math.max(1, (now - lastStart) / MINUTE_MS);
  const sums = Array<BarSum | null>(bars).fill(null);
  for (const bucket of series) {
    const index = bars - 1 + Math.floor((bucket.start - lastStart) / barMs);
    const sum = sums[index];
    if (sum === undefined) continue;
    sums[index] = {
      completed: (sum?.completed ?? 0) + bucket.completed,
      goodPings: (sum?.goodPings ?? 0) + bucket.goodPings,
      failedPings: (sum?.failedPings ?? 0) + bucket.failedPings,
      latencyMs: (sum?.latencyMs ?? 0) + bucket.latencyMs,
      queued: Math.max(sum?.queued ?? 0, bucket.queued),
      minutes: index === bars - 1 ? passed : minutes,
    };
  }
  return sums;
}

/** Tasks completed a minute. */
export function throughputOf(sum: BarSum | null): number | null {
  return sum === null ? null : sum.completed / sum.minutes;
}

/** Mean latency in ms of the pings that were answered. */
export function meanLatencyOf(sum: BarSum | null): number | null {
  return sum === null || sum.goodPings === 0 ? null : sum.latencyMs / sum.goodPings;
}

/** The most tasks that waited at one moment. */
export function queuedOf(sum: BarSum | null): number | null {
  return sum?.queued ?? null;
}

/** Answered pings among all, 0–1; null where none was sent. */
export function successOf(sum: BarSum | null): number | null {
  const pings = (sum?.goodPings ?? 0) + (sum?.failedPings ?? 0);
  return sum === null || pings === 0 ? null : sum.goodPings / pings;
}
