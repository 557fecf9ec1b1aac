import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Table } from '#model/table.ts';

type Step = { readonly set: string; readonly value: number } | { readonly drop: number };

// Few ids, so that many are set again; more than a page of 64 in all.
const id = fc.integer({ min: 0, max: 150 }).map((n) => `id-${n}`);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 40, arbitrary: fc.record({ set: id, value: fc.integer({ min: 0, max: 9 }) }) },
  { weight: 1, arbitrary: fc.record({ drop: fc.integer({ min: 0, max: 9 }) }) },
);

function apply(table: Table<number>, one: Step): Table<number> {
  return 'set' in one ? table.set(one.set, one.value) : table.without((value) => value === one.drop);
}

function applyToMap(map: ReadonlyMap<string, number>, one: Step): Map<string, number> {
  if ('set' in one) return new Map(map).set(one.set, one.value);
  return new Map([...map].filter(([, value]) => value !== one.drop));
}

function expectSame(table: Table<number>, map: ReadonlyMap<string, number>): void {
  expect([...table.entries()]).toEqual([...map]);
  expect([...table]).toEqual([...map.values()]);
  expect(table.size).toBe(map.size);
}

describe('a table', () => {
  test('behaves as a Map whose every step is kept', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const versions = [{ table: Table.empty<number>(), map: new Map<string, number>() }];
        for (const one of steps) {
          const last = versions.at(-1);
          if (last) versions.push({ table: apply(last.table, one), map: applyToMap(last.map, one) });
        }
        for (const { table, map } of versions) expectSame(table, map);
      }),
      { numRuns: 40 },
    );
  });

  test('an old version can be changed again without touching what grew out of it', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), step), { maxLength: 200 }), (steps) => {
        const versions = [{ table: Table.empty<number>(), map: new Map<string, number>() }];
        for (const [from, one] of steps) {
          const chosen = versions[from % versions.length];
          if (chosen) versions.push({ table: apply(chosen.table, one), map: applyToMap(chosen.map, one) });
        }
        for (const { table, map } of versions) {
          expectSame(table, map);
          for (let n = 0; n <= 150; n += 10) {
            expect(table.get(`id-${n}`)).toBe(map.get(`id-${n}`));
            expect(table.has(`id-${n}`)).toBe(map.has(`id-${n}`));
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  test('made from entries, the later of the same id stands in the place of the earlier', () => {
    const table = Table.from([
      ['a', 1],
      ['b', 2],
      ['a', 3],
    ]);
    expect([...table.entries()]).toEqual([
      ['a', 3],
      ['b', 2],
    ]);
  });

  test('the empty table stays empty whoever adds to it', () => {
    Table.empty<number>().set('a', 1);
    expect(Table.empty().size).toBe(0);
    expect([...Table.empty().set('b', 2).entries()]).toEqual([['b', 2]]);
  });

  test('values that were not changed are the same objects in the next version', () => {
    const value = { deep: true };
    const table = Table.from([['a', value]]).set('b', { deep: false });
    expect(table.get('a')).toBe(value);
  });
});

test('what is derived from a table is made once for each version of it', () => {
  const seen: number[] = [];
  const sum = (table: Table<number>) => {
    seen.push(table.size);
    return [...table].reduce((total, value) => total + value, 0);
  };
  const one = Table.from([['a', 1]]);
  const two = one.set('b', 2);
  expect([one.derived(sum), two.derived(sum), one.derived(sum), two.derived(sum)]).toEqual([1, 3, 1, 3]);
  expect(one.derived((table) => table.size)).toBe(1);
  expect(seen).toEqual([1, 2]);
});
