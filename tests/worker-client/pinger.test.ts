import { rm, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { fakeClock } from '../helpers/fake-clock.ts';
import {
  answer,
  CLOSED_PORT,
  pingBody,
  startFailingWorker,
  startFloodingWorker,
  startHangingWorker,
  startHostileWorker,
  startMalformedWorker,
  startResettingWorker,
  startStrangeWorker,
  startTricklingWorker,
  startVersion1Worker,
  workerConfig,
} from '../helpers/strange-workers.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { TLS_IDENTITY } from '../helpers/tls-identity.ts';
import { failed, GOOD, openPinger, PATIENT_MS, SHORT_MS, untilTestEnds } from './start.ts';

const SSH = 'SSH-2.0-OpenSSH_9.2p1\r\n';

describe('a good ping', () => {
  test('gives what version 1 says, over HTTP/1.0 with a connection for each', async () => {
    const worker = await untilTestEnds(startVersion1Worker());
    const pinger = openPinger();
    for (let round = 1; round <= 3; round += 1) {
      expect(await pinger.ping(worker.config, PATIENT_MS)).toEqual({
        ok: true,
        latencyMs: expect.any(Number),
        report: {
          workerId: 'worker-01',
          dockerAvailable: true,
          currentTask: null,
          capabilities: [],
          slots: null,
          slotsFree: null,
          queued: 0,
          draining: false,
          message: 'Worker is ready',
        },
      });
      expect(worker.connections()).toBe(round);
    }
    expect(worker.requests).toEqual(['GET /ping', 'GET /ping', 'GET /ping']);
  });

  test('keeps its connection for the next where the worker lets it', async () => {
    const worker = await untilTestEnds(startStrangeWorker(GOOD));
    const pinger = openPinger();
    for (let round = 0; round < 5; round += 1) {
      expect(await pinger.ping(worker.config, PATIENT_MS)).toMatchObject({ ok: true });
    }
    expect(worker.connections()).toBe(1);
  });

  test('may come in chunks, and after a provisional answer', async () => {
    const body = JSON.stringify(pingBody());
    const worker = await untilTestEnds(
      startStrangeWorker((socket) => {
        socket.write('HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n');
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
        for (const part of [body.slice(0, 20), body.slice(20)]) {
          socket.write(`${Buffer.byteLength(part).toString(16)}\r\n${part}\r\n`);
        }
        socket.write('0\r\n\r\n');
      }),
    );
    expect(await openPinger().ping(worker.config, PATIENT_MS)).toMatchObject({ ok: true });
  });

  test('measures from sending to the last byte of the body', async () => {
    const clock = fakeClock();
    const worker = await untilTestEnds(
      startStrangeWorker((socket) => {
        clock.advanceSync(30);
        answer(socket, JSON.stringify(pingBody()));
      }),
    );
    expect(await openPinger(clock).ping(worker.config, PATIENT_MS)).toMatchObject({
      ok: true,
      latencyMs: 30,
    });
  });

  test('works below a path, and over HTTPS with a certificate that the machine trusts', async () => {
    const before = getCACertificates('default');
    setDefaultCACertificates([...before, TLS_IDENTITY.cert]);
    onTestFinished(() => setDefaultCACertificates(before));
    const worker = await untilTestEnds(startStrangeWorker(GOOD, { tls: TLS_IDENTITY }));
    const config = { ...worker.config, url: `${worker.url}/workers/one` };
    expect(await openPinger().ping(config, PATIENT_MS)).toMatchObject({ ok: true });
    expect(worker.requests).toEqual(['GET /workers/one/ping']);
  });
});

describe('a failed ping keeps its reason', () => {
  test('refused: nothing listens there', async () => {
    expect(await openPinger().ping(workerConfig(CLOSED_PORT), PATIENT_MS)).toEqual(failed('refused'));
  });

  test.each([
    ['hangs', startHangingWorker],
    ['trickles bytes', startTricklingWorker],
  ])('timeout: a worker that %s', async (_, start) => {
    const worker = await untilTestEnds(start());
    expect(await openPinger().ping(worker.config, SHORT_MS)).toEqual(failed('timeout'));
  });

  test('too large: a worker that sends 100 MB is cut off long before', async () => {
    const worker = await untilTestEnds(startFloodingWorker());
    expect(await openPinger().ping(worker.config, PATIENT_MS)).toEqual(failed('too-large'));
    // One megabyte is read; the rest of it lies in the buffers of two sockets.
    expect(worker.sentBytes()).toBeLessThan(32 * 2 ** 20);
  });

  test('bad body: JSON that ends in the middle', async () => {
    const worker = await untilTestEnds(startMalformedWorker());
    expect(await openPinger().ping(worker.config, PATIENT_MS)).toEqual(failed('bad-body', 'not JSON'));
  });

  test.each([
    ['at once', { onConnection: (socket: Socket) => socket.write(SSH) }],
    ['when asked', {}],
  ])('bad body: something else than HTTP speaks there, %s', async (_, options) => {
    const worker = await untilTestEnds(startStrangeWorker((socket) => socket.write(SSH), options));
    expect(await openPinger().ping(worker.config, PATIENT_MS)).toEqual(failed('bad-body', 'not HTTP'));
  });

  test.each([503, 500, 404, 204])('HTTP status %i', async (status) => {
    const worker = await untilTestEnds(startFailingWorker(status));
    expect(await openPinger().ping(worker.config, PATIENT_MS)).toEqual(failed('http-status', String(status)));
  });

  test('a redirect is not followed', async () => {
    const target = await untilTestEnds(startStrangeWorker(GOOD));
    const worker = await untilTestEnds(
      startStrangeWorker((socket) => {
        socket.write(`HTTP/1.1 302 Found\r\nLocation: ${target.url}/ping\r\nContent-Length: 0\r\n\r\n`);
      }),
    );
    expect(await openPinger().ping(worker.config, PATIENT_MS)).toEqual(failed('http-status', '302'));
    expect(target.requests).toEqual([]);
  });

  test('reset: on a new connection, and then it is not tried again', async () => {
    const worker = await untilTestEnds(startResettingWorker());
    expect(await openPinger().ping(worker.config, PATIENT_MS)).toEqual(failed('reset'));
    expect(worker.requests).toHaveLength(1);
  });

  test('reset: closed without an answer, or in the middle of one', async () => {
    const silent = await untilTestEnds(startStrangeWorker((socket) => socket.end()));
    const halfway = await untilTestEnds(
      startStrangeWorker((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"status"')),
    );
    const cut = await untilTestEnds(
      startStrangeWorker((socket) =>
        socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{"status"'),
      ),
    );
    const pinger = openPinger();
    for (const { config, port } of [silent, halfway, cut]) {
      expect(await pinger.ping({ ...config, id: `at ${port}` }, PATIENT_MS)).toEqual(failed('reset'));
    }
  });

  test('a certificate that nobody vouches for is refused, and named as the reason', async () => {
    const worker = await untilTestEnds(startStrangeWorker(GOOD, { tls: TLS_IDENTITY }));
    expect(await openPinger().ping(worker.config, PATIENT_MS)).toEqual(
      failed('other', expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT')),
    );
    expect(worker.requests).toEqual([]);
  });
});

describe('a worker with a token', () => {
  async function tokenWorker() {
    const folder = await temporaryFolder();
    const tokenFile = join(folder, 'token');
    const heads: string[] = [];
    const worker = await untilTestEnds(
      startStrangeWorker(GOOD, {
        onConnection: (socket) => socket.on('data', (chunk) => heads.push(chunk.toString())),
      }),
    );
    return { tokenFile, heads, config: { ...worker.config, tokenFile } };
  }

  test('is asked with it, and with the new one once the file has changed', async () => {
    const { tokenFile, heads, config } = await tokenWorker();
    const pinger = openPinger();
    await writeFile(tokenFile, 'first-secret\n');
    await pinger.ping(config, PATIENT_MS);
    await writeFile(tokenFile, 'the-second-secret\n');
    await pinger.ping(config, PATIENT_MS);
    expect(heads.map((head) => /^authorization: (.*)$/im.exec(head)?.[1])).toEqual([
      'Bearer first-secret',
      'Bearer the-second-secret',
    ]);
  });

  test('is not asked without it: the failure names the file, never what is in it', async () => {
    const { tokenFile, heads, config } = await tokenWorker();
    const pinger = openPinger();
    expect(await pinger.ping(config, PATIENT_MS)).toEqual(
      failed('other', `token file ${tokenFile} does not exist`),
    );
    await writeFile(tokenFile, 'two secrets');
    expect(await pinger.ping(config, PATIENT_MS)).toEqual(
      failed('other', `token file ${tokenFile} must hold one token, without spaces`),
    );
    await rm(tokenFile);
    expect(heads).toEqual([]);
  });
});

test('nothing that a worker says controls the terminal', async () => {
  const worker = await untilTestEnds(startHostileWorker());
  const outcome = await openPinger().ping(worker.config, PATIENT_MS);
  const shown = 'evilredbold gnp.exe   nextlink';
  expect(outcome).toMatchObject({
    ok: true,
    report: {
      workerId: shown,
      message: shown,
      capabilities: [shown],
      currentTask: { taskId: shown, benchmark: shown },
    },
  });
});

test('an address that is none is a failure like any other', async () => {
  expect(await openPinger().ping({ ...workerConfig(1), url: 'nonsense' }, PATIENT_MS)).toMatchObject({
    ok: false,
    failure: { reason: 'other' },
  });
});
