import { describe, expect, test } from 'vitest';
import { fakeClock } from '../helpers/fake-clock.ts';
import {
  startFailingWorker,
  startFloodingWorker,
  startHangingWorker,
  startMalformedWorker,
  startResettingWorker,
  startStrangeWorker,
  startTricklingWorker,
} from '../helpers/strange-workers.ts';
import { until } from '../helpers/until.ts';
import { answering, execute, openClient, PATIENT_MS, REQUEST, SHORT_MS, untilTestEnds } from './start.ts';

describe('an execution that may have run', () => {
  test.each([
    ['the connection is reset', startResettingWorker, 'reset'],
    [
      'the connection is closed without an answer',
      () => startStrangeWorker((socket) => socket.end()),
      'reset',
    ],
    [
      'the answer is cut',
      () => startStrangeWorker((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"stat')),
      'reset',
    ],
    ['the answer is malformed', startMalformedWorker, 'bad-body'],
    ['the answer is not HTTP', () => startStrangeWorker((socket) => socket.end('hello\r\n')), 'bad-body'],
    ['the answer is no result', () => startStrangeWorker(answering({ status: 'queued' })), 'bad-body'],
    ['the answer is a list', () => startStrangeWorker(answering([])), 'bad-body'],
    ['the answer is larger than any result', startFloodingWorker, 'too-large'],
    ['a proxy has lost the worker', () => startFailingWorker(502), 'http-status'],
    ['a proxy has lost patience', () => startFailingWorker(504), 'http-status'],
  ])('%s', async (_, start, reason) => {
    const worker = await untilTestEnds(start());
    const { outcome, timesSent } = await execute(worker.config);
    expect(outcome).toMatchObject({ kind: 'uncertain', failure: { reason } });
    expect(timesSent).toBe(1);
    expect(worker.requests).toHaveLength(1);
  });

  test('100 MB are cut off long before', async () => {
    const worker = await untilTestEnds(startFloodingWorker());
    await execute(worker.config);
    expect(worker.sentBytes()).toBeLessThan(32 * 2 ** 20);
  });

  test('a worker that trickles bytes is no answer in time', async () => {
    const worker = await untilTestEnds(startTricklingWorker());
    const { outcome, timesSent } = await execute(worker.config, { timeoutMs: SHORT_MS });
    expect(outcome).toEqual({ kind: 'timeout' });
    expect(timesSent).toBe(1);
  });

  test('a request that the worker never reads to its end was sent all the same', async () => {
    const worker = await untilTestEnds(
      startStrangeWorker(() => {}, { onConnection: (socket) => socket.pause() }),
    );
    const parameters = { NOTE: 'x'.repeat(32 * 2 ** 20) };
    let timesSent = 0;
    const onSent = () => {
      timesSent += 1;
    };
    const options = { timeoutMs: SHORT_MS, onSent };
    expect(await openClient().execute(worker.config, { ...REQUEST, parameters }, options)).toEqual({
      kind: 'timeout',
    });
    expect(timesSent).toBe(1);
  });

  test('the time of an execution passes exactly when it should, and tells of the sending at once', async () => {
    const clock = fakeClock();
    const worker = await untilTestEnds(startHangingWorker());
    let sent = false;
    let outcome: unknown = null;
    openClient(clock)
      .execute(worker.config, REQUEST, {
        timeoutMs: 60_000,
        onSent: () => {
          sent = true;
        },
      })
      .then((ended) => {
        outcome = ended;
      });
    await until('the request has come', () => worker.requests.length === 1);
    await until('the sending is told', () => sent);
    await clock.advance(59_999);
    expect(outcome).toBeNull();
    await clock.advance(1);
    expect(outcome).toEqual({ kind: 'timeout' });
    expect(clock.pending).toBe(0);
  });
});

describe('an execution that is given up', () => {
  test('after it was sent is uncertain: the worker goes on', async () => {
    const worker = await untilTestEnds(startHangingWorker());
    const given = new AbortController();
    let timesSent = 0;
    const onSent = () => {
      timesSent += 1;
    };
    const waiting = openClient().execute(worker.config, REQUEST, {
      timeoutMs: PATIENT_MS,
      onSent,
      signal: given.signal,
    });
    await until('the request has come', () => worker.requests.length === 1);
    given.abort();
    expect(await waiting).toEqual({ kind: 'uncertain', failure: { reason: 'other', detail: 'called off' } });
    expect(timesSent).toBe(1);
    await until('the connection is closed', () => worker.open() === 0);
  });

  test('before it was sent, nothing happens at all', async () => {
    const worker = await untilTestEnds(startHangingWorker());
    const signal = AbortSignal.abort();
    const onSent = () => {
      throw new Error('nothing was sent');
    };
    const outcome = await openClient().execute(worker.config, REQUEST, {
      timeoutMs: PATIENT_MS,
      onSent,
      signal,
    });
    expect(outcome).toEqual({ kind: 'not-sent', failure: { reason: 'other', detail: 'called off' } });
    expect(worker.connections()).toBe(0);
  });

  test('closing the client gives up all calls', async () => {
    const worker = await untilTestEnds(startHangingWorker());
    const client = openClient();
    const calls = [
      execute(worker.config, { client }).then(({ outcome }) => outcome.kind),
      client.history(worker.config, PATIENT_MS).then(({ ok }) => ok),
      client.status(worker.config, PATIENT_MS).then(({ ok }) => ok),
    ];
    await until('all are asked', () => worker.requests.length === 3);
    await client.close();
    expect(await Promise.all(calls)).toEqual(['uncertain', false, false]);
    await until('all connections are closed', () => worker.open() === 0);
  });
});
