import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { fakeClock } from '../helpers/fake-clock.ts';
import { startHangingWorker, startStrangeWorker, steadyPort } from '../helpers/strange-workers.ts';
import { until } from '../helpers/until.ts';
import { failed, GOOD, openPinger, PATIENT_MS, SHORT_MS, untilTestEnds } from './start.ts';

describe('the deadline of a ping', () => {
  test('passes exactly when it should, and not before', async () => {
    const clock = fakeClock();
    const worker = await untilTestEnds(startHangingWorker());
    let outcome: unknown = null;
    openPinger(clock)
      .ping(worker.config, 10_000)
      .then((ended) => {
        outcome = ended;
      });
    await until('the request has come', () => worker.requests.length === 1);
    await clock.advance(9_999);
    expect(outcome).toBeNull();
    await clock.advance(1);
    expect(outcome).toEqual(failed('timeout'));
  });

  test('covers a connection that is never completed', async () => {
    const worker = await untilTestEnds(startHangingWorker());
    const config = { ...worker.config, url: worker.url.replace('http:', 'https:') };
    expect(await openPinger().ping(config, SHORT_MS)).toEqual(failed('timeout'));
    await until('the half-open connection is given up', () => worker.open() === 0);
  });

  test('a hundred workers that hang delay no one', async () => {
    const hanging = await untilTestEnds(startHangingWorker());
    const good = await untilTestEnds(startStrangeWorker(GOOD));
    const pinger = openPinger();
    const waiting = Array.from({ length: 100 }, (_, index) =>
      pinger.ping({ ...hanging.config, id: `hanging-${index}` }, PATIENT_MS),
    );
    await until('all of them are asked', () => hanging.requests.length === 100);
    expect(await pinger.ping(good.config, PATIENT_MS)).toMatchObject({ ok: true });
    await pinger.close();
    const outcomes = await Promise.all(waiting);
    expect(outcomes.every(({ ok }) => !ok)).toBe(true);
  });
});

describe('a connection that went stale', () => {
  test.each([
    ['reset', (socket: Socket) => socket.resetAndDestroy()],
    ['closed', (socket: Socket) => socket.destroy()],
  ])('%s under the next ping is tried once more at once, and is no failure', async (_, end) => {
    const answered = new WeakSet<object>();
    const worker = await untilTestEnds(
      startStrangeWorker((socket, request) => {
        if (answered.has(socket)) return end(socket);
        answered.add(socket);
        return GOOD(socket, request);
      }),
    );
    const pinger = openPinger();
    for (let round = 1; round <= 3; round += 1) {
      expect(await pinger.ping(worker.config, PATIENT_MS)).toMatchObject({ ok: true });
      expect(worker.connections()).toBe(round);
    }
    expect(worker.requests).toHaveLength(5);
  });

  test('a worker that has gone away meanwhile is refused, not reset', async () => {
    const worker = await startStrangeWorker(GOOD, { port: await steadyPort() });
    const pinger = openPinger();
    expect(await pinger.ping(worker.config, PATIENT_MS)).toMatchObject({ ok: true });
    await worker.stop();
    expect(await pinger.ping(worker.config, PATIENT_MS)).toEqual(failed('refused'));
  });

  test('a worker that comes back is found', async () => {
    const worker = await startStrangeWorker(GOOD, { port: await steadyPort() });
    const pinger = openPinger();
    await worker.stop();
    expect(await pinger.ping(worker.config, PATIENT_MS)).toEqual(failed('refused'));
    await untilTestEnds(startStrangeWorker(GOOD, { port: worker.port }));
    expect(await pinger.ping(worker.config, PATIENT_MS)).toMatchObject({ ok: true });
  });

  test('a worker that is not asked any more keeps no connection, and has one again when it is', async () => {
    const worker = await untilTestEnds(startStrangeWorker(GOOD));
    const pinger = openPinger();
    expect(await pinger.ping(worker.config, PATIENT_MS)).toMatchObject({ ok: true });
    pinger.forget(worker.config.id);
    await until('the connection is closed', () => worker.open() === 0);
    pinger.forget('nobody');
    expect(await pinger.ping(worker.config, PATIENT_MS)).toMatchObject({ ok: true });
  });

  test('a worker that moves is followed', async () => {
    const [before, after] = await Promise.all(
      [startStrangeWorker(GOOD), startStrangeWorker(GOOD)].map(untilTestEnds),
    );
    const pinger = openPinger();
    for (const worker of [before, after]) {
      if (worker) expect(await pinger.ping(worker.config, PATIENT_MS)).toMatchObject({ ok: true });
    }
    expect(after?.requests).toHaveLength(1);
    await until('the old connection is closed', () => before?.open() === 0);
  });
});

test('closing ends what is under way and leaves no connection', async () => {
  const worker = await untilTestEnds(startHangingWorker());
  const pinger = openPinger();
  const waiting = pinger.ping(worker.config, PATIENT_MS);
  await until('the request has come', () => worker.requests.length === 1);
  await pinger.close();
  expect(await waiting).toMatchObject({ ok: false });
  await until('the connection is closed', () => worker.open() === 0);
  expect(await pinger.ping(worker.config, PATIENT_MS)).toEqual(failed('other', 'called off'));
});

test('closing ends a connection that is still being opened', async () => {
  const worker = await untilTestEnds(startHangingWorker());
  const pinger = openPinger();
  const config = { ...worker.config, url: worker.url.replace('http:', 'https:') };
  const waiting = pinger.ping(config, PATIENT_MS);
  await until('the connection has begun', () => worker.open() === 1);
  await pinger.close();
  expect(await waiting).toMatchObject({ ok: false });
  await until('the connection is closed', () => worker.open() === 0);
});
