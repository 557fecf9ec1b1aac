import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newestFirst, newestOf, type Ring, ringOf, valuesOf, withNewest, withValue } from '#model/ring.ts';

test('a ring has the last values that came, oldest first, whatever there was before', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 7 }),
      fc.array(fc.integer(), { maxLength: 20 }),
      fc.array(fc.integer(), { maxLength: 20 }),
      (capacity, before, values) => {
        const ring = values.reduce((kept, value) => withValue(kept, value), ringOf(capacity, before));
        const last = [...before, ...values].slice(-capacity);
        expect(valuesOf(ring)).toEqual(last);
        expect([...newestFirst(ring)]).toEqual(last.toReversed());
        expect(newestOf(ring)).toBe(last.at(-1));
        expect(ring.taken).toBe(last.length);
      },
    ),
  );
});

test('all its slots are there from the start, and never more', () => {
  let ring: Ring<number | null> = ringOf<number | null>(3, [], 0);
  expect(ring.slots).toEqual([0, 0, 0]);
  for (let value = 1; value <= 7; value += 1) {
    ring = withValue(ring, value);
    expect(ring.slots).toHaveLength(3);
  }
  // Nothing may be a value as well.
  expect(valuesOf(withValue(ring, null))).toEqual([6, 7, null]);
});

test('a ring that somebody holds stays as it is', () => {
  const before = ringOf(2, ['a', 'b']);
  const after = withValue(before, 'c');
  expect([valuesOf(before), valuesOf(after)]).toEqual([
    ['a', 'b'],
    ['b', 'c'],
  ]);
  expect([valuesOf(withNewest(after, 'C')), valuesOf(after)]).toEqual([
    ['b', 'C'],
    ['b', 'c'],
  ]);
});
