import stringWidth from 'string-width-exact';
import { describe, expect, test } from 'vitest';
import type { Problem } from '#model/events.ts';
import { valuesOf } from '#model/ring.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { alarmOf, troublesOf } from '#ui/wall/alarm.ts';
import { bigFigure } from '#ui/wall/big-figures.ts';
import { tileLayout, tileLines, worstFirst } from '#ui/wall/tiles.ts';
import { wallLines } from '#ui/wall/wall-lines.ts';
import { pageAt, shiftAt } from '#ui/wall/wall-state.ts';
import {
  exampleFleet,
  failingWorker,
  healthyWorker,
  NOW,
  SETTINGS,
  snapshotOf,
  workerConfig,
} from './fleet.ts';
import { contextOf, textOf } from './view-context.ts';

const MINUTE = 60_000;

function fleetOf(count: number, failing: readonly number[] = []): Snapshot {
  const configs = Array.from({ length: count }, (_, index) =>
    workerConfig(`worker-${String(index + 1).padStart(4, '0')}`, '10.0.0.1'),
  );
  const events = configs.flatMap((config, index) => [
    ...healthyWorker(config, NOW),
    ...(failing.includes(index) ? failingWorker(config, 5, NOW) : []),
  ]);
  const started = {
    type: 'master-started',
    at: NOW - MINUTE,
    version: '1',
    settings: SETTINGS,
    counters: null,
  } as const;
  return snapshotOf([started, ...events]);
}

function wallOf(snapshot: Snapshot, columns: number, rows: number, now = NOW): string[] {
  return wallLines(contextOf(snapshot, { columns, rows, now })).map(textOf);
}

describe('tiles', () => {
  test.each([
    [4, 110, 17, 'full'],
    [60, 110, 17, 'full'],
    [100, 110, 17, 'named'],
    [300, 112, 17, 'short'],
    [2_000, 190, 33, 'pair'],
    [5_000, 190, 33, 'single'],
    [100_000, 190, 33, 'single'],
  ])('of %i workers on %i × %i cells are %s', (count, columns, rows, kind) => {
    expect(tileLayout(count, 11, { columns, rows }).kind).toBe(kind);
  });

  test.each([
    [300, 120, 40],
    [2_000, 120, 40],
    [2_000, 200, 60],
  ])('every one of %i workers has its own on %i × %i', (count, columns, rows) => {
    const text = wallOf(fleetOf(count, [0, 1, 2]), columns, rows).join('\n');
    expect(text.match(/○/g)).toHaveLength(3);
    expect(text.match(/●/g)).toHaveLength(count - 3);
    expect(text).not.toContain('more');
  });

  test('are put in order once for a fleet as it is, and anew when an outage is no news any more', () => {
    const { workers } = fleetOf(5, [3]);
    expect(worstFirst(workers, NOW + 1_000)).toBe(worstFirst(workers, NOW));
    expect(worstFirst(workers, NOW + 61 * MINUTE)).not.toBe(worstFirst(workers, NOW));
  });

  test('leave no blank rows above the charts, which have what the tiles do not need', () => {
    const lines = wallOf(fleetOf(2_000), 200, 60).map((each) => each.replaceAll(/[│ ]/g, ''));
    const last = lines.findLastIndex((each) => each.startsWith('●'));
    expect(lines[last + 1]).toBe('');
    expect(lines[last + 2]).toContain('Taskscompleted');
  });

  test('that do not all fit leave room for what happened last', () => {
    const lost = failingWorker(workerConfig('worker-0008', '10.0.0.1'), 5, NOW);
    const text = wallOf(snapshotOf(lost, fleetOf(10_000)), 80, 24).join('\n');
    expect(text).toMatch(/… and \d+ more/);
    expect(text).toContain('worker-0008 lost');
  });

  test('show the worst first, and say how many there is no room for', () => {
    const snapshot = fleetOf(500, [77, 499]);
    const workers = worstFirst(snapshot.workers, NOW);
    expect(workers.slice(0, 3).map(({ id }) => id)).toEqual(['worker-0078', 'worker-0500', 'worker-0001']);
    const lines = tileLines(workers, contextOf(snapshot, { columns: 30, rows: 4 }), false).map(textOf);
    expect(lines).toHaveLength(4);
    expect(lines[0]?.startsWith('○○●')).toBe(true);
    expect(lines[3]).toBe('… and 410 more');
  });

  test('are there in a single row as well, the worst first', () => {
    const snapshot = fleetOf(50, [30]);
    const context = contextOf(snapshot, { columns: 20, rows: 1 });
    const lines = tileLines(worstFirst(snapshot.workers, NOW), context, false).map(textOf);
    expect(lines).toEqual([`○${'●'.repeat(19)}`]);
  });

  test('have glyph, name and ping of each worker where there is room', () => {
    const snapshot = fleetOf(2, [1]);
    const [first, second] = tileLines(
      worstFirst(snapshot.workers, NOW),
      contextOf(snapshot, { columns: 30, rows: 2 }),
      false,
    );
    expect([first, second].map((spans) => textOf(spans ?? []))).toEqual([
      '○ worker-0002       –',
      '● worker-0001   12 ms',
    ]);
    expect([first?.[0]?.style, second?.[0]?.style]).toEqual(['bad', 'good']);
  });

  test('tell workers apart by the end of their names where there is room for no more', () => {
    const snapshot = fleetOf(300);
    const [first = ''] = tileLines(
      [...snapshot.workers],
      contextOf(snapshot, { columns: 112, rows: 17 }),
      false,
    ).map(textOf);
    expect(first.startsWith('●0001 ●0002 ')).toBe(true);
  });

  test('of names of any width fit', () => {
    const snapshot = snapshotOf(
      ['計算機計算機計算機計算機', 'x'.repeat(60), 'ü'].flatMap((id) =>
        healthyWorker(workerConfig(id, '10.0.0.1'), NOW),
      ),
    );
    for (let columns = 1; columns < 60; columns += 1) {
      for (const line of tileLines([...snapshot.workers], contextOf(snapshot, { columns, rows: 3 }), false)) {
        expect(stringWidth(textOf(line).trimEnd())).toBeLessThanOrEqual(columns);
      }
    }
  });
});

describe('the alarm', () => {
  test('is quiet while all is well, and while workers have not been heard of yet', () => {
    expect(alarmOf(fleetOf(3), NOW)).toBe('good');
    expect(
      alarmOf(
        snapshotOf([
          { type: 'worker-configured', at: NOW, config: workerConfig('a', '10.0.0.1'), restored: null },
        ]),
        NOW,
      ),
    ).toBe('good');
  });

  test('is bad for a lost worker, and after an hour of it a warning', () => {
    const snapshot = fleetOf(3, [1]);
    expect(alarmOf(snapshot, NOW)).toBe('bad');
    expect(alarmOf({ ...snapshot, at: NOW + 61 * MINUTE }, NOW + 61 * MINUTE)).toBe('warning');
  });

  test('is bad for a picture that is old, whatever is in it, and for a problem', () => {
    expect(alarmOf(fleetOf(3), NOW + MINUTE)).toBe('bad');
    const problem = { id: 'state-file', message: 'full', since: NOW } as const;
    expect(alarmOf({ ...fleetOf(3), problems: [problem] }, NOW)).toBe('bad');
  });

  test('has a name for each thing that is bad, and for none that is only a warning', () => {
    const problem = { id: 'state-file', message: 'full', since: NOW } as const;
    const named = (snapshot: Snapshot, now = NOW) => [...troublesOf(snapshot, now)];
    expect(named(fleetOf(3))).toEqual([]);
    expect(named({ ...fleetOf(3, [0, 2]), problems: [problem] })).toEqual([
      'problem state-file',
      'worker worker-0001',
      'worker worker-0003',
    ]);
    expect(named(fleetOf(3), NOW + MINUTE)).toEqual(['stale']);
    const later = NOW + 61 * MINUTE;
    expect(named({ ...fleetOf(3, [1]), at: later }, later)).toEqual([]);
  });

  test('warns of a worker that is set aside', () => {
    const aside = {
      since: NOW,
      until: NOW + MINUTE,
      failed: 3,
      completed: 0,
      taskId: 'broken-1',
      error: 'MemoryError',
    };
    const tried = snapshotOf(
      [{ type: 'worker-set-aside', at: NOW, workerId: 'worker-0001', aside }],
      fleetOf(3),
    );
    expect(alarmOf(tried, NOW)).toBe('warning');
  });

  test('warns for tasks that failed in the last minutes', () => {
    const snapshot = exampleFleet();
    const calm = { ...fleetOf(3), series: snapshot.series };
    const { hour, open } = snapshot.series;
    expect([...valuesOf(hour), open].some((bucket) => (bucket?.failed ?? 0) > 0)).toBe(true);
    expect(alarmOf(calm, NOW)).toBe('warning');
    expect(alarmOf({ ...calm, at: NOW + 10 * MINUTE }, NOW + 10 * MINUTE)).toBe('good');
  });
});

describe('the wall', () => {
  const every: readonly (readonly [number, number])[] = [
    [1, 1],
    [20, 5],
    [39, 40],
    [40, 12],
    [60, 15],
    [80, 24],
    [120, 32],
    [120, 40],
    [200, 60],
    [300, 12],
  ];

  test.each(every)('at %i × %i is never larger than the window', (columns, rows) => {
    for (const snapshot of [snapshotOf([]), exampleFleet(), fleetOf(2_000, [5])]) {
      for (const now of [NOW, NOW + 3 * MINUTE, NOW + 6 * MINUTE, NOW + 9 * MINUTE]) {
        const lines = wallOf(snapshot, columns, rows, now);
        expect(lines.length).toBeLessThanOrEqual(rows);
        for (const line of lines) expect(stringWidth(line.trimEnd())).toBeLessThanOrEqual(columns);
      }
    }
  });

  test('has the count that matters in figures five rows high', () => {
    const lines = wallOf(fleetOf(12, [3]), 120, 40);
    const figure = bigFigure('11/12', 1);
    const first = lines.findIndex((line) => line.includes(figure[0] ?? ''));
    expect(first).toBeGreaterThan(0);
    for (const [row, part] of figure.entries()) expect(lines[first + row]).toContain(part.trimEnd());
    expect(lines.join('\n')).toContain('healthy workers');
  });

  test('moves no figure because the one beside it became shorter', () => {
    const all = Array.from({ length: 300 }, (_, index) => index);
    for (const [columns, rows] of [
      [80, 24],
      [120, 40],
      [200, 60],
    ] as const) {
      const places = [fleetOf(300), fleetOf(300, all)].map((snapshot) => {
        const labels = wallOf(snapshot, columns, rows).find((each) => each.includes('healthy workers')) ?? '';
        return ['tasks running', 'tasks queued', 'local time'].map((label) => labels.indexOf(label));
      });
      expect(places[1]).toEqual(places[0]);
    }
  });

  test.each([
    [
      'en',
      'worker-0002: lost 0 s  +1',
      'worker-0001: unstable, connection refused',
      'tasks failed in the last 5 min',
      'No workers yet.',
    ],
    [
      'es',
      'worker-0002: perdido 0 s  +1',
      'worker-0001: inestable, conexión rechazada',
      'tareas fallidas en los últimos 5 min',
      'Todavía no hay nodos.',
    ],
  ] as const)('says what its frame has its colour for, in %s', (language, lost, unstable, failed, none) => {
    const reason = (snapshot: Snapshot) => {
      const context = contextOf(snapshot, { columns: 120, rows: 40, language });
      const lines = wallLines(context).map((each) => textOf(each).replaceAll(/[│█]/g, ' ').trim());
      return lines[lines.findIndex((each) => each.startsWith('elastic-tui')) + 1];
    };
    expect(reason(fleetOf(3))).toBe('');
    expect(reason(fleetOf(3, [1, 2]))).toBe(lost);
    const config = workerConfig('worker-0001', '10.0.0.1');
    expect(reason(snapshotOf(failingWorker(config, 2, NOW), fleetOf(3)))).toBe(unstable);
    const { series } = exampleFleet();
    expect(reason({ ...fleetOf(3), series })).toBe(failed);
    // The trouble is another: what is only a warning is not named for it.
    const problem = { id: 'state-file', message: 'full', since: NOW } as const;
    const odd = snapshotOf(failingWorker(config, 2, NOW), { ...fleetOf(3), problems: [problem] });
    expect(reason(odd)).toBe('');
    expect(reason({ ...snapshotOf([]), settings: SETTINGS })).toBe(none);
  });

  test('says nothing of workers and tasks before it has heard of a master, not even that there are none', () => {
    const lines = wallOf(snapshotOf([]), 120, 40);
    const labels = lines.findIndex((each) => each.includes('healthy workers'));
    const beforeClock = lines[labels]?.indexOf('local time') ?? 0;
    const figures = lines.slice(labels - 5, labels).map((each) => each.slice(4, beforeClock).trim());
    expect(figures.map((each) => each.split(/ +/))).toEqual([
      ...[[''], [''], Array<string>(4).fill('██████'), [''], ['']],
    ]);
    expect(lines.join('\n')).not.toContain('No workers');
  });

  test('says all is well only of workers that have answered', () => {
    const config = workerConfig('a', '10.0.0.1');
    const configured = snapshotOf([{ type: 'worker-configured', at: NOW, config, restored: null }]);
    expect(wallOf(configured, 120, 40).join('\n')).toMatch(/elastic-tui +checking …/);
    expect(wallOf(fleetOf(3), 120, 40).join('\n')).toMatch(/elastic-tui +prod +all well/);
    expect(alarmOf(snapshotOf([]), NOW)).toBe('warning');
  });

  test('tells how old its picture is, and greys everything once it is too old', () => {
    expect(wallOf(fleetOf(3), 120, 40, NOW + 2_000).join('\n')).toContain('as of 2 s ago');
    const snapshot = fleetOf(3);
    const old = tileLines([...snapshot.workers], contextOf(snapshot, { columns: 100, rows: 5 }), true).flat();
    expect(new Set(old.map(({ style }) => style))).toEqual(new Set(['muted', undefined]));
    const ageAt = (now: number) =>
      wallLines(contextOf(snapshot, { columns: 120, rows: 40, now }))
        .flat()
        .find(({ text }) => text.startsWith('as of'))?.style;
    expect([ageAt(NOW + 2_000), ageAt(NOW + 5 * MINUTE)]).toEqual(['muted', 'bad']);
    for (const [columns, rows] of [
      [120, 40],
      [30, 8],
    ] as const) {
      const lost = fleetOf(3, [1]);
      const tileAt = (now: number) =>
        wallLines(contextOf(lost, { columns, rows, now }))
          .flat()
          .find(({ text }) => text.startsWith('○'))?.style;
      expect([tileAt(NOW), tileAt(NOW + 5 * MINUTE)]).toEqual(['bad', 'muted']);
    }
  });

  test.each([
    [300, 120, 40],
    [2_000, 200, 60],
  ])('has charts, what happened last and the time beside %i workers on %i × %i', (count, columns, rows) => {
    const lost = failingWorker(workerConfig('worker-0008', '10.0.0.1'), 5, NOW);
    const lines = wallOf(snapshotOf(lost, fleetOf(count)), columns, rows);
    const text = lines.join('\n');
    for (const chart of [/ Tasks completed +/, /1\/min ┤/, / Tasks queued +/, / 4 ┤/, / tasks │/]) {
      expect(text).toMatch(chart);
    }
    expect(text).toMatch(/ 21:42:07 {2}worker-0008 lost: connection refused/);
    expect(lines.find((line) => line.includes('elastic-tui'))).toMatch(/as of 0 s ago {3}21:42:07/);
  });

  test('says how many problems there are besides those that fit', () => {
    const problem = (id: Problem['id']): Problem => ({ id, message: 'x'.repeat(300), since: NOW });
    const problems = (['state-file', 'log-file', 'task-database', 'attach'] as const).map(problem);
    const shown = (count: number) =>
      wallOf({ ...fleetOf(3), problems: problems.slice(0, count) }, 120, 40).filter((each) =>
        each.includes(' ! '),
      );
    expect(shown(2)).toHaveLength(2);
    expect(shown(2).join()).not.toMatch(/ \+\d/);
    expect(shown(4)).toHaveLength(2);
    expect(shown(4).map((each) => / \+2 +██/.test(each))).toEqual([false, true]);
  });

  test('has a frame in the colour of how things are', () => {
    const styleOf = (snapshot: Snapshot) =>
      wallLines(contextOf(snapshot, { columns: 120, rows: 40 }))
        .flat()
        .find(({ text }) => /─{9}|█{9}/.test(text))?.style;
    const warned = snapshotOf(failingWorker(workerConfig('worker-0001', '10.0.0.1'), 2, NOW), fleetOf(3));
    expect([fleetOf(3), warned, fleetOf(3, [0])].map(styleOf)).toEqual(['rule', 'warning', 'bad']);
  });

  test('has a thin frame while all is well and a thick one when it is not', () => {
    expect(wallOf(fleetOf(3), 120, 40).find((line) => line !== '')).toMatch(/^ ?┌─+┐$/);
    expect(wallOf(fleetOf(3, [0]), 120, 40).find((line) => line !== '')).toMatch(/^ ?█+$/);
  });

  test('moves by a cell every few minutes, and comes back', () => {
    const at = (minutes: number) => wallOf(fleetOf(3), 120, 40, NOW + minutes * MINUTE);
    const corner = (lines: string[]) => {
      const row = lines.findIndex((line) => line.trim() !== '');
      return [row, lines[row]?.search(/\S/)];
    };
    const seen = [0, 3, 6, 9, 12].map((minutes) => corner(at(minutes)));
    expect(new Set(seen.map(String)).size).toBe(4);
    expect(seen[4]).toEqual(seen[0]);
    expect(shiftAt({ columns: 20, rows: 5 }, NOW)).toBeNull();
  });

  test('shows its pages in turn only where it was asked to', () => {
    const pages = [0, 19, 20, 45, 60, 80].map((seconds) =>
      pageAt({ since: NOW, rotateMs: 20_000 }, NOW + seconds * 1_000),
    );
    expect(pages).toEqual(['wall', 'wall', 'workers', 'tasks', 'statistics', 'wall']);
    expect(pageAt({ since: NOW, rotateMs: null }, NOW + MINUTE)).toBe('wall');
  });
});
