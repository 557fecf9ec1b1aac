import { expect, test } from 'vitest';
import { createTurns } from '#attach/turns.ts';

test('a few go at once, the others in the order in which they came', () => {
  const turns = createTurns(2);
  const gone: number[] = [];
  const ends = [1, 2, 3, 4, 5].map((number) => turns.ask(() => gone.push(number)));
  expect(gone).toEqual([1, 2]);
  ends[0]?.();
  // Once is enough.
  ends[0]?.();
  expect(gone).toEqual([1, 2, 3]);
  // Who leaves the queue has had no turn to give back.
  ends[3]?.();
  expect(gone).toEqual([1, 2, 3]);
  ends[1]?.();
  expect(gone).toEqual([1, 2, 3, 5]);
});

test('a turn that is over at once lets the next one go', () => {
  const turns = createTurns(1);
  const gone: number[] = [];
  for (const number of [1, 2, 3]) {
    turns.ask((end) => {
      gone.push(number);
      end();
    });
  }
  expect(gone).toEqual([1, 2, 3]);
});
