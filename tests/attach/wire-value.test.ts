import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromWire, toWire } from '#attach/wire-value.ts';
import { Table } from '#model/table.ts';
import { laidOut } from './laid-out.ts';

const overTheWire = (value: unknown) => fromWire(JSON.parse(JSON.stringify(toWire(value))));

describe('a value on its way from one process to another', () => {
  test.each([
    ['undefined in an object', { a: undefined, b: 1 }],
    ['undefined in a list', [undefined, null, 0]],
    ['numbers that JSON lacks', [Infinity, -Infinity, Number.NaN, -0, 0, 5e-324]],
    [
      'a map with keys that are no texts',
      new Map<unknown, unknown>([
        [1, 'a'],
        [null, new Map([['b', Infinity]])],
      ]),
    ],
    ['a set', new Set([1, undefined, 'x'])],
    ['a table of tables', Table.from([['x', Table.from([['y', { deep: Infinity }]])]])],
    ['an empty table', Table.empty()],
    ['an object that looks as if it were tagged', { $: 'number', value: 'Infinity' }],
    ['the same, deeper', [{ a: { $: { $: undefined } } }]],
    ['a key that objects inherit', JSON.parse('{"__proto__": {"x": null}, "constructor": 1}')],
    ['a lone surrogate', '\ud800 and \u2028'],
  ])('%s is the same there', (_, value) => {
    expect(laidOut(overTheWire(value))).toStrictEqual(laidOut(value));
  });

  test('a table keeps its order, and grows there as it does here', () => {
    const ids = Array.from({ length: 200 }, (_, index) => `${(index * 37) % 200}`);
    const there = overTheWire(Table.from(ids.map((id) => [id, id] as const))) as Table<string>;
    expect([...there.entries()]).toEqual(ids.map((id) => [id, id]));
    expect([...there.set('new', 'new')]).toEqual([...ids, 'new']);
  });

  test('plain JSON is not copied', () => {
    const plain = { a: [1, 'x', { b: null }], c: true };
    expect(toWire(plain)).toBe(plain);
    expect(fromWire(plain)).toBe(plain);
  });

  test('whatever it is, it is the same there', () => {
    const special = fc.constantFrom<unknown>(undefined, Infinity, -Infinity, Number.NaN, -0);
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        special,
        fc.jsonValue({ maxDepth: 1 }),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.oneof(fc.constantFrom('$', 'value', '__proto__'), fc.string()), tie('value'), {
          maxKeys: 4,
          noNullPrototype: true,
        }),
        fc.array(fc.tuple(fc.string(), tie('value')), { maxLength: 4 }).map((entries) => new Map(entries)),
        fc.array(fc.tuple(fc.string(), tie('value')), { maxLength: 4 }).map((entries) => Table.from(entries)),
      ),
    }));
    fc.assert(
      fc.property(value, (one) => {
        expect(laidOut(overTheWire(one))).toStrictEqual(laidOut(one));
      }),
      { numRuns: 300 },
    );
  });
});
