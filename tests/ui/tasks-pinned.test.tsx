import { afterEach, expect, test } from 'vitest';
import type { Event } from '#model/events.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { attempt, exampleFleet, NOW, snapshotOf, task } from './fleet.ts';
import type { Screen } from './screen.tsx';
import { openSized } from './view-context.ts';

const screens: Screen[] = [];
afterEach(() => {
  for (const screen of screens.splice(0)) screen.close();
});

function queued(id: string, priority: number): Event {
  const waiting = task({
    id,
    priority,
    sequence: 100 + priority,
    benchmark: `${id}.py`,
    parameters: { SIZE: 3 },
  });
  return { type: 'task-changed', at: NOW, change: 'submitted', task: waiting, from: null };
}

function failed(id: string, at: number): Event {
  const ended = task({ id, state: 'failed', updatedAt: at, attempts: [attempt({ error: 'no memory' })] });
  return { type: 'task-changed', at, change: 'failed', task: ended, from: 'running' };
}

async function openList(snapshot: Snapshot): Promise<Screen> {
  const screen = await openSized(snapshot, { columns: 100, rows: 24 });
  screens.push(screen);
  await screen.press('3');
  return screen;
}

test('the marker stays on the task that it was shown at, though no key was pressed, and an action names that one', async () => {
  const before = snapshotOf([queued('low', 2)]);
  const screen = await openList(before);
  await screen.frame('the only task, marked', (text) => /▸ . pending +low /.test(text));
  screen.show(snapshotOf([queued('high', 9)], before));
  await screen.frame('it, behind another', (text) =>
    /^ {3}. pending +high .*\n ▸ . pending +low /m.test(text),
  );
  await screen.press('c');
  await screen.frame('the question', (text) => text.includes('low is called off'));
  await screen.press('right', 'enter');
  await screen.frame('the list', (text) => /▸ . pending +low /.test(text));
  expect(screen.dispatched).toEqual([{ type: 'cancel-tasks', ids: ['low'] }]);
});

test('the marker goes to the first row, and stays there, where its own has left the tab', async () => {
  const before = snapshotOf([failed('one', NOW - 3_000), failed('two', NOW - 2_000)]);
  const screen = await openList(before);
  await screen.press(...Array<string>(5).fill('right'));
  await screen.frame('the failed ones', (text) => /▸ . failed +two /.test(text));
  const retried = task({ id: 'two', state: 'pending', attempts: [attempt()] });
  const without = snapshotOf(
    [{ type: 'task-changed', at: NOW, change: 'retried', task: retried, from: 'failed' }],
    before,
  );
  screen.show(without);
  await screen.frame('its neighbour', (text) => /▸ . failed +one /.test(text));
  screen.show(snapshotOf([failed('three', NOW)], without));
  await screen.frame(
    'a newer one above',
    (text) => /^ {3}. failed +three /m.test(text) && /▸ . failed +one /.test(text),
  );
});

test('a opens the form with the marked task, its benchmark and its parameters', async () => {
  const screen = await openList(snapshotOf([queued('odd', 4)], exampleFleet()));
  await screen.press(...'/odd', 'enter', 'a');
  const form = await screen.frame('the form', (text) => text.includes('New task'));
  expect(form).toMatch(/‹ odd\.py ›/);
  expect(form).toMatch(/SIZE +3 /);
});
