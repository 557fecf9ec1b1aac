import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Snapshot } from '#model/snapshot.ts';
import { until } from '../helpers/until.ts';
import { busyHour } from './busy-hour.ts';
import { type Emulated, type EmulatedOptions, openEmulated as openTerminal } from './emulated.ts';
import { healthyWorker, NOW, pingReport, SETTINGS, snapshotOf, workerConfig } from './fleet.ts';

const ASKED = '\u001b]11;?\u001b\\';

const opened: Emulated[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

function openEmulated(snapshot: Snapshot, options: EmulatedOptions): Emulated {
  const screen = openTerminal(snapshot, options);
  opened.push(screen);
  return screen;
}

function open(over: Partial<EmulatedOptions> = {}): Emulated {
  return openEmulated(busyHour(), { columns: 80, rows: 24, term: 'xterm-256color', ...over });
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
    const screen = open();
    const { type, output, sees } = screen;
    await until('the question', () => output().includes(ASKED));
    expect(output().indexOf('elastic-tui')).toBeLessThan(output().indexOf(ASKED));
    expect(colourOf(screen, '● active')).toBe(2);
    type(`j\u001b]11;${answer}j`);
    await sees('both keys', /▸ worker-03/);
    await until('the colours', () => colourOf(screen, '● active') === good);
    expect(output().split(ASKED)).toHaveLength(2);
  });

  test('that is told too late changes nothing, and is not typed either', async () => {
    const screen = open();
    const { type, clock, output, sees } = screen;
    await until('the question', () => output().includes(ASKED));
    await clock.advance(1_500);
    type('\u001b]11;rgb:ffff/ffff/ffff\u0007j');
    await sees('the key', /▸ worker-02/);
    expect(colourOf(screen, '● active')).toBe(2);
  });

  test('is not asked for where the question would be drawn', async () => {
    const { type, output, sees } = open({ term: 'linux' });
    type('j');
    await sees('a key', /▸ worker-02/);
    expect(output()).not.toContain(ASKED);
  });
});

const MANY = snapshotOf([
  { type: 'master-started', at: NOW - 60_000, version: '0', settings: SETTINGS, counters: null },
  ...Array.from({ length: 150 }, (_, index) =>
    healthyWorker(workerConfig(`worker-${index + 1}`, '10.0.0.1'), NOW),
  ).flat(),
]);

/** Types, and holds every timer that is set meanwhile until it is let go. */
async function typeAndHold({ type }: Emulated, keys: string): Promise<{ letGo(run: boolean): void }> {
  const waiting: (() => void)[] = [];
  const timers = vi.spyOn(globalThis, 'setTimeout').mockImplementation((run: () => void) => {
    waiting.push(run);
    return 0 as unknown as NodeJS.Timeout;
  });
  type(keys);
  while (waiting.length === 0) await new Promise(setImmediate);
  return {
    letGo(run) {
      timers.mockRestore();
      if (run) for (const each of waiting) each();
    },
  };
}

/** What a fleet looks like while it is watched: pings come in. */
function pinged(snapshot: Snapshot, latencyMs: number): Snapshot {
  const outcome = { ok: true, latencyMs, report: pingReport('worker-1') } as const;
  return snapshotOf([{ type: 'worker-pinged', at: NOW, workerId: 'worker-1', outcome }], snapshot);
}

describe('keys', () => {
  test('a hundred in a second all count, however they arrive, while pings come in', async () => {
    const { type, show, sees } = openEmulated(MANY, { columns: 80, rows: 24 });
    let latest = MANY;
    let left = 100;
    for (const size of [1, 2, 1, 5, 1, 3, 8, 1, 13, 1, 2, 21, 1, 34, 7]) {
      type('j'.repeat(Math.min(left, size)));
      left -= Math.min(left, size);
      latest = pinged(latest, size);
      show(latest);
      await new Promise(setImmediate);
    }
    expect(left).toBe(0);
    await sees('the row a hundred below the first', /▸ worker-101 /);
  });

  test('a lone escape is one only after a wait: what comes in pieces may still become an arrow', async () => {
    const screen = openEmulated(MANY, { columns: 80, rows: 24 });
    screen.type('/worker-1\r');
    await screen.sees('the filter', /\/worker-1 .* of 150/);
    const arrow = await typeAndHold(screen, '\u001b');
    screen.type('[B');
    arrow.letGo(false);
    expect(await screen.sees('a row further', /▸ worker-10 /)).toContain('/worker-1 ');
    const lone = await typeAndHold(screen, '\u001b');
    expect(screen.text()).toContain('/worker-1 ');
    lone.letGo(true);
    await screen.sees('no filter', (text) => !text.includes('/worker-1 '));
  });

  test('while the window changes its size none is lost, and each size is drawn as if it had always been', async () => {
    const sizes = [
      [120, 32],
      [20, 5],
      [200, 60],
      [59, 14],
      [80, 24],
    ] as const;
    let latest = MANY;
    const { type, resize, show, sees } = openEmulated(MANY, { columns: 80, rows: 24 });
    for (const [index, [columns, rows]] of sizes.entries()) {
      for (const [between, betweenRows] of sizes.slice(0, index)) {
        type('jj');
        resize(between, betweenRows);
        latest = pinged(latest, index);
        show(latest);
        type('kk');
        await new Promise(setImmediate);
      }
      type('j');
      resize(columns, rows);
      await sees('every key', new RegExp(`▸ worker-${index + 2} `));
      const fresh = openEmulated(latest, { columns, rows });
      fresh.type('jg');
      const expected = await fresh.sees('the first row', /▸ worker-1 /);
      await fresh.close();
      // Where the list was scrolled to stays when the window grows; from its top on both are alike.
      type('g');
      await sees(`the same frame at ${columns}×${rows}`, (text) => text === expected);
      type('j'.repeat(index + 1));
    }
  });
});

describe('a paste', () => {
  const START = '\u001b[200~';
  const END = '\u001b[201~';

  test('into a field is text whatever is in it, in however many pieces it comes', async () => {
    const { type, sees, text } = open();
    type('/');
    for (const piece of [
      `${START}wor`,
      'ker-02\r',
      'q\u001b[2J\u001b',
      '[31m\u001b]52;c;aGk=\u0007\t計',
      `\u001b${END.slice(0, 3)}`,
      END.slice(3),
    ]) {
      type(piece);
      await new Promise(setImmediate);
    }
    // Only typing goes on after it: the paste has ended, and has pressed nothing.
    type('!');
    await sees('the filter', /\/worker-02 q[ !計]*!/);
    expect(text()).toContain('計');
    await sees('still open', /No worker matches/);
  });

  test('of several lines does not send a form', async () => {
    const opened = open();
    opened.type('n\t\t\t\t\t\t\t');
    await opened.sees('the description', /▸ description/);
    opened.type(`${START}first\r\nsecond\rthird\n${END}`);
    await opened.sees('all of it in one field', /▸ description +first {1,2}second third/);
    expect(opened.dispatched).toEqual([]);
  });

  test('where nothing takes text is nothing', async () => {
    const { type, sees } = open();
    type(`${START}q5\rd${END}`);
    type('j');
    await sees('the key after it', /▸ worker-02/);
  });
});

test('a name that the terminal draws wider than anybody thought cuts its own row, and moves no other', async () => {
  // One character to a reader, two cells to most programs, four to a terminal that knows of no skin colours.
  const odd = workerConfig('👍🏽'.repeat(12), '10.0.0.1');
  const { emulator, lines, sees, type } = openEmulated(
    snapshotOf(
      [...healthyWorker(odd, NOW), ...healthyWorker(workerConfig('worker-02', '10.0.0.2'), NOW)],
      MANY,
    ),
    { columns: 80, rows: 24 },
  );
  await sees('the workers', /worker-1 /);
  type('G');
  await sees('the last worker', /▸ worker-02/);
  expect(lines().at(-1)).toMatch(/^ enter .* q quit$/);
  expect(lines()[0]).toMatch(/^ elastic-tui .*21:42:07$/);
  expect(lines().filter((line) => line.includes('👍') && line.includes('●'))).toHaveLength(1);
  expect(emulator.modes.wraparoundMode).toBe(false);
  for (let row = 0; row < 24; row += 1) expect(emulator.buffer.active.getLine(row)?.isWrapped).toBe(false);
});
