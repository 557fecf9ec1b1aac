import { afterEach, describe, expect, test } from 'vitest';
import { UserError } from '#model/errors.ts';
import type { Event } from '#model/events.ts';
import { NO_TASKS, type Snapshot } from '#model/snapshot.ts';
import { exampleFleet, NOW, snapshotOf, task } from './fleet.ts';
import { openScreen, type Screen, type ScreenOptions } from './screen.tsx';

const screens: Screen[] = [];
afterEach(() => {
  for (const screen of screens.splice(0)) screen.close();
});

async function open(
  snapshot: Snapshot,
  options: Partial<ScreenOptions> & { readonly view?: string } = {},
): Promise<Screen> {
  const { view = '3', ...rest } = options;
  const screen = openScreen(snapshot, { columns: 120, rows: 32, ...rest });
  screens.push(screen);
  await screen.press(view);
  return screen;
}

/** One task of each kind. */
function withTasks(...events: Event[]): Snapshot {
  return snapshotOf(events, exampleFleet());
}

function came(id: string, over: Parameters<typeof task>[0] = {}): Event {
  return { type: 'task-changed', at: NOW, change: 'restored', task: task({ id, ...over }), from: null };
}

const BATCH: Event = {
  type: 'batch-submitted',
  at: NOW,
  tasks: 100,
  batch: {
    id: 'night-sweep',
    description: 'all sizes',
    benchmark: 'benchmark.py',
    createdAt: NOW - 120_000,
    counts: { ...NO_TASKS, pending: 50, running: 10, completed: 37, failed: 3 },
    startedAt: NOW - 110_000,
    endedAt: null,
    marks: [{ at: NOW - 60_000, ended: 10 }],
  },
};

const inBatch = (number: number) =>
  came(`night-sweep-${number}`, {
    batch: 'night-sweep',
    sequence: number,
    parameters: { NUM_PASOS: number },
  });

describe('cancelling and running again', () => {
  test('names the target, has Cancel focused, and does nothing when that is chosen', async () => {
    const screen = await open(withTasks(came('waits-1')));
    await screen.press('/', ...'waits-1', 'enter', 'c');
    const text = await screen.frame('the question', (shown) => shown.includes('Cancel a task?'));
    expect(text).toContain('1 task, pending: waits-1 is called off.');
    await screen.press('enter');
    await screen.frame('the list again', (shown) => shown.includes('PARAMETERS'));
    await screen.press('c', 'esc');
    await screen.frame('the list again', (shown) => shown.includes('PARAMETERS'));
    expect(screen.dispatched).toEqual([]);
  });

  test('sends one command once it is confirmed', async () => {
    const screen = await open(withTasks(came('waits-1')), {
      dispatch: () => Promise.resolve({ done: 1, notes: [] }),
    });
    await screen.press('/', ...'waits-1', 'enter', 'c', 'right', 'enter');
    await screen.frame('the list again', (shown) => shown.includes('PARAMETERS'));
    expect(screen.dispatched).toEqual([{ type: 'cancel-tasks', ids: ['waits-1'] }]);
  });

  test('tells what the worker cannot do, and an error without a control character', async () => {
    let refuse = false;
    const text = 'worker-01 cannot be told to end it: it goes on there\u001b[2J';
    const screen = await open(withTasks(came('waits-1')), {
      dispatch: () =>
        refuse
          ? Promise.reject(new UserError('X', 'no \u001b[31mroom'))
          : Promise.resolve({ done: 1, notes: [{ id: 'waits-1', text }] }),
    });
    await screen.press('/', ...'waits-1', 'enter', 'c', 'right', 'enter');
    await screen.frame('the note', (shown) => shown.includes('waits-1: worker-01 cannot be told to end it'));
    refuse = true;
    await screen.press('enter', 'c', 'right', 'enter');
    await screen.frame('the error', (shown) => shown.includes('Not done') && shown.includes('no room'));
    await screen.press('x');
    await screen.frame('the list again', (shown) => shown.includes('PARAMETERS'));
  });

  test('runs again only what failed or was cancelled, and cancels nothing that has ended', async () => {
    const screen = await open(withTasks(came('gone-1', { state: 'failed', failure: 'attempts' })), {
      dispatch: () => Promise.resolve({ done: 1, notes: [] }),
    });
    await screen.press('/', ...'gone-1', 'enter', 'c');
    expect(screen.text()).toContain('PARAMETERS');
    await screen.press('r', 'right', 'enter');
    await screen.frame('the list again', (shown) => shown.includes('PARAMETERS'));
    expect(screen.dispatched).toEqual([{ type: 'retry-tasks', ids: ['gone-1'] }]);
  });

  test('is for the task whose details are open, also once its row has gone', async () => {
    const snapshot = withTasks(came('waits-1'), came('waits-2'));
    const screen = await open(snapshot);
    await screen.press('right', '/', ...'waits-1', 'enter', 'enter');
    await screen.frame('its details', (shown) => shown.includes('Created'));
    const started = task({ id: 'waits-1', state: 'running' });
    screen.show(
      snapshotOf(
        [{ type: 'task-changed', at: NOW, change: 'restored', task: started, from: null }],
        snapshot,
      ),
    );
    await screen.press('c');
    await screen.frame('the question', (shown) => shown.includes('waits-1 is called off'));
  });

  test('is switched off with --readonly, and not in the footer', async () => {
    const screen = await open(withTasks(came('waits-1')), { readonly: true });
    await screen.press('/', ...'waits-1', 'enter', 'c', 'r');
    expect(screen.text()).not.toContain('Cancel a task?');
    expect(screen.lines().at(-1)).not.toContain('c cancel');
    await screen.press('1', 'd');
    expect(screen.text()).not.toContain('Drain a worker?');
  });
});

describe('draining', () => {
  test('names the worker and what it runs, and is undone with the same key', async () => {
    const fleet = exampleFleet();
    const screen = await open(fleet, { view: '1', dispatch: () => Promise.resolve({ drained: true }) });
    await screen.press('d');
    await screen.frame('the question', (shown) => shown.includes('worker-01 gets no new tasks'));
    await screen.press('tab', 'enter');
    await screen.frame('the list again', (shown) => shown.includes('ADDRESS'));
    expect(screen.dispatched).toEqual([{ type: 'drain-worker', workerId: 'worker-01', drained: true }]);
    const drained: Event = {
      type: 'worker-drained',
      at: NOW,
      workerId: 'worker-01',
      drained: true,
      restored: false,
    };
    screen.show(snapshotOf([drained], fleet));
    await screen.frame('the state', (shown) => /worker-01.*draining/.test(shown));
    await screen.press('d');
    await screen.frame('the other question', (shown) => shown.includes('Use a worker again?'));
  });
});

describe('draining many', () => {
  const drained = (workerId: string): Event => ({
    type: 'worker-drained',
    at: NOW,
    workerId,
    drained: true,
    restored: false,
  });

  test('is for all that are marked and not drained yet, told together, in one answer', async () => {
    const fleet = snapshotOf([drained('worker-02')], exampleFleet());
    const screen = await open(fleet, {
      view: '1',
      dispatch: (command) =>
        command.type === 'drain-worker' && command.workerId === 'worker-03'
          ? Promise.reject(new UserError('X', 'worker-03 is\u001b[2J gone'))
          : Promise.resolve({ drained: true }),
    });
    await screen.press('space', 'space', 'space', 'd');
    const text = await screen.frame('the question', (shown) => shown.includes('Drain 2 workers?'));
    expect(text).toContain('2 workers get no new tasks: worker-01, worker-03.');
    await screen.press('right', 'enter');
    await screen.frame('what went wrong', (shown) => /Not done[\s\S]+worker-03 is gone/.test(shown));
    expect(screen.dispatched).toEqual([
      { type: 'drain-worker', workerId: 'worker-01', drained: true },
      { type: 'drain-worker', workerId: 'worker-03', drained: true },
    ]);
  });

  test('uses them again where all of them are drained', async () => {
    const fleet = snapshotOf([drained('worker-01'), drained('worker-02')], exampleFleet());
    const screen = await open(fleet, { view: '1', dispatch: () => Promise.resolve({ drained: false }) });
    await screen.press('space', 'space', 'd');
    await screen.frame('the question', (shown) => shown.includes('Use 2 workers again?'));
    await screen.press('right', 'enter');
    await screen.frame('the list again', (shown) => shown.includes('ADDRESS'));
    expect(screen.dispatched).toEqual([
      { type: 'drain-worker', workerId: 'worker-01', drained: false },
      { type: 'drain-worker', workerId: 'worker-02', drained: false },
    ]);
  });

  test('leaves the marked ones alone while the details of another are open', async () => {
    const screen = await open(exampleFleet(), { view: '1' });
    await screen.press('space', 'enter', 'd');
    await screen.frame('the question', (shown) => shown.includes('worker-02 gets no new tasks'));
  });
});

describe('the palette', () => {
  test('asks before it does what a view asks before', async () => {
    const screen = await open(withTasks(came('waits-1')), { view: '3' });
    await screen.press(':', ...'drain');
    await screen.frame('the entry', (shown) => shown.includes('drain / use again'));
    await screen.press('enter');
    await screen.frame('the question', (shown) => shown.includes('worker-01 gets no new tasks'));
    await screen.press('esc', '3', '/', ...'waits-1', 'enter', ':', ...'cancel task', 'enter');
    await screen.frame('the other question', (shown) => shown.includes('waits-1 is called off'));
    expect(screen.dispatched).toEqual([]);
  });

  test('offers none of it with --readonly', async () => {
    const screen = await open(exampleFleet(), { readonly: true });
    await screen.press(':', ...'drain');
    const text = await screen.frame('what was typed', (shown) => shown.includes(' :drain'));
    expect(text).not.toContain('use again');
  });
});

describe('a batch', () => {
  const snapshot = () => withTasks(BATCH, inBatch(7), inBatch(8));

  test('is one row with its progress, failures, speed and end', async () => {
    const screen = await open(snapshot());
    const text = await screen.frame('the batch', (shown) => shown.includes('40/100'));
    expect(text).toMatch(/\+ +night-sweep +█+░+ +40\/100 +3 failed +30\/min +ends in 2 min/);
    expect(text).not.toContain('…-7');
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
