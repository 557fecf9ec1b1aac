import { afterEach, describe, expect, test } from 'vitest';
import { EMPTY_SNAPSHOT } from '#model/snapshot.ts';
import type { Connection } from '#store/store.ts';
import { withConnection } from '#ui/connection.ts';
import { translator } from '#ui/i18n/translate.ts';
import { line, span } from '#ui/lines/line.ts';
import { spokenLine } from '#ui/reader/spoken-line.ts';
import { spokenScreen, trustOf } from '#ui/reader/spoken-screen.ts';
import { spokenStatistics } from '#ui/reader/spoken-statistics.ts';
import { trendOf } from '#ui/views/statistics/trend.ts';
import { busyHour } from './busy-hour.ts';
import { PLAIN_STATE } from './desk.ts';
import { type Emulated, type EmulatedOptions, openEmulated } from './emulated.ts';
import { exampleFleet, failingWorker, NOW, snapshotOf, workerConfig } from './fleet.ts';
import { contextOf } from './view-context.ts';

let screen: Emulated | undefined;
afterEach(() => screen?.close());

function open(over: Partial<EmulatedOptions> = {}): Emulated {
  screen = openEmulated(busyHour(), { columns: 100, rows: 40, screenReader: true, ...over });
  return screen;
}

/** What only an eye can read, and what a table is made of. */
const DRAWN = /[●◐○◌◦◔◑✓✗▁▂▃▄▅▆▇█│─▸×]| {3}/;

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
      ['t', /Task success, last day: now 50\.0 %, between 50\.0 % and 100 %, steady\./],
      ['3', /Tasks\. [\s\S]*b2c4d6e8/],
      ['hh', /Only failed\.[\s\S]*broken-1/],
      ['4', /ELASTIC_EMBEDDED_WORKERS: 2\. From: default\. workers to start/],
      ['\r', /Takes effect, at once/],
      ['\u001b', /ELASTIC_PNG_INTERVAL is no known key[\s\S]*one machine counts as two\.\n1 of \d+\./],
      // Of a file nothing is known from where it came.
      ['G', /34 of 34\. task database: \S+\. (?!From)/],
      ['g', /ELASTIC_EMBEDDED_WORKERS: 2\. From/],
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

  test.each([
    [
      'en',
      /^Charts of the last day\.$/m,
      /^Following, least level info\.$/m,
      /^Filter: worker !03 !04, 2 of 4\.$/m,
    ],
    [
      'es',
      /^Gráficas del último día\.$/m,
      /^Siguiendo, nivel mínimo info\.$/m,
      /^Filtro: worker !03 !04, 2 de 4\.$/m,
    ],
  ] as const)('what a view says of itself is a sentence, in %s', async (language, range, level, filter) => {
    const { type, sees } = open({ start: { language }, rows: 24 });
    await sees('the workers', /Pulse|Press/);
    for (const [keys, expected] of [
      ['2t', range],
      ['5l', level],
      ['1/worker !03 !04\r', filter],
    ] as const) {
      type(keys);
      await sees(`after ${JSON.stringify(keys)}`, expected);
    }
  });

  test.each([
    ['en', /Nothing has been heard of the workers since 21:42:0\d\. What follows is as of then\./],
    ['es', /No se sabe nada de los nodos desde las 21:42:0\d\. Lo que sigue es de entonces\./],
  ] as const)('an old picture is told before what is in it, by itself, in %s', async (language, old) => {
    const { clock, sees, show } = open({ start: { language } });
    await sees('the workers', /Pulse|Press/);
    await clock.advance(60_000);
    const text = await sees('how old it is', old);
    expect(text.search(old)).toBeLessThan(text.search(/Workers\.|Nodos\./));
    show({ ...busyHour(), at: clock.now() });
    await sees('that it is not any more', (now) => !old.test(now));
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

describe('of a master that is not heard', () => {
  const said = (connection: Connection, language: 'en' | 'es', wall = false) =>
    spokenScreen(
      { ...PLAIN_STATE, wall: wall ? { since: NOW, rotateMs: null } : null },
      {
        ...contextOf(withConnection(exampleFleet(), connection, translator(language)), {
          columns: 100,
          rows: 40,
          language,
        }),
        connection,
      },
    );
  const lost: Connection = {
    state: 'reconnecting',
    since: NOW - 12_000,
    reason: 'no master listens',
    master: { pid: 4_711, version: '1.0.0' },
  };

  test('the time of the last word is told first, on the wall too', () => {
    for (const wall of [false, true]) {
      expect(said(lost, 'en', wall)[0]).toBe('The master is not heard. What follows is as of 21:41:55.');
      expect(said(lost, 'es', wall)[0]).toBe('No se oye al maestro. Lo que sigue es de las 21:41:55.');
    }
    expect(said({ ...lost, master: null }, 'en')[0]).toBe('No master yet; waiting for one.');
    expect(said({ ...lost, state: 'connected' }, 'en')[0]).toMatch(/^Workers\./);
  });

  test('it is worth an interruption when it falls silent and when it is back', () => {
    const trust = (connection: Connection) =>
      trustOf({ ...contextOf(exampleFleet(), { columns: 80, rows: 24 }), connection });
    expect(trust(lost)).not.toBe(trust({ ...lost, state: 'connected' }));
    expect(trust(lost)).not.toBe(trust({ ...lost, state: 'refused' }));
  });
});

describe('the statistics in sentences', () => {
  const said = (language: 'en' | 'es') =>
    spokenStatistics(
      { top: 0, range: 'hour' },
      contextOf(busyHour(), { columns: 400, rows: 1_000, language }),
    );

  test('have one for each chart, with what it is now, its bounds and its trend', () => {
    expect(said('en').slice(3)).toEqual([
      'Tasks completed, last hour: now not known, between 0/min and 24/min, falling.',
      'Task success, last hour: now 50.0 %, between 50.0 % and 100 %, steady.',
      'Tasks queued, last hour: now 1, between 0 and 4, steady.',
      'Slots busy, last hour: now 100 %, between 0.0 % and 100 %, steady.',
      'Ping p50, last hour: now 12 ms, between 12 ms and 42 ms, steady.',
      'Ping p95, last hour: now 39 ms, between 12 ms and 42 ms, steady.',
      'Pings answered, last hour: now 77.7 %, between 0.0 % and 100 %, falling.',
      'Throughput, waiting and run times of the last 613 tasks.',
      'benchmark.py: 368 completed, 0 failed, 6.8 a minute. Run time: half under 1.50 s, 95 of 100 under 1.79 s. Half waited under 0.43 s.',
      'benchmark_cython.py: 245 completed, 0 failed, 4.6 a minute. Run time: half under 1.64 s, 95 of 100 under 1.93 s. Half waited under 0.43 s.',
    ]);
  });

  test('are in Spanish as well', () => {
    const sentences = said('es');
    expect(sentences).toContain('Éxito de tareas, última hora: ahora 50,0 %, entre 50,0 % y 100 %, estable.');
    expect(sentences.at(-1)).toMatch(
      /^benchmark_cython\.py: 245 completadas, 0 fallidas, 4,6 por minuto\. Duración: la mitad por debajo de 1,64 s/,
    );
  });

  test('count one as one', () => {
    const snapshot = busyHour();
    const { runs } = snapshot.tasks;
    if (runs === null) throw new Error('the hour has no runs');
    const byBenchmark = runs.byBenchmark.slice(0, 1).map((group) => ({ ...group, completed: 1, failed: 1 }));
    const one = { ...snapshot, tasks: { ...snapshot.tasks, runs: { ...runs, tasks: 1, byBenchmark } } };
    const context = contextOf(one, { columns: 400, rows: 1_000, language: 'es' });
    const text = spokenStatistics({ top: 0, range: 'hour' }, context).join('\n');
    expect(text).toContain('benchmark.py: 1 completada, 1 fallida, ');
  });

  test('know nothing of a fleet that has done nothing', () => {
    const nothing = spokenStatistics(
      { top: 0, range: 'hour' },
      contextOf(EMPTY_SNAPSHOT, { columns: 400, rows: 1_000 }),
    );
    expect(nothing).toContain('Tasks completed, last hour: nothing is known.');
    expect(nothing.at(-1)).toBe('No task has completed yet.');
  });

  test('call a trend what is one', () => {
    const ramp = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    expect(trendOf(ramp)).toBe('rising');
    expect(trendOf([null, ...ramp.toReversed(), null])).toBe('falling');
    expect(trendOf([5, 5.2, 4.9, 5, 5.1, 5])).toBe('steady');
    expect(trendOf([0, 0, 0, 0, 0, 0])).toBe('steady');
    expect(trendOf([1, null, 2, 3, null])).toBeNull();
  });
});
