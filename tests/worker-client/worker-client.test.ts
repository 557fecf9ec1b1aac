import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  answer,
  CLOSED_PORT,
  startFailingWorker,
  startFloodingWorker,
  startHangingWorker,
  startHostileWorker,
  startMalformedWorker,
  startStrangeWorker,
  startVersion1Worker,
  statusBody,
  workerConfig,
} from '../helpers/strange-workers.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { answering, execute, openClient, PATIENT_MS, SHORT_MS, untilTestEnds } from './start.ts';

describe('GET /status', () => {
  test('gives what version 1 says', async () => {
    const worker = await untilTestEnds(startVersion1Worker());
    expect(await openClient().status(worker.config, PATIENT_MS)).toEqual({
      ok: true,
      report: {
        dockerImage: 'particle-simulation:latest',
        imageAvailable: true,
        benchmarks: ['benchmark.py', 'benchmark_cython.py'],
        pythonAvailable: true,
      },
    });
  });

  test('keeps a connection, and survives its end', async () => {
    const answered = new WeakSet<object>();
    const worker = await untilTestEnds(
      startStrangeWorker((socket) => {
        if (answered.has(socket)) return socket.resetAndDestroy();
        answered.add(socket);
        return answer(socket, JSON.stringify(statusBody()));
      }),
    );
    const client = openClient();
    for (let round = 0; round < 2; round += 1) {
      expect(await client.status(worker.config, PATIENT_MS)).toMatchObject({ ok: true });
    }
  });

  test('a failure keeps its reason', async () => {
    const failing = await untilTestEnds(startFailingWorker(500));
    const malformed = await untilTestEnds(startMalformedWorker());
    const client = openClient();
    expect(await client.status({ ...failing.config, id: 'failing' }, PATIENT_MS)).toEqual({
      ok: false,
      failure: { reason: 'http-status', detail: '500' },
    });
    expect(await client.status({ ...malformed.config, id: 'malformed' }, PATIENT_MS)).toEqual({
      ok: false,
      failure: { reason: 'bad-body', detail: 'not JSON' },
    });
  });
});

describe('GET /history', () => {
  test('asks for all that the worker keeps', async () => {
    const worker = await untilTestEnds(startVersion1Worker());
    expect(await openClient().history(worker.config, PATIENT_MS)).toEqual({ ok: true, entries: [] });
    expect(worker.requests).toEqual(['GET /history?limit=100']);
  });

  test.each([
    ['refused', async () => workerConfig(CLOSED_PORT), 'refused'],
    ['no answer in time', async () => (await untilTestEnds(startHangingWorker())).config, 'timeout'],
    ['100 MB', async () => (await untilTestEnds(startFloodingWorker())).config, 'too-large'],
    ['an HTTP status', async () => (await untilTestEnds(startFailingWorker(503))).config, 'http-status'],
    ['another body', async () => (await untilTestEnds(startStrangeWorker(answering({})))).config, 'bad-body'],
    [
      'no token file',
      async () => ({ ...workerConfig(1), tokenFile: join(await temporaryFolder(), 'missing') }),
      'other',
    ],
  ])('a failure keeps its reason: %s', async (_, config, reason) => {
    const deadlineMs = reason === 'timeout' ? SHORT_MS : PATIENT_MS;
    expect(await openClient().history(await config(), deadlineMs)).toMatchObject({
      ok: false,
      failure: { reason },
    });
  });
});

test('nothing that a worker says controls the terminal', async () => {
  const worker = await untilTestEnds(startHostileWorker());
  const client = openClient();
  const [status, history, { outcome }] = [
    await client.status(worker.config, PATIENT_MS),
    await client.history(worker.config, PATIENT_MS),
    await execute(worker.config, { client }),
  ];
  expect(status).toMatchObject({ ok: true, report: { benchmarks: ['evilredbold gnp.exe   nextlink'] } });
  // The entry under a hostile id cannot be ours.
  expect(history).toEqual({
    ok: true,
    entries: [
      {
        taskId: 't-2',
        outcome: { kind: 'failed', httpStatus: null, error: 'evilredbold gnp.exe | nextlink' },
      },
    ],
  });
  expect(outcome).toMatchObject({
    kind: 'completed',
    result: { wallCollisions: 7, output: 'evilredbold gnp.exe \nnextlink\nTotal colisiones con Pared: 7\n' },
  });
});

test('a proxy of the environment is for the web, not for workers', async () => {
  const worker = await untilTestEnds(startVersion1Worker());
  const proxy = await untilTestEnds(startFailingWorker(403));
  const script = fileURLToPath(new URL('behind-proxy.ts', import.meta.url));
  const env = {
    ...process.env,
    NODE_USE_ENV_PROXY: '1',
    HTTP_PROXY: proxy.url,
    http_proxy: proxy.url,
    NO_PROXY: '',
  };
  const { stdout } = await promisify(execFile)(process.execPath, [script, String(worker.port)], { env });
  expect(JSON.parse(stdout)).toEqual([true, true, true, 'completed']);
  expect(proxy.connections()).toBe(0);
});
