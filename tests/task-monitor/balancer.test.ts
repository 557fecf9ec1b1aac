import { expect, test } from 'vitest';
import type { Task } from '#model/task.ts';
import type { Worker } from '#model/worker.ts';
import { chooseWorker, mayRun } from '#task-monitor/balancer.ts';
import { activeWorker, sampleAttempt, sampleTask } from '../model/samples.ts';

interface Machine {
  readonly seconds?: number;
  readonly runs?: number;
  readonly ping?: number;
  readonly free?: number;
  readonly benchmarks?: readonly string[];
}

function workerOf(id: string, { seconds, runs = 1, ping = 10, benchmarks = [] }: Machine): Worker {
  return activeWorker({
    id,
    answered: [ping],
    performance: seconds === undefined ? {} : { 'benchmark.py': { runs, meanSeconds: seconds } },
    statusReport: { dockerImage: '', imageAvailable: true, benchmarks, pythonAvailable: true },
  });
}

function choose(task: Partial<Task>, machines: Record<string, Machine>): string | null {
  const candidates = Object.entries(machines).map(([id, machine]) => ({
    worker: workerOf(id, machine),
    free: machine.free ?? 1,
  }));
  const fleet = candidates.map(({ worker }) => worker);
  return chooseWorker({ task: sampleTask(task), candidates, fleet })?.id ?? null;
}

function triedOn(...workerIds: string[]): Pick<Task, 'attempts'> {
  return {
    attempts: workerIds.map((workerId, index) =>
      sampleAttempt({ number: index + 1, workerId, outcome: 'failed', error: 'no memory' }),
    ),
  };
}

test.each<[string, Partial<Task>, Record<string, Machine>, string | null]>([
  ['the one that is usually done first', {}, { a: { seconds: 3 }, b: { seconds: 2 } }, 'b'],
  [
    'a slow ping does not outweigh a fast run',
    {},
    { a: { seconds: 3, ping: 1 }, b: { seconds: 2, ping: 900 } },
    'b',
  ],
  [
    'the fleet’s mean for one without past runs: faster ones go first',
    {},
    { a: {}, b: { seconds: 2 }, c: { seconds: 4 } },
    'b',
  ],
  [
    'the fleet’s mean for one without past runs: slower ones go after it',
    {},
    { a: {}, b: { seconds: 2, free: 0 }, c: { seconds: 4 } },
    'a',
  ],
  [
    'the quickest ping where nobody has run it',
    {},
    { a: { ping: 30 }, b: { ping: 20 }, c: { ping: 40 } },
    'b',
  ],
  ['the first id among equals', {}, { c: {}, a: {}, b: {} }, 'a'],
  ['a free one, though a busy one is faster', {}, { a: { seconds: 9 }, b: { seconds: 1, free: 0 } }, 'a'],
  ['nobody while all are busy', {}, { a: { free: 0 }, b: { free: 0 } }, null],
  ['nobody in an empty fleet', {}, {}, null],
  ['the wanted one, however slow', { wantedWorker: 'a' }, { a: { seconds: 9 }, b: { seconds: 1 } }, 'a'],
  ['nobody else while the wanted one is busy', { wantedWorker: 'a' }, { a: { free: 0 }, b: {} }, null],
  ['nobody else while the wanted one is not healthy', { wantedWorker: 'a' }, { b: {} }, null],
  [
    'one that announces the benchmark',
    {},
    { a: { benchmarks: ['other.py'] }, b: { benchmarks: ['benchmark.py'] } },
    'b',
  ],
  ['nobody where all announce others only', {}, { a: { benchmarks: ['other.py'] } }, null],
  ['after a failure, another one', triedOn('a'), { a: { seconds: 1 }, b: { seconds: 9 } }, 'b'],
  ['after a failure, it waits for another that is busy', triedOn('a'), { a: {}, b: { free: 0 } }, null],
  [
    'after a failure, the same where no other can run it',
    triedOn('a'),
    { a: {}, b: { benchmarks: ['other.py'] } },
    'a',
  ],
  ['after failures everywhere, any', triedOn('a', 'b'), { a: { seconds: 3 }, b: { seconds: 2 } }, 'b'],
  ['after a failure, the wanted one again', { wantedWorker: 'a', ...triedOn('a') }, { a: {}, b: {} }, 'a'],
])('the balancer chooses %s', (_, task, machines, expected) => {
  expect(choose(task, machines)).toBe(expected);
});

test('an attempt that was never sent does not keep the task from the same worker', () => {
  const attempts = [sampleAttempt({ workerId: 'a', outcome: 'not-sent', error: 'refused' })];
  expect(choose({ attempts }, { a: { seconds: 1 }, b: { seconds: 2 } })).toBe('a');
});

test('a task that was lost on a worker goes to another, however fast that one is', () => {
  const attempts = [sampleAttempt({ workerId: 'a', outcome: 'lost', error: 'vanished' })];
  expect(choose({ attempts }, { a: { seconds: 1 }, b: { seconds: 2 } })).toBe('b');
  expect(choose({ attempts }, { a: { seconds: 1 } })).toBe('a');
});

test('a worker whose announcement is not known yet, or empty, is trusted', () => {
  const task = sampleTask({ benchmark: 'new.py' });
  expect(mayRun(task, activeWorker({ statusReport: null }))).toBe(true);
  expect(mayRun(task, workerOf('a', {}))).toBe(true);
  expect(mayRun(task, workerOf('a', { benchmarks: ['benchmark.py'] }))).toBe(false);
});
