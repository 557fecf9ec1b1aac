import { expect, test } from 'vitest';
import { queueRank } from '#model/aging.ts';
import { recentPings } from '#model/recent-pings.ts';
import { Table } from '#model/table.ts';
import type { Task } from '#model/task.ts';
import type { Worker } from '#model/worker.ts';
import { type Choice, createBalancer } from '#task-monitor/balancer.ts';
import { createDurations } from '#task-monitor/durations.ts';
import { createOccupancy } from '#task-monitor/occupancy.ts';
import { createPendingQueue } from '#task-monitor/queue.ts';
import { mayRun } from '#task-monitor/runners.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import {
  activeWorker,
  NOW,
  sampleAttempt,
  sampleConfig,
  sampleReport,
  sampleTask,
} from '../model/samples.ts';

interface Machine {
  /** Seconds that it takes for a task of one step; missing: it has not run any. */
  readonly seconds?: number;
  readonly ping?: number;
  readonly slots?: number;
  /** Steps of the tasks that it began just now. */
  readonly runs?: readonly number[];
  readonly labels?: readonly string[];
  readonly benchmarks?: readonly string[];
  readonly over?: Partial<Worker>;
  readonly aside?: true;
  readonly reliability?: number;
}

interface Scene {
  readonly machines: Readonly<Record<string, Machine>>;
  /** All that wait, by default one of one step. */
  readonly tasks?: readonly Partial<Task>[];
  readonly calmSeconds?: number;
  readonly limit?: number;
}

function workerOf(id: string, { ping = 10, benchmarks = [], slots = 1, labels = [], over }: Machine): Worker {
  return activeWorker({
    id,
    config: sampleConfig(id, { slots, labels }),
    ...recentPings([], [ping]),
    health: { state: 'healthy', reasons: [], warnings: [], checkedAt: NOW },
    statusReport: { dockerImage: '', imageAvailable: true, benchmarks, pythonAvailable: true },
    ...over,
  });
}

function steps(count: number): Pick<Task, 'parameters'> {
  return { parameters: { NUM_PARTICULAS: 1, NUM_PASOS: count } };
}

/** What is done first: the production queue, occupancy, durations and balancer together. */
function decide({ machines, tasks = [{}], calmSeconds = Number.POSITIVE_INFINITY, limit }: Scene): Choice {
  const clock = fakeClock(NOW);
  const durations = createDurations();
  const queue = createPendingQueue(durations);
  const occupancy = createOccupancy(clock, (taskId, workerId) => ({
    since: clock.monotonic(),
    expectedSeconds: durations.expected(
      { benchmark: 'benchmark.py', ...steps(Number(taskId.split(' ')[1])) },
      workerId,
    ),
  }));
  for (const [workerId, { seconds }] of Object.entries(machines)) {
    if (seconds === undefined) continue;
    for (let run = 0; run < 20; run += 1) {
      durations.learn({ workerId, benchmark: 'benchmark.py', ...steps(1), seconds });
    }
  }
  for (const [workerId, { runs = [] }] of Object.entries(machines)) {
    for (const [index, size] of runs.entries()) occupancy.take(workerId, `run-${index} ${size}`);
  }
  for (const [sequence, task] of tasks.entries()) {
    const made = sampleTask({ id: `t-${sequence}`, sequence, ...steps(1), ...task });
    queue.push(made, queueRank({ priority: made.priority, createdAt: made.createdAt - NOW }));
  }
  const workers = Object.entries(machines).map(([id, machine]) => [id, workerOf(id, machine)] as const);
  const balancer = createBalancer({
    clock,
    durations,
    standing: {
      isAside: (id) => machines[id]?.aside ?? false,
      anyAside: true,
      reliabilityOf: (id) => machines[id]?.reliability ?? 1,
    },
  });
  let choice: Choice = { kind: 'none' };
  queue.offer((lane) => {
    choice = balancer(lane, {
      candidates: occupancy.candidates(Table.from(workers)),
      waitingSeconds: queue.expectedSeconds(),
      calmSeconds,
      limit: limit ?? Number.POSITIVE_INFINITY,
    });
    return 'done';
  });
  return choice;
}

function textOf(choice: Choice): string {
  return choice.kind === 'send' ? `${choice.task.id} to ${choice.candidate.worker.id}` : choice.kind;
}

/** Came so many seconds before now. */
function waiting(seconds: number, count: number): Partial<Task> {
  return { ...steps(count), createdAt: NOW - 1_000 * seconds };
}

function triedOn(outcome: 'failed' | 'timeout' | 'lost' | 'died' | 'not-sent', ...workerIds: string[]) {
  const attempts = workerIds.map((workerId, index) =>
    sampleAttempt({ number: index + 1, workerId, outcome, error: 'no memory' }),
  );
  return [{ attempts }];
}

const BUSY = { runs: [1_000] };

/** Busy with a task that somebody else sent; so many are there, with those in its queue. */
function foreign(count: number): Pick<Machine, 'over'> {
  const report = sampleReport({ currentTask: { taskId: 'theirs', benchmark: 'benchmark.py' } });
  return { over: { report, foreign: count } };
}

test.each<[string, Scene, string]>([
  ['the fastest free worker', { machines: { a: { seconds: 3 }, b: { seconds: 2 } } }, 't-0 to b'],
  [
    'a fast one whatever its ping',
    { machines: { a: { seconds: 3, ping: 1 }, b: { seconds: 2, ping: 900 } } },
    't-0 to b',
  ],
  [
    'the fleet’s mean for one without past runs: faster ones go first',
    { machines: { a: {}, b: { seconds: 2 }, c: { seconds: 4 } } },
    't-0 to b',
  ],
  [
    'the fleet’s mean for one without past runs: slower ones go after it',
    { machines: { a: {}, b: { seconds: 2, ...BUSY }, c: { seconds: 4 } } },
    't-0 to a',
  ],
  [
    'the quickest ping where nobody has run it',
    { machines: { a: { ping: 30 }, b: { ping: 20 }, c: { ping: 40 } } },
    't-0 to b',
  ],
  ['the first id among equals', { machines: { c: {}, a: {}, b: {} } }, 't-0 to a'],
  [
    'one of several slots while one is left',
    { machines: { a: { seconds: 1, slots: 2, runs: [1_000] }, b: { seconds: 9 } } },
    't-0 to a',
  ],
  [
    'nobody while all are busy',
    { machines: { a: { seconds: 1, ...BUSY }, b: { seconds: 1, ...BUSY } } },
    'none',
  ],
  ['nobody in an empty fleet', { machines: {} }, 'none'],
  [
    'a slow free one where the fast one is busy for long',
    { machines: { a: { seconds: 10 }, b: { seconds: 1, runs: [100] } } },
    't-0 to a',
  ],
  [
    'nobody yet where a fast one is free soon',
    { machines: { a: { seconds: 10 }, b: { seconds: 1, runs: [2] } } },
    'hold',
  ],
  [
    'a slow free one where new tasks will come for the fast one',
    { machines: { a: { seconds: 10 }, b: { seconds: 1, runs: [2] } }, calmSeconds: 1 },
    't-0 to a',
  ],
  [
    'nobody yet where what others run on a fast one is over soon',
    { machines: { a: { seconds: 10 }, b: { seconds: 2, ...foreign(1) } } },
    'hold',
  ],
  [
    'a slow free one where others have a queue at the fast one',
    { machines: { a: { seconds: 10 }, b: { seconds: 2, ...foreign(10) } } },
    't-0 to a',
  ],
  [
    'the slow one for a part of many that wait',
    {
      machines: { a: { seconds: 10 }, b: { seconds: 1, runs: [2] } },
      tasks: Array.from({ length: 30 }, () => ({})),
    },
    't-0 to a',
  ],
  [
    'the short task for the slow one, and keeps the long one for the fast one',
    { machines: { a: { seconds: 10 }, b: { seconds: 1, runs: [15] } }, tasks: [steps(20), steps(1)] },
    't-1 to a',
  ],
  [
    'a later task that does no harm while the older one is kept',
    {
      machines: { a: { seconds: 10 }, b: { seconds: 1, runs: [20] } },
      tasks: [steps(30), { ...steps(1), createdAt: NOW + 60_000 }],
    },
    't-1 to a',
  ],
  [
    'the older one first where new tasks will come',
    {
      machines: { a: { seconds: 10 }, b: { seconds: 1, runs: [20] } },
      tasks: [steps(30), { ...steps(1), createdAt: NOW + 60_000 }],
      calmSeconds: 1,
    },
    't-0 to a',
  ],
  [
    'the longest of those that came together',
    { machines: { a: { seconds: 1 } }, tasks: [steps(1), steps(3), steps(2)] },
    't-1 to a',
  ],
  [
    'the shorter of two that came nearly together where new tasks will come',
    { machines: { a: { seconds: 1 } }, tasks: [waiting(100, 9), waiting(81, 2)], calmSeconds: 1 },
    't-1 to a',
  ],
  [
    'the older where the other came later than a fifth of its wait',
    { machines: { a: { seconds: 1 } }, tasks: [waiting(100, 9), waiting(79, 2)], calmSeconds: 1 },
    't-0 to a',
  ],
  [
    'the older where it is the shorter',
    { machines: { a: { seconds: 1 } }, tasks: [waiting(100, 2), waiting(81, 9)], calmSeconds: 1 },
    't-0 to a',
  ],
  [
    'the older where all will be done before new tasks come',
    {
      machines: { a: { seconds: 1 }, b: { seconds: 1 } },
      tasks: [waiting(100, 9), waiting(81, 2)],
      calmSeconds: 12,
    },
    't-0 to a',
  ],
  [
    'the more urgent, however long',
    {
      machines: { a: { seconds: 1 } },
      tasks: [
        { ...waiting(100, 9), priority: 6 },
        { ...waiting(700, 2), priority: 5 },
      ],
      calmSeconds: 1,
    },
    't-0 to a',
  ],
  [
    'the longest of those that came together where new tasks will come, too',
    { machines: { a: { seconds: 1 } }, tasks: [waiting(100, 1), waiting(100, 3)], calmSeconds: 1 },
    't-1 to a',
  ],
  [
    'the shortest of them for one that has to show what it can',
    { machines: { a: {}, b: { seconds: 1, ...BUSY } }, tasks: [steps(2), steps(3), steps(1)] },
    't-2 to a',
  ],
  [
    'the wanted one, however slow',
    { machines: { a: { seconds: 9 }, b: { seconds: 1 } }, tasks: [{ wantedWorker: 'a' }] },
    't-0 to a',
  ],
  [
    'nobody else while the wanted one is busy',
    { machines: { a: BUSY, b: {} }, tasks: [{ wantedWorker: 'a' }] },
    'none',
  ],
  [
    'one with all the labels',
    {
      machines: { a: { labels: ['gpu'] }, b: { labels: ['gpu', 'fast'] } },
      tasks: [{ labels: ['fast', 'gpu'] }],
    },
    't-0 to b',
  ],
  [
    'nobody where none has the label',
    { machines: { a: { labels: ['gpu'] } }, tasks: [{ labels: ['fast'] }] },
    'none',
  ],
  [
    'one that announces the benchmark',
    { machines: { a: { benchmarks: ['other.py'] }, b: { benchmarks: ['benchmark.py'] } } },
    't-0 to b',
  ],
  [
    'nobody that the operator drains, or that drains itself',
    {
      machines: { a: { over: { drained: true } }, b: { over: { report: sampleReport({ draining: true }) } } },
    },
    'none',
  ],
  [
    'one that fails less, though it is a little slower',
    { machines: { a: { seconds: 2, reliability: 0.5 }, b: { seconds: 3 } } },
    't-0 to b',
  ],
  [
    'nobody that is set aside',
    { machines: { a: { seconds: 1, aside: true }, b: { seconds: 9 } } },
    't-0 to b',
  ],
  [
    'nobody that is set aside while the others are busy',
    { machines: { a: { seconds: 1, aside: true }, b: { seconds: 1, ...BUSY } } },
    'none',
  ],
  [
    'one that is set aside where nobody else may run it',
    { machines: { a: { labels: ['gpu'], aside: true }, b: {} }, tasks: [{ labels: ['gpu'] }] },
    't-0 to a',
  ],
  [
    'another one after a failure',
    { machines: { a: { seconds: 1 }, b: { seconds: 9 } }, tasks: triedOn('failed', 'a') },
    't-0 to b',
  ],
  [
    'nobody after a failure while the others are busy',
    { machines: { a: {}, b: BUSY }, tasks: triedOn('timeout', 'a') },
    'none',
  ],
  [
    'the same after a failure where no other can run it',
    { machines: { a: {}, b: { benchmarks: ['other.py'] } }, tasks: triedOn('failed', 'a') },
    't-0 to a',
  ],
  [
    'any after failures everywhere',
    { machines: { a: { seconds: 3 }, b: { seconds: 2 } }, tasks: triedOn('failed', 'a', 'b') },
    't-0 to b',
  ],
  [
    'the same one after it was not reached',
    { machines: { a: { seconds: 1 }, b: { seconds: 2 } }, tasks: triedOn('not-sent', 'a') },
    't-0 to a',
  ],
  [
    'another one after a loss, however slow',
    { machines: { a: { seconds: 1 }, b: { seconds: 2 } }, tasks: triedOn('lost', 'a') },
    't-0 to b',
  ],
  [
    'the same after its worker died where no other is free',
    { machines: { a: { seconds: 1 }, b: { seconds: 2, ...BUSY } }, tasks: triedOn('died', 'a') },
    't-0 to a',
  ],
])('the balancer chooses %s', (_, scene, expected) => {
  expect(textOf(decide(scene))).toBe(expected);
});

test('a task is kept until the faster worker is expected to be free', () => {
  expect(decide({ machines: { a: { seconds: 10 }, b: { seconds: 1, runs: [2] } } })).toEqual({
    kind: 'hold',
    forMs: expect.closeTo(2_000, -2),
  });
});

test('a worker whose announcement is not known yet, or empty, is trusted', () => {
  const task = sampleTask({ benchmark: 'new.py' });
  expect(mayRun(task, activeWorker({ statusReport: null }))).toBe(true);
  expect(mayRun(task, workerOf('a', {}))).toBe(true);
  expect(mayRun(task, workerOf('a', { benchmarks: ['benchmark.py'] }))).toBe(false);
});
