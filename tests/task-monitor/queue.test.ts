import fc from 'fast-check';
import { expect, test } from 'vitest';
import { queueRank } from '#model/aging.ts';
import type { Task } from '#model/task.ts';
import { createPendingQueue, type PendingQueue } from '#task-monitor/queue.ts';
import { sampleAttempt, sampleTask } from '../model/samples.ts';

const WORKERS = ['worker-01', 'worker-02', 'worker-03'];

const tasks = fc
  .array(
    fc.record({
      priority: fc.integer({ min: 1, max: 10 }),
      wantedWorker: fc.option(fc.constantFrom(...WORKERS)),
      benchmark: fc.constantFrom('benchmark.py', 'other'),
      failedOn: fc.subarray(WORKERS),
    }),
    { maxLength: 60 },
  )
  .map((records) =>
    records.map(({ failedOn, ...record }, index) =>
      sampleTask({
        ...record,
        id: `t-${index}`,
        sequence: index,
        attempts: failedOn.map((workerId, at) =>
          sampleAttempt({ number: at + 1, workerId, outcome: 'failed', error: 'no memory' }),
        ),
      }),
    ),
  );

function push(queue: PendingQueue, task: Task): void {
  queue.push(task, queueRank(task));
}

function inOrder(all: readonly Task[]): string[] {
  return all.toSorted((a, b) => b.priority - a.priority || a.sequence - b.sequence).map(({ id }) => id);
}

test('tasks are offered by priority, then by age, whatever the order in which they came', () => {
  fc.assert(
    fc.property(tasks, fc.infiniteStream(fc.nat()), (all, random) => {
      const queue = createPendingQueue();
      const shuffled = all
        .map((task) => ({ task, at: random.next().value }))
        .sort((a, b) => a.at - b.at)
        .map(({ task }) => task);
      for (const task of shuffled) push(queue, task);
      const offered: string[] = [];
      queue.offer((task) => {
        offered.push(task.id);
        return 'taken';
      });
      expect(offered).toEqual(inOrder(all));
      expect(queue.size).toBe(0);
    }),
  );
});

test('those that cannot be placed stay, in order, and hold up nobody else', () => {
  fc.assert(
    fc.property(tasks, fc.constantFrom(...WORKERS), (all, busy) => {
      const queue = createPendingQueue();
      for (const task of all) push(queue, task);
      const taken: string[] = [];
      queue.offer((task) => {
        if (task.wantedWorker === busy) return 'refused';
        taken.push(task.id);
        return 'taken';
      });
      const waiting = all.filter(({ wantedWorker }) => wantedWorker === busy);
      expect(taken).toEqual(inOrder(all.filter((task) => !waiting.includes(task))));
      expect(queue.size).toBe(waiting.length);
      const later: string[] = [];
      queue.offer((task) => {
        later.push(task.id);
        return 'taken';
      });
      expect(later).toEqual(inOrder(waiting));
    }),
  );
});

test('`done` leaves the task that was offered, and all after it, in the queue', () => {
  const queue = createPendingQueue();
  for (const sequence of [1, 2, 3]) push(queue, sampleTask({ id: `t-${sequence}`, sequence }));
  const seen: string[] = [];
  queue.offer((task) => {
    seen.push(task.id);
    return seen.length === 2 ? 'done' : 'taken';
  });
  expect(seen).toEqual(['t-1', 't-2']);
  expect(queue.size).toBe(2);
});

test('a pass over 100 000 tasks that wait for the same busy worker offers one of them', () => {
  const queue = createPendingQueue();
  for (let sequence = 0; sequence < 100_000; sequence += 1) {
    push(queue, sampleTask({ id: `t-${sequence}`, sequence, wantedWorker: 'worker-01' }));
  }
  push(queue, sampleTask({ id: 'free', sequence: 100_000 }));
  const offered: string[] = [];
  queue.offer((task) => {
    offered.push(task.id);
    return task.wantedWorker === null ? 'taken' : 'refused';
  });
  expect(offered).toEqual(['t-0', 'free']);
});
