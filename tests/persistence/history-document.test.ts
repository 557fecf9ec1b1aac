import { expect, test } from 'vitest';
import type { Event } from '#model/events.ts';
import { latencyPercentile } from '#model/latency-histogram.ts';
import { reduce } from '#model/reduce.ts';
import { valuesOf } from '#model/ring.ts';
import { type Bucket, emptyBucket, NO_SERIES, recorded } from '#model/series.ts';
import { EMPTY_SNAPSHOT, type Snapshot } from '#model/snapshot.ts';
import { restoredState } from '../../source/persistence/restored-state.ts';
import { stateText } from '../../source/persistence/worker-state-document.ts';
import { busyHour } from '../ui/busy-hour.ts';
import { NOW, SETTINGS } from '../ui/fleet.ts';

const MINUTE = 60_000;

/** What the next start finds in the file. */
function readBack(snapshot: Snapshot, now = NOW) {
  const text = [...stateText(snapshot, [], now)].join('');
  return { text, ...restoredState(JSON.parse(text), now) };
}

function sumOf(
  buckets: readonly Bucket[],
  key: 'watchedMs' | 'completed' | 'goodPings' | 'failedPings' | 'slotMs',
) {
  return buckets.reduce((sum, bucket) => sum + bucket[key], 0);
}

test('the last hour and day are found again by the next start: minutes and quarters, with their latencies', () => {
  const { series } = busyHour();
  const { history } = readBack(busyHour());
  const newest = series.open === null ? [] : [series.open];
  const all = [...valuesOf(series.hour), ...newest];
  const cases = [
    [history?.hour ?? [], all],
    [history?.day ?? [], [...valuesOf(series.day), ...newest]],
  ] as const;
  for (const [buckets, original] of cases) {
    for (const key of ['watchedMs', 'completed', 'goodPings', 'failedPings', 'slotMs'] as const) {
      expect(sumOf(buckets, key)).toBe(sumOf(original, key));
    }
  }
  expect(history?.hour.length).toBeLessThanOrEqual(60);
  const [first] = all;
  expect(latencyPercentile(history?.hour[0]?.latencies ?? [], 0.5)).toBeCloseTo(
    latencyPercentile(first?.latencies ?? [], 0.5) ?? 0,
    0,
  );
});

test('a restart leaves a gap of the time in which no master was there', () => {
  const { history } = readBack(busyHour());
  const back = NOW + 10 * MINUTE;
  const again: Event[] = [
    {
      type: 'master-started',
      at: back,
      version: '0.1.0',
      settings: SETTINGS,
      counters: null,
      ...(history && { history }),
    },
    {
      type: 'worker-pinged',
      at: back,
      workerId: 'worker-01',
      outcome: { ok: false, failure: { reason: 'refused', detail: '' } },
    },
  ];
  const second = again.reduce(reduce, EMPTY_SNAPSHOT);
  const twice = readBack(second, back).history?.hour ?? [];
  const starts = twice.map(({ start }) => Math.ceil((start - back) / MINUTE) + 0);
  expect(starts.at(-1)).toBe(0);
  expect(starts.filter((minute) => minute > -10 && minute < 0)).toEqual([]);
  expect(starts.some((minute) => minute <= -10)).toBe(true);
});

test('the file stays small: full histories of a fleet with latencies of every kind', () => {
  let series = NO_SERIES;
  for (let at = NOW - 25 * 60 * MINUTE; at <= NOW; at += 5_000) {
    const latencyMs = 10 ** (((at / 5_000) % 37) / 9);
    const load = { busy: 700, slots: 1_000, pending: 123_456 };
    series = recorded(series, { at, load, counts: { latencyMs, completed: 12 }, watchedMs: 10_000 });
  }
  const { text, history } = readBack({ ...EMPTY_SNAPSHOT, series });
  expect(history?.hour.length).toBe(61);
  expect(history?.day.length).toBe(96);
  expect(text.length).toBeLessThan(64_000);
  // For people too: a line a list.
  expect(text.split('\n').length).toBeLessThan(70);
});

test('a file of an older version has none, and odd ones give what can be believed', () => {
  expect(restoredState({ workers: {} }, NOW).history).toBeUndefined();
  expect(restoredState({ history: 'x' }, NOW).history).toBeUndefined();
  const hour = {
    start_ms: [NOW - 3_000, NOW - 3_000, 'x', NOW - 1_000, NOW + 99_999],
    tasks_completed: [4, 5, 6, -7, 8],
    longest_queue: 'many',
    ping_latency_classes: '2:1;;;1:4 9999:1',
  };
  expect(restoredState({ history: { hour, day: null } }, NOW).history).toEqual({
    hour: [
      { ...emptyBucket(NOW - 3_000), watchedMs: MINUTE, completed: 4, latencies: [0, 0, 1] },
      { ...emptyBucket(NOW - 1_000), watchedMs: MINUTE, latencies: [0, 4] },
    ],
    day: [],
  });
});
