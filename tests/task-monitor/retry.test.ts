import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Attempt } from '#model/task.ts';
import { afterAttempt, failedEnd, LONGEST_BACKOFF_MS } from '#task-monitor/retry.ts';
import { NOW, sampleAttempt, sampleTask } from '../model/samples.ts';

type Ended = Parameters<typeof afterAttempt>[1];

const EARLIER: readonly Attempt[] = [
  sampleAttempt({ number: 1, outcome: 'failed', error: 'first' }),
  sampleAttempt({ number: 2, outcome: 'lost', error: 'second' }),
];

function after(end: Ended, { spent = 0, retryAttempts = 3, random = (): number => 0.5 } = {}) {
  const past = Array.from({ length: spent }, (_, index) =>
    sampleAttempt({
      number: index + 1,
      outcome: index % 2 === 0 ? 'failed' : 'timeout',
      error: `no. ${index}`,
    }),
  );
  const open = sampleAttempt({ number: spent + 1, sentAt: NOW });
  const task = sampleTask({ state: 'running', attempts: [...past, open] });
  return afterAttempt(task, end, { retryAttempts, random, now: NOW });
}

test.each<[string, Ended, { spent: number; retryAttempts: number }, 'pending' | 'failed']>([
  ['a first failure', failedEnd('exit code 1', 500), { spent: 0, retryAttempts: 3 }, 'pending'],
  [
    'a failure known from the history',
    failedEnd('exit code 1', null),
    { spent: 0, retryAttempts: 3 },
    'pending',
  ],
  [
    'a failure with the last retry left',
    failedEnd('exit code 1', 500),
    { spent: 2, retryAttempts: 3 },
    'pending',
  ],
  ['a failure of the last retry', failedEnd('exit code 1', 500), { spent: 3, retryAttempts: 3 }, 'failed'],
  [
    'a first failure without retries',
    failedEnd('exit code 1', 500),
    { spent: 0, retryAttempts: 0 },
    'failed',
  ],
  ['a timeout of the worker itself', failedEnd('limit', 408), { spent: 0, retryAttempts: 3 }, 'pending'],
  ['400', failedEnd('No task data provided', 400), { spent: 0, retryAttempts: 3 }, 'failed'],
  ['404', failedEnd('not found', 404), { spent: 0, retryAttempts: 3 }, 'failed'],
  ['413', failedEnd('too large', 413), { spent: 0, retryAttempts: 3 }, 'failed'],
  ['422', failedEnd('NUM_PASOS: wrong', 422), { spent: 0, retryAttempts: 3 }, 'failed'],
  [
    '401, which another worker may not say',
    failedEnd('token', 401),
    { spent: 0, retryAttempts: 3 },
    'pending',
  ],
  [
    '503 with no retries left: nothing ran',
    failedEnd('full', 503),
    { spent: 3, retryAttempts: 3 },
    'pending',
  ],
  [
    '429 with no retries left: nothing ran',
    failedEnd('slow down', 429),
    { spent: 3, retryAttempts: 3 },
    'pending',
  ],
  [
    'a timeout',
    { outcome: 'timeout', error: 'late', httpStatus: null },
    { spent: 0, retryAttempts: 3 },
    'pending',
  ],
  [
    'a timeout of the last retry',
    { outcome: 'timeout', error: 'late', httpStatus: null },
    { spent: 3, retryAttempts: 3 },
    'failed',
  ],
  [
    'a refusal, however often',
    { outcome: 'not-sent', error: 'refused', httpStatus: null },
    { spent: 3, retryAttempts: 3 },
    'pending',
  ],
  [
    'a loss, however often',
    { outcome: 'lost', error: 'gone', httpStatus: null },
    { spent: 3, retryAttempts: 3 },
    'pending',
  ],
])('after %s the task is as the table says', (_, end, rules, state) => {
  const task = after(end, rules);
  expect(task.state).toBe(state);
  expect(task.attempts.at(-1)).toMatchObject({ outcome: end.outcome, error: end.error, endedAt: NOW });
});

test('a failure waits a random part of a bound that doubles, up to the longest; a loss does not wait', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 20 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (spent, random) => {
        const { notBefore } = after(failedEnd('x', 500), { spent, retryAttempts: 99, random: () => random });
        const bound = Math.min(LONGEST_BACKOFF_MS, 500 * 2 ** spent);
        // Whole milliseconds: the database takes nothing else for a time.
        expect(notBefore).toBe(NOW + Math.round(random * bound));
      },
    ),
  );
  expect(after({ outcome: 'lost', error: 'gone', httpStatus: null }, { spent: 2 }).notBefore).toBeNull();
});

test('every earlier attempt stays as it was', () => {
  const task = sampleTask({
    state: 'running',
    attempts: [...EARLIER, sampleAttempt({ number: 3, sentAt: NOW })],
  });
  const next = afterAttempt(task, failedEnd('third', 500), { retryAttempts: 3, random: () => 0, now: NOW });
  expect(next.attempts.slice(0, 2)).toEqual(EARLIER);
  expect(next.attempts.map(({ error }) => error)).toEqual(['first', 'second', 'third']);
});
