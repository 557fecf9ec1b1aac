import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AGING_MS, agedPriority, inQueueOrder, queueRank, waitedMs } from '#model/aging.ts';
import { NOW, sampleTask } from './samples.ts';

const tasks = fc
  .array(
    fc.record({
      priority: fc.integer({ min: 1, max: 10 }),
      createdAt: fc.integer({ min: NOW - 5 * 3_600_000, max: NOW }),
    }),
    { minLength: 2, maxLength: 40 },
  )
  .map((all) =>
    all.map((one, sequence) => sampleTask({ ...one, id: `t-${sequence}`, sequence: sequence + 1 })),
  );

test('of tasks that came together the more urgent goes first, and of equals the one that came first', () => {
  const low = sampleTask({ id: 'low', priority: 1, sequence: 1 });
  const high = sampleTask({ id: 'high', priority: 10, sequence: 2 });
  const next = sampleTask({ id: 'next', priority: 10, sequence: 3 });
  expect([low, next, high].sort(inQueueOrder).map(({ id }) => id)).toEqual(['high', 'next', 'low']);
});

test('a step of priority is a head start of ten minutes', () => {
  const old = sampleTask({ id: 'old', priority: 1, createdAt: NOW, sequence: 1 });
  const later = (ms: number) => sampleTask({ id: 'later', priority: 10, createdAt: NOW + ms, sequence: 2 });
  expect(inQueueOrder(old, later(9 * AGING_MS - 1))).toBeGreaterThan(0);
  expect(inQueueOrder(old, later(9 * AGING_MS + 1))).toBeLessThan(0);
  expect(AGING_MS).toBe(600_000);
});

test('a rank tells how long its task has waited, whatever its priority', () => {
  for (const priority of [1, 10]) {
    const task = sampleTask({ priority, createdAt: NOW });
    expect(waitedMs(queueRank(task), task, NOW + 1_500)).toBe(1_500);
  }
});

test('at any moment the queue is in the order of the priorities that tasks have risen to', () => {
  fc.assert(
    fc.property(tasks, fc.nat({ max: 86_400_000 }), (all, waited) => {
      const order = all.toSorted(inQueueOrder).map((task) => agedPriority(task, NOW + waited));
      for (const [index, priority] of order.entries()) {
        expect(priority).toBeLessThanOrEqual((order[index - 1] ?? Number.POSITIVE_INFINITY) + 1e-9);
      }
    }),
  );
});

test('under a stream of the most urgent tasks that never ends, one of priority 1 waits no longer than the rule says', () => {
  const starving = sampleTask({ id: 'starving', priority: 1, createdAt: NOW, sequence: 1 });
  // One urgent task a second comes and one is taken: without aging the first one would never be.
  const queue = [starving];
  let taken = 0;
  for (let second = 0; ; second += 1) {
    queue.push(
      sampleTask({
        id: `urgent-${second}`,
        priority: 10,
        createdAt: NOW + second * 1_000,
        sequence: second + 2,
      }),
    );
    queue.sort(inQueueOrder);
    if (queue.shift() === starving) break;
    taken += 1;
    expect(taken).toBeLessThanOrEqual((9 * AGING_MS) / 1_000 + 1);
  }
  expect(taken).toBeGreaterThan(0);
});
