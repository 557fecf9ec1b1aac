import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorkerProcess, type WorkerProcess } from '../helpers/worker-process.ts';
import { post, SIGNATURE } from './calls.ts';

let worker: WorkerProcess;
beforeAll(async () => {
  worker = await startWorkerProcess();
});
afterAll(() => worker.stop());

/** Sends bytes, says that no more come, and gives back all that is answered. */
async function exchange(bytes: string): Promise<string> {
  const socket = connect({ port: worker.port, host: '127.0.0.1', allowHalfOpen: true });
  socket.write(bytes, 'latin1');
  let heard = '';
  for await (const chunk of socket.setEncoding('utf8')) heard += chunk;
  socket.destroy();
  return heard;
}

const statuses = (heard: string) =>
  [...heard.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, code]) => Number(code));
const bodyOf = (heard: string) => JSON.parse(heard.slice(heard.indexOf('\r\n\r\n'))) as object;
const task = (task_id: string, version = '1.1') => {
  const body = JSON.stringify({ task_id, params: { NUM_PARTICULAS: 1, NUM_PASOS: 1 } });
  return `POST /execute HTTP/${version}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
};

test.each([
  ['GET /v2/\x00 HTTP/1.1\r\n\r\n', 400, 'REQUEST_MALFORMED'],
  ['GET http://x/v2/a HTTP/1.1\r\nno colon\r\n\r\n', 400, 'REQUEST_MALFORMED'],
  ['POST /v2/tasks HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 400, 'REQUEST_MALFORMED'],
  [`GET /v2/${'a'.repeat(20_000)} HTTP/1.1\r\n\r\n`, 431, 'HEADERS_TOO_LARGE'],
])('%j is refused in the form of version 2', async (bytes, status, code) => {
  const heard = await exchange(bytes);
  expect(statuses(heard)).toEqual([status]);
  expect(bodyOf(heard)).toEqual({ status: 'error', error: { code, message: expect.any(String) } });
});

test.each([
  ['\x16\x03\x01\x02\x00\r\n\r\n', 400],
  ['GET /ping HTTP/1.1\r\na b: c\r\n\r\n', 400],
  [
    'POST /execute HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
    400,
  ],
  [`GET /ping HTTP/1.1\r\nlarge: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
])('%j is refused in the form of version 1', async (bytes, status) => {
  const heard = await exchange(bytes);
  expect(statuses(heard)).toEqual([status]);
  expect(bodyOf(heard)).toEqual({ status: 'error', error: expect.any(String), ...SIGNATURE });
});

test('what comes behind a task and is no HTTP does not cost the task its answer', async () => {
  const heard = await exchange(`${task('before')}\x00nonsense\r\n\r\n`);
  expect(statuses(heard)).toEqual([200]);
  expect(heard).toContain('"status":"success"');
});

test('what is sent behind the last request of HTTP/1.0 does not cost that one its answer', async () => {
  const heard = await exchange(`${task('old', '1.0')}${task('not-sent')}`);
  expect(statuses(heard)).toEqual([200]);
  expect(await (await fetch(`${worker.url}/v2/tasks/not-sent`)).json()).toMatchObject({ status: 'error' });
});

test('a request without a host, or with an expectation that nobody knows, is answered like any other', async () => {
  const heard = await exchange('GET /v2/tasks HTTP/1.1\r\nExpect: miracles\r\nConnection: close\r\n\r\n');
  expect(statuses(heard)).toEqual([200]);
  expect(bodyOf(heard)).toMatchObject({ tasks: [] });
});

test('a client that wishes for another protocol is told that its connection ends', async () => {
  const heard = await exchange('GET /ping HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n');
  expect(statuses(heard)).toEqual([200]);
  expect(heard).toMatch(/^connection: close\r$/im);
});

test('an absolute path in a request means the same as its end', async () => {
  const heard = await exchange('GET http://any/v2/tasks/never HTTP/1.1\r\nConnection: close\r\n\r\n');
  expect(statuses(heard)).toEqual([404]);
  expect(bodyOf(heard)).toMatchObject({ error: { code: 'TASK_UNKNOWN' } });
});

test.each(['{"task_id":@}', '{"benchmark":@}', '{"params":@}', '{"params":{"SEMILLA":@}}'])(
  'what is nested very deeply is refused with a sentence: %s',
  async (text) => {
    const depth = 200_000;
    const { status, body } = await post(worker, text.replace('@', '['.repeat(depth) + ']'.repeat(depth)));
    expect([status, body.error]).toEqual([500, expect.stringMatching(/ is nested too deeply; expected /)]);
  },
);
