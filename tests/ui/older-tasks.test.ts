import { expect, test } from 'vitest';
import type { Query } from '#model/commands.ts';
import { Table } from '#model/table.ts';
import type { Task } from '#model/task.ts';
import type { Store } from '#store/store.ts';
import { createOlderTasks, type WantedTasks } from '#ui/older-tasks.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { until } from '../helpers/until.ts';
import { task } from './fleet.ts';

const FAILED: WantedTasks = { states: ['failed'], batch: null, more: true };

/** A master that has `count` failed tasks, the last of the highest sequence. */
function master(count: number) {
  const all = Array.from({ length: count }, (_, index) =>
    task({ id: `t-${index + 1}`, sequence: index + 1, state: 'failed' }),
  );
  const asked: Query[] = [];
  let refuses = false;
  const store: Pick<Store, 'query'> = {
    query(query) {
      asked.push(query);
      if (query.type !== 'tasks' || refuses) return Promise.reject(new Error('not now'));
      const below = query.before ?? Number.POSITIVE_INFINITY;
      const page = all
        .filter(({ sequence }) => sequence < below)
        .reverse()
        .slice(0, query.limit);
      return Promise.resolve(page) as ReturnType<Store['query']> as never;
    },
  };
  return { store, asked, refuse: (on: boolean) => (refuses = on) };
}

const NONE = Table.empty<Task>();

test('pages come one after the other as long as more is wanted, and no more than are there', async () => {
  const { store, asked } = master(450);
  const reader = createOlderTasks(store, fakeClock());
  reader.want([FAILED], NONE);
  await until('all of them', () => reader.current().length === 450);
  expect(new Set(reader.current().map(({ id }) => id)).size).toBe(450);
  reader.want([FAILED], NONE);
  expect(asked).toHaveLength(3);
});

test('nothing is asked while nobody comes near the end, and nothing is kept that nobody wants', async () => {
  const { store, asked } = master(450);
  const reader = createOlderTasks(store, fakeClock());
  reader.want([{ ...FAILED, more: false }], NONE);
  expect(asked).toEqual([]);
  reader.want([FAILED], NONE);
  await until('a page', () => reader.current().length >= 200);
  reader.want([], NONE);
  expect(reader.current()).toEqual([]);
});

test('memory is bounded', async () => {
  const { store, asked } = master(12_000);
  const reader = createOlderTasks(store, fakeClock());
  reader.want([FAILED], NONE);
  await until('the bound', () => reader.current().length === 10_000);
  reader.want([FAILED], NONE);
  expect(asked).toHaveLength(50);
});

test('a master that cannot answer is asked again after a second', async () => {
  const { store, asked, refuse } = master(1);
  const clock = fakeClock();
  const reader = createOlderTasks(store, clock);
  refuse(true);
  reader.want([FAILED], NONE);
  await until('a refusal', () => clock.pending === 1);
  reader.want([FAILED], NONE);
  expect(asked).toHaveLength(1);
  refuse(false);
  await clock.advance(1_000);
  await until('the answer', () => reader.current().length === 1);
  expect(asked).toHaveLength(2);
});

test('what was run again since is shown as it is now, also once the screen does not know it any more', async () => {
  const { store } = master(2);
  const reader = createOlderTasks(store, fakeClock());
  const again = task({ id: 't-1', sequence: 1, state: 'completed' });
  reader.want([FAILED], Table.from([['t-1', again]]));
  await until('both', () => reader.current().length === 2);
  const known = Table.from([
    ['t-1', again],
    ['t-2', task({ id: 't-2', sequence: 2, state: 'pending' })],
  ]);
  reader.want([FAILED], known);
  reader.want([FAILED], NONE);
  expect(reader.current().every(({ state }) => state !== 'failed')).toBe(true);
});
