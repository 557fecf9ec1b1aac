import { expect, test } from 'vitest';
import { localTime } from '#model/local-time.ts';
import { isLost, readError, readResult, saysLost } from '#worker-client/execute-body.ts';
import type { Benchmark, OutputRules } from '#worker-service/catalogue/benchmark.ts';
import type { RunEnd } from '#worker-service/execution/run.ts';
import { createTaskAnswers } from '#worker-service/http/task-answers.ts';
import { mayComeAgain } from '#worker-service/tasks/task.ts';
import type { EndedRun } from '#worker-service/tasks/task-ends.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { PROGRAM } from './runner-scene.ts';

const clock = fakeClock();
const SIGNATURE = { worker_id: 'w', timestamp: localTime(clock.now()) };
const TASK = {
  taskId: 'a',
  benchmark: 'benchmark.py',
  params: { NUM_PARTICULAS: 1, NUM_PASOS: 2, SEMILLA: 3 },
};
const COUNTS = { particle_collisions: 171, wall_collisions: 112 };
const answers = createTaskAnswers({ clock, workerId: 'w', debug: false });

function benchmark(names: readonly string[], json = false): Benchmark {
  const output: OutputRules = {
    progress: null,
    results: names.map((name) => ({ name, pattern: /x/ })),
    json,
  };
  return {
    name: 'benchmark.py',
    description: { en: '', es: '' },
    executor: 'process',
    parameters: [],
    timeoutSeconds: 300,
    output,
    program: async () => PROGRAM,
    unavailable: () => null,
  };
}

function run(end: Partial<RunEnd> = {}, changes: Partial<EndedRun> = {}): EndedRun {
  return {
    task: TASK,
    benchmark: benchmark(Object.keys(COUNTS)),
    end: { kind: 'ended', returnCode: 0, error: '', seconds: 1.5, ...end },
    stdout: 'out',
    stderr: '',
    results: COUNTS,
    missing: [],
    ...changes,
  };
}

test('a good run of version 1 answers its keys and no other, and its output only in debug mode', () => {
  const body = {
    status: 'success',
    execution_time: 1.5,
    ...COUNTS,
    ...SIGNATURE,
    benchmark: 'benchmark.py',
    params: TASK.params,
  };
  const end = { state: 'completed', error: null, results: COUNTS, returnCode: 0, seconds: 1.5 };
  expect(answers.ofRun(run())).toEqual({ ...end, answer: { status: 200, body } });
  const debugging = createTaskAnswers({ clock, workerId: 'w', debug: true });
  expect(debugging.ofRun(run()).answer).toEqual({ status: 200, body: { ...body, full_output: 'out' } });
});

test.each([
  [benchmark([]), {}, null],
  [benchmark(['value']), { value: 7 }, null],
  [benchmark([...Object.keys(COUNTS), 'value']), { ...COUNTS, value: 7 }, 171],
  [benchmark(Object.keys(COUNTS), true), { ...COUNTS, extra: 'x' }, 171],
  [benchmark(['particle_collisions']), { particle_collisions: 'many' }, null],
])(
  'a declared benchmark tells all its results beside the counts of version 1 (%#)',
  (declared, results, particles) => {
    const { answer } = answers.ofRun(run({}, { benchmark: declared, results }));
    const { wall_collisions: walls = null } = results as Record<string, unknown>;
    expect(answer.body).toMatchObject({ results, particle_collisions: particles, wall_collisions: walls });
  },
);

test('an output without its results is answered as a parse error, which counts as failed', () => {
  const end = answers.ofRun(run({}, { results: { particle_collisions: 171 }, missing: ['wall_collisions'] }));
  const error = 'The output of benchmark.py does not tell wall_collisions';
  expect(end).toMatchObject({ state: 'failed', error, results: { particle_collisions: 171 } });
  expect(end.answer).toEqual({
    status: 200,
    body: {
      status: 'completed_with_parse_error',
      execution_time: 1.5,
      ...SIGNATURE,
      raw_output: 'out',
      parse_error: error,
    },
  });
});

test('what a declared benchmark did tell stands in its parse error too', () => {
  const declared = benchmark(['found', 'loss']);
  const { answer } = answers.ofRun(
    run({}, { benchmark: declared, results: { found: 12 }, missing: ['loss'] }),
  );
  expect(readResult(JSON.stringify(answer.body))).toMatchObject({ value: { results: { found: 12 } } });
});

test('a run beyond the limit is a 408', () => {
  const error = 'benchmark.py did not end within 300 s and was killed';
  expect(answers.ofRun(run({ kind: 'timeout', returnCode: -9 }))).toEqual({
    state: 'timeout',
    answer: { status: 408, body: { status: 'timeout', error, ...SIGNATURE } },
    error,
    results: COUNTS,
    returnCode: -9,
    seconds: 1.5,
  });
});

const FAILED = { stdout: 'out', return_code: 3 };

test.each<[Partial<RunEnd>, string, string, object]>([
  [{ returnCode: 3 }, 'bad\n', 'failed', { error: 'bad\n', ...FAILED }],
  [
    { returnCode: 3 },
    ' \n',
    'failed',
    { error: 'benchmark.py ended with code 3 and said nothing', ...FAILED },
  ],
  [
    { returnCode: -9 },
    '',
    'failed',
    { error: 'benchmark.py was ended by signal 9 and said nothing', stdout: 'out', return_code: -9 },
  ],
  [
    { kind: 'not-started', returnCode: null, error: 'spawn ENOENT' },
    '',
    'failed',
    { error: 'benchmark.py could not be started: spawn ENOENT' },
  ],
  [
    { kind: 'cancelled', returnCode: -9 },
    '',
    'cancelled',
    { error: 'benchmark.py was cancelled while it ran', state: 'cancelled' },
  ],
  [
    { kind: 'stopped', returnCode: -9 },
    '',
    'lost',
    { error: 'The worker was stopped while benchmark.py ran', state: 'lost' },
  ],
])('%j saying %j is a 500, %s, with an error that is a text', (end, stderr, state, body) => {
  expect(answers.ofRun(run(end, { stderr }))).toMatchObject({
    state,
    answer: { status: 500, body: { status: 'error', ...SIGNATURE, ...body } },
    returnCode: end.returnCode,
  });
  expect(Object.keys(answers.ofRun(run(end, { stderr })).answer.body).toSorted()).toEqual(
    Object.keys({ status: 'error', ...SIGNATURE, ...body }).toSorted(),
  );
});

test('a task that never ran is told so; only a refused one may come again', () => {
  const record = { ...TASK, row: 1, acceptedAt: 1, startedAt: null, endedAt: 2, starts: 0 };
  const ends = {
    lost: answers.lost(TASK),
    cancelled: answers.cancelled(TASK),
    refused: answers.refused(TASK, 'the worker is about to end'),
    notStarted: answers.notStarted(TASK, 'no Python'),
  };
  expect(Object.values(ends).map(({ answer }) => answer.status)).toEqual([500, 500, 503, 500]);
  const again = Object.entries(ends).filter(([, end]) => mayComeAgain({ ...record, state: end.state, end }));
  expect(again.map(([name]) => name)).toEqual(['refused']);
  expect(mayComeAgain({ ...record, starts: 1, state: 'lost', end: ends.refused })).toBe(false);
  expect(ends.lost.answer.body).toMatchObject({ status: 'error', state: 'lost', ...SIGNATURE });
});

test('however much a program printed, a master can read the answer, and finds the end of it', () => {
  const flood = '\u0000'.repeat(1_048_576);
  const failed = answers.ofRun(run({ returnCode: 1 }, { stdout: `${flood}out`, stderr: `${flood}bad` }));
  const body = JSON.stringify(failed.answer.body);
  expect(Buffer.byteLength(body)).toBeLessThan(4 * 2 ** 20);
  expect(readError(body)).toMatch(/bad$/);
  expect(Buffer.byteLength(JSON.stringify(failed.error))).toBeLessThanOrEqual(4_098);
  const counts = 'Total colisiones Partícula-Partícula: 171\nTotal colisiones con Pared: 112\n';
  const parsed = answers.ofRun(run({}, { stdout: flood + counts, results: {}, missing: ['x'] }));
  expect(readResult(JSON.stringify(parsed.answer.body))).toMatchObject({
    ok: true,
    value: { particleCollisions: 171, wallCollisions: 112, executionSeconds: 1.5 },
  });
});

test('the master reads lost and cancelled ones for what they are', () => {
  const lost = answers.lost(TASK).answer.body;
  const cancelled = answers.cancelled(TASK).answer.body;
  expect([lost, cancelled].map(isLost)).toEqual([true, false]);
  expect([lost, cancelled].map((body) => saysLost(JSON.stringify(body)))).toEqual([true, false]);
});
