import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CALL_FAILURES } from '#model/call-failure.ts';
import type { Event } from '#model/events.ts';
import { valuesOf } from '#model/ring.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { WORKER_STATUSES } from '#model/worker.ts';
import type { WorkerEvent } from '#model/worker-event.ts';
import { restoredState } from '#persistence/restored-state.ts';
import { workerEventOf, workerEventText } from '#persistence/worker-event-text.ts';
import { stateDocument } from '#persistence/worker-state-document.ts';
import { failingWorker, healthyWorker, NOW, snapshotOf, workerConfig } from '../ui/fleet.ts';

const at = fc.integer({ min: 1, max: NOW });
const small = fc.nat({ max: 999 });
const words = fc.constantFrom('', 'connect ECONNREFUSED 10.0.0.1:8080', '503', '- x');
const workerId = fc.constant('worker-01');
const event: fc.Arbitrary<WorkerEvent> = fc.oneof(
  fc.record({
    type: fc.constant('worker-status-changed'),
    at,
    workerId,
    from: fc.constantFrom(...WORKER_STATUSES),
    to: fc.constantFrom(...WORKER_STATUSES),
    milestone: fc.constantFrom(null, 'discovered', 'lost', 'recovered'),
    failure: fc.option(fc.record({ reason: fc.constantFrom(...CALL_FAILURES), detail: words })),
    failures: small,
    maxFailures: small,
  }),
  fc.record({
    type: fc.constant('worker-drained'),
    at,
    workerId,
    drained: fc.boolean(),
    restored: fc.constant(false),
  }),
  fc.record({ type: fc.constant('worker-refused'), at, workerId, httpStatus: small }),
  fc
    .record({
      at,
      until: small,
      failed: small,
      completed: small,
      taskId: fc.constant('sweep-a.17'),
      error: words,
    })
    .map(({ at: since, ...aside }) => ({
      type: 'worker-set-aside' as const,
      at: since,
      workerId: 'worker-01',
      aside: { ...aside, since },
    })),
  fc.record({ type: fc.constant('worker-taken-back'), at, workerId }),
);

test('what happened to a worker is a line, which gives the event back', () => {
  fc.assert(
    fc.property(event, (one) => {
      const text = workerEventText(one);
      expect(text).not.toMatch(/\n| $/);
      expect(workerEventOf('worker-01', text, NOW)).toEqual(one);
    }),
  );
});

test('a line that says nothing is left out, and none is of a time to come', () => {
  for (const text of [7, '', 'x', '0 back', `${NOW} dance`, `${NOW} status active gone`, `-1 back`]) {
    expect(workerEventOf('w', text, NOW)).toBeNull();
  }
  expect(workerEventOf('w', `${NOW + 99} back`, NOW)).toMatchObject({ at: NOW });
  const read = (events: unknown) =>
    restoredState({ workers: { w: { events } } }, NOW).workers.get('w')?.events;
  expect(read('x')).toBeUndefined();
  expect(read(['x', `${NOW} back`])).toEqual([{ type: 'worker-taken-back', at: NOW, workerId: 'w' }]);
});

const QUIET = workerConfig('worker-01', '10.0.0.1');

/** The events of a start of the master that finds what the one before it wrote. */
function startAfter(before: Snapshot): readonly Event[] {
  const document = JSON.parse(JSON.stringify(stateDocument(before, NOW)));
  const restored = restoredState(document, NOW).workers.get(QUIET.id) ?? null;
  return [
    { type: 'worker-configured', at: NOW, config: QUIET, restored },
    {
      type: 'worker-status-changed',
      at: NOW,
      workerId: QUIET.id,
      from: 'unknown',
      to: 'active',
      milestone: null,
      failure: null,
      failures: 0,
      maxFailures: 5,
    },
  ];
}

test('a quiet worker keeps what happened to it, however much happens to others and across starts of the master', () => {
  const loud = Array.from({ length: 300 }, (_, index) =>
    failingWorker(workerConfig(`loud-${index % 3}`, '10.0.0.2'), 5, NOW),
  );
  const before = snapshotOf([
    ...healthyWorker(QUIET, NOW - 100_000),
    ...failingWorker(QUIET, 5, NOW - 90_000),
    ...[0, 1, 2].flatMap((index) => healthyWorker(workerConfig(`loud-${index}`, '10.0.0.2'), NOW)),
    ...loud.flat(),
  ]);
  const told = (snapshot: Snapshot) =>
    valuesOf(snapshot.workers.get(QUIET.id)?.events ?? expect.fail()).map((one) =>
      one.type === 'worker-status-changed' ? one.milestone : one.type,
    );
  expect(valuesOf(before.incidents).some((one) => 'workerId' in one && one.workerId === QUIET.id)).toBe(
    false,
  );
  expect(told(before)).toEqual(['discovered', 'lost']);
  // That the master started is no event of the worker.
  expect(told(snapshotOf(startAfter(before)))).toEqual(['discovered', 'lost']);
  expect(valuesOf(before.workers.get('loud-0')?.events ?? expect.fail())).toHaveLength(12);
});
