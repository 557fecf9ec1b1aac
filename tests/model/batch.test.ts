import { expect, test } from 'vitest';
import { type Batch, batchProgress, withMove } from '#model/batch.ts';
import { NO_TASKS } from '#model/snapshot.ts';
import { NOW } from './samples.ts';

function batchOf(pending: number): Batch {
  return {
    id: 'sweep',
    description: '',
    benchmark: 'benchmark.py',
    createdAt: NOW,
    counts: { ...NO_TASKS, pending },
    startedAt: null,
    endedAt: null,
    marks: [],
  };
}

/** A batch of which one task ends every `everyMs`. */
function running(batch: Batch, { ends, everyMs }: { ends: number; everyMs: number }, from = NOW): Batch {
  let next = batch;
  for (let index = 1; index <= ends; index += 1) {
    const at = from + index * everyMs;
    next = withMove(next, { from: 'pending', to: 'running' }, at - everyMs);
    next = withMove(next, { from: 'running', to: 'completed' }, at);
  }
  return next;
}

test('before anything has ended no speed and no end is known', () => {
  expect(batchProgress(batchOf(10), NOW)).toEqual({
    total: 10,
    ended: 0,
    share: 0,
    perMinute: null,
    endsAt: null,
  });
});

test('the end is estimated from the speed of the last minutes', () => {
  const batch = running(batchOf(100), { ends: 40, everyMs: 6_000 });
  const now = NOW + 40 * 6_000;
  const progress = batchProgress(batch, now);
  expect(progress).toMatchObject({ total: 100, ended: 40, share: 0.4 });
  expect(progress.perMinute).toBeCloseTo(10, 0);
  expect(((progress.endsAt ?? 0) - now) / 60_000).toBeCloseTo(6, 0);
});

test('the speed counts from when the first task was sent, not from when the first ended', () => {
  let batch = batchOf(4);
  for (let k = 0; k < 2; k += 1) batch = withMove(batch, { from: 'pending', to: 'running' }, NOW);
  for (const at of [31_000, 33_000]) {
    batch = withMove(batch, { from: 'running', to: 'completed' }, NOW + at);
  }
  const now = NOW + 34_000;
  expect(batchProgress(batch, now).perMinute).toBeCloseTo((2 * 60_000) / 34_000);
  expect(batchProgress(batch, now).endsAt).toBe(now + 34_000);
});

test('of a batch that was under way before, the first end only begins the count', () => {
  const restored = {
    ...batchOf(0),
    startedAt: NOW - 1e6,
    counts: { ...NO_TASKS, running: 10, completed: 90 },
  };
  const one = withMove(restored, { from: 'running', to: 'completed' }, NOW);
  expect(batchProgress(one, NOW + 1_000).perMinute).toBeNull();
  const two = withMove(one, { from: 'running', to: 'completed' }, NOW + 20_000);
  expect(batchProgress(two, NOW + 20_000).perMinute).toBeCloseTo(3);
});

test('the estimate follows a fleet that became ten times slower', () => {
  const fast = running(batchOf(1_000), { ends: 300, everyMs: 1_000 });
  const slow = running(fast, { ends: 60, everyMs: 10_000 }, NOW + 300_000);
  expect(batchProgress(slow, NOW + 900_000).perMinute).toBeCloseTo(6, 0);
});

test('the last end is the end of the batch, and a task that is retried opens it again', () => {
  const done = running(batchOf(2), { ends: 2, everyMs: 1_000 });
  expect(done).toMatchObject({ startedAt: NOW, endedAt: NOW + 2_000 });
  expect(batchProgress(done, NOW + 5_000)).toMatchObject({ share: 1, endsAt: null });
  const again = withMove(done, { from: 'completed', to: 'pending' }, NOW + 9_000);
  expect(again).toMatchObject({ endedAt: null, startedAt: NOW });
});
