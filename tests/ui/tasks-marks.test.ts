import { describe, expect, test } from 'vitest';
import type { Event } from '#model/events.ts';
import { NO_TASKS } from '#model/snapshot.ts';
import type { TaskState } from '#model/task.ts';
import { type Desk, openDesk } from './desk.ts';
import { exampleFleet, healthyWorker, NOW, snapshotOf, task, workerConfig } from './fleet.ts';

function came(id: string, state: TaskState, over: Parameters<typeof task>[0] = {}): Event {
  const one = task({ id, state, sequence: Number(id.slice(-1)), ...over });
  return { type: 'task-changed', at: NOW, change: 'restored', task: one, from: null };
}

const BATCH: Event = {
  type: 'batch-submitted',
  at: NOW,
  tasks: 10,
  batch: {
    id: 'sweep',
    description: '',
    benchmark: 'benchmark.py',
    createdAt: NOW,
    counts: { ...NO_TASKS, pending: 4, running: 2, failed: 3, completed: 1 },
    startedAt: NOW,
    endedAt: null,
    marks: [],
  },
};

const QUEUE = snapshotOf(['w-1', 'w-2', 'w-3'].map((id) => came(id, 'pending')));

function openTasks(snapshot = QUEUE): Desk {
  const desk = openDesk(snapshot);
  desk.press('3');
  return desk;
}

const question = (desk: Desk) => {
  const { overlay } = desk.state();
  if (overlay?.kind !== 'confirm') throw new Error('nothing is asked');
  return overlay;
};

/** The question as it is asked. */
function asked(desk: Desk): string {
  const { t } = desk.context();
  const { text, values, notes = [] } = question(desk).question;
  return [t(text, values), ...notes].join(' ');
}

describe('marked tasks', () => {
  test('are marked with space, which goes on to the next, and are counted', () => {
    const desk = openTasks();
    desk.press('space', 'space');
    expect([...desk.state().views.tasks.marks]).toEqual(['w-1', 'w-2']);
    expect(desk.state().views.tasks.selected).toBe('w-3');
    expect(desk.status()).toBe('2 marked');
    desk.press('k', 'space');
    expect([...desk.state().views.tasks.marks]).toEqual(['w-1']);
    desk.press('esc');
    expect(desk.status()).toBe('');
  });

  test('are cancelled together: the question names count and targets, and Cancel is focused', () => {
    const desk = openTasks();
    desk.press('space', 'space', 'c');
    expect(question(desk).focus).toBe('cancel');
    expect(asked(desk)).toBe('2 tasks are called off: w-1, w-2.');
    desk.press('enter');
    expect(desk.effects()).toEqual([]);
    desk.press('c', 'tab', 'enter');
    const marks = { view: 'tasks', ids: new Set(['w-1', 'w-2']) };
    expect(desk.effects()).toEqual([
      { type: 'act', commands: [{ type: 'cancel-tasks', ids: ['w-1', 'w-2'] }], marks },
    ]);
  });

  test('stay the same tasks when rows come before them, the order changes, or a filter hides them', () => {
    const desk = openTasks();
    desk.press('space');
    desk.show(snapshotOf([came('first-9', 'running')], QUEUE));
    desk.press('o', 'o', 'O', ...'/w-3', 'enter');
    expect(desk.status()).toBe('1 marked  /w-3  1 of 4');
    desk.press('c');
    expect(asked(desk)).toBe('1 task, pending: w-1 is called off.');
  });

  test('are run again together where they failed or were cancelled, and what is left alone is told', () => {
    const desk = openTasks(
      snapshotOf([came('f-1', 'failed'), came('c-2', 'cancelled'), came('d-3', 'completed')]),
    );
    desk.press('space', 'space', 'space', 'r');
    expect(asked(desk)).toBe('2 tasks run again: c-2, f-1. Marked, but neither failed nor cancelled: 1.');
    desk.press('tab', 'enter');
    // Of what is marked and left alone the mark goes as well.
    const marks = { view: 'tasks', ids: new Set(['f-1', 'c-2', 'd-3']) };
    expect(desk.effects()).toEqual([
      { type: 'act', commands: [{ type: 'retry-tasks', ids: ['c-2', 'f-1'] }], marks },
    ]);
    desk.press('c');
    expect(desk.state().notice?.text).toBe('all that is marked has ended or gone');
  });

  test('may be batches, whose own marked tasks are not counted twice', () => {
    const desk = openTasks(snapshotOf([BATCH, came('s-1', 'pending', { batch: 'sweep' })], QUEUE));
    desk.press('g', 'space', 'g', 'enter', 'j', 'space', 'G', 'space');
    expect(desk.status()).toBe('3 marked');
    desk.press('c');
    expect(asked(desk)).toBe('7 tasks are called off: sweep, w-3.');
    desk.press('tab', 'enter');
    expect(desk.effects()).toMatchObject([
      {
        type: 'act',
        commands: [
          { type: 'cancel-tasks', ids: ['w-3'] },
          { type: 'cancel-batch', batch: 'sweep' },
        ],
      },
    ]);
  });

  test('that have gone are told, and nothing else is done in their place', () => {
    const desk = openTasks();
    desk.press('space', 'space');
    desk.show(snapshotOf([came('w-2', 'pending'), came('w-3', 'pending')]));
    expect(desk.status()).toBe('2 marked, 1 of them gone');
    desk.press('c');
    expect(asked(desk)).toBe('1 task, pending: w-2 is called off. Marked, but not there any more: 1.');
    desk.press('esc');
    desk.show(snapshotOf([came('w-3', 'pending')]));
    desk.press('c');
    expect(desk.state().overlay).toBeNull();
    expect(desk.state().notice?.text).toBe('all that is marked has ended or gone');
  });

  test('are left alone while the details of another task have the keys', () => {
    const desk = openTasks();
    desk.press('space', 'enter', 'c');
    expect(question(desk).question.values).toMatchObject({ target: 'w-2' });
  });

  test('more of them than can be read are named by the first, and counted', () => {
    const many = Array.from({ length: 8 }, (_, index) => came(`m-${index}`, 'pending'));
    const desk = openTasks(snapshotOf(many));
    desk.press(...Array<string>(8).fill('space'), 'c');
    expect(asked(desk)).toBe('8 tasks are called off: m-0, m-1, m-2, m-3, m-4, ….');
  });
});

test('an action that has nothing to do says why', () => {
  const desk = openTasks(snapshotOf([came('d-3', 'completed')]));
  desk.press('r');
  expect(desk.state().notice?.text).toBe('task d-3 is completed: nothing to run again');
});

test('marked workers that have gone are told, and no other is drained in their place', () => {
  const fleet = snapshotOf(healthyWorker(workerConfig('spare', '10.0.0.9'), NOW), exampleFleet());
  const desk = openDesk(fleet);
  desk.press('space', 'G', 'space');
  desk.show(exampleFleet());
  expect(desk.status()).toBe('2 marked, 1 of them gone');
  desk.press('d');
  expect(asked(desk)).toContain('worker-01 gets no new tasks');
  expect(asked(desk)).toContain('Marked, but not there any more: 1.');
  desk.press('esc', 'g', 'space', 'd');
  expect(desk.state().overlay).toBeNull();
  expect(desk.state().notice?.text).toBe(
    'no worker that was marked is there any more; esc takes the marks away',
  );
});
