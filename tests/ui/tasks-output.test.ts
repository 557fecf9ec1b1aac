import { describe, expect, test } from 'vitest';
import type { Event } from '#model/events.ts';
import { en } from '#ui/i18n/en.ts';
import type { Line } from '#ui/lines/line.ts';
import { taskLines } from '#ui/views/tasks/body.ts';
import { rowsOf } from '#ui/views/tasks/selected.ts';
import { presentKeymapOf } from '#ui/views/views.ts';
import { type Desk, openDesk } from './desk.ts';
import { attempt, exampleFleet, NOW, snapshotOf, task } from './fleet.ts';
import { textOf } from './view-context.ts';

const COUNT = 100;

function printed(count = COUNT): string {
  return Array.from({ length: count }, (_, step) =>
    step % 20 === 7 ? `warning: step ${step} is slow` : `step ${step} done`,
  ).join('\n');
}

function ended(output: string): Event {
  const result = { particleCollisions: 1, wallCollisions: 2, executionSeconds: 3, output };
  const one = task({ id: 'talks', state: 'completed', updatedAt: NOW, attempts: [attempt()], result });
  return { type: 'task-changed', at: NOW, change: 'restored', task: one, from: null };
}

const RUNNING = snapshotOf(
  [
    {
      type: 'task-changed',
      at: NOW,
      change: 'restored',
      task: task({ id: 'talks', state: 'running', attempts: [attempt({ assignedAt: NOW - 9_000 })] }),
      from: null,
    },
  ],
  exampleFleet(),
);

const saying = (stdout: string, stderr = '') => ({
  taskId: 'talks',
  progress: null,
  expectedSeconds: null,
  stdout,
  stderr,
});

/** The details of the task, open, in a window of 80 × 24. */
function openDetails(snapshot = snapshotOf([ended(printed())], exampleFleet()), live = saying('')): Desk {
  const desk = openDesk(snapshot, { columns: 80, rows: 24, live });
  desk.press('3', ...'/talks', 'enter', 'enter');
  expect(desk.state().views.tasks).toMatchObject({ open: true, selected: 'talks' });
  return desk;
}

function drawn(desk: Desk): Line[] {
  const context = desk.context();
  const state = desk.state().views.tasks;
  return taskLines(rowsOf(state, context), { state, context });
}

const text = (desk: Desk) => drawn(desk).map(textOf);
/** What the marker stands at. */
const current = (desk: Desk) => text(desk).find((row) => row.startsWith(' ▸ '));
const footer = (desk: Desk) =>
  presentKeymapOf('tasks', desk.state().views, desk.context())
    .filter((binding) => binding.footer !== undefined)
    .sort((a, b) => (a.footer ?? 0) - (b.footer ?? 0))
    .map(({ keys, footerLabel, label }) => `${keys[0]} ${en[footerLabel ?? label]}`);

describe('the output of a task', () => {
  test('is filtered with /: only what matches stays, marked and counted, and ! inverts', () => {
    const desk = openDetails();
    desk.press(...'/slow');
    expect(text(desk).filter((row) => row.includes('step'))).toEqual(
      [7, 27, 47, 67, 87].map((step) => `   warning: step ${step} is slow`),
    );
    const marked = drawn(desk).flatMap((line) => line.filter(({ style }) => style === 'match'));
    expect(marked.map((span) => span.text)).toEqual(Array(5).fill('slow'));
    expect(desk.status()).toBe('/slow   5 of 100');
    desk.press('enter');
    expect(desk.status()).toBe('/slow  5 of 100');
    desk.press('esc', '/', ...'!done', 'enter');
    expect(desk.status()).toBe('/!done  5 of 100');
    desk.press('/', 'ctrl-u', ...'nowhere');
    expect(text(desk)).toContain(' No line matches “nowhere”. esc clears the filter.');
    // The list behind it keeps its own.
    expect(desk.state().views.tasks.filter).toBe('talks');
  });

  test('is stepped through with n and N while a filter is set, the match always in sight, and stops at both ends', () => {
    const desk = openDetails();
    desk.press(...'/step', 'enter', 'n');
    expect(current(desk)).toBe(' ▸ step 0 done');
    for (let step = 1; step < COUNT; step += 1) {
      desk.press('n');
      expect(current(desk)).toContain(` step ${step} `);
    }
    desk.press('n', 'N');
    expect(current(desk)).toBe(' ▸ step 98 done');
    desk.press('esc', '/', ...'slow', 'enter', 'N');
    expect(current(desk)).toBe(' ▸ warning: step 87 is slow');
  });

  test('stays at the match, with what stands around it, once the filter is cleared', () => {
    const desk = openDetails();
    desk.press(...'/slow', 'enter', 'n', 'n', 'n');
    expect(current(desk)).toBe(' ▸ warning: step 47 is slow');
    desk.press('esc');
    const shown = text(desk);
    expect(current(desk)).toBe(' ▸ warning: step 47 is slow');
    expect(shown).toContain('   step 46 done');
    expect(shown).toContain('   step 48 done');
    expect(desk.state().views.tasks.open).toBe(true);
    desk.press('esc');
    expect(desk.state().views.tasks.open).toBe(false);
    desk.press('enter');
    expect(current(desk)).toBeUndefined();
  });

  test('does not move under whoever reads it, says that it is paused, and is followed again with G', () => {
    const desk = openDetails(RUNNING, saying(printed(), 'careful\n'));
    desk.press(...'/slow', 'enter', 'n');
    const before = text(desk).filter((row) => row.includes('step'));
    expect(desk.status()).toBe('paused  /slow  5 of 101');
    desk.show(RUNNING, { live: saying(`${printed(200)}\nthe end`) });
    expect(text(desk).filter((row) => row.includes('step'))).toEqual(before);
    desk.press('G');
    expect(desk.status()).toBe('/slow  10 of 201');
    desk.press('esc');
    expect(text(desk).at(-1)).toBe(' the end');
    desk.show(RUNNING, { live: saying(`${printed(200)}\nthe end\n\n\nand what came after it`) });
    expect(text(desk).at(-1)).toBe(' and what came after it');
  });

  test('has n go on to what came since, but to nothing that has lost its place meanwhile', () => {
    const desk = openDetails(RUNNING, saying('bad 1\nbad'));
    desk.press(...'/bad', 'enter', 'N');
    expect(current(desk)).toBe(' ▸ bad');
    desk.show(RUNNING, { live: saying('bad 1\nbad 2\nbad 3') });
    desk.press('n');
    expect(current(desk)).toBe(' ▸ bad 3');
    expect(text(desk)).toContain('   bad 2');
    // Its worker keeps the end alone: the first lines are gone.
    desk.show(RUNNING, { live: saying('bad 3\nbad 4\nbad 5\nbad 6') });
    desk.press('n', 'N');
    expect(current(desk)).toBe(' ▸ bad 2');
  });

  test('opens in the pager, whole or as far as the filter lets it through', () => {
    const desk = openDetails(RUNNING, saying('one\ntwo\n', 'three\n'));
    desk.effects();
    desk.press('p', '/', 't', 'enter', 'p');
    expect(desk.effects()).toEqual([
      { type: 'page', content: { text: 'Output so far\n\none\ntwo\n\nErrors so far\n\nthree\n' } },
      { type: 'page', content: { text: 'Output so far\n\ntwo\n\nErrors so far\n\nthree\n' } },
    ]);
  });

  test('of which nothing is known is neither filtered nor paged, and says so', () => {
    const desk = openDetails(snapshotOf([ended('')], exampleFleet()));
    for (const key of ['/', 'p']) {
      desk.press(key);
      expect(desk.state().notice?.text).toBe('nothing that it printed is known');
    }
    expect(desk.state().views.tasks).toMatchObject({ open: true, editing: false });
  });

  test('has its keys in the footer while they mean something, and n is a new task without a filter', () => {
    const desk = openDetails();
    expect(footer(desk)).toEqual(['esc back', 'c cancel', 'r retry', 'a again', '/ filter', 'p pager']);
    desk.press('/');
    expect(footer(desk)).toEqual(['enter keep the filter', 'esc clear it', 'ctrl-u erase all']);
    desk.press('t', 'enter');
    expect(footer(desk)).toContain('n next match');
    desk.press('esc', 'n');
    expect(desk.state().overlay?.kind).toBe('form');
  });

  test('is searched beside the table as well, once tab has gone there', () => {
    const desk = openDesk(snapshotOf([ended(printed())], exampleFleet()), { columns: 160, rows: 30 });
    desk.press('3', ...'/talks', 'enter', 'tab', ...'/slow', 'enter', 'n', 'n');
    expect(text(desk).filter((row) => / ┃ ▸ warning: step 27 is slow/.test(row))).toHaveLength(1);
    expect(desk.status()).toBe('/slow  5 of 100');
    desk.press('tab');
    expect(desk.status()).toBe('/talks  1 of 5');
    desk.press('n');
    expect(desk.state().overlay?.kind).toBe('form');
  });
});
