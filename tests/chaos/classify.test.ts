import { expect, test } from 'vitest';
import { classify, type Evidence, type Submitted } from './classify.ts';
import type { RecordedAttempt, RecordedTask, Run, Sent } from './records.ts';

const done: RecordedAttempt = { number: 1, workerId: 'a', outcome: 'completed', error: null };
const task = (id: string, over: Partial<RecordedTask> = {}): RecordedTask => ({
  id,
  batch: null,
  state: 'completed',
  failure: null,
  result: { particleCollisions: 5 },
  completions: 1,
  attempts: [done],
  ...over,
});
const run = (wire: string, over: Partial<Run> = {}): Run => ({
  workerId: 'a',
  version: 2,
  wire,
  starts: 1,
  state: 'completed',
  ...over,
});

const submitted = (over: Partial<Submitted> = {}): Submitted => ({
  id: 't',
  value: 5,
  isAcknowledged: true,
  cancelled: 'no',
  attemptsAtCancel: null,
  batch: null,
  sending: 1,
  ...over,
});

const nothing: Evidence = { submitted: [], tasks: [], batches: [], runs: [], sent: [], waitMs: 10_000 };

/** What is wrong with one task that was submitted and acknowledged. */
function wrongIn(evidence: Partial<Evidence>): Record<string, readonly string[]> {
  const right = { ...nothing, submitted: [submitted()], tasks: [task('t')], runs: [run('t')] };
  const { wrong } = classify({ ...right, ...evidence });
  return Object.fromEntries(Object.entries(wrong).filter(([, ids]) => ids.length > 0));
}

test('a task that ran once and completed once has nothing wrong with it', () => {
  expect(wrongIn({})).toEqual({});
});

test('a task that ran again since its worker died has nothing wrong with it, and is told of', () => {
  const died = { ...done, outcome: 'died', error: 'gone' };
  const tasks = [task('t', { attempts: [died, { ...done, number: 2, workerId: 'b' }] })];
  const runs = [run('t', { state: 'lost', version: 1 }), run('t.2', { workerId: 'b' })];
  expect(wrongIn({ tasks, runs })).toEqual({});
  const { reruns } = classify({ ...nothing, tasks, runs });
  expect(reruns).toEqual([{ id: 't', workers: 2, isOfVersion1: true, why: 'died' }]);
});

/** Seen at a worker of version 1 at 0 s, and elsewhere so much later. */
function sentAgain(atMs: number, first: Partial<Sent> = {}): readonly Sent[] {
  return [
    { workerId: 'a', version: 1, wire: 't', at: 0, ...first },
    { workerId: 'b', version: 2, wire: 't.2', at: atMs },
  ];
}

test.each(['lost', 'timeout', 'died'])(
  'a task that is sent again before its worker of version 1 was waited for is found, where it ended as %s',
  (outcome) => {
    const ended = { ...done, outcome, error: 'unknown' };
    const tasks = [task('t', { attempts: [ended, { ...done, number: 2, workerId: 'b' }] })];
    const runs = [run('t', { state: 'lost', version: 1 }), run('t.2', { workerId: 'b' })];
    const early = outcome === 'died' ? {} : { givenUpEarly: ['t'] };
    expect(wrongIn({ tasks, runs, sent: sentAgain(9_999) })).toEqual(early);
    expect(wrongIn({ tasks, runs, sent: sentAgain(10_000) })).toEqual({});
    // A worker that keeps account can say that it never got it.
    expect(wrongIn({ tasks, runs, sent: sentAgain(5, { version: 2 }) })).toEqual({});
  },
);

test('a run whose end a full disk did not take has nothing wrong with it', () => {
  const lost = run('t', { state: 'lost' });
  expect(wrongIn({ runs: [lost] })).toEqual({ neverRan: ['t'] });
  expect(wrongIn({ runs: [{ ...lost, mayBeForgotten: true }] })).toEqual({});
});

test('a task that was called off is cancelled or completed, and the first only where it had not run', () => {
  const tasks = [task('t', { state: 'cancelled', result: null, completions: 0, attempts: [] })];
  for (const cancelled of ['asked', 'promised', 'at once'] as const) {
    expect(wrongIn({ submitted: [submitted({ cancelled })], tasks, runs: [] })).toEqual({});
  }
  expect(wrongIn({ submitted: [submitted({ cancelled: 'promised' })] })).toEqual({});
  expect(wrongIn({ tasks, runs: [] })).toEqual({ failedForNothing: ['t'] });
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
  [
    'failed though it was called off',
    {
      submitted: [submitted({ value: null, cancelled: 'promised' })],
      tasks: [
        task('t', {
          state: 'failed',
          failure: 'attempts',
          attempts: [1, 2, 3, 4].map((number) => ({ ...done, number, outcome: 'failed', error: 'no' })),
        }),
      ],
    },
    { cancelForgotten: ['t'] },
  ],
  [
    'ran though it had been called off before',
    { submitted: [submitted({ cancelled: 'at once' })] },
    { cancelForgotten: ['t'] },
  ],
  [
    'was begun again after it had been called off',
    {
      submitted: [submitted({ cancelled: 'promised', attemptsAtCancel: 1 })],
      tasks: [
        task('t', {
          attempts: [
            { ...done, outcome: 'failed' },
            { ...done, number: 2 },
          ],
        }),
      ],
      runs: [run('t', { state: 'failed' }), run('t.2')],
    },
    { cancelForgotten: ['t'] },
  ],
  [
    'is there without the one it was sent with',
    { submitted: [submitted(), submitted({ id: 'u', isAcknowledged: false })] },
    { torn: ['t'] },
  ],
  ['is in no batch', { submitted: [submitted({ batch: 'b' })] }, { wrongBatch: ['t'] }],
  [
    'its batch does not count',
    {
      submitted: [submitted({ batch: 'b' })],
      tasks: [task('t', { batch: 'b' })],
      batches: [{ id: 'b', counts: { completed: 2 }, isEnded: true }],
    },
    { miscounted: ['b'] },
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
