import { afterEach, describe, expect, test } from 'vitest';
import { mouseEvent } from '#ui/mouse/mouse-event.ts';
import { until } from '../helpers/until.ts';
import { busyHour } from './busy-hour.ts';
import { type Emulated, type EmulatedOptions, openEmulated } from './emulated.ts';

let screen: Emulated | undefined;
afterEach(() => screen?.close());

function open(over: Partial<EmulatedOptions> = {}, snapshot = busyHour()): Emulated {
  screen = openEmulated(snapshot, { columns: 120, rows: 32, ...over });
  return screen;
}

/** What was put on the clipboard, in order. */
function copied({ output }: Emulated): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: OSC 52
  return [...output().matchAll(/\u001b\]52;c;([A-Za-z0-9+/=]*)\u0007/g)].map(([, text = '']) =>
    Buffer.from(text, 'base64').toString(),
  );
}

describe('copying', () => {
  test('takes the id of what is selected with y, and what there is to know of it with Y', async () => {
    const opened = open();
    opened.type('jyY');
    await opened.sees('what was copied', /copied http:\/\/172\.20\.10\.9:8080/);
    opened.type('3Gky');
    await opened.sees('the task', /copied 7f3a91c2-5d1e-4c7a-9d43-0a1b2c3d4e5f/);
    opened.type('Y');
    await opened.sees('its result', /copied \{"particleCollisions":171/);
    opened.type('4yY5yY');
    await opened.sees('a line of the log', /copied 2026-11-23/);
    const texts = copied(opened);
    expect(texts.slice(0, 3)).toEqual([
      'worker-02',
      'http://172.20.10.9:8080',
      '7f3a91c2-5d1e-4c7a-9d43-0a1b2c3d4e5f',
    ]);
    expect(JSON.parse(texts[3] ?? '')).toMatchObject({ particleCollisions: 171, executionSeconds: 1.92 });
    expect(texts[4]).toBe('ELASTIC_EMBEDDED_WORKERS');
    expect(texts[6]).toBe('task completed');
    expect(texts).toHaveLength(8);
  });

  test('takes whole characters of what a terminal would refuse as a whole, and says that it was cut', async () => {
    const { settings } = busyHour();
    if (settings === null) throw new Error('no settings');
    const entries = [{ key: 'ELASTIC_LONG', value: 'ñ計'.repeat(20_000), source: 'default' as const }];
    const opened = open({}, { ...busyHour(), settings: { ...settings, entries } });
    opened.type('4Y');
    await opened.sees('that it was cut', /copied only the beginning of ñ計ñ計/);
    const [text = ''] = copied(opened);
    expect(text).toBe('ñ計'.repeat(14_800));
    expect(Buffer.byteLength(text)).toBe(74_000);
  });

  test('says so where there is nothing, and no longer than until the next key', async () => {
    const { type, sees } = open();
    type('2y');
    await sees('the answer', /nothing to copy here/);
    type('j');
    await sees('no answer', (text) => !text.includes('nothing to copy'));
  });

  test('never copies a password that is not shown either', async () => {
    const opened = open();
    opened.type('4/worker-02\r');
    await opened.sees('the one row', /WORKER worker-02/);
    opened.type('Y');
    await until('the copy', () => copied(opened).length === 1);
    expect(copied(opened)[0]).not.toContain('hunter2');
  });
});

describe('the mouse', () => {
  const click = (column: number, row: number) => `\u001b[<0;${column};${row}M\u001b[<0;${column};${row}m`;
  const wheel = (direction: 'up' | 'down') => `\u001b[<${direction === 'up' ? 64 : 65};5;5M`;

  test('is off unless it was asked for', async () => {
    const { type, output, sees } = open();
    type('j');
    await sees('a key', /▸ worker-02/);
    expect(output()).not.toContain('\u001b[?1000h');
  });

  test('selects the row under a click, in the table alone', async () => {
    const { type, sees, lines } = open({ mouse: true });
    await sees('the workers', /worker-03/);
    const row = lines().findIndex((line) => line.includes('worker-03')) + 1;
    type(click(20, row));
    await sees('the third worker', /▸ worker-03/);
    type(click(20, 4));
    type(click(20, 32));
    type('k');
    await sees('the one above it', /▸ worker-02/);
  });

  test('chooses a view by its tab, and a row in it', async () => {
    const { type, sees, lines } = open({ mouse: true });
    await sees('the tabs', /4 Configuration/);
    type(click((lines()[1]?.indexOf('Configuration') ?? 0) + 1, 2));
    await sees('the configuration', /MEANING/);
    const row = lines().findIndex((line) => line.includes('HTTP_TIMEOUT')) + 1;
    type(click(10, row));
    await sees('the key', /▸ HTTP_TIMEOUT/);
    type(click((lines()[1]?.indexOf('Tasks') ?? 0) + 1, 2));
    await sees('the tasks', /PARAMETERS/);
    const taskRow = lines().findIndex((line) => line.includes('7f3a91c2')) + 1;
    type(click(10, taskRow));
    await sees('the task', /▸ .*7f3a91c2/);
    type(click((lines()[1]?.indexOf('Logs') ?? 0) + 1, 2));
    await sees('the logs', /following/);
    type(click(10, 6));
    await sees('the line', /paused/);
  });

  test('scrolls with the wheel, in lists and in the palette', async () => {
    const { type, sees } = open({ mouse: true });
    type(wheel('down'));
    await sees('three rows down', /▸ worker-04/);
    type(wheel('up'));
    await sees('three rows up', /▸ worker-01/);
    type(':');
    await sees('the palette', /type what you want to do/);
    type(wheel('down'));
    await sees('the fourth entry', /▸ filter/);
    type(click(10, 2));
    await sees('still the palette', /▸ filter/);
  });

  test('is given back at the end', async () => {
    const opened = open({ mouse: true });
    await opened.sees('the dashboard', /1 Workers/);
    await until('the mouse', () => opened.output().includes('\u001b[?1000h'));
    await opened.close();
    screen = undefined;
    const output = opened.output();
    expect(output.lastIndexOf('\u001b[?1000l')).toBeGreaterThan(output.lastIndexOf('\u001b[?1000h'));
  });

  test('tells nothing else than a press and the wheel', () => {
    expect(mouseEvent('<0;12;7M')).toEqual({ type: 'press', cell: { row: 6, column: 11 } });
    expect(mouseEvent('<64;1;1M')).toEqual({ type: 'wheel', direction: 'up' });
    for (const other of ['<0;12;7m', '<2;1;1M', '<35;1;1M', '<0;1M', ''])
      expect(mouseEvent(other)).toBeNull();
  });
});
