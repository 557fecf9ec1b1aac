import { afterEach, expect, test } from 'vitest';
import type { LiveOutput, Query } from '#model/commands.ts';
import { LANGUAGES } from '#ui/i18n/translate.ts';
import { taskDetails } from '#ui/views/tasks/details.ts';
import { NOT_READ } from '#ui/views/tasks/output.ts';
import { outputBlock } from '#ui/views/tasks/output-lines.ts';
import { progressOf } from '#ui/views/tasks/progress.ts';
import { attempt, busyFleet, NOW, snapshotOf, task } from './fleet.ts';
import type { Screen } from './screen.tsx';
import { contextOf, openSized, textOf } from './view-context.ts';

const RUNNING = task({
  id: 'one',
  state: 'running',
  attempts: [attempt({ sentAt: NOW - 10_000, endedAt: null, outcome: null })],
});
const UNTOLD: LiveOutput = { progress: null, stdout: '', stderr: '', expectedSeconds: null };

const screens: Screen[] = [];
afterEach(() => {
  for (const screen of screens.splice(0)) screen.close();
});

const context = (told: Partial<LiveOutput>, columns = 80, rows = 80) => ({
  ...contextOf(busyFleet(), { columns, rows }),
  live: { taskId: 'one', ...UNTOLD, ...told },
});
const details = (told: Partial<LiveOutput>) =>
  taskDetails(RUNNING, context(told)).map((line) => textOf(line).trimEnd());

test('what the worker says of its progress is a bar, with the end that follows from it', () => {
  const lines = details({ progress: 0.25, expectedSeconds: 11 });
  expect(lines).toContain('Progress    █████░░░░░░░░░░░░░░░');
  expect(lines).toContain('            25.0 %, ends in about 30 s');
  expect(progressOf(RUNNING, context({ progress: 0 }))).toMatchObject({ leftMs: null, estimated: false });
});

test('where the worker does not say, the expected duration is an estimate that never claims the end', () => {
  expect(details({ expectedSeconds: 40 })).toContain('            ~25.0 %, ends in about 30 s');
  expect(details({ expectedSeconds: 5 })).toContain('            ~99.0 %, end not known yet');
  expect(details({})).not.toContainEqual(expect.stringContaining('Progress'));
});

test('the last lines that it printed are shown, of each stream, no wider than the pane', () => {
  const stdout = Array.from({ length: 50 }, (_, index) => `line ${index} ${'x'.repeat(60)}`).join('\n');
  const lines = details({ stdout: `${stdout}\n`, stderr: 'careful\n' });
  expect(lines.filter((text) => /^line/.test(text))).toHaveLength(20);
  expect(lines.at(-4)).toMatch(/^line 49 /);
  expect(lines.slice(-2)).toEqual(['Errors so far', 'careful']);
  const narrow = outputBlock(RUNNING, context({ stdout }, 30), { reading: NOT_READ, room: 30 });
  for (const line of narrow.lines) {
    expect(textOf(line).length).toBeLessThanOrEqual(30);
  }
});

test('of what it prints the newest lines are seen, as many as there is room for', () => {
  const stdout = Array.from({ length: 50 }, (_, index) => `line ${index}`).join('\n');
  for (const [rows, shown] of [
    [16, 5],
    [26, 12],
    [60, 20],
  ] as const) {
    const lines = taskDetails(RUNNING, context({ stdout }, 80, rows)).map((line) => textOf(line).trimEnd());
    expect(lines.filter((text) => /^line/.test(text))).toHaveLength(shown);
    expect(lines.at(-1)).toBe('line 49');
    if (shown > 5 && shown < 20) expect(lines).toHaveLength(rows);
  }
});

test('a task that has ended is asked after once, where its output was not told', async () => {
  const asked: Query[] = [];
  const over = task({
    id: 'over',
    state: 'failed',
    updatedAt: NOW + 1,
    attempts: [attempt({ outcome: 'failed', endedAt: NOW, error: 'exit code 3' })],
  });
  const snapshot = snapshotOf(
    [{ type: 'task-changed', at: NOW, change: 'failed', task: over, from: 'running' }],
    busyFleet(),
  );
  const screen = await openSized(snapshot, {
    columns: 80,
    rows: 40,
    async query(query) {
      asked.push(query);
      return { ...UNTOLD, stdout: 'about to break\n', stderr: 'KeyError\n' };
    },
  });
  screens.push(screen);
  await screen.press('3', '/', ...'over', 'enter', 'enter');
  await screen.frame('its details', (text) => text.includes('Finished'));
  await screen.clock.advance(250);
  const text = await screen.frame('its output', (shown) => shown.includes('about to break'));
  expect(text).toMatch(/Output\n about to break\n\n Errors printed\n KeyError/);
  await screen.clock.advance(10_000);
  expect(asked).toEqual([{ type: 'task-output', id: 'over' }]);
});

test.each(LANGUAGES)(
  'only while its details are open a running task is asked after, in %s',
  async (language) => {
    const asked: Query[] = [];
    let step = 0;
    const screen = await openSized(busyFleet(), {
      columns: 80,
      rows: 24,
      language,
      async query(query) {
        asked.push(query);
        step += 1;
        return { ...UNTOLD, progress: 0.5, stdout: `step ${step}\n` };
      },
    });
    screens.push(screen);
    await screen.press('3');
    await screen.frame('the list', (text) => text.includes('▸ ◑'));
    await screen.clock.advance(5_000);
    expect(asked).toEqual([]);
    await screen.press('enter');
    await screen.frame(
      'its output',
      (text) => text.includes('step 1') && text.includes('██████████░░░░░░░░░░'),
    );
    await expect(`${screen.text()}\n`).toMatchFileSnapshot(`golden/tasks-live-80x24-${language}.txt`);
    await screen.clock.advance(1_000);
    await screen.frame('newer output', (text) => text.includes('step 2'));
    expect(asked).toEqual(Array(2).fill({ type: 'task-output', id: 'b2c4d6e8-0000-4000-8000-000000000002' }));
    await screen.press('esc');
    await screen.frame('the list again', (text) => text.includes('▸ ◑'));
    await screen.clock.advance(5_000);
    expect(asked).toHaveLength(2);
  },
);
