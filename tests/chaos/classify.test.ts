import { expect, test } from 'vitest';
import { classify, type Evidence } from './classify.ts';
import type { RecordedAttempt, RecordedTask, Run } from './records.ts';

const done: RecordedAttempt = { number: 1, workerId: 'a', outcome: 'completed', error: null };
const task = (id: string, over: Partial<RecordedTask> = {}): RecordedTask => ({
  id,
  state: 'completed',
  failure: null,
  result: { particleCollisions: 5 },
  completions: 1,
  attempts: [done],
  ...over,
});
const run = (wire: string, over: Partial<Run> = {}): Run => ({
  workerId: 'a',
  wire,
  starts: 1,
  state: 'completed',
  ...over,
});

/** What is wrong with one task that was submitted and acknowledged. */
function wrongIn(evidence: Partial<Evidence>): Record<string, readonly string[]> {
  const submitted = [{ id: 't', value: 5, isAcknowledged: true }];
  const { wrong } = classify({ submitted, tasks: [task('t')], runs: [run('t')], ...evidence });
  return Object.fromEntries(Object.entries(wrong).filter(([, ids]) => ids.length > 0));
}

test('a task that ran once and completed once has nothing wrong with it', () => {
  expect(wrongIn({})).toEqual({});
});

test('a task that ran on two workers since one died has nothing wrong with it, and is told of', () => {
  const died = { ...done, outcome: 'died', error: 'gone' };
  const tasks = [task('t', { attempts: [died, { ...done, number: 2, workerId: 'b' }] })];
  const runs = [run('t', { state: 'lost' }), run('t.2', { workerId: 'b' })];
  expect(wrongIn({ tasks, runs })).toEqual({});
  expect([...classify({ submitted: [], tasks, runs }).severalWorkers]).toEqual([['died', 1]]);
});

test.for<[string, Partial<Evidence>, Record<string, readonly string[]>]>([
  ['is not there', { tasks: [], runs: [] }, { lost: ['t'] }],
  ['nobody submitted', { submitted: [] }, { unexpected: ['t'], wrongResult: ['t'] }],
  ['completed twice', { tasks: [task('t', { completions: 2 })] }, { recordedTwice: ['t'] }],
  [
    'has two attempts that completed',
    { tasks: [task('t', { attempts: [done, { ...done, number: 2 }] })], runs: [run('t'), run('t.2')] },
    { recordedTwice: ['t'] },
  ],
  ['a worker started twice', { runs: [run('t', { starts: 2 })] }, { ranTwice: ['t'] }],
  [
    'two workers started under one id',
    { runs: [run('t'), run('t', { workerId: 'b' })] },
    { ranTwice: ['t'], ranUnasked: ['t'] },
  ],
  [
    'still waits',
    { tasks: [task('t', { state: 'pending', attempts: [] })], runs: [] },
    { unfinished: ['t'] },
  ],
  ['no worker ran', { runs: [] }, { neverRan: ['t'] }],
  [
    'has the result of another',
    { tasks: [task('t', { result: { particleCollisions: 6 } })] },
    { wrongResult: ['t'] },
  ],
  [
    'failed without an error',
    { tasks: [task('t', { state: 'failed', failure: 'attempts', attempts: [] })], runs: [] },
    { failedForNothing: ['t'] },
  ],
  [
    'ran though its attempt is recorded as not sent',
    {
      tasks: [
        task('t', {
          attempts: [
            { ...done, outcome: 'not-sent' },
            { ...done, number: 2 },
          ],
        }),
      ],
      runs: [run('t'), run('t.2')],
    },
    { ranUnasked: ['t'] },
  ],
])('a task that %s is found', ([, evidence, wrong]) => {
  expect(wrongIn(evidence)).toEqual(wrong);
});
