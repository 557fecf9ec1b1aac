import { expect, test } from 'vitest';
import { needsText, untilUnneeded } from '#app/staying.ts';
import { EMPTY_SNAPSHOT } from '#model/snapshot.ts';
import { fakeClock } from '../helpers/fake-clock.ts';

/** A master of which only what it is needed for is looked at. */
function needed(tasks: number, clients: number) {
  const needs = { tasks, clients };
  const clock = fakeClock();
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  let isOver = false;
  const snapshot = () => ({
    ...EMPTY_SNAPSHOT,
    tasks: { ...EMPTY_SNAPSHOT.tasks, counts: { ...EMPTY_SNAPSHOT.tasks.counts, pending: needs.tasks } },
  });
  const store = {
    getSnapshot: snapshot,
    subscribe: () => () => {},
    dispatch: () => Promise.reject(new Error('not asked')),
    query: () => Promise.reject(new Error('not asked')),
  };
  void untilUnneeded({ store, clients: () => needs.clients }, { clock, ended }).then(() => {
    isOver = true;
  });
  return { needs, clock, end, isOver: () => isOver };
}

test.for([
  ['a task is unfinished', 1, 0],
  ['a screen is attached', 0, 1],
] as const)('a master without a screen goes on while %s, and a moment longer', async ([, tasks, clients]) => {
  const { needs, clock, isOver } = needed(tasks, clients);
  await clock.advance(3_600_000);
  expect(isOver()).toBe(false);
  Object.assign(needs, { tasks: 0, clients: 0 });
  await clock.advance(2_000);
  expect(isOver()).toBe(false);
  await clock.advance(2_000);
  expect(isOver()).toBe(true);
});

test('a screen that comes back within that moment keeps it going', async () => {
  const { needs, clock, isOver } = needed(0, 1);
  for (let time = 0; time < 10; time += 1) {
    needs.clients = 0;
    await clock.advance(2_000);
    needs.clients = 1;
    await clock.advance(1_000);
  }
  expect(isOver()).toBe(false);
});

test('it ends at once when it is told to, whoever needs it', async () => {
  const { clock, end, isOver } = needed(5, 5);
  await clock.advance(1_000);
  end();
  await clock.advance(0);
  expect(isOver()).toBe(true);
});

test('what it is needed for is told in words', () => {
  expect(needsText({ tasks: 1, clients: 0 })).toBe('1 task unfinished, 0 screens attached');
  expect(needsText({ tasks: 3, clients: 1 })).toBe('3 tasks unfinished, 1 screen attached');
});
