import { expect, test } from 'vitest';
import { localTime } from '#model/local-time.ts';
import { readCollisions } from '#worker-service/benchmark-output.ts';
import type { ProgramEnd } from '#worker-service/executor.ts';
import { runAnswer } from '#worker-service/version-1.ts';

const SIGNATURE = { worker_id: 'w', timestamp: '2026-11-23T21:45:48.248000' };
const TASK = {
  taskId: 'a',
  benchmark: 'benchmark.py',
  params: { NUM_PARTICULAS: 1, NUM_PASOS: 2, SEMILLA: 3 },
};
const ENDED: ProgramEnd = { kind: 'ended', returnCode: 0, stdout: 'out', stderr: '', seconds: 1.5 };
const COLLISIONS = { particle: 171, wall: 112 };

function answer(
  end: Partial<ProgramEnd>,
  { debug = false, collisions = null as typeof COLLISIONS | null } = {},
) {
  return runAnswer({ task: TASK, end: { ...ENDED, ...end }, collisions, limitMs: 300_000, debug }, SIGNATURE);
}

test('a good run answers its counts, and its output only in debug mode', () => {
  const body = {
    status: 'success',
    execution_time: 1.5,
    particle_collisions: 171,
    wall_collisions: 112,
    ...SIGNATURE,
    benchmark: 'benchmark.py',
    params: TASK.params,
  };
  const good = { status: 200, success: true, error: null };
  expect(answer({}, { collisions: COLLISIONS })).toEqual({ ...good, body });
  expect(answer({}, { collisions: COLLISIONS, debug: true })).toEqual({
    ...good,
    body: { ...body, full_output: 'out' },
  });
});

test('an output without counts is answered as a parse error, which counts as failed', () => {
  expect(answer({})).toEqual({
    status: 200,
    success: false,
    error: expect.any(String),
    body: {
      status: 'completed_with_parse_error',
      execution_time: 1.5,
      ...SIGNATURE,
      raw_output: 'out',
      parse_error: 'The output of benchmark.py does not name its counts',
    },
  });
});

test('a run beyond the limit is a 408', () => {
  expect(answer({ kind: 'timeout', returnCode: -9 })).toMatchObject({
    status: 408,
    success: false,
    body: { status: 'timeout', error: 'benchmark.py did not end within 300 s and was killed', ...SIGNATURE },
  });
});

test.each<[Partial<ProgramEnd>, object]>([
  [
    { returnCode: 3, stderr: 'bad\n' },
    { error: 'bad\n', stdout: 'out', return_code: 3 },
  ],
  [{ returnCode: 3 }, { error: 'benchmark.py ended with code 3 and said nothing', return_code: 3 }],
  [{ returnCode: -9 }, { error: 'benchmark.py was ended by signal 9 and said nothing', return_code: -9 }],
  [
    { kind: 'not-started', returnCode: null, stderr: 'spawn ENOENT' },
    { error: 'benchmark.py could not be started: spawn ENOENT' },
  ],
  [{ kind: 'stopped', returnCode: -9 }, { error: 'The worker was stopped while benchmark.py ran' }],
])('%j is a 500 with an error that is a text', (end, body) => {
  const given = answer(end, { collisions: COLLISIONS });
  expect(given).toMatchObject({
    status: 500,
    success: false,
    body: { status: 'error', ...body, ...SIGNATURE },
  });
});

test('the counts are read from the result lines, the last of each', () => {
  const output = [
    '  Progreso: 100 / 1000 pasos completados...',
    'Total colisiones Partícula-Partícula: 1',
    '  Total colisiones Partícula-Partícula: 171',
    'Total colisiones con Pared: 112\r',
  ];
  expect(readCollisions(output.join('\n'))).toEqual(COLLISIONS);
  expect(readCollisions(output.slice(0, 3).join('\n'))).toBeNull();
  expect(
    readCollisions('Total colisiones Partícula-Partícula: -1\nTotal colisiones con Pared: x'),
  ).toBeNull();
});

test('a timestamp is local time without a zone and with six decimals', () => {
  const moment = new Date(2026, 2, 4, 5, 6, 7, 8);
  expect(localTime(moment.getTime())).toBe('2026-03-04T05:06:07.008000');
});
