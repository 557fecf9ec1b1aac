import { expect, test } from 'vitest';
import { NO_SERIES, recorded, type Series } from '#model/series.ts';
import { EMPTY_SNAPSHOT } from '#model/snapshot.ts';
import { throughputOf } from '#model/throughput.ts';
import { NOW, SAMPLE_SETTINGS } from './samples.ts';

const IDLE = { busy: 0, slots: 0, pending: 0 };
const LONGEST_GAP = 2 * SAMPLE_SETTINGS.pingIntervalMs;

/** A task at each of these times, the fleet watched in between. */
function completedAt(...times: readonly number[]): Series {
  return times.reduce(
    (series, at) => recorded(series, { at, load: IDLE, counts: { completed: 1 }, watchedMs: LONGEST_GAP }),
    NO_SERIES,
  );
}

/** One a second for so many seconds until now. */
function secondly(seconds: number): Series {
  return completedAt(...Array.from({ length: seconds }, (_, k) => NOW - (seconds - 1 - k) * 1_000));
}

const at = (series: Series, now = NOW, settings = SAMPLE_SETTINGS) =>
  throughputOf({ ...EMPTY_SNAPSHOT, series, settings }, now);

test('the tasks of the last minute are a rate once all of it was watched', () => {
  expect(at(secondly(600)).perMinute).toBeCloseTo(60, -1);
  expect(at(secondly(40))).toEqual({ completed: 40, watchedMs: 39_000, perMinute: null });
});

test('one task in ten seconds is one in ten seconds', () => {
  const series = completedAt(NOW);
  expect(at(series, NOW + 9_000)).toEqual({ completed: 1, watchedMs: 9_000, perMinute: null });
});

test('of what nobody watches any more there is no rate', () => {
  expect(at(secondly(600), NOW + 3_600_000)).toEqual({ completed: 0, watchedMs: 0, perMinute: null });
  expect(at(NO_SERIES)).toEqual({ completed: 0, watchedMs: 0, perMinute: null });
});

test('workers that are pinged once a minute are watched in between', () => {
  const settings = { ...SAMPLE_SETTINGS, pingIntervalMs: 60_000 };
  const happened = { load: IDLE, counts: { completed: 1 }, watchedMs: 120_000 };
  const series = [NOW - 120_000, NOW - 60_000, NOW].reduce(
    (before, time) => recorded(before, { ...happened, at: time }),
    NO_SERIES,
  );
  for (const later of [1_000, 30_000, 59_000]) {
    const { completed, watchedMs, perMinute } = at(series, NOW + later, settings);
    expect(watchedMs).toBeGreaterThanOrEqual(55_000);
    expect(perMinute).toBeCloseTo((completed * 60_000) / Math.max(60_000, watchedMs));
  }
});
