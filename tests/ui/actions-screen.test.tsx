import { afterEach, describe, expect, test } from 'vitest';
import type { TasksAnswer } from '#model/commands.ts';
import { UserError } from '#model/errors.ts';
import type { Event } from '#model/events.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { came, openView, withTasks } from './actions-scene.ts';
import { exampleFleet, NOW, snapshotOf, task } from './fleet.ts';
import type { Screen } from './screen.tsx';

const screens: Screen[] = [];
afterEach(() => {
  for (const screen of screens.splice(0)) screen.close();
});

const open = (snapshot: Snapshot, options?: Parameters<typeof openView>[2]) =>
  openView(screens, snapshot, options);

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

  test('says in a line what came of it, and swallows no key after it', async () => {
    const answers: TasksAnswer[] = [
      { done: 1, notes: [{ id: 'waits-1', reason: { code: 'told', worker: 'worker-01' } }] },
      { done: 0, notes: [{ id: 'waits-1', reason: { code: 'ended', state: 'completed' } }] },
      { done: 1, notes: [] },
    ];
    const screen = await open(withTasks(came('waits-1')), {
      dispatch: () => Promise.resolve(answers.shift()),
    });
    await screen.press('/', ...'waits-1', 'enter');
    for (const line of [
      'task waits-1: worker-01 is told to end it',
      'task waits-1 is completed: nothing to cancel',
      '1 task called off',
    ]) {
      await screen.press('c', 'right', 'enter');
      const text = await screen.frame('the line', (shown) => shown.includes(line));
      expect(text).toContain('PARAMETERS');
    }
    await screen.press('enter');
    await screen.frame('the details', (shown) => shown.includes('Created'));
  });

  test('tells an error without a control character', async () => {
    const screen = await open(withTasks(came('waits-1')), {
      dispatch: () => Promise.reject(new UserError('X', 'no \u001b[31mroom')),
    });
    await screen.press('/', ...'waits-1', 'enter', 'c', 'right', 'enter');
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
    // They are still marked, so that it can be tried again.
    await screen.press('esc', 'd');
    await screen.frame('the question again', (shown) => shown.includes('Drain 2 workers?'));
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

  test('takes the marks away once it is done, so that the same key does not undo it, and leaves the marker', async () => {
    const fleet = exampleFleet();
    const screen = await open(fleet, { view: '1', dispatch: () => Promise.resolve({ drained: true }) });
    await screen.press('space', 'space', 'd', 'right', 'enter');
    await screen.frame(
      'the list without marks',
      (shown) => /▸ worker-03/.test(shown) && !/marked|•/.test(shown),
    );
    screen.show(snapshotOf([drained('worker-01'), drained('worker-02')], fleet));
    await screen.press('d');
    await screen.frame('what the marker stands at', (shown) => shown.includes('worker-03 gets no new tasks'));
  });

  test('leaves the marked ones alone while the details of another are open', async () => {
    const screen = await open(exampleFleet(), { view: '1' });
    await screen.press('space', 'enter', 'd');
    await screen.frame('the question', (shown) => shown.includes('worker-02 gets no new tasks'));
  });
});

describe('cancelling many', () => {
  test('takes away the marks of what is called off, and no other', async () => {
    let answer = (_: unknown) => {};
    const screen = await open(withTasks(came('waits-1'), came('waits-2'), came('waits-3')), {
      dispatch: () => new Promise((resolve) => (answer = resolve)),
    });
    await screen.press('/', ...'waits', 'enter', 'space', 'space', 'c', 'right', 'enter');
    await screen.frame('the list, with the marks', (shown) => shown.includes('2 marked'));
    await screen.press('space');
    answer({ done: 2, notes: [] });
    await screen.frame('what came of it', (shown) => shown.includes('2 tasks called off'));
    await screen.press('k');
    await screen.frame(
      'the other mark',
      (shown) => /1 marked/.test(shown) && /•◦ pending +waits-3/.test(shown),
    );
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
