import { expect, test } from 'vitest';
import { type FinishedRun, runStatistics, spreadOf } from '#model/run-statistics.ts';
import { NOW } from './samples.ts';

function run(changes: Partial<FinishedRun>): FinishedRun {
  return {
    benchmark: 'benchmark.py',
    workerId: 'worker-01',
    state: 'completed',
    endedAt: NOW,
    waitedMs: 100,
    seconds: 1,
    ...changes,
  };
}

test('median and p95 are by nearest rank, whatever the order', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(spreadOf(values)).toEqual({ median: 50, p95: 95 });
  expect(spreadOf([7])).toEqual({ median: 7, p95: 7 });
  expect(spreadOf([])).toBeNull();
});

test('runs are grouped by benchmark and by worker; what failed counts for its benchmark only', () => {
  const statistics = runStatistics([
    run({ endedAt: NOW - 30_000, waitedMs: 300 }),
    run({ seconds: 3 }),
    run({ workerId: 'worker-02', benchmark: 'benchmark_cython.py', seconds: 0.1, waitedMs: 0 }),
    run({ state: 'failed', workerId: null, waitedMs: 50, seconds: null }),
    run({ state: 'cancelled', workerId: null, waitedMs: null, seconds: null }),
  ]);
  expect(statistics).toEqual({
    since: NOW - 30_000,
    until: NOW,
    tasks: 5,
    byBenchmark: [
      {
        name: 'benchmark.py',
        completed: 2,
        failed: 1,
        waited: { median: 100, p95: 300 },
        ran: { median: 1_000, p95: 3_000 },
        perMinute: 2,
      },
      {
        name: 'benchmark_cython.py',
        completed: 1,
        failed: 0,
        waited: { median: 0, p95: 0 },
        ran: { median: 100, p95: 100 },
        perMinute: 1,
      },
    ],
    byWorker: [
      {
        name: 'worker-01',
        completed: 2,
        failed: 0,
        waited: { median: 100, p95: 300 },
        ran: { median: 1_000, p95: 3_000 },
        perMinute: 2,
      },
      {
        name: 'worker-02',
        completed: 1,
        failed: 0,
        waited: { median: 0, p95: 0 },
        ran: { median: 100, p95: 100 },
        perMinute: 1,
      },
    ],
  });
  expect(runStatistics([])).toMatchObject({ since: null, until: null, tasks: 0, byWorker: [] });
});

test('tasks a minute are those completed, over the time in which the runs ended', () => {
  const { byBenchmark, byWorker } = runStatistics([
    run({ endedAt: NOW - 10 * 60_000, workerId: 'worker-02' }),
    ...Array.from({ length: 29 }, () => run({})),
    run({ state: 'failed', workerId: null }),
  ]);
  expect(byBenchmark.map(({ perMinute }) => perMinute)).toEqual([3]);
  expect(byWorker.map(({ name, perMinute }) => [name, perMinute])).toEqual([
    ['worker-01', 2.9],
    ['worker-02', 0.1],
  ]);
});
