import { expect, test } from 'vitest';
import type { Attempt, Task } from '#model/task.ts';
import { nextAttempt } from '#task-monitor/attempt-number.ts';
import { sampleAttempt, sampleTask } from '../model/samples.ts';

function attempt(number: number, workerId: string, outcome: Attempt['outcome']): Attempt {
  return sampleAttempt({ number, workerId, outcome, error: 'x' });
}

async function next(task: Task, workerId: string, others: readonly Task[] = []) {
  const { number, earlier } = await nextAttempt(
    task,
    workerId,
    async (id) => others.find((other) => other.id === id) ?? null,
  );
  return { number, earlier: earlier.map((item) => `${item.number}@${item.workerId}`) };
}

test('attempts are counted from 1', async () => {
  expect(await next(sampleTask(), 'a')).toEqual({ number: 1, earlier: [] });
  const tried = sampleTask({ attempts: [attempt(1, 'a', 'failed'), attempt(2, 'b', 'lost')] });
  expect(await next(tried, 'a')).toEqual({ number: 3, earlier: ['1@a', '2@b'] });
});

test('a worker that was not reached gets the same attempt again', async () => {
  const task = sampleTask({ attempts: [attempt(1, 'a', 'failed'), attempt(2, 'b', 'not-sent')] });
  expect(await next(task, 'b')).toEqual({ number: 2, earlier: ['1@a'] });
  expect(await next(task, 'a')).toEqual({ number: 3, earlier: ['1@a', '2@b'] });
});

test('after a retry by hand it gets a new one: the one before may have been called off there', async () => {
  const task = sampleTask({ attempts: [attempt(1, 'a', 'not-sent')], countedFrom: 2 });
  expect((await next(task, 'a')).number).toBe(2);
});

test('of the attempts in a row that reached nobody, one a worker stays', async () => {
  const task = sampleTask({
    attempts: [
      attempt(1, 'a', 'not-sent'),
      attempt(2, 'b', 'failed'),
      attempt(3, 'a', 'not-sent'),
      attempt(4, 'b', 'not-sent'),
    ],
  });
  expect(await next(task, 'a')).toEqual({ number: 5, earlier: ['1@a', '2@b', '4@b'] });
});

test('a later attempt does not take the id of another task', async () => {
  const task = sampleTask({ id: 'a', attempts: [attempt(1, 'w', 'failed')] });
  const others = [sampleTask({ id: 'a.2' }), sampleTask({ id: 'a.3' })];
  expect((await next(task, 'w', others)).number).toBe(4);
});

test('a task named like an attempt that another task has made does not take that attempt’s id', async () => {
  const other = sampleTask({ id: 'a', attempts: [attempt(1, 'w', 'failed'), attempt(2, 'w', 'failed')] });
  expect((await next(sampleTask({ id: 'a.2' }), 'w', [other])).number).toBe(2);
  expect((await next(sampleTask({ id: 'a.3' }), 'w', [other])).number).toBe(1);
  expect((await next(sampleTask({ id: 'a.02' }), 'w', [other])).number).toBe(1);
  expect((await next(sampleTask({ id: 'a.1' }), 'w', [other])).number).toBe(1);
});
