import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Event } from '#model/events.ts';
import { reduce } from '#model/reduce.ts';
import { valuesOf } from '#model/ring.ts';
import { emptyBucket } from '#model/series.ts';
import { EMPTY_SNAPSHOT, type Snapshot } from '#model/snapshot.ts';
import type { TaskState } from '#model/task.ts';
import { foreignTasks, slotsOf, WORKER_STATUSES } from '#model/worker.ts';
import {
  activeWorker,
  goodPing,
  NOW,
  REFUSED,
  SAMPLE_SETTINGS,
  sampleAttempt,
  sampleConfig,
  sampleTask,
} from './samples.ts';

const IDS = ['worker-01', 'worker-02', 'worker-03'];
const id = fc.constantFrom(...IDS);
const STARTED: Event = {
  type: 'master-started',
  at: NOW,
  version: '0.1.0',
  settings: SAMPLE_SETTINGS,
  counters: null,
};
const configured = (workerId: string, at = NOW): Event => ({
  type: 'worker-configured',
  at,
  config: sampleConfig(workerId),
  restored: null,
});
const statusChanged = (workerId: string, to: (typeof WORKER_STATUSES)[number], at = NOW): Event => ({
  type: 'worker-status-changed',
  at,
  workerId,
  from: 'unknown',
  to,
  milestone: null,
  failure: null,
  failures: 0,
  maxFailures: 5,
});
const pinged = (workerId: string, slots: number | null, at = NOW): Event => ({
  type: 'worker-pinged',
  at,
  workerId,
  outcome: goodPing(12, { workerId, slots, slotsFree: slots }),
});

/** What every worker adds, counted anew. */
function loadOf({ workers, tasks }: Snapshot) {
  const active = [...workers].filter(({ status }) => status === 'active');
  const busy = (worker: (typeof active)[number]) =>
    Math.min(slotsOf(worker), worker.inFlight.length + foreignTasks(worker));
  return {
    busy: active.reduce((sum, worker) => sum + busy(worker), 0),
    slots: active.reduce((sum, worker) => sum + slotsOf(worker), 0),
    pending: tasks.counts.pending,
  };
}

const task = fc
  .record({ number: fc.integer({ min: 0, max: 4 }), workerId: id, attempts: fc.integer({ min: 1, max: 3 }) })
  .chain(({ number, workerId, attempts }) =>
    fc.constantFrom<TaskState>('pending', 'running', 'completed', 'failed').map(
      (state): Event => ({
        type: 'task-changed',
        at: NOW,
        change: state === 'running' ? 'sent' : state === 'pending' ? 'requeued' : 'completed',
        from: 'pending',
        task: sampleTask({
          id: `task-${number}`,
          state,
          attempts: Array.from({ length: attempts }, (_, index) =>
            sampleAttempt({
              number: index + 1,
              workerId: index + 1 === attempts ? workerId : (IDS[index] ?? workerId),
              endedAt: state === 'running' && index + 1 === attempts ? null : NOW,
              outcome: state === 'running' && index + 1 === attempts ? null : 'failed',
            }),
          ),
        }),
      }),
    ),
  );

const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  id.map((workerId) => configured(workerId)),
  fc.tuple(id, fc.constantFrom(...WORKER_STATUSES)).map(([workerId, to]) => statusChanged(workerId, to)),
  fc.tuple(id, fc.option(fc.integer({ min: 1, max: 8 }))).map(([workerId, slots]) => pinged(workerId, slots)),
  id.map((workerId): Event => ({ type: 'worker-pinged', at: NOW, workerId, outcome: REFUSED })),
  id.map(
    (workerId): Event => ({
      type: 'workers-removed',
      at: NOW,
      workers: [activeWorker({ id: workerId, config: sampleConfig(workerId) })],
    }),
  ),
  task,
);

test('busy slots and slots, kept up event by event, are those that the workers have, whatever happens', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
      const start = [STARTED, ...IDS.map((one) => configured(one))].reduce(reduce, EMPTY_SNAPSHOT);
      let snapshot = start;
      // A worker that goes while it has tasks, or a task that moves backwards, is nothing that happens; the sum holds all the same.
      for (const event of events) snapshot = reduce(snapshot, event);
      expect(snapshot.series.load).toEqual(loadOf(snapshot));
    }),
  );
});

test('what a busy worker has is counted by the time, and not while it does not answer', () => {
  const at = NOW - (NOW % 10_000);
  const events: Event[] = [
    { ...STARTED, at },
    configured('worker-01', at),
    statusChanged('worker-01', 'active', at),
    pinged('worker-01', 4, at),
    pinged('worker-01', 4, at + 1_000),
    statusChanged('worker-01', 'unstable', at + 3_000),
    pinged('worker-01', 4, at + 4_000),
  ];
  expect(events.reduce(reduce, EMPTY_SNAPSHOT).series.open).toMatchObject({ busyMs: 0, slotMs: 12_000 });
});

test('an earlier master’s hour and day go on, and the time between is a gap', () => {
  const history = { hour: [emptyBucket(NOW - 600_000)], day: [emptyBucket(NOW - 9_000_000)] };
  const events: Event[] = [{ ...STARTED, history }, configured('worker-01'), pinged('worker-01', 4)];
  const { series } = events.reduce(reduce, EMPTY_SNAPSHOT);
  expect(valuesOf(series.hour)).toEqual(history.hour);
  expect(valuesOf(series.day)).toEqual(history.day);
  expect(series.open).toMatchObject({ goodPings: 1, slotMs: 0 });
});

test('a picture dated ahead is not taken for new once the clock is set back', () => {
  const ahead = NOW + 86_400_000;
  const events: Event[] = [STARTED, configured('worker-01', ahead), pinged('worker-01', 4, NOW + 1_000)];
  const snapshot = events.reduce(reduce, EMPTY_SNAPSHOT);
  expect(snapshot.at).toBe(NOW + 1_000);
  expect(snapshot.series.at).toBe(NOW + 1_000);
});

test('what says nothing of the fleet leaves the series as they are', () => {
  const before = [STARTED, configured('worker-01')].reduce(reduce, EMPTY_SNAPSHOT);
  const after = reduce(before, { type: 'noticed', at: NOW, level: 'info', message: 'hello' });
  expect(after.series).toBe(before.series);
});
