import { expect, test } from 'vitest';
import { createBus } from '#bus/bus.ts';
import type { Event } from '#model/events.ts';
import { reduce } from '#model/reduce.ts';
import { EMPTY_SNAPSHOT } from '#model/snapshot.ts';
import type { Attempt, FailureReason, Task } from '#model/task.ts';
import { createStanding } from '#task-monitor/standing.ts';
import { type FakeClock, fakeClock } from '../helpers/fake-clock.ts';
import { sampleAttempt, sampleConfig, sampleTask } from '../model/samples.ts';

const MINUTE = 60_000;

/** A bus, the snapshot and the standing, with healthy workers; the test says what became of tasks. */
function openScene(...ids: string[]) {
  const clock: FakeClock = fakeClock();
  const bus = createBus();
  let snapshot = EMPTY_SNAPSHOT;
  const events: Event[] = [];
  bus.subscribe((event) => {
    snapshot = reduce(snapshot, event);
    events.push(event);
  });
  const standing = createStanding({ bus, clock, current: () => snapshot });
  let made = 0;

  function health(workerId: string, state: 'healthy' | 'unhealthy'): void {
    bus.publish({
      type: 'worker-health-checked',
      at: clock.now(),
      workerId,
      health: { state, reasons: [], warnings: [], checkedAt: clock.now() },
      medianMs: null,
      statusReport: null,
    });
  }

  for (const id of ids) {
    const at = clock.now();
    bus.publish({ type: 'worker-configured', at, config: sampleConfig(id), restored: null });
    bus.publish({
      type: 'worker-status-changed',
      at,
      workerId: id,
      from: 'unknown',
      to: 'active',
      milestone: null,
      failure: null,
      failures: 0,
      maxFailures: 5,
    });
    health(id, 'healthy');
  }

  function attemptOn(workerId: string, outcome: Attempt['outcome'], number = 1): Attempt {
    return sampleAttempt({ number, workerId, outcome, error: outcome === 'completed' ? null : 'no memory' });
  }

  function tell(change: 'requeued' | 'failed' | 'completed' | 'restored', over: Partial<Task>): void {
    made += 1;
    const task = sampleTask({ id: `t-${made}`, ...over });
    bus.publish({ type: 'task-changed', at: clock.now(), change, task, from: 'running' });
  }

  return {
    clock,
    standing,
    health,
    close: () => standing.close(),
    aside: (id: string) => snapshot.workers.get(id)?.aside ?? null,
    told: () =>
      events
        .map(({ type }) => type)
        .filter((type) => type.startsWith('worker-set') || type.startsWith('worker-taken')),
    completes(workerId: string) {
      tell('completed', { state: 'completed', attempts: [attemptOn(workerId, 'completed')] });
    },
    /** Fails a task that nobody else has had yet. */
    fails(workerId: string, failure: FailureReason | null = null) {
      tell(failure === null ? 'requeued' : 'failed', { failure, attempts: [attemptOn(workerId, 'failed')] });
    },
    /** Another worker completes what it failed before. */
    isShamedBy(workerId: string, other: string, change: 'completed' | 'restored' = 'completed') {
      const attempts = [attemptOn(workerId, 'failed'), attemptOn(other, 'completed', 2)];
      tell(change, { state: 'completed', attempts });
    },
  };
}

test('a worker is used less with each task that it fails and another completes, and recovers as it completes some', () => {
  const scene = openScene('a', 'b');
  expect(scene.standing.reliabilityOf('a')).toBe(1);
  scene.isShamedBy('a', 'b');
  const once = scene.standing.reliabilityOf('a');
  expect(once).toBeCloseTo(0.8);
  for (let task = 0; task < 30; task += 1) scene.completes('a');
  expect(scene.standing.reliabilityOf('a')).toBeGreaterThan(0.97);
  expect(scene.standing.reliabilityOf('b')).toBe(1);
  expect(scene.aside('a')).toBeNull();
});

test('a task that nobody completes counts against no worker', () => {
  const scene = openScene('a', 'b');
  for (const worker of ['a', 'b', 'a', 'b', 'a', 'b', 'a', 'b', 'a', 'b', 'a', 'b']) scene.fails(worker);
  expect(scene.standing.reliabilityOf('a')).toBe(1);
  expect(scene.told()).toEqual([]);
});

test('after three such failures it is set aside for five minutes, with the reason, then gets another chance', async () => {
  const scene = openScene('a', 'b');
  scene.isShamedBy('a', 'b');
  scene.isShamedBy('a', 'b');
  expect(scene.standing.isAside('a')).toBe(false);
  scene.isShamedBy('a', 'b');
  expect(scene.standing.isAside('a')).toBe(true);
  const at = scene.clock.now();
  expect(scene.aside('a')).toEqual({
    since: at,
    until: at + 5 * MINUTE,
    failed: 3,
    completed: 0,
    taskId: 't-3',
    error: 'no memory',
  });
  await scene.clock.advance(5 * MINUTE - 1);
  expect(scene.standing.isAside('a')).toBe(true);
  await scene.clock.advance(1);
  expect(scene.standing.isAside('a')).toBe(false);
  expect(scene.aside('a')).toBeNull();
  expect(scene.told()).toEqual(['worker-set-aside', 'worker-taken-back']);
});

test('one that completes most of its tasks is not set aside for three failures', () => {
  const scene = openScene('a', 'b');
  for (let task = 0; task < 10; task += 1) scene.completes('a');
  for (let task = 0; task < 3; task += 1) scene.isShamedBy('a', 'b');
  expect(scene.told()).toEqual([]);
});

test('after its return, one more failure sets it aside for twice as long; a completed task ends the probation', async () => {
  const scene = openScene('a', 'b');
  for (let task = 0; task < 3; task += 1) scene.isShamedBy('a', 'b');
  await scene.clock.advance(5 * MINUTE);
  scene.isShamedBy('a', 'b');
  expect(scene.aside('a')?.until).toBe(scene.clock.now() + 10 * MINUTE);
  await scene.clock.advance(10 * MINUTE);
  for (let task = 0; task < 8; task += 1) scene.completes('a');
  scene.isShamedBy('a', 'b');
  expect(scene.aside('a')).toBeNull();
});

test('five failures in a row while others complete theirs are enough, before anybody has completed the same tasks', () => {
  const scene = openScene('a', 'b');
  for (let task = 0; task < 4; task += 1) scene.fails('a');
  scene.completes('b');
  expect(scene.told()).toEqual([]);
  scene.fails('a');
  expect(scene.aside('a')?.failed).toBe(5);
});

test('where the others fail as well, or the request is at fault, failures in a row are not the worker’s', () => {
  const scene = openScene('a', 'b');
  scene.completes('b');
  for (let task = 0; task < 9; task += 1) {
    scene.fails('a');
    scene.fails('b');
  }
  for (let task = 0; task < 9; task += 1) scene.fails('a', 'rejected');
  expect(scene.told()).toEqual([]);
});

test('never are all set aside: the last one that takes tasks stays', () => {
  const scene = openScene('a', 'b', 'c');
  scene.health('c', 'unhealthy');
  for (let task = 0; task < 3; task += 1) scene.isShamedBy('a', 'b');
  for (let task = 0; task < 9; task += 1) scene.isShamedBy('b', 'c');
  expect(scene.standing.isAside('a')).toBe(true);
  expect(scene.standing.isAside('b')).toBe(false);
  scene.health('c', 'healthy');
  scene.isShamedBy('b', 'c');
  expect(scene.standing.isAside('b')).toBe(true);
});

test('what was before a restart counts, but sets nobody aside', () => {
  const scene = openScene('a', 'b');
  for (let task = 0; task < 5; task += 1) scene.isShamedBy('a', 'b', 'restored');
  expect(scene.standing.reliabilityOf('a')).toBeLessThan(0.6);
  expect(scene.told()).toEqual([]);
  scene.isShamedBy('a', 'b');
  expect(scene.standing.isAside('a')).toBe(true);
});

test('closing it leaves no timer', () => {
  const scene = openScene('a', 'b');
  for (let task = 0; task < 3; task += 1) scene.isShamedBy('a', 'b');
  expect(scene.clock.pending).toBe(1);
  scene.close();
  expect(scene.clock.pending).toBe(0);
});
