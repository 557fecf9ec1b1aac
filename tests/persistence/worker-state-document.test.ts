import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RestoredWorker } from '#model/events.ts';
import { NO_COUNTS } from '#model/snapshot.ts';
import { newWorker } from '#model/worker.ts';
import { restoredState } from '#persistence/restored-state.ts';
import { historyEntry, pastOf, stateDocument, stateText } from '#persistence/worker-state-document.ts';
import { exampleFleet, healthyWorker, NOW, SETTINGS, snapshotOf, workerConfig } from '../ui/fleet.ts';

test('the document has every key of the deployed file, with the values of the snapshot', () => {
  const document = JSON.parse(JSON.stringify(stateDocument(exampleFleet(), NOW)));
  expect(document).toMatchObject({ version: 2, timestamp: '2026-11-23T21:42:07.000000', timestamp_ms: NOW });
  expect(Object.keys(document.workers)).toEqual(['worker-01', 'worker-02', 'worker-03', 'worker-04']);
  expect(document.workers['worker-01']).toEqual({
    id: 'worker-01',
    ip: '172.20.10.3',
    port: 8080,
    status: 'active',
    last_ping: '2026-11-23T21:42:06.000000',
    last_ping_ms: NOW - 1_000,
    last_successful_ping: '2026-11-23T21:42:06.000000',
    last_successful_ping_ms: NOW - 1_000,
    consecutive_failures: 0,
    total_tasks_completed: 1,
    total_tasks_failed: 0,
    average_response_time: 0.016667,
    is_healthy: true,
    current_task: 'b2c4d6e8-0000-4000-8000-000000000002',
    is_available: false,
    average_task_time: 1.92,
    success_rate: 1,
    discovered: true,
    lost: false,
    recent_pings_ms: [12, 11, 13, 40, 12, 12],
    answered_pings_ms: [12, 11, 13, 40, 12, 12],
    uptime_ms: NOW - 1_000,
    uptime_hour: '58-2a',
    uptime_day: '95-1a',
    events: [`${NOW - 50_000} status unknown active discovered 0 5 -`],
  });
  expect(document.workers['worker-03']).toMatchObject({
    status: 'inactive',
    consecutive_failures: 5,
    is_healthy: false,
    is_available: false,
    current_task: null,
    lost: true,
    recent_pings_ms: [12, null, null, null, null, null],
  });
  expect(document.workers['worker-04']).toMatchObject({
    status: 'unknown',
    last_ping: null,
    last_ping_ms: null,
    average_response_time: 0,
    average_task_time: 0,
    success_rate: 0,
    is_healthy: false,
    discovered: false,
  });
  expect(document.stats).toEqual({
    total_pings: 15,
    successful_pings: 8,
    failed_pings: 7,
    workers_discovered: 3,
    workers_lost: 1,
    workers_recovered: 0,
    tasks_distributed: 1,
    tasks_completed: 1,
    tasks_failed: 1,
    uptime_start: '2026-11-23T20:42:07.000000',
    uptime_start_ms: NOW - 3_600_000,
  });
  expect(document.task_stats).toEqual({
    total_tasks: 4,
    pending: 1,
    assigned: 0,
    running: 1,
    completed: 1,
    failed: 1,
    cancelled: 0,
    queue_size: 1,
  });
});

test('a healthy worker with a free slot is available, and the rate of success is between 0 and 1', () => {
  const worker = { ...exampleFleet().workers.get('worker-01') };
  const free = { ...worker, inFlight: [], tasksCompleted: 1, tasksFailed: 2 };
  const fleet = exampleFleet();
  const changed = { ...fleet, workers: fleet.workers.set('worker-01', free as never) };
  expect(stateDocument(changed, NOW)).toMatchObject({
    workers: { 'worker-01': { is_available: true, current_task: null, success_rate: 0.333333 } },
  });
});

test('a small fleet is written for people: indented, with lists of numbers on one line', () => {
  const snapshot = snapshotOf(
    healthyWorker({ ...workerConfig('a [  1 ]', '10.0.0.1'), host: '[\n 1' }, NOW, [1, 2.5]),
  );
  const pieces = [...stateText(snapshot, [], NOW)];
  expect(pieces).toHaveLength(1);
  expect(pieces[0]).toContain(
    '\n  "workers": {\n    "a [  1 ]": {\n      "id": "a [  1 ]",\n      "ip": "[\\n 1",\n',
  );
  expect(pieces[0]).toContain('\n      "recent_pings_ms": [ 1, 2.5 ],\n');
  expect(pieces[0]?.endsWith('\n}\n')).toBe(true);
});

test('a large fleet is written on one line, in pieces of few workers that together are the document', () => {
  const former: RestoredWorker = {
    ...pastOf(newWorker(workerConfig('gone', '10.0.0.2'), NOW)),
    discovered: true,
  };
  fc.assert(
    fc.property(fc.integer({ min: 150, max: 400 }), fc.integer({ min: 51, max: 130 }), (count, gone) => {
      const ids = Array.from({ length: count }, (_, index) => `worker-${index}`);
      const snapshot = snapshotOf(ids.flatMap((id) => healthyWorker(workerConfig(id, '10.0.0.1'), NOW, [1])));
      const left = Array.from({ length: gone }, (_, index) => [`gone-${index}`, former] as const);
      const pieces = [...stateText(snapshot, [['worker-0', former], ...left], NOW)];
      const document = {
        ...stateDocument(snapshot, NOW),
        former_workers: Object.fromEntries(left.map(([id, worker]) => [id, historyEntry(worker)])),
      };
      expect(pieces.join('')).toBe(`${JSON.stringify(document)}\n`);
      for (const piece of pieces) expect(piece.split('"last_ping"').length - 1).toBeLessThanOrEqual(64);
    }),
    { numRuns: 10 },
  );
});

const duration = fc.integer({ min: 0, max: 60_000_000 }).map((micros) => micros / 1_000);
const moment = fc.option(fc.integer({ min: 1, max: NOW }));
const counter = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const restoredWorker: fc.Arbitrary<RestoredWorker> = fc.record({
  discovered: fc.boolean(),
  lost: fc.boolean(),
  lastPingAt: moment,
  lastGoodPingAt: moment,
  recentPings: fc.array(fc.option(duration), { maxLength: 60 }),
  answered: fc.array(duration, { maxLength: 10 }),
  tasksCompleted: counter,
  tasksFailed: counter,
  events: fc.constant([]),
});
const counters = fc.record({
  totalPings: counter,
  goodPings: counter,
  failedPings: counter,
  discovered: counter,
  lost: counter,
  recovered: counter,
  tasksDistributed: counter,
  tasksCompleted: counter,
  tasksFailed: counter,
});

test('what is read back is what was written, whatever it was and whatever the workers are called', () => {
  const workersById = fc
    .uniqueArray(fc.tuple(fc.oneof(fc.string({ minLength: 1 }), fc.constant('__proto__')), restoredWorker), {
      selector: ([id]) => id,
      maxLength: 5,
    })
    .map((pairs) => new Map(pairs));
  fc.assert(
    fc.property(workersById, workersById, counters, (workers, former, counts) => {
      const snapshot = snapshotOf([
        { type: 'master-started', at: NOW, version: '1', settings: SETTINGS, counters: counts },
        ...[...workers].map(([id, restored]) => ({
          type: 'worker-configured' as const,
          at: NOW,
          config: workerConfig(id, '10.0.0.1'),
          restored,
        })),
      ]);
      const read = restoredState(JSON.parse([...stateText(snapshot, former, NOW)].join('')), NOW);
      expect(read.counters).toEqual(counts);
      expect(new Map(read.workers)).toEqual(new Map([...former, ...workers]));
    }),
    { numRuns: 60 },
  );
});

test('a document of the old program is understood: local times, no version, keys we do not know', () => {
  const old = {
    timestamp: '2026-11-23T21:45:48.248550',
    workers: {
      'worker-01': {
        id: 'worker-01',
        ip: '172.20.10.3',
        port: 8080,
        status: 'inactive',
        last_ping: '2026-11-23T21:40:00.500000',
        last_successful_ping: '2026-11-23T21:30:00',
        consecutive_failures: 7,
        total_tasks_completed: 12,
        average_response_time: 0.031,
        is_healthy: false,
        something: { else: true },
      },
      'worker-02': {
        status: 'unknown',
        last_ping: null,
        last_successful_ping: null,
        total_tasks_completed: 0,
      },
    },
    stats: {
      total_pings: 100,
      successful_pings: 99,
      failed_pings: 1,
      workers_discovered: 2,
      workers_lost: 1,
    },
  };
  const { counters: read, workers } = restoredState(old, NOW);
  expect(read).toEqual({
    ...NO_COUNTS,
    totalPings: 100,
    goodPings: 99,
    failedPings: 1,
    discovered: 2,
    lost: 1,
  });
  expect(workers.get('worker-01')).toEqual({
    discovered: true,
    lost: true,
    lastPingAt: new Date(2026, 10, 23, 21, 40, 0, 500).getTime(),
    lastGoodPingAt: new Date(2026, 10, 23, 21, 30).getTime(),
    recentPings: [],
    answered: [],
    tasksCompleted: 12,
    tasksFailed: 0,
  });
  expect(workers.get('worker-02')).toMatchObject({ discovered: false, lost: false, lastPingAt: null });
});

test.each([
  ['a successful ping', { last_successful_ping: '2026-11-23T10:00:00' }, true, false],
  ['a completed task', { total_tasks_completed: 1 }, true, false],
  ['the state active', { status: 'active' }, true, false],
  ['the state unstable', { status: 'unstable' }, true, false],
  ['the state inactive alone', { status: 'inactive' }, false, false],
  ['the state inactive after a good ping', { status: 'inactive', last_successful_ping_ms: 5 }, true, true],
  ['nothing', {}, false, false],
  ['an explicit no', { discovered: false, lost: false, status: 'active' }, false, false],
  ['an explicit yes', { discovered: true, lost: true, status: 'active' }, true, true],
])('discovered and lost are inferred from %s', (_, entry, discovered, lost) => {
  const { workers } = restoredState({ workers: { w: entry } }, NOW);
  expect(workers.get('w')).toMatchObject({ discovered, lost });
});

test.each([
  [
    'exact milliseconds before the local time',
    { last_ping_ms: 1_000, last_ping: '2026-11-23T10:00:00' },
    1_000,
  ],
  [
    'the local time where the milliseconds are no number',
    { last_ping_ms: 'x', last_ping: '1999-01-01T00:00:00' },
    new Date(1999, 0, 1).getTime(),
  ],
  ['a time with a zone', { last_ping: '1999-01-01T00:00:00Z' }, Date.UTC(1999, 0, 1)],
  ['Unix seconds', { last_ping: 1_500_000_000.5 }, 1_500_000_000_500],
  ['now instead of a time to come', { last_ping_ms: NOW + 1 }, NOW],
  ['nothing of a text that is no time', { last_ping: 'yesterday' }, null],
  ['nothing of a list', { last_ping: [1] }, null],
  ['nothing of a negative time', { last_ping_ms: -1 }, null],
])('a moment is read as %s', (_, entry, expected) => {
  const { workers } = restoredState({ workers: { w: entry } }, NOW);
  expect(workers.get('w')?.lastPingAt).toBe(expected);
});

test('values of a wrong type are left out one by one, and no JSON value is too strange', () => {
  const { counters: read, workers } = restoredState(
    {
      workers: {
        good: {
          total_tasks_completed: 3,
          recent_pings_ms: [1, 'x', null, -2, 4],
          answered_pings_ms: 'x',
          lost: 1,
        },
        bad: 7,
      },
      stats: { total_pings: '5', failed_pings: 2.9, successful_pings: -1 },
    },
    NOW,
  );
  expect([...workers.keys()]).toEqual(['good']);
  expect(workers.get('good')).toMatchObject({
    tasksCompleted: 3,
    recentPings: [1, null, 4],
    answered: [],
    lost: false,
  });
  expect(read).toEqual({ ...NO_COUNTS, failedPings: 2 });
  const shape = fc.dictionary(
    fc.constantFrom('workers', 'stats', 'former_workers', 'version'),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(shape, (document) => {
      const state = restoredState(document, NOW);
      for (const value of Object.values(state.counters)) expect(value).toBeGreaterThanOrEqual(0);
    }),
  );
});
