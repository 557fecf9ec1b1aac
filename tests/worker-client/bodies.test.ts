import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readError, readResult } from '#worker-client/execute-body.ts';
import { readHistory } from '#worker-client/history-body.ts';
import { readPing } from '#worker-client/ping-body.ts';
import { readStatus } from '#worker-client/status-body.ts';
import { readTask } from '#worker-client/task-body.ts';
import { pingBody, statusBody } from '../helpers/strange-workers.ts';

function ping(changes: Record<string, unknown>) {
  return readPing(JSON.stringify(pingBody('worker-01', changes)));
}

describe('the body of a ping', () => {
  test.each([
    ['nothing', '', 'empty'],
    ['a web page', '<html></html>', 'not JSON'],
    ['a list', '[]', /expected object/],
    ['null', 'null', /expected object/],
    ['no worker_id', '{"status":"active"}', /^worker_id: /],
    ['a number as worker_id', '{"status":"active","worker_id":7}', /^worker_id: /],
    ['no status', '{"worker_id":"w"}', /^status: .*"active"/],
    ['another status', '{"worker_id":"w","status":"\\u001b[31mdown"}', /^status: [ -~]*"active"$/],
  ])('%s is a bad body, and the reason says what is wrong', (_, body, detail) => {
    const expected = typeof detail === 'string' ? detail : expect.stringMatching(detail);
    expect(readPing(body)).toEqual({ ok: false, failure: { reason: 'bad-body', detail: expected } });
  });

  test('two keys make a good ping: all others may be missing', () => {
    expect(readPing('{"status":"active","worker_id":"w"}')).toEqual({
      ok: true,
      value: {
        workerId: 'w',
        dockerAvailable: true,
        currentTask: null,
        capabilities: [],
        slots: null,
        slotsFree: null,
        queued: 0,
        draining: false,
        message: '',
      },
    });
  });

  test('a body of Python with NaN and Infinity in it is read, and such words in strings stay', () => {
    const statistics = '{"min_execution_time": Infinity, "max": -Infinity, "avg": NaN}';
    const body = `{"status":"active","worker_id":"NaN \\"Infinity\\"","task_statistics":${statistics}}`;
    expect(readPing(body)).toMatchObject({ ok: true, value: { workerId: 'NaN "Infinity"' } });
  });

  test.each([
    [true, true],
    [false, false],
    ['false', false],
    [0, false],
    [undefined, true],
    [null, true],
    ['maybe', true],
  ])('docker_available %j means %s', (docker_available, dockerAvailable) => {
    expect(ping({ docker_available })).toMatchObject({ ok: true, value: { dockerAvailable } });
  });

  test.each([
    [
      { task_id: 't-1', benchmark: 'benchmark.py', params: {} },
      { taskId: 't-1', benchmark: 'benchmark.py' },
    ],
    [{ task_id: 17 }, { taskId: '17', benchmark: '' }],
    ['t-1', { taskId: 't-1', benchmark: '' }],
    // What cannot be read still runs.
    [{ id: 't-1' }, { taskId: '', benchmark: '' }],
    [7, { taskId: '', benchmark: '' }],
    [null, null],
    [undefined, null],
  ])('current_task %j is %j', (current_task, currentTask) => {
    expect(ping({ current_task })).toMatchObject({ ok: true, value: { currentTask } });
  });

  test.each([
    [4, 4],
    [10_000_000, 1_024],
    [0, null],
    [-1, null],
    [1.5, null],
    ['4', null],
    [null, null],
  ])('slots %j are %j', (announced, slots) => {
    expect(ping({ slots: announced })).toMatchObject({ ok: true, value: { slots } });
  });

  test('capabilities are the strings among what is announced', () => {
    expect(ping({ capabilities: ['a', 7, null, 'b'] })).toMatchObject({
      value: { capabilities: ['a', 'b'] },
    });
    expect(ping({ capabilities: 'all' })).toMatchObject({ ok: true, value: { capabilities: [] } });
  });

  test('no text grows without bound', () => {
    const long = 'x'.repeat(5_000);
    const read = ping({ worker_id: long, message: long, capabilities: Array(100).fill(long) });
    expect(JSON.stringify(read).length).toBeLessThan(12_000);
  });

  test('whatever comes, it is read or is a bad body', () => {
    const body = fc.oneof(
      fc.string(),
      fc.json(),
      fc.object().map((value) => JSON.stringify({ ...pingBody(), ...value })),
    );
    fc.assert(
      fc.property(body, (text) => {
        for (const read of [readPing(text), readStatus(text), readHistory(text), readResult(text)]) {
          if (!read.ok) expect(read.failure.reason).toBe('bad-body');
        }
        expect(readError(text)).toBeTypeOf('string');
      }),
    );
  });
});

describe('the body of /status', () => {
  test('a worker without Python says so; where nothing is said, nothing is held against it', () => {
    expect(readStatus(JSON.stringify(statusBody('w', { python_available: false })))).toMatchObject({
      ok: true,
      value: { pythonAvailable: false },
    });
    expect(readStatus('{"worker_id":"w"}')).toEqual({
      ok: true,
      value: { dockerImage: '', imageAvailable: true, benchmarks: [], pythonAvailable: true },
    });
  });

  test('every benchmark of a catalogue counts, whatever its parameters', () => {
    const parameters = ['NUM_PARTICULAS', 'NUM_PASOS', 'SEMILLA'].map((name) => ({ name, type: 'integer' }));
    const benchmarks = [
      { name: 'benchmark.js', parameters },
      { name: 'render.sh', parameters: [{ name: 'SCENE', type: 'text' }] },
      { name: 'noop', parameters: [] },
      7,
    ];
    const config = { benchmark_python: 'benchmark.py', benchmark_cython: '' };
    expect(readStatus(JSON.stringify(statusBody('w', { config, benchmarks })))).toMatchObject({
      value: { benchmarks: ['benchmark.py', 'benchmark.js', 'render.sh', 'noop'] },
    });
  });

  test('benchmarks that are empty or announced twice are left out', () => {
    const config = { benchmark_python: 'benchmark.py', benchmark_cython: '' };
    expect(readStatus(JSON.stringify(statusBody('w', { config })))).toMatchObject({
      value: { benchmarks: ['benchmark.py'] },
    });
    const same = { benchmark_python: 'benchmark.py', benchmark_cython: 'benchmark.py' };
    expect(readStatus(JSON.stringify(statusBody('w', { config: same })))).toMatchObject({
      value: { benchmarks: ['benchmark.py'] },
    });
  });

  test('without worker_id it is none', () => {
    expect(readStatus('{"status":"ready"}')).toMatchObject({ ok: false, failure: { reason: 'bad-body' } });
  });
});

describe('the result of an execution', () => {
  const OUTPUT = 'Total colisiones Partícula-Partícula: 171\nTotal colisiones con Pared: 112\n';

  test('its own counts stand, the output only fills in what is null', () => {
    const body = {
      status: 'success',
      execution_time: 1.5,
      particle_collisions: 9,
      wall_collisions: null,
      full_output: OUTPUT,
    };
    expect(readResult(JSON.stringify(body))).toEqual({
      ok: true,
      value: { particleCollisions: 9, wallCollisions: 112, executionSeconds: 1.5, output: OUTPUT },
    });
  });

  test('without output the counts are unknown', () => {
    const body = {
      status: 'success',
      execution_time: 'long',
      particle_collisions: null,
      wall_collisions: -1,
    };
    expect(readResult(JSON.stringify(body))).toEqual({
      ok: true,
      value: { particleCollisions: null, wallCollisions: null, executionSeconds: null, output: '' },
    });
  });

  test.each([
    ['Total colisiones Partícula-Partícula: 171', 171],
    ['Total colisiones Particula-Particula: 171', 171],
    ['Total colisiones Parti\u0301cula-Parti\u0301cula: 171', 171],
    ['Total colisiones PartÃ\u00adcula-PartÃ\u00adcula: 171', 171],
    ['Total colisiones Part\ufffd\ufffdcula-Part\ufffd\ufffdcula: 171', 171],
    ['TOTAL COLISIONES PARTICULA - PARTICULA:171', 171],
    ['  Total colisiones Partícula-Partícula :  171  ', 171],
    ['Total colisiones Partícula-Partícula: 3\nTotal colisiones Partícula-Partícula: 171', 171],
    ['Total colisiones Partícula-Partícula: muchas', null],
    ['colisiones: 171', null],
  ])('%j gives %j', (raw_output, particleCollisions) => {
    const body = { status: 'completed_with_parse_error', raw_output };
    expect(readResult(JSON.stringify(body))).toMatchObject({ ok: true, value: { particleCollisions } });
  });

  test('what a declared benchmark gave is single values by name, plain text, and bounded', () => {
    const resultsOf = (results: string) => {
      const read = readResult(`{"status":"success","results":${results}}`);
      return read.ok ? read.value.results : read.failure;
    };
    expect(resultsOf('{"found":12,"loss":0.3,"ok":false,"kind":"twins"}')).toEqual({
      found: 12,
      loss: 0.3,
      ok: false,
      kind: 'twins',
    });
    expect(
      resultsOf(`{"a\\u001b[2Jb":"red\\u001b[31m\\nnext","\\u0007":1,"long":"${'x'.repeat(9_999)}"}`),
    ).toEqual({ ab: 'red next', long: 'x'.repeat(200) });
    expect(resultsOf('{"list":[1],"none":null,"deep":{},"huge":1e999,"lost":NaN,"kept":1}')).toEqual({
      kept: 1,
    });
    for (const none of ['{}', '[1]', '"text"', 'null', '7', '{"list":[1]}']) {
      expect(resultsOf(none)).toBeUndefined();
    }
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`${index}-name`, index]));
    expect(Object.keys(resultsOf(JSON.stringify(many)) ?? {})).toHaveLength(64);
    expect(Object.hasOwn(resultsOf('{"__proto__":1,"a":2}') ?? {}, 'a')).toBe(true);
  });

  test('the last 64 KB of the output are kept', () => {
    const raw_output = `${'progress\n'.repeat(200_000)}${OUTPUT}`;
    const read = readResult(JSON.stringify({ status: 'completed_with_parse_error', raw_output }));
    expect(read).toMatchObject({ ok: true, value: { particleCollisions: 171, wallCollisions: 112 } });
    if (read.ok)
      expect([read.value.output.length, read.value.output.endsWith(OUTPUT)]).toEqual([65_536, true]);
  });

  test('an error keeps its end, which says what went wrong', () => {
    const error = `${'  File "x.py", line 1\n'.repeat(1_000)}ValueError: no`;
    const text = readError(JSON.stringify({ status: 'error', error }));
    expect(text.length).toBeLessThanOrEqual(2_000);
    expect(text).toMatch(/\| ValueError: no$/);
  });
});

describe('the body of /history', () => {
  const entry = {
    task_id: 't-1',
    algorithm: 'benchmark.py',
    parameters: {},
    execution_time: 1.9,
    success: true,
    result: null,
    error: null,
    timestamp: '2026-11-23T21:45:48.248550',
    worker_id: 'worker-01',
  };

  function outcomes(...entries: readonly Record<string, unknown>[]) {
    const task_history = entries.map((changes) => ({ ...entry, ...changes }));
    const read = readHistory(JSON.stringify({ task_history }));
    return read.ok ? read.value : read.failure;
  }

  test('a run that the worker lost is told from one that failed', () => {
    const result = { status: 'error', error: 'the worker ended while it ran', state: 'lost' };
    expect(outcomes({ success: false, result, error: 'x' })).toEqual([
      { taskId: 't-1', outcome: { kind: 'died', error: 'the worker ended while it ran' } },
    ]);
  });

  test('a result is what /execute answered, also where the worker could not parse it', () => {
    const result = { status: 'success', execution_time: 2, particle_collisions: 171, wall_collisions: 112 };
    const unparsed = {
      status: 'completed_with_parse_error',
      execution_time: 2,
      raw_output: 'Total colisiones con Pared: 112',
    };
    expect(outcomes({ result }, { task_id: 't-2', success: false, result: unparsed })).toEqual([
      {
        taskId: 't-1',
        outcome: {
          kind: 'completed',
          result: { particleCollisions: 171, wallCollisions: 112, executionSeconds: 2, output: '' },
        },
      },
      {
        taskId: 't-2',
        outcome: {
          kind: 'completed',
          result: {
            particleCollisions: null,
            wallCollisions: 112,
            executionSeconds: 2,
            output: 'Total colisiones con Pared: 112',
          },
        },
      },
    ]);
  });

  test('what a declared benchmark gave is in it', () => {
    const result = { status: 'success', results: { found: 12 } };
    expect(outcomes({ result })).toMatchObject([{ outcome: { result: { results: { found: 12 } } } }]);
  });

  test('a worker that repeats no answer may still say what its benchmark gave', () => {
    expect(readTask('{"state":"completed","answer":null,"results":{"found":12}}')).toMatchObject({
      value: { outcome: { kind: 'completed', result: { particleCollisions: null, results: { found: 12 } } } },
    });
  });

  test('a success without its result is a completed run of which only the time is known', () => {
    expect(outcomes({})).toMatchObject([
      { outcome: { kind: 'completed', result: { particleCollisions: null, executionSeconds: 1.9 } } },
    ]);
  });

  test.each([
    [{ success: false, error: 'Traceback\nValueError' }, 'Traceback | ValueError'],
    [
      { success: false, result: { status: 'error', error: 'no', return_code: 2 }, error: 'other' },
      'exit code 2: no',
    ],
    [{ success: false, result: { status: 'timeout', error: 'Benchmark timed out' } }, 'Benchmark timed out'],
    [{ success: false }, 'failed without a reason'],
    // Never a success that the worker does not claim.
    [{ success: 'true' }, 'failed without a reason'],
  ])('%j has failed: %s', (changes, error) => {
    expect(outcomes(changes)).toEqual([
      { taskId: 't-1', outcome: { kind: 'failed', httpStatus: null, error } },
    ]);
  });

  test('entries that cannot be ours or cannot be read hide no others, and the order stays', () => {
    const ids = ['t-1', 'unknown task', 7, null, 't\u001b[0m-2', 't-3.2', 't-1'];
    expect(outcomes(...ids.map((task_id) => ({ task_id })))).toMatchObject([
      { taskId: 't-1' },
      { taskId: 't-3.2' },
      { taskId: 't-1' },
    ]);
    expect(readHistory('{"task_history":[7,null,[]]}')).toEqual({ ok: true, value: [] });
  });
});
