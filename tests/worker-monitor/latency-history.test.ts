import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLatencyHistory } from '#worker-monitor/latency-history.ts';

const HOUR_MS = 3_600_000;

describe('the median of the last hour', () => {
  test('is unknown under twelve pings', () => {
    const history = createLatencyHistory(5_000);
    for (let k = 0; k < 11; k += 1) history.add(k * 5_000, 10);
    expect(history.median(55_000)).toBeNull();
    history.add(55_000, 10);
    expect(history.median(55_000)).toBe(10);
  });

  test('is that of all pings of the hour, whatever order they came in', () => {
    const latencies = fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 12, maxLength: 720 });
    fc.assert(
      fc.property(latencies, (values) => {
        const history = createLatencyHistory(5_000);
        for (const [index, value] of values.entries()) history.add(index * 5_000, value);
        const sorted = values.toSorted((a, b) => a - b);
        const middle = sorted.length / 2;
        const lower = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
        const upper = sorted[Math.floor(middle)] ?? Number.NaN;
        expect(history.median((values.length - 1) * 5_000)).toBe((lower + upper) / 2);
      }),
    );
  });

  test('forgets what is older than an hour', () => {
    const history = createLatencyHistory(5_000);
    for (let k = 0; k < 100; k += 1) history.add(k * 5_000, 1_000);
    for (let k = 0; k < 12; k += 1) history.add(HOUR_MS + k * 5_000, 10);
    expect(history.median(HOUR_MS + 55_000)).toBe(1_000);
    expect(history.median(HOUR_MS + 500_000)).toBe(10);
    expect(history.median(3 * HOUR_MS)).toBeNull();
  });

  test('turns over: a day of pings keeps its last hour', () => {
    const history = createLatencyHistory(5_000);
    const pings = (24 * HOUR_MS) / 5_000;
    for (let k = 0; k < pings; k += 1) history.add(k * 5_000, k < pings - 720 ? 1_000 : 10);
    expect(history.median((pings - 1) * 5_000)).toBe(10);
  });

  test('at many pings a second it reaches back as far as its bound', () => {
    const history = createLatencyHistory(50);
    for (let k = 0; k < 10_000; k += 1) history.add(k * 50, k < 6_400 ? 1_000 : 10);
    expect(history.median(500_000)).toBe(10);
  });

  test('works where pings are rarer than an hour', () => {
    const history = createLatencyHistory(2 * HOUR_MS);
    for (let k = 0; k < 20; k += 1) history.add(k * 2 * HOUR_MS, 10);
    expect(history.median(38 * HOUR_MS)).toBeNull();
  });
});
