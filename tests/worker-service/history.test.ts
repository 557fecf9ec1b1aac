import { expect, test } from 'vitest';
import { createHistory, type HistoryEntry, readHistoryQuery } from '#worker-service/tasks/history.ts';

function entry(number: number, success = true): HistoryEntry {
  return {
    task_id: `task-${number}`,
    algorithm: 'benchmark.py',
    parameters: { NUM_PARTICULAS: 1, NUM_PASOS: 1, SEMILLA: 1 },
    execution_time: number,
    success,
    result: {},
    error: success ? null : 'failed',
    timestamp: '2026-11-23T21:45:48.248000',
    worker_id: 'worker-01',
  };
}

const ids = (entries: readonly HistoryEntry[]) => entries.map(({ task_id }) => task_id);

test('the last 100 are kept, oldest first, while the statistics count them all', () => {
  const history = createHistory();
  for (let number = 1; number <= 130; number += 1) history.add(entry(number));
  const kept = ids(history.list({ limit: 100, success: null }));
  expect(kept).toHaveLength(100);
  expect([kept[0], kept[99]]).toEqual(['task-31', 'task-130']);
  expect(history.statistics().total_tasks).toBe(130);
});

test('the limit takes the newest of those that the status lets through', () => {
  const history = createHistory();
  for (const [number, success] of [
    [1, true],
    [2, false],
    [3, true],
    [4, false],
    [5, true],
  ] as const) {
    history.add(entry(number, success));
  }
  expect(ids(history.list({ limit: 2, success: true }))).toEqual(['task-3', 'task-5']);
  expect(ids(history.list({ limit: 1, success: false }))).toEqual(['task-4']);
  expect(ids(history.list({ limit: 3, success: null }))).toEqual(['task-3', 'task-4', 'task-5']);
});

test('statistics are percent and seconds, over the tasks that succeeded', () => {
  const history = createHistory();
  history.add(entry(2));
  history.add(entry(4));
  history.add(entry(99, false));
  history.add(entry(6));
  expect(history.statistics()).toEqual({
    total_tasks: 4,
    successful_tasks: 3,
    failed_tasks: 1,
    success_rate: 75,
    avg_execution_time: 4,
    min_execution_time: 2,
    max_execution_time: 6,
  });
});

test('before the first task every figure is 0, a number all the same', () => {
  expect(Object.values(createHistory().statistics())).toEqual([0, 0, 0, 0, 0, 0, 0]);
});

test.each([
  ['', { limit: 50, success: null }],
  ['limit=7', { limit: 7, success: null }],
  ['limit=1000', { limit: 100, success: null }],
  ['limit=0', { limit: 50, success: null }],
  ['limit=-3', { limit: 50, success: null }],
  ['limit=2.5', { limit: 50, success: null }],
  ['limit=', { limit: 50, success: null }],
  ['limit=99999999999999999999', { limit: 50, success: null }],
  ['status=success', { limit: 50, success: true }],
  ['status=failed&limit=1', { limit: 1, success: false }],
  ['status=odd&limit=1&limit=2', { limit: 1, success: null }],
])('the query %j asks for %j', (query, expected) => {
  expect(readHistoryQuery(new URLSearchParams(query))).toEqual(expected);
});
