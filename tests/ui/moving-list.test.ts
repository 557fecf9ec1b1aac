import { describe, expect, test } from 'vitest';
import type { Event } from '#model/events.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { type Desk, openDesk } from './desk.ts';
import {
  attempt,
  failingWorker,
  healthyWorker,
  NOW,
  SETTINGS,
  snapshotOf,
  task,
  workerConfig,
} from './fleet.ts';

const STARTED: Event = {
  type: 'master-started',
  at: NOW - 60_000,
  version: '0.1.0',
  settings: SETTINGS,
  counters: null,
};

function submitted(id: string, priority: number): Event {
  return { type: 'task-changed', at: NOW, change: 'submitted', task: task({ id, priority }), from: null };
}

function failed(id: string, updatedAt: number): Event {
  const ended = task({ id, state: 'failed', updatedAt, attempts: [attempt({ endedAt: updatedAt })] });
  return { type: 'task-changed', at: updatedAt, change: 'restored', task: ended, from: null };
}

const healthy = (id: string, host: string) => healthyWorker(workerConfig(id, host), NOW);

const QUEUE = snapshotOf([STARTED, submitted('meant', 5)]);
const FAILURES = snapshotOf([STARTED, failed('meant', NOW - 5_000)]);
const FLEET = snapshotOf([STARTED, ...healthy('worker-02', '10.0.0.2')]);

/** Each action, what it is pressed at, and the same list in which something else has come to stand where that was. */
const ACTIONS: readonly {
  readonly name: string;
  readonly keys: readonly string[];
  readonly before: Snapshot;
  readonly after: Snapshot;
  readonly view: string;
  /** Whether it asks first. */
  readonly asks: boolean;
  readonly does: unknown;
}[] = [
  {
    name: 'cancel',
    view: '3',
    keys: ['c'],
    before: QUEUE,
    after: snapshotOf([submitted('urgent', 9)], QUEUE),
    asks: true,
    does: { type: 'act', commands: [{ type: 'cancel-tasks', ids: ['meant'] }] },
  },
  {
    name: 'retry',
    view: '3',
    keys: ['r'],
    before: FAILURES,
    after: snapshotOf([failed('newer', NOW)], FAILURES),
    asks: true,
    does: { type: 'act', commands: [{ type: 'retry-tasks', ids: ['meant'] }] },
  },
  {
    name: 'drain',
    view: '1',
    keys: ['d'],
    before: FLEET,
    after: snapshotOf(healthy('worker-01', '10.0.0.1'), FLEET),
    asks: true,
    does: { type: 'act', commands: [{ type: 'drain-worker', workerId: 'worker-02', drained: true }] },
  },
  {
    name: 'shell',
    view: '1',
    keys: ['s'],
    before: FLEET,
    after: snapshotOf(healthy('worker-01', '10.0.0.1'), FLEET),
    asks: false,
    does: { type: 'run-program', program: { file: 'ssh', args: ['--', '10.0.0.2'] } },
  },
  {
    name: 'copy of a worker',
    view: '1',
    keys: ['y'],
    before: FLEET,
    after: snapshotOf(healthy('worker-01', '10.0.0.1'), FLEET),
    asks: false,
    does: { type: 'copy', text: 'worker-02' },
  },
  {
    name: 'copy of a task',
    view: '3',
    keys: ['y'],
    before: QUEUE,
    after: snapshotOf([submitted('urgent', 9)], QUEUE),
    asks: false,
    does: { type: 'copy', text: 'meant' },
  },
];

/** Sorted by name where the list has no order of its own in which anything could come before. */
function opened(view: string, before: Snapshot): Desk {
  const desk = openDesk(before);
  desk.press(view, ...(view === '1' ? ['o'] : []));
  desk.effects();
  return desk;
}

describe.each(ACTIONS)('$name', ({ view, keys, before, after, asks, does }) => {
  test('is for what the marker stood at, where the list moves between the look and the key', () => {
    const desk = opened(view, before);
    desk.show(after);
    desk.press(...keys, ...(asks ? ['tab', 'enter'] : []));
    expect(desk.effects()).toEqual([does]);
  });
});

describe.each(ACTIONS.filter(({ asks }) => asks))('$name', ({ view, keys, before, after, does }) => {
  test('is for what the question named, where the list moves before the answer', () => {
    const desk = opened(view, before);
    desk.press(...keys);
    desk.show(after);
    expect(desk.state().overlay).toMatchObject({ kind: 'confirm', focus: 'cancel' });
    desk.press('tab', 'enter');
    expect(desk.effects()).toEqual([does]);
  });
});

test('a task that went while its question was open is still the one that is meant, and no other', () => {
  const desk = opened('3', snapshotOf([submitted('other', 1)], QUEUE));
  desk.press('c');
  desk.show(snapshotOf([STARTED, submitted('other', 1)]));
  desk.press('tab', 'enter');
  expect(desk.effects()).toEqual([{ type: 'act', commands: [{ type: 'cancel-tasks', ids: ['meant'] }] }]);
});

describe('the marker of the Workers view', () => {
  const two = snapshotOf(healthy('worker-01', '10.0.0.1'), FLEET);
  const selected = (desk: Desk) => desk.state().views.workers.selected;

  test('goes to the first row that is shown where a filter hides its worker', () => {
    const desk = openDesk(two);
    desk.press('j');
    expect(selected(desk)).toBe('worker-01');
    desk.press(...'/-02', 'enter');
    expect(selected(desk)).toBe('worker-02');
    desk.press('d');
    expect(desk.state().overlay).toMatchObject({ question: { values: { target: 'worker-02' } } });
  });

  test('goes to the first row that is shown where its worker becomes inactive and those are hidden', () => {
    const desk = openDesk(two);
    desk.press('i', 'j');
    expect(selected(desk)).toBe('worker-01');
    desk.show(snapshotOf(failingWorker(workerConfig('worker-01', '10.0.0.1'), 5, NOW), two));
    expect(selected(desk)).toBe('worker-02');
    desk.press('y');
    expect(desk.effects()).toEqual([{ type: 'copy', text: 'worker-02' }]);
  });
});
