import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRetention } from '#worker-service/execution/retention.ts';

test('the oldest go first, by number and by size', () => {
  const removed: number[] = [];
  const retention = createRetention({ tasks: 3, bytes: 100 }, (row) => removed.push(row));
  for (const row of [1, 2, 3, 4]) retention.found(row, 10);
  expect(removed).toEqual([1]);
  retention.begin(5);
  expect(removed).toEqual([1, 2]);
  expect(retention.reserve(5, 80)).toBe(true);
  expect(removed).toEqual([1, 2]);
  expect(retention.reserve(5, 1)).toBe(true);
  expect(removed).toEqual([1, 2, 3]);
});

test('what is being written is never removed, and gets no more than there is', () => {
  const removed: number[] = [];
  const retention = createRetention({ tasks: 1, bytes: 100 }, (row) => removed.push(row));
  retention.begin(1);
  retention.begin(2);
  expect(retention.reserve(1, 60)).toBe(true);
  expect(retention.reserve(2, 41)).toBe(false);
  expect(retention.reserve(2, 40)).toBe(true);
  expect(retention.reserve(1, -60)).toBe(true);
  expect(removed).toEqual([]);
  retention.end(1);
  expect(removed).toEqual([1]);
  expect(retention.reserve(1, 1)).toBe(false);
});

test('a row that comes again is the newest', () => {
  const removed: number[] = [];
  const retention = createRetention({ tasks: 2, bytes: 100 }, (row) => removed.push(row));
  retention.found(1, 90);
  retention.found(2, 10);
  retention.begin(1);
  retention.end(1);
  expect(retention.reserve(1, 90)).toBe(true);
  retention.begin(3);
  expect(removed).toEqual([2]);
});

test('never more bytes are granted than the limit, and never more tasks kept that are not written', () => {
  const steps = fc.array(
    fc.tuple(fc.constantFrom('begin', 'end', 'reserve'), fc.nat({ max: 9 }), fc.nat({ max: 60 })),
  );
  fc.assert(
    fc.property(steps, (all) => {
      const granted = new Map<number, number>();
      const writing = new Set<number>();
      const retention = createRetention({ tasks: 4, bytes: 100 }, (row) => {
        expect(writing.has(row)).toBe(false);
        granted.delete(row);
      });
      for (const [what, row, bytes] of all) {
        if (what === 'begin' && !writing.has(row)) {
          granted.set(row, 0);
          writing.add(row);
          retention.begin(row);
        } else if (what === 'end') {
          writing.delete(row);
          retention.end(row);
        } else if (writing.has(row) && retention.reserve(row, bytes)) {
          granted.set(row, (granted.get(row) ?? 0) + bytes);
        }
        const total = [...granted.values()].reduce((sum, one) => sum + one, 0);
        expect(total).toBeLessThanOrEqual(100);
        expect(granted.size).toBeLessThanOrEqual(Math.max(4, writing.size));
      }
    }),
  );
});
