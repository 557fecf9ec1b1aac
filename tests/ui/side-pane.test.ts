import { describe, expect, test } from 'vitest';
import type { Event } from '#model/events.ts';
import { taskLines } from '#ui/views/tasks/body.ts';
import { rowsOf } from '#ui/views/tasks/selected.ts';
import { clickInView, presentKeymapOf } from '#ui/views/views.ts';
import { type Desk, openDesk } from './desk.ts';
import { attempt, exampleFleet, NOW, snapshotOf, task } from './fleet.ts';
import { openSized, textOf } from './view-context.ts';

const attempts = Array.from({ length: 60 }, (_, index) =>
  attempt({ number: index + 1, outcome: 'failed', endedAt: NOW, error: `error ${index + 1}` }),
);
const LONG: Event = {
  type: 'task-changed',
  at: NOW,
  change: 'restored',
  task: task({ id: 'long', state: 'failed', updatedAt: NOW, attempts }),
  from: null,
};

const tasks = (desk: Desk) => desk.state().views.tasks;

/** The details of the marked row, as they stand at the right. */
function pane(desk: Desk): string[] {
  const context = desk.context();
  const lines = taskLines(rowsOf(tasks(desk), context), { state: tasks(desk), context }).slice(1);
  return lines.map(
    (line) =>
      textOf(line)
        .split(/ [│┃] /)[1]
        ?.trimEnd() ?? '',
  );
}

function openTasks(columns = 160): Desk {
  const desk = openDesk(snapshotOf([LONG], exampleFleet()), { columns, rows: 30 });
  desk.press('3', 'j', 'j');
  expect(tasks(desk).selected).toBe('long');
  return desk;
}

describe('tab, where details stand beside the list', () => {
  test('gives them the keys that scroll, to their end and no further, and gives them back', () => {
    const desk = openTasks();
    expect(pane(desk)[0]).toBe('long');
    desk.press('tab', 'j');
    expect(desk.state().view).toBe('tasks');
    expect(pane(desk)[0]).toBe('');
    desk.press('k');
    expect(pane(desk)[0]).toBe('long');
    desk.press('G');
    expect(pane(desk).at(-1)).toBe('    error 60');
    const end = pane(desk);
    desk.press('j', 'ctrl-d');
    expect(pane(desk)).toEqual(end);
    desk.press('ctrl-u');
    expect(pane(desk)).not.toEqual(end);
    desk.press('g');
    expect(pane(desk)[0]).toBe('long');
    expect(tasks(desk).selected).toBe('long');
    desk.press('tab', 'j');
    expect(tasks(desk).selected).not.toBe('long');
  });

  test('begins each row from its top, and esc gives the keys back before all else', () => {
    const desk = openTasks();
    desk.press('tab', 'G', 'esc');
    expect(tasks(desk)).toMatchObject({ aside: false, selected: 'long' });
    expect(pane(desk).at(-1)).toBe('    error 60');
    desk.press('j', 'k');
    expect(pane(desk)[0]).toBe('long');
  });

  test('is seen: by the rule, the first line, and the footer', () => {
    const desk = openTasks();
    const keys = () =>
      presentKeymapOf('tasks', desk.state().views, desk.context()).map(({ action }) => action);
    const context = desk.context();
    const rule = () => {
      const lines = taskLines(rowsOf(tasks(desk), context), { state: tasks(desk), context });
      return lines[1]?.find(({ text }) => /[│┃]/.test(text));
    };
    expect(rule()).toEqual({ text: ' │ ', style: 'rule' });
    expect(keys()).toContain('sort');
    desk.press('tab');
    expect(rule()).toEqual({ text: ' ┃ ', style: 'accent' });
    expect(keys()).not.toContain('sort');
    expect(keys()).toEqual(expect.arrayContaining(['pane', 'back', 'filter', 'pager', 'cancel']));
  });

  test('is the next view in a window that has no room for them, also where they had the keys before', async () => {
    const narrow = openTasks(139);
    narrow.press('tab');
    expect(narrow.state().view).toBe('configuration');
    const desk = openTasks();
    desk.press('tab');
    desk.show(snapshotOf([LONG], exampleFleet()), { columns: 139 });
    desk.press('j');
    expect(tasks(desk).selected).not.toBe('long');
  });

  test('is for the palette what it is for the key', () => {
    const desk = openTasks(139);
    desk.press(':', ...'into the details', 'enter', 'j');
    expect(tasks(desk).aside).toBe(false);
    expect(tasks(desk).selected).not.toBe('long');
  });

  test('is a click as well', () => {
    const desk = openTasks();
    const clicked = (column: number) =>
      clickInView('tasks', desk.state().views, { cell: { row: 5, column }, context: desk.context() }).tasks;
    expect(clicked(150)).toMatchObject({ aside: true, selected: 'long' });
    expect(clicked(5).aside).toBe(false);
  });

  test('scrolls the details of a worker, which say how much more there is', async () => {
    const screen = await openSized(exampleFleet(), { columns: 150, rows: 24 });
    const first = await screen.frame('more below', (text) => /│ worker-01[\s\S]*↓ \d+ more/.test(text));
    await screen.press('tab', 'G');
    const end = await screen.frame('the end', (text) => text.includes('┃') && !/↓ \d+ more/.test(text));
    expect(end).toContain('▸ worker-01');
    expect(end).toContain('task 7f3a91c2 completed');
    await screen.press('tab', 'j', 'k');
    await screen.frame('the beginning', (text) => text === first);
    screen.close();
  });
});
