import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  joinedLatencies,
  LATENCY_ERROR,
  type LatencyCounts,
  latencyCountsOf,
  latencyPercentile,
  latencyText,
  withLatency,
} from '#model/latency-histogram.ts';

const NONE: LatencyCounts = [];
const countsOf = (latencies: readonly number[]) => latencies.reduce(withLatency, NONE);

/** By nearest rank, of the latencies themselves. */
function exact(latencies: readonly number[], share: number): number {
  const sorted = latencies.toSorted((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
}

/** From a tenth of a millisecond to a minute, as many in each decade. */
const latency = fc
  .double({ min: -1, max: Math.log10(60_000), noNaN: true })
  .map((exponent) => Math.max(0.1, 10 ** exponent));

test('a percentile is never farther off than the error says, whatever the latencies are', () => {
  fc.assert(
    fc.property(
      fc.array(latency, { minLength: 1, maxLength: 300 }),
      fc.constantFrom(0.5, 0.95, 0.99, 1),
      (latencies, share) => {
        const found = latencyPercentile(countsOf(latencies), share) ?? Number.NaN;
        const right = exact(latencies, share);
        // A class has its bounds in floating point: the slack is a millionth of the error.
        expect(Math.abs(found - right) / right).toBeLessThanOrEqual(LATENCY_ERROR * (1 + 1e-6));
      },
    ),
  );
  expect(LATENCY_ERROR).toBeLessThan(0.05);
});

test('counts have a fixed bound, however long a ping took', () => {
  const counts = countsOf([0, 0.01, 5, 1e9, Number.MAX_VALUE, Number.POSITIVE_INFINITY, Number.NaN]);
  expect(counts).toHaveLength(141);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(7);
  expect(latencyPercentile(counts, 0.01)).toBe(0.1);
});

test('there is no percentile of nothing', () => {
  expect(latencyPercentile(NONE, 0.5)).toBeNull();
  expect(latencyPercentile([0, 0], 0.5)).toBeNull();
});

test('counts taken apart and together are the same', () => {
  fc.assert(
    fc.property(fc.array(latency), fc.array(latency), (one, other) => {
      expect(joinedLatencies(countsOf(one), countsOf(other))).toEqual(countsOf([...one, ...other]));
    }),
  );
});

test('the text in the file gives the counts back, and odd text gives none', () => {
  fc.assert(
    fc.property(fc.array(latency), (latencies) => {
      const counts = countsOf(latencies);
      expect(latencyCountsOf(latencyText(counts))).toEqual(counts);
    }),
  );
  for (const text of ['', 'x', '999:1', '-5:2x', '3:', '1:1e9999']) {
    expect(latencyCountsOf(text).length).toBeLessThanOrEqual(6);
  }
  expect(latencyCountsOf('999:7 2:3')).toEqual([0, 0, 3]);
});
