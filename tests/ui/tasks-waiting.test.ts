import { describe, expect, test } from 'vitest';
import type { Event } from '#model/events.ts';
import type { Settings } from '#model/settings.ts';
import type { Snapshot } from '#model/snapshot.ts';
import type { Task } from '#model/task.ts';
import { countsLine } from '#ui/views/tasks/counts-line.ts';
import { capacityOf, heldByLimit, isOwnReason, waitReason, waitText } from '#ui/views/tasks/waiting.ts';
import {
  attempt,
  exampleFleet,
  failingWorker,
  healthyWorker,
  NOW,
  SETTINGS,
  snapshotOf,
  task,
  workerConfig,
} from './fleet.ts';
import { contextOf, textOf } from './view-context.ts';

const ONE = workerConfig('worker-01', '10.0.0.1');
const TWO = workerConfig('worker-02', '10.0.0.2');

function fleet(events: readonly Event[], settings: Partial<Settings> = {}): Snapshot {
  return snapshotOf([
    {
      type: 'master-started',
      at: NOW - 60_000,
      version: '0',
      settings: { ...SETTINGS, ...settings },
      counters: null,
    },
    ...events,
  ]);
}

function runs(id: string, workerId: string): Event {
  const running = task({ id, state: 'running', attempts: [attempt({ workerId })] });
  return { type: 'task-changed', at: NOW, change: 'sent', task: running, from: null };
}

function queued(over: Partial<Task>): Event {
  return { type: 'task-changed', at: NOW, change: 'submitted', task: task(over), from: null };
}

const bothHealthy = [...healthyWorker(ONE, NOW), ...healthyWorker(TWO, NOW)];
const oneLost = [...healthyWorker(ONE, NOW - 100_000), ...failingWorker(ONE, 5, NOW - 20_000)];

const SET_ASIDE: Event = {
  type: 'worker-set-aside',
  at: NOW,
  workerId: 'worker-02',
  aside: { since: NOW, until: NOW + 300_000, failed: 3, completed: 0, taskId: 'x', error: 'exit 1' },
};

function drained(workerId: string): Event {
  return { type: 'worker-drained', at: NOW, workerId, drained: true, restored: false };
}

interface Case {
  readonly because: string;
  readonly snapshot: Snapshot;
  readonly task?: Partial<Task>;
  readonly code: string;
  readonly says: string;
}

const CASES: readonly Case[] = [
  {
    because: 'it failed a moment ago',
    snapshot: fleet(bothHealthy),
    task: { notBefore: NOW + 5_000 },
    code: 'backoff',
    says: 'until 21:42:12, after a failure',
  },
  {
    because: 'the worker it wants is not configured',
    snapshot: fleet(bothHealthy),
    task: { wantedWorker: 'worker-09' },
    code: 'worker-unknown',
    says: 'for worker-09, which is not configured',
  },
  {
    because: 'the worker it wants is inactive',
    snapshot: fleet([...oneLost, ...healthyWorker(TWO, NOW)]),
    task: { wantedWorker: 'worker-01' },
    code: 'worker-not-healthy',
    says: 'for worker-01: lost 20 s',
  },
  {
    because: 'the worker it wants is busy, though another is free',
    snapshot: fleet([...bothHealthy, runs('a', 'worker-01')]),
    task: { wantedWorker: 'worker-01' },
    code: 'worker-busy',
    says: 'for worker-01: 1 of 1 slot taken',
  },
  {
    because: 'there is no worker at all',
    snapshot: fleet([]),
    code: 'no-worker',
    says: 'for a worker: none is configured',
  },
  {
    because: 'no worker is healthy',
    snapshot: fleet(oneLost),
    code: 'no-healthy',
    says: 'for a healthy worker: 0 of 1',
  },
  {
    because: 'every healthy worker is drained, which is not the same as that none is healthy',
    snapshot: fleet([...bothHealthy, drained('worker-01'), drained('worker-02')]),
    code: 'drained',
    says: 'for a worker that takes tasks: 2 are drained',
  },
  {
    because: 'a worker that was never checked does not count as healthy',
    snapshot: fleet([{ type: 'worker-configured', at: NOW, config: ONE, restored: null }]),
    code: 'no-healthy',
    says: 'for a healthy worker: 0 of 1',
  },
  {
    because: 'every slot is taken',
    snapshot: fleet([...bothHealthy, runs('a', 'worker-01'), runs('b', 'worker-02')]),
    code: 'slots-taken',
    says: 'for a free slot: 2 of 2 taken',
  },
  {
    because: 'the slots are taken, and the limit is reached too: more of them would be needed first',
    snapshot: fleet([...bothHealthy, runs('a', 'worker-01'), runs('b', 'worker-02')], {
      maxConcurrentTasks: 2,
    }),
    code: 'slots-taken',
    says: 'for a free slot: 2 of 2 taken',
  },
  {
    because: 'only the limit is in the way',
    snapshot: fleet([...bothHealthy, runs('a', 'worker-01')], { maxConcurrentTasks: 1 }),
    code: 'limit',
    says: 'for ORCHESTRATOR_MAX_CONCURRENT_TASKS: 1 at once',
  },
  {
    because: 'a faster worker is busy, and a slower one would be done later than that',
    snapshot: fleet([...bothHealthy, runs('a', 'worker-01')]),
    task: { updatedAt: NOW - 2_001 },
    code: 'kept',
    says: 'for a faster worker, which is busy just now',
  },
  {
    because: 'a slot has just become free',
    snapshot: fleet([...bothHealthy, runs('a', 'worker-01')]),
    task: { updatedAt: NOW - 1_999 },
    code: 'turn',
    says: 'for its turn: about to be sent',
  },
  {
    because: 'the free worker fails what others complete, and they are busy',
    snapshot: fleet([...bothHealthy, runs('a', 'worker-01'), SET_ASIDE]),
    code: 'aside',
    says: 'for a free slot: all 1 taken, and the free workers are set aside (1)',
  },
  {
    because: 'no healthy worker has its benchmark',
    snapshot: fleet(bothHealthy),
    task: { benchmark: 'benchmark.f90' },
    code: 'no-benchmark',
    says: 'for a worker that has benchmark.f90',
  },
  {
    because: 'the worker it is for does not have its benchmark',
    snapshot: fleet(bothHealthy),
    task: { benchmark: 'benchmark.f90', wantedWorker: 'worker-01' },
    code: 'no-benchmark',
    says: 'for a worker that has benchmark.f90',
  },
  {
    because: 'nothing is in the way any more',
    snapshot: fleet(bothHealthy),
    task: { notBefore: NOW - 1 },
    code: 'turn',
    says: 'for its turn: about to be sent',
  },
];

describe('a pending task waits', () => {
  test.each(CASES)('because $because', ({ snapshot, task: over, code, says }) => {
    const reason = waitReason(task(over), capacityOf(snapshot), NOW);
    expect(reason.code).toBe(code);
    expect(waitText(reason, contextOf(snapshot, { columns: 80, rows: 20 }))).toBe(says);
  });

  test('for something of its own only where others may go on', () => {
    const own = CASES.filter(({ snapshot, task: over }) =>
      isOwnReason(waitReason(task(over), capacityOf(snapshot), NOW)),
    );
    expect(new Set(own.map(({ code }) => code))).toEqual(
      new Set(['backoff', 'worker-unknown', 'worker-not-healthy', 'no-benchmark']),
    );
  });
});

test('that no worker takes tasks is said above the list, while something waits for one', () => {
  const counts = (events: readonly Event[]) =>
    textOf(countsLine(contextOf(fleet(events), { columns: 80, rows: 20 }), null));
  const all = [...bothHealthy, drained('worker-01'), drained('worker-02')];
  expect(counts([...all, queued({ id: 'b' })])).toContain('no worker takes tasks');
  expect(counts(all)).not.toContain('no worker');
  expect(counts([...bothHealthy, queued({ id: 'b' })])).not.toContain('no worker');
});

describe('the limit holds the queue back', () => {
  const held = (snapshot: Snapshot) => heldByLimit(snapshot.tasks.known, capacityOf(snapshot), NOW);
  const limited = { maxConcurrentTasks: 1 };

  test('when it is reached and a task waits that a worker has a slot for', () => {
    expect(held(fleet([...bothHealthy, runs('a', 'worker-01'), queued({ id: 'b' })], limited))).toBe(true);
  });

  test.each([
    ['it is not set', fleet([...bothHealthy, runs('a', 'worker-01'), queued({ id: 'b' })])],
    ['it is not reached', fleet([...bothHealthy, queued({ id: 'b' })], limited)],
    ['nothing waits', fleet([...bothHealthy, runs('a', 'worker-01')], limited)],
    [
      'no slot is free',
      fleet([...healthyWorker(ONE, NOW), runs('a', 'worker-01'), queued({ id: 'b' })], limited),
    ],
    [
      'all that wait want a worker that is busy',
      fleet(
        [...bothHealthy, runs('a', 'worker-01'), queued({ id: 'b', wantedWorker: 'worker-01' })],
        limited,
      ),
    ],
    [
      'all that wait do so after a failure',
      fleet([...bothHealthy, runs('a', 'worker-01'), queued({ id: 'b', notBefore: NOW + 1 })], limited),
    ],
  ])('but not when %s', (_, snapshot) => {
    expect(held(snapshot)).toBe(false);
  });
});

test('a task waits for its time, for labels that nobody has, and for no worker that is drained', () => {
  const fleet = exampleFleet();
  const reasonOf = (over: Parameters<typeof task>[0], snapshot = fleet) =>
    waitReason(task(over), capacityOf(snapshot), NOW);
  expect(reasonOf({ startAt: NOW + 5_000 })).toEqual({ code: 'start', until: NOW + 5_000 });
  expect(reasonOf({ startAt: NOW - 1 }).code).not.toBe('start');
  expect(reasonOf({ labels: ['gpu'] })).toEqual({ code: 'no-labels', labels: ['gpu'] });
  const after = snapshotOf([drained('worker-01')], fleet);
  expect(capacityOf(after).healthy).toBe(capacityOf(fleet).healthy - 1);
  expect(reasonOf({ wantedWorker: 'worker-01' }, after).code).toBe('worker-not-healthy');
});
