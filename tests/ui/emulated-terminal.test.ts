import { afterEach, describe, expect, test } from 'vitest';
import { until } from '../helpers/until.ts';
import { busyHour } from './busy-hour.ts';
import { type Emulated, type EmulatedOptions, openEmulated } from './emulated.ts';

const ASKED = '\u001b]11;?\u001b\\';

let screen: Emulated | undefined;
afterEach(() => screen?.close());

function open(over: Partial<EmulatedOptions> = {}): Emulated {
  screen = openEmulated(busyHour(), { columns: 80, rows: 24, term: 'xterm-256color', ...over });
  return screen;
}

/** The colour of the first character of `word` on the screen, as a number of the 256-colour palette. */
function colourOf({ emulator, lines }: Emulated, word: string): number | undefined {
  const row = lines().findIndex((line) => line.includes(word));
  const column = lines()[row]?.indexOf(word) ?? -1;
  return emulator.buffer.active.getLine(row)?.getCell(column)?.getFgColor();
}

describe('the terminal’s background', () => {
  test.each([
    ['dark', 'rgb:1e1e/1e1e/1e1e\u0007', 114],
    ['light', 'rgb:ffff/ffff/ffff\u001b\\', 22],
  ])('is asked for after the first picture, and %s colours follow the answer', async (_, answer, good) => {
    const { type, output, sees } = open();
    await until('the question', () => output().includes(ASKED));
    expect(output().indexOf('elastic-tui')).toBeLessThan(output().indexOf(ASKED));
    if (screen === undefined) throw new Error('closed');
    expect(colourOf(screen, '● active')).toBe(2);
    type(`j\u001b]11;${answer}j`);
    await sees('both keys', /▸ worker-03/);
    await until('the colours', () => screen && colourOf(screen, '● active') === good);
    expect(output().split(ASKED)).toHaveLength(2);
  });

  test('that is told too late changes nothing, and is not typed either', async () => {
    const { type, clock, output, sees } = open();
    await until('the question', () => output().includes(ASKED));
    await clock.advance(1_500);
    type('\u001b]11;rgb:ffff/ffff/ffff\u0007j');
    await sees('the key', /▸ worker-02/);
    expect(screen && colourOf(screen, '● active')).toBe(2);
  });

  test('is not asked for where the question would be drawn', async () => {
    const { type, output, sees } = open({ term: 'linux' });
    type('j');
    await sees('a key', /▸ worker-02/);
    expect(output()).not.toContain(ASKED);
  });
});

describe('keys', () => {
  test('a hundred in a second all count, however they arrive', async () => {
    const { type, sees } = open();
    type('5');
    await sees('the logs', /following/);
    type('1');
    for (let index = 0; index < 50; index += 1) {
      type('j');
      type('k');
    }
    type('jj');
    await sees('the third worker', /▸ worker-03/);
  });

  test('while the window changes its size none is lost, and the last frame is whole', async () => {
    const { type, resize, sees } = open();
    for (const [columns, rows] of [
      [120, 32],
      [20, 5],
      [200, 60],
      [59, 14],
      [120, 32],
    ] as const) {
      type('j');
      resize(columns, rows);
      type('k');
    }
    type('jj');
    await sees('the third worker', /▸ worker-03/);
    const fresh = openEmulated(busyHour(), { columns: 120, rows: 32 });
    fresh.type('jj');
    const expected = await fresh.sees('the same', /▸ worker-03/);
    await fresh.close();
    await sees('the same frame', (text) => text === expected);
  });

  test('a paste into a field is text, and one outside of it nothing', async () => {
    const { type, sees } = open();
    type('\u001b[200~q5\r\u001b[201~');
    type('/');
    type('\u001b[200~worker-02\rq\u001b[201~');
    await sees('the filter', /\/worker-02 q/);
    await sees('still open', /No worker matches/);
  });
});
