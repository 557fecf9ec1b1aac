import fc from 'fast-check';
import stringWidth from 'string-width-exact';
import { afterEach, describe, expect, test } from 'vitest';
import type { CommandAnswer, SubmitTasks } from '#model/commands.ts';
import { UserError } from '#model/errors.ts';
import type { Event } from '#model/events.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { lineWidth } from '#ui/lines/line.ts';
import { formLines } from '#ui/overlays/form/form-lines.ts';
import { openForm, pressInForm } from '#ui/overlays/form/form-state.ts';
import {
  busyFleet,
  exampleFleet,
  healthyWorker,
  NOW,
  SETTINGS,
  snapshotOf,
  task,
  workerConfig,
} from './fleet.ts';
import { anyText } from './line-text.ts';
import type { Screen, ScreenOptions } from './screen.tsx';
import { contextOf, openSized, textOf } from './view-context.ts';

const screens: Screen[] = [];
afterEach(() => {
  for (const screen of screens.splice(0)) screen.close();
});

interface Opening extends Partial<ScreenOptions> {
  readonly snapshot?: Snapshot;
}

async function openFormOn({
  snapshot = busyFleet(),
  columns = 80,
  rows = 24,
  ...options
}: Opening): Promise<Screen> {
  const screen = await openSized(snapshot, { columns, rows, ...options });
  screens.push(screen);
  await screen.press('n');
  await screen.frame('the form', (text) => text.includes('‹ bench'));
  return screen;
}

function widest(screen: Screen): number {
  return Math.max(...screen.lines().map((line) => stringWidth(line)));
}

const MANY = Array.from({ length: 300 }, (_, index) => `worker-${String(index + 1).padStart(3, '0')}`);

function fleetOf(ids: readonly string[]): Snapshot {
  return snapshotOf([
    { type: 'master-started', at: NOW - 60_000, version: '0', settings: SETTINGS, counters: null },
    ...ids.flatMap((id) => healthyWorker(workerConfig(id, '10.0.0.1'), NOW)),
  ]);
}

describe('the form', () => {
  test('shows every field at 80×24', async () => {
    const screen = await openFormOn({});
    for (const label of [
      'benchmark',
      'worker',
      'particles',
      'steps',
      'seed',
      'priority',
      'how many',
      'description',
    ]) {
      expect(screen.text()).toMatch(new RegExp(`^ [▸ ] ${label} `, 'm'));
    }
    expect(screen.text()).toContain('enter send   tab next field   → change   esc close');
  });

  test('keeps the focused field in sight in 20×5', async () => {
    const screen = await openFormOn({ columns: 20, rows: 5 });
    for (const label of [
      'worker',
      'particles',
      'steps',
      'seed',
      'priority',
      'how many',
      'description',
      'more',
      'benchmark',
    ]) {
      await screen.press('tab');
      await screen.frame(label, (text) => text.includes(`▸ ${label}`));
      expect(screen.lines()).toHaveLength(5);
      expect(widest(screen)).toBeLessThanOrEqual(20);
    }
  });

  test('keeps what was typed when the window changes its size', async () => {
    const screen = await openFormOn({});
    await screen.press('down', 'down', 'ctrl-u', ...'777');
    await screen.frame('the number', (text) => text.includes('777▏'));
    screen.resize(40, 10);
    await screen.frame(
      'the number in a small window',
      (text) => text.includes('777▏') && widest(screen) <= 40,
    );
    screen.resize(200, 60);
    await screen.frame(
      'the number in a large one',
      (text) => text.includes('777▏') && text.includes('NUM_PASOS'),
    );
  });

  test('closes on esc, and starts afresh', async () => {
    const screen = await openFormOn({});
    await screen.press('down', 'down', ...'9', 'esc');
    await screen.frame('the view', (text) => !text.includes('New task'));
    await screen.press('n');
    await screen.frame('the form', (text) => /particles +100 /.test(text));
    expect(screen.dispatched).toEqual([]);
  });

  test('is not there in a read-only dashboard', async () => {
    const screen = await openSized(busyFleet(), { columns: 80, rows: 24, readonly: true });
    screens.push(screen);
    await screen.press('n', '?');
    await screen.frame(
      'the help, over no form',
      (text) => text.includes('Keys') && !text.includes('New task'),
    );
  });
});

describe('a dispatch with the keyboard alone', () => {
  test('ends in exactly one command, and with the new task selected in the list', async () => {
    const remembered: Readonly<Record<string, string>>[] = [];
    const answer = Promise.withResolvers<CommandAnswer<SubmitTasks>>();
    const snapshot = exampleFleet();
    const screen = await openFormOn({
      snapshot,
      preferences: { rememberForm: (values) => remembered.push(values) },
      dispatch: () => answer.promise,
    });
    await screen.press('right', 'tab', ...'worker-01', 'down', 'ctrl-u', ...'200');
    await screen.press(
      'tab',
      'backspace',
      'backspace',
      'backspace',
      ...'800',
      'tab',
      'left',
      'left',
      'right',
      'backspace',
      '4',
    );
    await screen.press('tab', '5', 'tab', 'tab', ...'night', 'space', ...'run', 'enter', 'enter', 'enter');
    answer.resolve({ ids: ['new-1'], batches: [] });
    await screen.frame('the list of tasks', (text) => text.includes('PARAMETERS'));
    expect(screen.dispatched).toEqual([
      {
        type: 'submit-tasks',
        tasks: [
          {
            benchmark: 'benchmark_cython.py',
            parameters: { NUM_PARTICULAS: 200, NUM_PASOS: 800, SEMILLA: 42 },
            priority: 5,
            wantedWorker: 'worker-01',
            description: 'night run',
          },
        ],
      },
    ]);
    expect(remembered).toEqual([
      {
        benchmark: 'benchmark_cython.py',
        worker: 'worker-01',
        priority: '5',
        'benchmark_cython.py:NUM_PARTICULAS': '200',
        'benchmark_cython.py:NUM_PASOS': '800',
        'benchmark_cython.py:SEMILLA': '42',
      },
    ]);
    const added = task({ id: 'new-1', sequence: 99, benchmark: 'benchmark_cython.py', priority: 5 });
    const submitted: Event = { type: 'task-changed', at: NOW, change: 'submitted', task: added, from: null };
    screen.show(snapshotOf([submitted], snapshot));
    await screen.frame('the new task, selected', (text) => /▸ . pending +new-1/.test(text));
  });

  test('works when all its keys arrive in one chunk, and when text is pasted with line breaks', async () => {
    const screen = await openFormOn({ snapshot: exampleFleet() });
    await screen.press('down', 'down', 'ctrl-u', '77', '\u001b[200~8\r\n\u001b[201~', 'tab', 'ctrl-u', '9\r');
    await screen.frame('the list of tasks', (text) => text.includes('PARAMETERS'));
    expect(screen.dispatched).toHaveLength(1);
    expect(screen.dispatched[0]).toMatchObject({
      tasks: [{ parameters: { NUM_PARTICULAS: 778, NUM_PASOS: 9, SEMILLA: 42 } }],
    });
  });

  test('says that it is sending until the master answers', async () => {
    const answer = Promise.withResolvers<CommandAnswer<SubmitTasks>>();
    const screen = await openFormOn({ dispatch: () => answer.promise });
    await screen.press('enter');
    await screen.frame('the sign', (text) => text.includes('Sending 1 task …'));
    await screen.press('enter', 'x', 'esc');
    expect(screen.text()).toContain('Sending 1 task …');
    expect(screen.dispatched).toHaveLength(1);
    answer.resolve({ ids: ['new-1'], batches: [] });
    await screen.frame('the list of tasks', (text) => text.includes('PARAMETERS'));
  });

  test('that the master refuses loses nothing and can be sent again', async () => {
    let full = true;
    const screen = await openFormOn({
      dispatch: () =>
        full
          ? Promise.reject(
              new UserError('DISK_FULL', 'no room in /srv/prod/logs.\u001b[2J Make room and send again.'),
            )
          : Promise.resolve({ ids: ['new-1'], batches: [] }),
    });
    await screen.press('down', 'down', 'ctrl-u', ...'31', 'enter');
    const text = await screen.frame('the refusal', (shown) => shown.includes('Refused: no room in'));
    expect(text).toContain('Make room and send again.');
    expect(text).toContain('31▏');
    full = false;
    await screen.press('enter');
    await screen.frame('the list of tasks', (shown) => shown.includes('PARAMETERS'));
    expect(screen.dispatched).toHaveLength(2);
    expect(screen.dispatched[0]).toEqual(screen.dispatched[1]);
  });
});

describe('with hundreds of workers', () => {
  test('one is found by typing a part of its name', async () => {
    const screen = await openFormOn({ snapshot: fleetOf(MANY) });
    expect(screen.text()).toMatch(/‹ automatic › +1\/301/);
    await screen.press('tab', ...'217');
    await screen.frame('the worker', (text) => text.includes('‹ worker-217 ›') && text.includes('/217▏'));
    await screen.press('ctrl-u');
    await screen.frame('its place', (text) => /‹ worker-217 › +218\/301/.test(text));
    await screen.press('right');
    await screen.frame('its neighbour', (text) => text.includes('‹ worker-218 ›'));
  });

  test('the chosen one stays chosen while others come and go, and is missed when it goes itself', async () => {
    const screen = await openFormOn({ snapshot: fleetOf(MANY) });
    await screen.press('tab', ...'217', 'tab');
    await screen.frame('the worker', (text) => text.includes('‹ worker-217 ›'));
    screen.show(fleetOf(MANY.filter((id) => id > 'worker-100')));
    await screen.frame('its new place', (text) => /‹ worker-217 › +118\/201/.test(text));
    screen.show(fleetOf(MANY.filter((id) => id !== 'worker-217')));
    const text = await screen.frame('that it is gone', (shown) =>
      shown.includes('no longer there: choose another'),
    );
    expect(text).toMatch(/^ ! worker +‹ worker-217 ›/m);
    await screen.press('enter');
    await screen.frame('why nothing was sent', (shown) =>
      shown.includes('Not sent. worker: no longer there: choose another'),
    );
    expect(screen.dispatched).toEqual([]);
  });
});

describe('whatever the workers are called and whatever is typed', () => {
  test('no line of the form is wider than the window, and there are no more than fit', () => {
    const anyKeys = fc.array(
      fc.oneof(fc.constantFrom('tab', 'up', 'left', 'right', 'ctrl-u', 'enter', 'home'), anyText),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(
        fc.array(anyText, { maxLength: 4 }),
        anyKeys,
        fc.integer({ min: 10, max: 220 }),
        fc.integer({ min: 2, max: 30 }),
        (names, keys, columns, rows) => {
          const context = contextOf(fleetOf(names.filter((name) => name !== '')), { columns, rows });
          let form = openForm(context, {});
          for (const key of keys) form = pressInForm(form, key, context).form ?? form;
          const lines = formLines(form, context);
          expect(lines.length).toBeLessThanOrEqual(rows);
          for (const line of lines)
            expect([textOf(line), lineWidth(line) <= columns]).toEqual([textOf(line), true]);
        },
      ),
    );
  });
});
