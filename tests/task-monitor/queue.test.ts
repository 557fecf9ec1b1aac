import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AGING_MS, queueRank } from '#model/aging.ts';
import type { Task } from '#model/task.ts';
import { createDurations } from '#task-monitor/durations.ts';
import { createPendingQueue, type PendingQueue } from '#task-monitor/queue.ts';
import { NOW, sampleAttempt, sampleTask } from '../model/samples.ts';

const WORKERS = ['worker-01', 'worker-02', 'worker-03'];

const tasks = fc
  .array(
    fc.record({
      priority: fc.integer({ min: 1, max: 10 }),
      createdAt: fc.integer({ min: NOW, max: NOW + 30_000 }),
      wantedWorker: fc.option(fc.constantFrom(...WORKERS)),
      labels: fc.subarray(['gpu', 'fast']),
      benchmark: fc.constantFrom('benchmark.py', 'other'),
      failedOn: fc.subarray(WORKERS),
      steps: fc.integer({ min: 1, max: 5 }),
    }),
    { maxLength: 60 },
  )
  .map((records) =>
    records.map(({ failedOn, steps, ...record }, index) =>
      sampleTask({
        ...record,
        id: `t-${index}`,
        sequence: index,
        parameters: { NUM_PASOS: steps },
        attempts: failedOn.map((workerId, at) =>
          sampleAttempt({ number: at + 1, workerId, outcome: 'failed', error: 'no memory' }),
        ),
      }),
    ),
  );

/** Both benchmarks have been run, and take the same. */
function newQueue(): PendingQueue {
  const durations = createDurations();
  for (const benchmark of ['benchmark.py', 'other']) {
    durations.learn({ workerId: 'worker-01', benchmark, parameters: { NUM_PASOS: 1 }, seconds: 1 });
  }
  return createPendingQueue(durations);
}

function push(queue: PendingQueue, task: Task): void {
  queue.push(task, queueRank(task));
}

function second(task: Task): number {
  return Math.floor(queueRank(task) / 1_000);
}

function inOrder(all: readonly Task[]): string[] {
  const steps = ({ parameters }: Task) => Number(parameters.NUM_PASOS);
  return all
    .toSorted((a, b) => second(a) - second(b) || steps(b) - steps(a) || a.sequence - b.sequence)
    .map(({ id }) => id);
}

function takeAll(queue: PendingQueue): string[] {
  const taken: string[] = [];
  queue.offer(({ head }) => {
    taken.push(head.task.id);
    return head.task;
  });
  return taken;
}

test('tasks are offered by aged priority, of the same second the longest first, whatever the order in which they came', () => {
  fc.assert(
    fc.property(tasks, fc.infiniteStream(fc.nat()), (all, random) => {
      const queue = newQueue();
      const shuffled = all
        .map((task) => ({ task, at: random.next().value }))
        .sort((a, b) => a.at - b.at)
        .map(({ task }) => task);
      for (const task of shuffled) push(queue, task);
      expect(takeAll(queue)).toEqual(inOrder(all));
      expect(queue.size).toBe(0);
      expect(queue.expectedSeconds()).toBe(0);
    }),
  );
});

test('those that cannot be placed stay, in order, and hold up nobody else', () => {
  fc.assert(
    fc.property(tasks, fc.constantFrom(...WORKERS), (all, busy) => {
      const queue = newQueue();
      for (const task of all) push(queue, task);
      const taken: string[] = [];
      queue.offer(({ head: { task } }) => {
        if (task.wantedWorker === busy) return 'refused';
        taken.push(task.id);
        return task;
      });
      const waiting = all.filter(({ wantedWorker }) => wantedWorker === busy);
      expect(taken).toEqual(inOrder(all.filter((task) => !waiting.includes(task))));
      expect(queue.size).toBe(waiting.length);
      expect(takeAll(queue)).toEqual(inOrder(waiting));
    }),
  );
});

test('a task that is removed, or pushed again, is offered no more or once', () => {
  fc.assert(
    fc.property(tasks, fc.func(fc.constantFrom('leave', 'remove', 'push again')), (all, decide) => {
      const queue = newQueue();
      for (const task of all) push(queue, task);
      const left = all.filter((task) => {
        const what = decide(task.id);
        if (what === 'remove') queue.remove(task.id);
        if (what === 'push again') push(queue, task);
        return what !== 'remove';
      });
      expect(queue.size).toBe(left.length);
      expect(takeAll(queue)).toEqual(inOrder(left));
    }),
  );
});

test('a lane shows the shortest of its first second, the longest that fits, and what comes behind', () => {
  const queue = newQueue();
  const sizes = [5, 3, 3, 1].map((steps, sequence) =>
    sampleTask({ id: `t-${sequence}`, sequence, parameters: { NUM_PASOS: steps } }),
  );
  const later = sampleTask({
    id: 'later',
    sequence: 9,
    createdAt: NOW + 5_000,
    parameters: { NUM_PASOS: 2 },
  });
  for (const task of [...sizes, later]) push(queue, task);
  const unit = (sizes[3] && createDurations().sizeOf(sizes[3])) ?? 0;
  const seen: (string | undefined)[] = [];
  queue.offer((lane) => {
    seen.push(lane.head.task.id, lane.smallest.task.id, lane.within(4.5 * unit)?.task.id);
    seen.push(lane.within(0.5 * unit)?.task.id, lane.behind(4.5 * unit)?.task.id);
    seen.push(lane.behind(1.5 * unit)?.task.id);
    return 'done';
  });
  expect(seen).toEqual(['t-0', 't-3', 't-1', undefined, 'later', undefined]);
});

/** One lane, and of two priorities those that rank alike. */
function inOneLane(task: Task): Task {
  const priority = 5 + (task.priority % 2);
  const createdAt = task.createdAt + (priority - 5) * AGING_MS;
  return sampleTask({
    ...task,
    priority,
    createdAt,
    wantedWorker: null,
    labels: [],
    benchmark: 'other',
    attempts: [],
  });
}

test('shorter ones go before the head only if they came soon enough after it, and are as urgent', () => {
  fc.assert(
    fc.property(tasks, fc.nat({ max: 20_000 }), (all, ms) => {
      const queue = newQueue();
      for (const task of all.map(inOneLane)) push(queue, task);
      queue.offer((lane) => {
        const { task: first, size } = lane.head;
        const chosen = lane.shortestAfter(ms);
        expect(chosen.task.priority).toBe(first.priority);
        expect(chosen.size).toBeLessThanOrEqual(size);
        if (chosen !== lane.head) expect(chosen.task.createdAt - first.createdAt).toBeLessThanOrEqual(ms);
        return lane.head.task;
      });
    }),
  );
});

test('the shortest that came soon after the head is found, and of those that came together the longest', () => {
  const queue = newQueue();
  const came: readonly (readonly [id: string, seconds: number, steps: number, priority?: number])[] = [
    ['head', 0, 9],
    ['long', 2, 5],
    ['short beside it', 2, 1],
    ['shorter', 4, 3],
    ['more urgent', 5 + 600, 2, 6],
    ['too late', 8, 1],
  ];
  for (const [sequence, [id, seconds, steps, priority = 5]] of came.entries()) {
    const createdAt = NOW + 1_000 * seconds;
    push(queue, sampleTask({ id, sequence, createdAt, priority, parameters: { NUM_PASOS: steps } }));
  }
  const seen: string[] = [];
  queue.offer((lane) => {
    for (const ms of [0, 3_000, 7_999, 8_000]) seen.push(lane.shortestAfter(ms).task.id);
    return 'done';
  });
  expect(seen).toEqual(['head', 'long', 'shorter', 'too late']);
});

test('sizes are measured anew after what was learnt has changed them', () => {
  const durations = createDurations();
  const queue = createPendingQueue(durations);
  for (const [sequence, rounds] of [10, 1_000].entries()) {
    push(queue, sampleTask({ id: `t-${sequence}`, sequence, benchmark: 'b', parameters: { rounds } }));
  }
  const head = () => {
    let id = '';
    queue.offer((lane) => {
      id = lane.head.task.id;
      return 'done';
    });
    return id;
  };
  expect(head()).toBe('t-0');
  for (const rounds of [1, 10, 100, 1_000, 1, 10, 100, 1_000]) {
    durations.learn({ workerId: 'w', benchmark: 'b', parameters: { rounds }, seconds: 0.1 * rounds });
  }
  expect(head()).toBe('t-1');
  const expected = [10, 1_000].map(
    (rounds) => durations.expected({ benchmark: 'b', parameters: { rounds } }, 'w') ?? 0,
  );
  expect(queue.expectedSeconds()).toBeCloseTo((expected[0] ?? 0) + (expected[1] ?? 0), 1);
});

test('`done` leaves the task that was offered, and all after it, in the queue', () => {
  const queue = newQueue();
  for (const sequence of [1, 2, 3]) push(queue, sampleTask({ id: `t-${sequence}`, sequence }));
  const seen: string[] = [];
  queue.offer(({ head }) => {
    seen.push(head.task.id);
    return seen.length === 2 ? 'done' : head.task;
  });
  expect(seen).toEqual(['t-1', 't-2']);
  expect(queue.size).toBe(2);
});

test('a pass over 100 000 tasks that wait for the same busy worker offers one of them', () => {
  const queue = newQueue();
  for (let sequence = 0; sequence < 100_000; sequence += 1) {
    push(queue, sampleTask({ id: `t-${sequence}`, sequence, wantedWorker: 'worker-01' }));
  }
  push(queue, sampleTask({ id: 'free', sequence: 100_000 }));
  const offered: string[] = [];
  queue.offer(({ head: { task } }) => {
    offered.push(task.id);
    return task.wantedWorker === null ? task : 'refused';
  });
  expect(offered).toEqual(['t-0', 'free']);
});
