import { describe, expect, test } from 'vitest';
import {
  isFinal,
  isTaskId,
  lastError,
  lastWorker,
  openAttempt,
  spentAttempts,
  startedAt,
  TASK_STATES,
  wireId,
} from '#model/task.ts';
import { isWireIdOf } from '#model/worker.ts';
import { NOW, sampleAttempt, sampleTask } from './samples.ts';

describe('a task', () => {
  test.each([
    ['a', true],
    ['run_7.2-B', true],
    ['x'.repeat(128), true],
    ['x'.repeat(129), false],
    ['', false],
    ['two words', false],
    ['../etc', false],
    ['tarea-ñ', false],
    ['a\n', false],
  ])('%j may be an id: %s', (id, expected) => {
    expect(isTaskId(id)).toBe(expected);
  });

  test('the first attempt has its own id on the wire, the next ones a numbered one', () => {
    expect([1, 2, 11].map((number) => wireId('t-1', number))).toEqual(['t-1', 't-1.2', 't-1.11']);
    for (const number of [1, 2, 11]) expect(isWireIdOf(wireId('t-1', number), 't-1')).toBe(true);
  });

  test('only attempts that a worker ran and did not finish well are spent', () => {
    const outcomes = ['completed', 'failed', 'timeout', 'not-sent', 'lost', null] as const;
    const attempts = outcomes.map((outcome, index) => sampleAttempt({ number: index + 1, outcome }));
    expect(spentAttempts(sampleTask({ attempts }))).toBe(2);
  });

  test('the attempt under way is the last one without an outcome', () => {
    const open = sampleAttempt({ number: 2, workerId: 'worker-02', sentAt: NOW });
    const task = sampleTask({ attempts: [sampleAttempt({ outcome: 'failed', error: 'exit code 1' }), open] });
    expect(openAttempt(task)).toBe(open);
    expect(lastWorker(task)).toBe('worker-02');
    expect(startedAt(task)).toBe(NOW);
    expect(lastError(task)).toBe('exit code 1');
  });

  test('a task that nobody has touched has none of these', () => {
    const task = sampleTask();
    expect([openAttempt(task), lastWorker(task), startedAt(task), lastError(task)]).toEqual([
      undefined,
      null,
      null,
      null,
    ]);
  });

  test('an ended attempt is not under way', () => {
    expect(openAttempt(sampleTask({ attempts: [sampleAttempt({ outcome: 'lost' })] }))).toBeUndefined();
  });

  test('completed, failed and cancelled are final', () => {
    expect(TASK_STATES.filter(isFinal)).toEqual(['completed', 'failed', 'cancelled']);
  });
});
