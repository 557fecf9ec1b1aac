import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Event } from '#model/events.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { NO_UPTIME, recordUptime } from '#model/uptime.ts';
import { fleetCounts } from '#ui/fleet-counts.ts';
import { translator } from '#ui/i18n/translate.ts';
import { placeColumns } from '#ui/lines/columns.ts';
import { matches } from '#ui/list/list-state.ts';
import { workerColumns } from '#ui/views/workers/columns.ts';
import { machineValues } from '#ui/views/workers/machine-text.ts';
import { percentile } from '#ui/views/workers/percentiles.ts';
import { WORKER_SORTS, workerRows } from '#ui/views/workers/rows.ts';
import { uptimeBar } from '#ui/views/workers/uptime-bar.ts';
import { INITIAL_WORKERS, reduceWorkers, type WorkersState } from '#ui/views/workers/workers-state.ts';
import {
  attempt,
  exampleFleet,
  failingWorker,
  healthyWorker,
  NOW,
  pingReport,
  snapshotOf,
  task,
  workerConfig,
} from './fleet.ts';
import { contextOf, textOf } from './view-context.ts';

const MINUTE = 60_000;

function fleet(): Snapshot {
  return snapshotOf([
    ...['a1', 'a2', 'a10'].flatMap((id) =>
      healthyWorker({ ...workerConfig(id, '10.0.0.2'), labels: id === 'a2' ? ['gpu', 'big'] : [] }, NOW),
    ),
    ...healthyWorker(workerConfig('lost', '10.0.0.3'), NOW - MINUTE),
    ...failingWorker(workerConfig('lost', '10.0.0.3'), 5, NOW),
    ...healthyWorker(workerConfig('shaky', '10.0.0.4'), NOW),
    ...failingWorker(workerConfig('shaky', '10.0.0.4'), 2, NOW),
  ]);
}

function completed(id: string, workerId: string): Event {
  const attempts = [attempt({ workerId, outcome: 'completed', endedAt: NOW })];
  const one = task({ id, state: 'completed', attempts });
  return { type: 'task-changed', at: NOW, change: 'completed', task: one, from: 'running' };
}

function rows(
  over: Partial<WorkersState> = {},
  { now = NOW, snapshot = fleet(), language = 'en' as 'en' | 'es' } = {},
): string[] {
  const { t } = contextOf(snapshot, { columns: 80, rows: 24, language });
  return [...workerRows(snapshot, { ...INITIAL_WORKERS, ...over }, { t, now }).ids];
}

describe('the workers', () => {
  test('stand as configured, and those inactive for minutes go to the end', () => {
    expect(rows()).toEqual(['a1', 'a2', 'a10', 'lost', 'shaky']);
    expect(rows({}, { now: NOW + 6 * MINUTE })).toEqual(['a1', 'a2', 'a10', 'shaky', 'lost']);
  });

  test('stand by what is wrong with them where that is asked for', () => {
    expect(rows({ problemsFirst: true })).toEqual(['lost', 'shaky', 'a1', 'a2', 'a10']);
    expect(rows({ problemsFirst: true, sort: { column: 'worker', descending: true } })).toEqual([
      'lost',
      'shaky',
      'a10',
      'a2',
      'a1',
    ]);
  });

  test.each([
    ['worker', ['a1', 'a2', 'a10', 'lost', 'shaky'], ['shaky', 'lost', 'a10', 'a2', 'a1']],
    ['state', ['lost', 'shaky', 'a1', 'a2', 'a10'], ['a1', 'a2', 'a10', 'shaky', 'lost']],
    ['ping', ['a10', 'a1', 'a2', 'lost', 'shaky'], ['a2', 'a1', 'a10', 'lost', 'shaky']],
    ['done', ['a2', 'a10', 'a1', 'lost', 'shaky'], ['a1', 'lost', 'shaky', 'a10', 'a2']],
  ])(
    'are sorted by %s, either way round; who has no ping is behind who has one',
    (column, sorted, reversed) => {
      // Those that do not answer had quick pings before.
      const pinged = ([id, latencyMs]: readonly [string, number]): Event => ({
        type: 'worker-pinged',
        at: NOW,
        workerId: id,
        outcome: { ok: true, latencyMs, report: pingReport(id) },
      });
      const pings = [
        ['a1', 20],
        ['a2', 30],
        ['a10', 10],
      ] as const;
      const done = ['a2', 'a2', 'a10'].map((id, index) => completed(`t-${index}`, id));
      const snapshot = snapshotOf([...pings.map(pinged), ...done], fleet());
      expect(rows({ sort: { column, descending: false } }, { snapshot })).toEqual(sorted);
      expect(rows({ sort: { column, descending: true } }, { snapshot })).toEqual(reversed);
    },
  );

  test('have those that are long inactive at the end in every order but that of the trouble', () => {
    const now = NOW + 6 * MINUTE;
    for (const descending of [false, true]) {
      for (const column of ['worker', 'ping', 'done'])
        expect(rows({ sort: { column, descending } }, { now }).at(-1)).toBe('lost');
    }
    expect(rows({ sort: { column: 'state', descending: false } }, { now })[0]).toBe('lost');
    expect(rows({ problemsFirst: true }, { now })[0]).toBe('lost');
  });

  test('are hidden while they are inactive, and counted all the same', () => {
    expect(rows({ hidesInactive: true })).toEqual(['a1', 'a2', 'a10', 'shaky']);
    expect(fleetCounts(fleet()).inactive.map(({ id }) => id)).toEqual(['lost']);
  });

  test.each([
    ['state:unstable', ['shaky']],
    ['!state:active', ['lost', 'shaky']],
    ['label:gpu', ['a2']],
    ['!label:gpu act', ['a1', 'a10', 'lost']],
    ['label:', ['a1', 'a2', 'a10', 'lost', 'shaky']],
    ['state:act a1', ['a1', 'a10']],
    ['10.0.0.2:80', ['a1', 'a2', 'a10']],
    ['label:nothing', []],
  ])('pass the filter %j', (filter, expected) => {
    expect(rows({ filter })).toEqual(expected);
  });

  test('pass a filter in the reader’s own words', () => {
    expect(rows({ filter: 'estado:inestable' }, { language: 'es' })).toEqual(['shaky']);
    expect(rows({ filter: 'etiqueta:gpu' }, { language: 'es' })).toEqual(['a2']);
    expect(rows({ filter: 'state:unstable' }, { language: 'es' })).toEqual(['shaky']);
  });

  test('are all there in every order, each once', () => {
    fc.assert(
      fc.property(
        fc.option(fc.record({ column: fc.constantFrom(...WORKER_SORTS), descending: fc.boolean() })),
        fc.boolean(),
        (sort, problemsFirst) => {
          expect(rows({ sort, problemsFirst }).toSorted()).toEqual(rows().toSorted());
        },
      ),
    );
  });
});

test('rows are the same however often and after whatever others they are asked for', () => {
  const state = fc.record({
    filter: fc.constantFrom('', 'state:inactive', 'estado:inactivo', 'a1'),
    sort: fc.option(fc.record({ column: fc.constantFrom(...WORKER_SORTS), descending: fc.boolean() })),
    problemsFirst: fc.boolean(),
    hidesInactive: fc.boolean(),
  });
  const minutes = fc.constantFrom(0, 4, 6, 59, 61);
  const language = fc.constantFrom(translator('en'), translator('es'));
  const older = failingWorker(workerConfig('a2', '10.0.0.2'), 5, NOW - 2 * MINUTE);
  const outages = () => snapshotOf(older, fleet());
  fc.assert(
    fc.property(fc.array(fc.tuple(state, minutes, language), { maxLength: 12 }), (looks) => {
      const asked = outages();
      for (const [over, later, t] of looks) {
        const look = { t, now: NOW + later * MINUTE };
        const wanted = { ...INITIAL_WORKERS, ...over };
        const again = workerRows(asked, wanted, look);
        expect(again).toEqual(workerRows(outages(), wanted, look));
        expect(workerRows(asked, wanted, look)).toBe(again);
      }
    }),
    { numRuns: 60 },
  );
});

test('the columns go in a fixed order where it is narrow: address, pings, done, ping, health', () => {
  const context = contextOf(fleet(), { columns: 200, rows: 24 });
  const columns = workerColumns(fleet().workers, context);
  const keysAt = (width: number) => placeColumns(columns, width).map(({ column }) => column.key);
  const gone: string[] = [];
  for (let width = 200; width > 30; width -= 1) {
    const kept = keysAt(width);
    gone.push(...columns.map(({ key }) => key).filter((key) => !kept.includes(key) && !gone.includes(key)));
  }
  expect(gone).toEqual(['address', 'pings', 'done', 'ping', 'health']);
});

describe('marks', () => {
  const context = { ids: ['a', 'b', 'c'], page: 2, sortColumns: [] };

  test('are set and taken away by the same key, which goes on to the next', () => {
    const once = reduceWorkers(INITIAL_WORKERS, 'mark', context);
    expect([[...once.marks], once.selected]).toEqual([['a'], 'b']);
    const twice = reduceWorkers(once, 'mark', context);
    expect([[...twice.marks], twice.selected]).toEqual([['a', 'b'], 'c']);
    const back = reduceWorkers({ ...twice, selected: 'a' }, 'mark', context);
    expect([...back.marks]).toEqual(['b']);
  });

  test('hold to ids when rows move, and go with esc, after the filter', () => {
    const marked = reduceWorkers(INITIAL_WORKERS, 'mark', context);
    const moved = reduceWorkers(marked, 'mark', { ...context, ids: ['c', 'b', 'a'] });
    expect([...moved.marks]).toEqual(['a', 'b']);
    const filtered = { ...moved, filter: 'x' };
    const once = reduceWorkers(filtered, 'back', context);
    expect([once.filter, once.marks.size]).toEqual(['', 2]);
    expect(reduceWorkers(once, 'back', context).marks.size).toBe(0);
  });

  test('do nothing in an empty list', () => {
    expect(reduceWorkers(INITIAL_WORKERS, 'mark', { ...context, ids: [] })).toEqual(INITIAL_WORKERS);
  });
});

test('a filter with a colon that names no field looks for the text itself', () => {
  expect(matches('10.0.0.1:8080', ['10.0.0.1:8080'])).toBe(true);
  expect(matches('state:active', ['state:active'])).toBe(true);
  expect(matches('!x:y', ['x:z'], { x: ['z'] })).toBe(true);
  expect(matches(':', ['a:b'])).toBe(true);
});

describe('the bar of the last hour', () => {
  const seen = (minutes: number, status: 'active' | 'unstable' | 'inactive') =>
    recordUptime(NO_UPTIME, { at: NOW - minutes * MINUTE, status, watchedMs: 0 });

  test('has a cell a minute, the present at the right', () => {
    const { bar, share } = uptimeBar(seen(2, 'active'), 'hour', { now: NOW, width: 80 });
    expect(textOf(bar)).toBe(`${'·'.repeat(57)}█··`);
    expect(share).toBe(1);
  });

  test('has the worst of its time in each cell where there are fewer', () => {
    const uptime = recordUptime(seen(1, 'inactive'), { at: NOW, status: 'active', watchedMs: 2 * MINUTE });
    const { bar, share } = uptimeBar(uptime, 'hour', { now: NOW, width: 20 });
    expect(textOf(bar)).toBe(`${'·'.repeat(19)}×`);
    expect(share).toBe(0.5);
    const shaky = recordUptime(seen(1, 'unstable'), { at: NOW, status: 'active', watchedMs: 2 * MINUTE });
    expect(textOf(uptimeBar(shaky, 'hour', { now: NOW, width: 20 }).bar)).toBe(`${'·'.repeat(19)}▄`);
  });

  test('is never wider than it may be', () => {
    for (let width = 1; width < 130; width += 1) {
      for (const strip of ['hour', 'day'] as const) {
        expect(
          textOf(uptimeBar(seen(3, 'active'), strip, { now: NOW, width }).bar).length,
        ).toBeLessThanOrEqual(width);
      }
    }
  });

  test('says nothing of a worker that nobody watched', () => {
    expect(uptimeBar(NO_UPTIME, 'day', { now: NOW, width: 40 }).share).toBeNull();
  });
});

test('percentiles are values that were seen, by nearest rank', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([0.5, 0.95, 0.99, 1].map((share) => percentile(values, share))).toEqual([50, 95, 99, 100]);
  expect(percentile([7], 0.5)).toBe(7);
  expect(percentile([], 0.5)).toBeNull();
});

test('facts of a machine have their units, and what is scarce stands out', () => {
  const machine = {
    cpuCount: 8,
    loadAverage1m: 9.5,
    memoryBytesTotal: 32e9,
    memoryBytesFree: 1.5e9,
    diskBytesTotal: 2e12,
    diskBytesFree: null,
    uptimeSeconds: 3 * 86_400,
    versions: { node: '24.21.0' },
  };
  expect(machineValues(machine, contextOf(exampleFleet(), { columns: 80, rows: 24 }))).toEqual([
    { text: '8 CPUs · load 9.50', style: 'warning' },
    { text: 'memory 1.5 GB free of 32.0 GB', style: 'warning' },
    { text: 'disk – free of 2.0 TB' },
    { text: 'up for 3 d 00 h' },
    { text: 'node 24.21.0' },
  ]);
});
