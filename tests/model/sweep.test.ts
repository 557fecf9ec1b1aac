import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codeOf, messageOf } from '#model/errors.ts';
import { countOf, expansionOf, isRange, literalText, type SweepParameters, sweepTask } from '#model/sweep.ts';
import { sampleTask } from './samples.ts';

function valuesOf(wanted: SweepParameters[string]): readonly unknown[] {
  return expansionOf({ x: wanted }, 1_000).axes[0]?.values ?? [];
}

test.each<[SweepParameters[string], readonly unknown[]]>([
  ['1..5', [1, 2, 3, 4, 5]],
  ['0..100..25', [0, 25, 50, 75, 100]],
  ['0..10..4', [0, 4, 8]],
  ['5..1', [5, 4, 3, 2, 1]],
  ['10..0..-5', [10, 5, 0]],
  [' -2 .. 2 ', [-2, -1, 0, 1, 2]],
  ['0..0.3..0.1', [0, 0.1, 0.2, 0.3]],
  ['7..7', [7]],
  [
    [50, 100, 200],
    [50, 100, 200],
  ],
  [
    ['a', true, 3],
    ['a', true, 3],
  ],
  [
    [1, '10..12', 'x'],
    [1, 10, 11, 12, 'x'],
  ],
])('%j goes through %j', (wanted, values) => {
  expect(valuesOf(wanted)).toEqual(values);
});

test.each(['1..', '..5', 'a..b', '1...3', '1..2..3..4', '1-5', ''])('%j is a text like any other', (text) => {
  expect(isRange(text)).toBe(false);
  expect(expansionOf({ x: text }, 10)).toEqual({ fixed: { x: text }, axes: [] });
});

test.each([
  ['1..5', '"1..5"'],
  ['"1..5"', '"\\"1..5\\""'],
  ['"rk4"', '"rk4"'],
  ['rk4', 'rk4'],
])('the text %j is asked for as %j', (text, asked) => {
  expect(literalText(text)).toBe(asked);
});

test('whatever a text looks like, asked for as such it is that text, alone and in a list', () => {
  const looks = fc.oneof(fc.string(), fc.constantFrom('1..5', '0..10..2', ' 1 .. 2 ', '"', '"a"', '"1..5" '));
  const nested = fc.tuple(looks, fc.nat(3)).map(([text, depth]) => quotedBy(text, depth));
  fc.assert(
    fc.property(nested, (text) => {
      const asked = literalText(text);
      expect(expansionOf({ x: asked }, 10).fixed).toEqual({ x: text });
      expect(valuesOf([asked, '1..2'])).toEqual([text, 1, 2]);
    }),
  );
});

function quotedBy(text: string, depth: number): string {
  return depth === 0 ? text : quotedBy(JSON.stringify(text), depth - 1);
}

test.each<[SweepParameters[string], string]>([
  ['1..5..0', 'x: found “1..5..0”'],
  ['1..5..-1', 'whose step leads from its first number to its last'],
  [[], 'at least one value'],
])('%j is refused: %s', (wanted, text) => {
  expect(() => valuesOf(wanted)).toThrow(text);
});

test('a cross product is counted before anything is made of it, and refused with the number', () => {
  const error = (() => {
    try {
      return expansionOf({ a: '1..1000000000', b: '1..1000', c: [1, 2] }, 100_000);
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(codeOf(error)).toBe('SWEEP_TOO_LARGE');
  expect(messageOf(error)).toContain('2000000000000 tasks');
  expect(messageOf(error)).toContain('100000');
  expect(countOf(expansionOf({ a: '1..1000', b: '1..100' }, 100_000).axes)).toBe(100_000);
});

test('the tasks of a sweep are all different, in the order in which the parameters were written, and have their place in their ids', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }), (sizes) => {
      const parameters = Object.fromEntries(sizes.map((size, axis) => [`p${axis}`, `1..${size}`]));
      const { fixed, axes } = expansionOf({ ...parameters, SEMILLA: 42 }, 10_000);
      const count = countOf(axes);
      expect(count).toBe(sizes.reduce((product, size) => product * size, 1));
      const template = sampleTask({ id: 'sweep', sequence: 7, parameters: fixed, batch: 'sweep' });
      const tasks = Array.from({ length: count }, (_, index) => sweepTask({ template, axes, count }, index));
      expect(new Set(tasks.map((task) => JSON.stringify(task.parameters))).size).toBe(count);
      expect(tasks.map(({ id }) => id)).toEqual(tasks.map((_, index) => `sweep-${index + 1}`));
      expect(tasks.map(({ sequence }) => sequence)).toEqual(tasks.map((_, index) => 7 + index));
      const inOrder = tasks.map(({ parameters: made }) => sizes.map((_, axis) => Number(made[`p${axis}`])));
      const sorted = inOrder.toSorted(
        (a, b) => a.map((value, axis) => value - (b[axis] ?? 0)).find((difference) => difference !== 0) ?? 0,
      );
      expect(inOrder).toEqual(sorted);
      expect(tasks.every(({ parameters: made }) => made.SEMILLA === 42)).toBe(true);
    }),
  );
});
