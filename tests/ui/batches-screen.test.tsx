import { afterEach, describe, expect, test } from 'vitest';
import type { Event } from '#model/events.ts';
import { NO_TASKS, type Snapshot } from '#model/snapshot.ts';
import { BATCH, came, openView, withTasks } from './actions-scene.ts';
import { NOW, task } from './fleet.ts';
import type { Screen } from './screen.tsx';

const screens: Screen[] = [];
afterEach(() => {
  for (const screen of screens.splice(0)) screen.close();
});

const open = (snapshot: Snapshot, options?: Parameters<typeof openView>[2]) =>
  openView(screens, snapshot, options);

const inBatch = (number: number) =>
  came(`night-sweep-${number}`, {
    batch: 'night-sweep',
    sequence: number,
    parameters: { NUM_PASOS: number },
  });

describe('a batch', () => {
  const snapshot = () => withTasks(BATCH, inBatch(7), inBatch(8));

  test('is one row with its progress, failures, speed and end', async () => {
    const screen = await open(snapshot());
    const text = await screen.frame('the batch', (shown) => shown.includes('40/100'));
    expect(text).toMatch(/\+ +night-sweep +all sizes +█+░+ +40\/100 +3 failed +30\/min +ends in 2 min/);
    expect(text).not.toContain('…-7');
    const waits = { ...BATCH.batch, id: 'it-waits', marks: [] };
    screen.show(withTasks({ ...BATCH, batch: waits }));
    await screen.frame('a batch that has not begun', (shown) => shown.includes(' end not known yet'));
    const made = { ...BATCH.batch, id: 'ad5c30b5-cca0-4907-a1f5-f388b8d2b018' };
    screen.show(withTasks({ ...BATCH, batch: made }));
    await screen.frame('an id that nobody can read', (shown) => /\+ +ad5c30b5 {2}all sizes /.test(shown));
  });

  test('opens, and closes again', async () => {
    const screen = await open(snapshot());
    await screen.press('g', 'enter');
    await screen.frame('its tasks', (shown) => /− +night-sweep/.test(shown) && shown.includes('…-7'));
    expect(screen.text()).toMatch(/pending +…-8/);
    await screen.press('enter');
    await screen.frame('it alone', (shown) => /\+ +night-sweep/.test(shown));
    expect(screen.text()).not.toContain('…-7');
  });

  test('is cancelled and run again as a whole, with the count said', async () => {
    const screen = await open(snapshot(), { dispatch: () => Promise.resolve({ done: 60, notes: [] }) });
    await screen.press('g', 'c');
    await screen.frame('the count', (shown) => shown.includes('60 tasks'));
    await screen.press('right', 'enter');
    await screen.press('r');
    await screen.frame('the other count', (shown) =>
      shown.includes('3 tasks of batch night-sweep run again'),
    );
    await screen.press('right', 'enter');
    expect(screen.dispatched).toEqual([
      { type: 'cancel-batch', batch: 'night-sweep' },
      { type: 'retry-batch', batch: 'night-sweep' },
    ]);
  });

  test('is sent again as its sweep', async () => {
    const tasks = [7, 8].map((seed): Event => {
      const swept = task({
        id: `night-${seed}`,
        batch: 'night',
        sequence: seed,
        parameters: { SEMILLA: seed },
      });
      return { type: 'task-changed', at: NOW, change: 'submitted', task: swept, from: null };
    });
    const batch = { id: 'night', description: '', benchmark: 'benchmark.py', createdAt: NOW };
    const empty = { ...batch, counts: NO_TASKS, startedAt: null, endedAt: null, marks: [] };
    const submitted: Event = { type: 'batch-submitted', at: NOW, batch: empty, tasks: 2 };
    const whole = await open(withTasks(submitted, ...tasks));
    await whole.press('g', 'a');
    await whole.frame('the form', (shown) => /seed +7,8 [\s\S]*2 tasks/.test(shown));
  });

  test('is copied by its own id, not by that of a task below it', async () => {
    const screen = await open(snapshot());
    await screen.press('g', 'y');
    await screen.frame('the answer', (shown) => shown.includes('copied night-sweep'));
    expect(screen.copied).toEqual(['night-sweep']);
    await screen.press('Y');
    expect(JSON.parse(screen.copied[1] ?? '')).toMatchObject({ pending: 50, completed: 37, failed: 3 });
  });

  test('is looked into by the tab of a state, and by a filter', async () => {
    const screen = await open(snapshot());
    await screen.press('right');
    await screen.frame('the pending ones', (shown) => /pending +…-7/.test(shown));
    expect(screen.text()).not.toContain('night-sweep');
    await screen.press('left', '/', ...'night-sweep-7', 'enter');
    await screen.frame('the one', (shown) => shown.includes('…-7'));
    expect(screen.text()).not.toContain('…-8');
  });
});

describe('exporting', () => {
  test('a batch that is selected, as CSV, and says where it was written', async () => {
    const screen = await open(withTasks(BATCH), {
      dispatch: async () => ({ file: '/srv/prod/exports/tasks-20261123-214207.csv' }),
    });
    await screen.press('/', ...'night', 'enter', 'e');
    await screen.frame('the question', (text) => text.includes('The 100 tasks of batch night-sweep'));
    await screen.press('tab', 'enter');
    await screen.frame('where it is', (text) => text.includes('/srv/prod/exports/tasks-20261123-214207.csv'));
    expect(screen.dispatched).toEqual([{ type: 'export-tasks', format: 'csv', batch: 'night-sweep' }]);
  });

  test('everything, as JSON, where a task is selected', async () => {
    const screen = await open(withTasks(came('waits-1')));
    await screen.press('/', ...'waits-1', 'enter', 'E');
    await screen.frame('the question', (text) => /All \d+ tasks are written to a new JSON file/.test(text));
    await screen.press('tab', 'enter');
    expect(screen.dispatched).toEqual([{ type: 'export-tasks', format: 'json', batch: null }]);
  });

  test('is off with --readonly', async () => {
    const screen = await open(withTasks(came('waits-1')), { readonly: true });
    await screen.press('e', 'E', '?');
    await screen.frame('the help', (text) => text.includes('Everywhere'));
    expect(screen.dispatched).toEqual([]);
    expect(screen.text()).not.toContain('Export tasks?');
  });
});
