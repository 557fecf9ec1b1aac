import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  answer,
  CLOSED_PORT,
  startHangingWorker,
  startStrangeWorker,
  startVersion1Worker,
  workerConfig,
} from '../helpers/strange-workers.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { TLS_IDENTITY } from '../helpers/tls-identity.ts';
import { until } from '../helpers/until.ts';
import { answering, execute, openClient, PATIENT_MS, REQUEST, SHORT_MS, untilTestEnds } from './start.ts';

describe('an execution', () => {
  test('on version 1: counts are read from the output, and the request is as the protocol says', async () => {
    const bodies: string[] = [];
    const worker = await untilTestEnds(
      startVersion1Worker({
        onConnection: (socket) => socket.on('data', (chunk) => bodies.push(chunk.toString())),
      }),
    );
    const { outcome, timesSent } = await execute(worker.config);
    expect(outcome).toEqual({
      kind: 'completed',
      result: {
        particleCollisions: 171,
        wallCollisions: 112,
        executionSeconds: 1.92,
        output: expect.stringContaining('Progreso: 100 / 500'),
      },
    });
    expect(timesSent).toBe(1);
    expect(worker.requests).toEqual(['POST /execute']);
    const [head, body] = bodies.join('').split('\r\n\r\n');
    expect(head).toMatch(/^content-type: application\/json/im);
    expect(JSON.parse(body ?? '')).toEqual({
      task_id: 't-1.2',
      benchmark: 'benchmark.py',
      params: { NUM_PARTICULAS: 100, NUM_PASOS: 500, SEMILLA: 42 },
    });
  });

  test('has a connection of its own, so that a stale one cannot make it uncertain', async () => {
    const worker = await untilTestEnds(startStrangeWorker(answering({ status: 'success' })));
    const client = openClient();
    for (let round = 1; round <= 3; round += 1) {
      expect((await execute(worker.config, { client })).outcome.kind).toBe('completed');
      expect(worker.connections()).toBe(round);
    }
    await until('no connection is kept', () => worker.open() === 0);
  });

  test('is sent with the token of the worker', async () => {
    const tokenFile = join(await temporaryFolder(), 'token');
    await writeFile(tokenFile, 'secret\n');
    const heads: string[] = [];
    const worker = await untilTestEnds(
      startStrangeWorker(answering({ status: 'success' }), {
        onConnection: (socket) => socket.on('data', (chunk) => heads.push(chunk.toString())),
      }),
    );
    await execute({ ...worker.config, tokenFile });
    expect(heads.join('')).toMatch(/^authorization: Bearer secret\r$/im);
  });
});

describe('an execution that the worker says has failed', () => {
  test.each([
    [
      500,
      { status: 'error', error: 'ValueError: no', stdout: 'begun', return_code: 1 },
      'exit code 1: ValueError: no',
    ],
    [500, { status: 'error', error: '', stdout: 'a\n\nb\n', return_code: -9 }, 'exit code -9: a | b'],
    [500, { status: 'error', error: 'Expecting value: line 1' }, 'Expecting value: line 1'],
    [408, { status: 'timeout', error: 'Benchmark timed out' }, 'Benchmark timed out'],
    [400, { error: 'No task data provided' }, 'No task data provided'],
    [
      422,
      { status: 'error', error: { code: 'BAD', message: 'NUM_PASOS must be ≥ 1' } },
      'NUM_PASOS must be ≥ 1',
    ],
    [404, '<html>not here</html>', 'HTTP status 404'],
    [503, { detail: 7 }, 'HTTP status 503'],
    [302, '', 'HTTP status 302'],
  ])('%i %j: %s', async (status, body, error) => {
    const worker = await untilTestEnds(startStrangeWorker(answering(body, status)));
    const { outcome, timesSent } = await execute(worker.config);
    expect(outcome).toEqual({ kind: 'failed', httpStatus: status, error });
    expect(timesSent).toBe(1);
    expect(worker.requests).toHaveLength(1);
  });

  test('a run that the worker says it lost is lost, not failed', async () => {
    const body = { status: 'error', error: 'the worker ended while it ran', state: 'lost' };
    const worker = await untilTestEnds(startStrangeWorker(answering(body, 500)));
    expect((await execute(worker.config)).outcome).toEqual({ kind: 'died', error: body.error });
  });

  test('a redirect is not followed: the task went to one worker, not to where that points', async () => {
    const target = await untilTestEnds(startVersion1Worker());
    const worker = await untilTestEnds(
      startStrangeWorker((socket) => {
        socket.end(`HTTP/1.1 307 Temporary Redirect\r\nLocation: ${target.url}/execute\r\n\r\n`);
      }),
    );
    expect((await execute(worker.config)).outcome).toEqual({
      kind: 'failed',
      httpStatus: 307,
      error: 'HTTP status 307',
    });
    expect(target.requests).toEqual([]);
  });

  test('an error of many megabytes is still that error', async () => {
    const body = { status: 'error', error: 'x'.repeat(8 * 2 ** 20), stdout: '', return_code: 1 };
    const worker = await untilTestEnds(startStrangeWorker(answering(body, 500)));
    expect((await execute(worker.config)).outcome).toEqual({
      kind: 'failed',
      httpStatus: 500,
      error: 'HTTP status 500',
    });
  });

  test('a worker that answers before it has read the request', async () => {
    const worker = await untilTestEnds(
      startStrangeWorker(() => {}, {
        onConnection: (socket) => {
          answer(socket, JSON.stringify({ error: 'too busy' }), 503);
          socket.end();
        },
      }),
    );
    const { outcome, timesSent } = await execute(worker.config);
    expect(outcome).toEqual({ kind: 'failed', httpStatus: 503, error: 'too busy' });
    expect(timesSent).toBe(1);
  });
});

describe('an execution that never left this machine', () => {
  test('refused', async () => {
    const { outcome, timesSent } = await execute(workerConfig(CLOSED_PORT));
    expect(outcome).toEqual({ kind: 'not-sent', failure: { reason: 'refused', detail: '' } });
    expect(timesSent).toBe(0);
  });

  test('a connection that is not completed in time', async () => {
    const worker = await untilTestEnds(startHangingWorker());
    const config = { ...worker.config, url: worker.url.replace('http:', 'https:') };
    let timesSent = 0;
    const onSent = () => {
      timesSent += 1;
    };
    const outcome = await openClient(undefined, SHORT_MS).execute(config, REQUEST, {
      timeoutMs: PATIENT_MS,
      onSent,
    });
    expect(outcome).toEqual({ kind: 'not-sent', failure: { reason: 'timeout', detail: '' } });
    await until('the half-open connection is given up', () => worker.open() === 0);
    expect(timesSent).toBe(0);
  });

  test('a certificate that nobody vouches for', async () => {
    const worker = await untilTestEnds(
      startStrangeWorker(answering({ status: 'success' }), { tls: TLS_IDENTITY }),
    );
    const { outcome, timesSent } = await execute(worker.config);
    expect(outcome).toMatchObject({ kind: 'not-sent', failure: { reason: 'other' } });
    expect(timesSent).toBe(0);
    expect(worker.requests).toEqual([]);
  });

  test('no token file, or no address', async () => {
    const worker = await untilTestEnds(startHangingWorker());
    const tokenFile = join(await temporaryFolder(), 'missing');
    for (const config of [
      { ...worker.config, tokenFile },
      { ...worker.config, url: 'nonsense' },
    ]) {
      const { outcome, timesSent } = await execute(config);
      expect(outcome).toMatchObject({ kind: 'not-sent', failure: { reason: 'other' } });
      expect(timesSent).toBe(0);
    }
    expect(worker.connections()).toBe(0);
  });
});
