import { afterEach, describe, expect, test } from 'vitest';
import { line, span } from '#ui/lines/line.ts';
import { spokenLine } from '#ui/reader/spoken-line.ts';
import { busyHour } from './busy-hour.ts';
import { type Emulated, type EmulatedOptions, openEmulated } from './emulated.ts';
import { exampleFleet, failingWorker, NOW, snapshotOf, workerConfig } from './fleet.ts';

let screen: Emulated | undefined;
afterEach(() => screen?.close());

function open(over: Partial<EmulatedOptions> = {}): Emulated {
  screen = openEmulated(busyHour(), { columns: 100, rows: 40, screenReader: true, ...over });
  return screen;
}

/** What only an eye can read, and what a table is made of. */
const DRAWN = /[●◐○◌◔◑✓✗▁▂▃▄▅▆▇█│─▸×]| {3}/;

describe('for a screen reader', () => {
  test('every view is sentences, without glyphs and without tables', async () => {
    const { type, sees } = open();
    for (const [keys, expected] of [
      ['', /Workers\. 1 of 4 workers active, 1 healthy\. Tasks: 1 running, 1 queued\./],
      ['j', /2 of 4\. worker-02: unstable, connection refused, 0 of 1 slot taken\./],
      ['\r', /State, unstable for/],
      ['\u001b', /2 of 4\. worker-02/],
      ['d', /Drain a worker\? worker-02 gets no new tasks; [\s\S]*Leave it is chosen\./],
      ['\r', /2 of 4\. worker-02/],
      ['2', /Pings: Sent [\d ]+, Answered/],
      ['3', /Tasks\. [\s\S]*b2c4d6e8/],
      ['4', /ELASTIC_EMBEDDED_WORKERS: 2\. From: default\. workers to start/],
      ['ex', /ELASTIC_EMBEDDED_WORKERS[\s\S]*Value, 2x, not possible: a whole number from 0 to 64/],
      ['\u001b', /ELASTIC_EMBEDDED_WORKERS: 2\. From/],
      ['5', /task completed/],
      [':', /command palette: type what you want to do\n1 of \d+\. details\. enter/],
      ['\u001b', /Press \? for the keys\./],
      ['?', /y: copy id\./],
      ['x', /Press \? for the keys\./],
      ['w', /wall: trouble\. 1 of 4 workers active/],
      ['w', /Press \? for the keys\./],
      ['q', /Quit\? Tasks still running: 1\.[\s\S]*Cancel is chosen\./],
      ['\r', /Press \? for the keys\./],
      ['n', /Field: benchmark, benchmark\.py/],
    ] as const) {
      type(keys);
      const text = await sees(`after ${JSON.stringify(keys)}`, expected);
      expect(text).not.toMatch(DRAWN);
    }
  });

  test('is in Spanish as well', async () => {
    const { sees } = open({ start: { language: 'es' } });
    await sees('the sentence', /Nodos\. 1 de 4 nodos activos, 1 sano\./);
  });

  test('says nothing by itself but what is worth an interruption', async () => {
    const { clock, show, output, sees } = open();
    await sees('the workers', /Press \?/);
    // Around each drawing Ink says that it begins and ends, also where nothing changes.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are escape sequences
    const words = () => output().replaceAll(/\u001b\[\?2026[hl]/g, '');
    const said = words();
    await clock.advance(5_000);
    show({ ...busyHour(), counters: { ...busyHour().counters, totalPings: 9_999 } });
    await clock.advance(2_000);
    expect(words()).toBe(said);
    show(snapshotOf(failingWorker(workerConfig('worker-01', '172.20.10.3'), 5, NOW), exampleFleet()));
    await sees('the news', /worker-01 lost: connection refused/);
  });

  test('stays on the terminal’s own screen, in which one can go back', async () => {
    const { emulator, sees } = open();
    await sees('the workers', /Press \?/);
    expect(emulator.buffer.active.type).toBe('normal');
  });
});

test('a drawn line is read as clauses, its signs left out', () => {
  expect(spokenLine([span(' ▸ '), span('worker-01   '), span('● active     '), span('▁▁▁')])).toBe(
    'worker-01, active',
  );
  expect(spokenLine(line('100×500 seed 42'))).toBe('100 x 500 seed 42');
  expect(spokenLine(line('────'))).toBe('');
});
