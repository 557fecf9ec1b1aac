import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ProcessEntry } from '#worker-service/execution/process-table.ts';
import { isRunOf, membersOf } from '#worker-service/execution/process-tree.ts';

const entry = (pid: number, parent: number): ProcessEntry => ({ pid, parent, group: pid, startedAt: 0 });
const pidsOf = (entries: readonly ProcessEntry[]) => entries.map(({ pid }) => pid).sort((a, b) => a - b);

test('a tree is what belongs to it and whatever descends from that, in whatever order the table is', () => {
  const table = fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 40 }).chain((parents) =>
    fc.shuffledSubarray(
      // A parent is older than its children, as on a real machine.
      parents.map((parent, index) => entry(index + 2, 1 + (parent % (index + 1)))),
      { minLength: parents.length },
    ),
  );
  fc.assert(
    fc.property(table, fc.integer({ min: 2, max: 45 }), fc.nat({ max: 45 }), (entries, root, self) => {
      const byPid = new Map(entries.map((one) => [one.pid, one]));
      const descends = (pid: number): boolean => {
        if (pid === root) return pid !== self;
        const parent = byPid.get(pid)?.parent;
        return parent !== undefined && pid !== self && descends(parent);
      };
      const members = membersOf(entries, ({ pid }) => pid === root, self);
      expect(pidsOf(members)).toEqual(pidsOf(entries.filter(({ pid }) => descends(pid))));
    }),
  );
});

test('neither this process nor the first of the machine is ever a member', () => {
  const entries = [entry(1, 0), entry(5, 1), entry(6, 5), entry(7, 6)];
  expect(pidsOf(membersOf(entries, () => true, 6))).toEqual([5, 7]);
  expect(pidsOf(membersOf(entries, ({ pid }) => pid === 5, 6))).toEqual([5]);
});

test('a run belongs to the worker whose prefix, and only that, stands before its row', () => {
  expect(isRunOf('a', 'a-1')).toBe(true);
  for (const name of ['a-1-2', 'a', 'a-', 'a-x', 'aa-1', 'b-1', 'a-1x'])
    expect(isRunOf('a', name)).toBe(false);
});
