import { describe, expect, test } from 'vitest';
import { averageLatencyMs, recentPings } from '#model/recent-pings.ts';
import { freeSlotsOf, isWireIdOf, runsForeignTask, slotsOf } from '#model/worker.ts';
import { activeWorker, sampleConfig, sampleReport, sampleWorker } from './samples.ts';

describe('the slots of a worker', () => {
  test.each([
    { announced: null, cap: null, slots: 1 },
    { announced: null, cap: 4, slots: 4 },
    { announced: 8, cap: null, slots: 8 },
    { announced: 8, cap: 4, slots: 4 },
    { announced: 2, cap: 4, slots: 2 },
  ])('announced $announced, configured $cap: $slots', ({ announced, cap, slots }) => {
    const worker = activeWorker({
      config: sampleConfig('worker-01', { slots: cap }),
      report: sampleReport({ slots: announced }),
    });
    expect(slotsOf(worker)).toBe(slots);
  });

  test('our own task in the ping takes its slot once, under any of its ids on the wire', () => {
    const report = sampleReport({ slots: 2, currentTask: { taskId: 't-1.3', benchmark: 'benchmark.py' } });
    expect(freeSlotsOf(activeWorker({ report, inFlight: ['t-1'] }))).toBe(1);
  });

  test("somebody else's task takes a slot too", () => {
    const report = sampleReport({ currentTask: { taskId: 'theirs', benchmark: 'benchmark.py' } });
    expect(runsForeignTask(activeWorker({ report }))).toBe(true);
    expect(freeSlotsOf(activeWorker({ report }))).toBe(0);
    expect(freeSlotsOf(activeWorker({ report, inFlight: ['t-1'] }))).toBe(0);
  });

  test.each([
    ['t-1', 't-1', true],
    ['t-1.2', 't-1', true],
    ['t-1.10', 't-1', true],
    ['t-1.x', 't-1', false],
    ['t-1.', 't-1', false],
    ['t-10', 't-1', false],
    ['t-1', 't-1.2', false],
  ])('the wire id %s belongs to task %s: %s', (wire, task, expected) => {
    expect(isWireIdOf(wire, task)).toBe(expected);
  });
});

test('the average latency is of the answered pings, and none before the first', () => {
  expect(averageLatencyMs(sampleWorker())).toBeNull();
  expect(averageLatencyMs(recentPings([], [10, 20, 60]))).toBe(30);
});
