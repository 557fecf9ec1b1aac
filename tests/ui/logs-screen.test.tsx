import { afterEach, describe, expect, test } from 'vitest';
import type { LogLine } from '#model/log-line.ts';
import { ringOf } from '#model/ring.ts';
import { KEPT_LOG_LINES } from '#model/snapshot.ts';
import { exampleFleet, NOW } from './fleet.ts';
import type { Screen } from './screen.tsx';
import { openSized } from './view-context.ts';

let screen: Screen | undefined;
afterEach(() => screen?.close());

const shows = (part: string) => (text: string) => text.includes(part);

function linesUpTo(count: number): LogLine[] {
  return Array.from({ length: count }, (_, index) => ({
    at: NOW,
    level: index % 10 === 0 ? ('warn' as const) : ('info' as const),
    message: `line ${index} of many`,
    fields: { detail: 'x'.repeat(100), number: index },
  }));
}

const withLog = (log: readonly LogLine[]) => ({ ...exampleFleet(), log: ringOf(KEPT_LOG_LINES, log) });

async function open(log: readonly LogLine[]): Promise<Screen> {
  screen = await openSized(withLog(log), { columns: 100, rows: 30 });
  await screen.press('5');
  await screen.frame('the log', shows('following'));
  return screen;
}

describe('the logs', () => {
  test('stay where they are read while more comes, say how much, and follow again', async () => {
    const lines = linesUpTo(200);
    const { press, frame, show } = await open(lines.slice(0, 100));
    await frame('the newest line', shows('▸ 21:42:07  info   line 99 of many'));
    await press('ctrl-u', 'ctrl-u', 'ctrl-u');
    const paused = await frame('a pause', (text) => shows('paused')(text) && !shows('line 99 ')(text));
    show(withLog(lines.slice(40, 140)));
    const later = await frame('more lines', shows('paused, 40 new'));
    expect(later.split('\n').slice(2)).toEqual(paused.split('\n').slice(2));
    await press('G');
    await frame('the newest line', (text) => shows('line 139 of many')(text) && shows('following')(text));
  });

  test('say in a window of 20 × 5 as well, whole, how much more there is', async () => {
    const lines = linesUpTo(140);
    screen = await openSized(withLog(lines.slice(0, 100)), { columns: 20, rows: 5 });
    await screen.press('5', 'ctrl-u');
    screen.show(withLog(lines));
    await screen.frame('more lines', (text) => /paused \+40$/m.test(text));
  });

  test('say what they leave out', async () => {
    const { press, frame } = await open(linesUpTo(100));
    await press('l', 'l');
    await frame(
      'warnings',
      (text) => shows('≥ warn')(text) && shows('line 90 ')(text) && !shows('line 89 ')(text),
    );
    await press('/', '7', '0', 'enter');
    const text = await frame('one line', (each) => shows('/70  1 of 100')(each) && !shows('line 90')(each));
    expect(text).toContain('▸ 21:42:07  warn   line 70 of many');
    await press('esc', '/', 'nothing', 'enter');
    await frame('none', shows('No line matches.'));
  });

  test('count what can be read, which is more than the log keeps while somebody reads', async () => {
    const lines = linesUpTo(1_500);
    const { press, frame, show } = await open(lines.slice(0, 1_000));
    await press('k', '/', ...'of many', 'enter');
    await frame('the filter', shows('/of many  1000 of 1000'));
    show(withLog(lines.slice(500)));
    await frame('those that came', shows('/of many  1500 of 1500'));
    await press('/', ...' warn', 'enter');
    await frame('a part of them', shows('/of many warn  150 of 1500'));
  });

  test('show a line whole, wrapped, from enter to esc', async () => {
    const { press, frame } = await open(linesUpTo(100));
    await frame('a line that is cut', shows('xxx…'));
    await press('k', 'enter');
    const text = await frame('the whole line', shows('esc back'));
    expect(text).not.toContain('…');
    expect(text.match(/x/g)?.length).toBe(100);
    expect(text).toContain(' Time    2026-11-23 21:42:07');
    expect(text).toContain(' number  98');
    await press('esc');
    await frame('the list, at the same line', shows('▸ 21:42:07  info   line 98 of many'));
  });

  test('without a line say so', async () => {
    const { press, frame } = await open([]);
    await frame('the empty log', shows('Nothing logged yet.'));
    await press('k', 'enter', 'G');
    await frame('the empty log', shows('Nothing logged yet.'));
  });

  test('step through matches with n and N while a filter is set, and n is a new task again without', async () => {
    const { press, frame } = await open(linesUpTo(100));
    await press('/', ...'0 of', 'enter', 'N');
    await frame('the one before', shows('▸ 21:42:07  warn   line 80 of many'));
    await press('N', 'n');
    await frame('and back', shows('▸ 21:42:07  warn   line 80 of many'));
    await press('esc', 'n');
    await frame('the form', shows('how many'));
  });

  test('open in the pager: the file, or what a filter lets through', async () => {
    const { press, frame, programs, show } = await open(linesUpTo(100));
    await press('p');
    await frame('the logs again', () => programs.length === 1);
    expect(programs[0]).toEqual({ file: 'less', args: ['+G', '/srv/prod/logs/elastic_orchestrator.log'] });
    await press('/', '77', 'enter');
    await frame('the filter', shows('1 of 100'));
    await press('p');
    await frame('the logs again', () => programs.length === 2);
    await press('esc');
    await frame('no filter', (text) => !text.includes('1 of 100'));
    // A file that cannot be written lacks what is on the screen.
    const problem = { id: 'log-file', message: 'Cannot write it', since: NOW } as const;
    show({ ...withLog(linesUpTo(100)), problems: [problem] });
    await frame('the problem', shows('Cannot write it'));
    await press('p');
    await frame('the logs again', () => programs.length === 3);
    expect(programs[2]?.input).toContain('line 99 of many');
    expect(programs[1]?.input).toMatch(
      /^2026-11-23 21:42:07 {2}info {3}line 77 of many {2}detail=x{100} {2}number=77\n$/,
    );
  });
});
