import { once } from 'node:events';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { request as secureRequest } from 'node:https';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createAccess } from '#worker-service/http/access.ts';
import { createListener } from '#worker-service/http/listener.ts';
import { TLS_IDENTITY } from '../helpers/tls-identity.ts';
import { until } from '../helpers/until.ts';
import { startWorkerProcess, type WorkerProcess } from '../helpers/worker-process.ts';
import { answerOf, get, post, SIGNATURE, startWorker } from './calls.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Without a token. */
let open: WorkerProcess;
/** With one. */
let closed: WorkerProcess;
beforeAll(async () => {
  [open, closed] = await Promise.all([
    startWorkerProcess(),
    startWorkerProcess({ env: { WORKER_TOKEN: TOKEN } }),
  ]);
});
afterAll(() => Promise.all([open.stop(), closed.stop()]));

const TOKEN = 'correct-horse-battery-staple';
const authorization = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

test.each([
  ['/execute', 'POST'],
  ['/status', 'GET'],
  ['/history', 'GET'],
  ['/nothing', 'GET'],
])('%s is closed to a stranger, in the form of version 1', async (path, method) => {
  for (const init of [{}, authorization('wrong'), authorization(`${TOKEN}x`), authorization('')]) {
    const response = await fetch(closed.url + path, { method, ...init });
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await answerOf(response)).toEqual({
      status: 401,
      body: { status: 'error', error: expect.stringMatching(/token/), ...SIGNATURE },
    });
  }
});

test('what is under /v2/ is closed to a stranger, in its own form', async () => {
  for (const path of ['/v2/catalogue', '/v2/tasks', '/v2/tasks/a', '/v2/tasks/a/output', '/v2/x']) {
    for (const method of ['GET', 'DELETE']) {
      expect(await answerOf(await fetch(closed.url + path, { method }))).toEqual({
        status: 401,
        body: { status: 'error', error: { code: 'TOKEN_REQUIRED', message: expect.any(String) } },
      });
    }
  }
});

test('whoever shows the token is served, and /ping tells a stranger only what version 1 tells', async () => {
  const dir = await temporaryFolder();
  const file = join(dir, 'token');
  await writeFile(file, `${TOKEN}\n`);
  await chmod(file, 0o600);
  const worker = await startWorker({
    dir,
    args: ['--host', '0.0.0.0', '--token-file', file],
    env: { WORKER_TOKEN: 'another-token-of-the-environment' },
  });
  const url = `http://127.0.0.1:${worker.port}`;
  expect(worker.stderr()).toBe('');
  const known = authorization(TOKEN);
  const params = { NUM_PARTICULAS: 1, NUM_PASOS: 1, SEMILLA: 1 };
  const answer = await fetch(`${url}/execute`, {
    method: 'POST',
    body: JSON.stringify({ task_id: 'a', params }),
    ...known,
  });
  expect(answer.status).toBe(200);
  expect((await fetch(`${url}/v2/tasks/a`, known)).status).toBe(200);
  const stranger = (await (await fetch(`${url}/ping`)).json()) as object;
  const friend = (await (await fetch(`${url}/ping`, known)).json()) as object;
  expect(Object.keys(stranger).sort()).toEqual([
    'config',
    'current_task',
    'docker_available',
    'message',
    'status',
    'task_statistics',
    'timestamp',
    'worker_id',
  ]);
  expect(friend).toMatchObject({ capabilities: expect.any(Array), machine: expect.any(Object) });
  expect((await fetch(`${url}/status`, authorization('another-token-of-the-environment'))).status).toBe(401);
});

test('a token is compared whole, whatever is around it', () => {
  const access = createAccess(TOKEN);
  expect(access.isKnown(`Bearer ${TOKEN}`)).toBe(true);
  expect(access.isKnown(`bearer  ${TOKEN} `)).toBe(true);
  for (const header of [
    undefined,
    '',
    TOKEN,
    `Basic ${TOKEN}`,
    `Bearer ${TOKEN.slice(1)}`,
    `Bearer x ${TOKEN}`,
  ]) {
    expect(access.isKnown(header)).toBe(false);
  }
  expect(createAccess(null).isKnown(undefined)).toBe(true);
});

test('a program does not get the token', async () => {
  const dir = await temporaryFolder();
  const benchmarks = [{ name: 'env', executor: 'process', command: ['env'], output: { json: false } }];
  await writeFile(join(dir, 'benchmarks.json'), JSON.stringify({ benchmarks }));
  const worker = await startWorker({ dir, env: { WORKER_TOKEN: TOKEN, MARK: 'seen' } });
  const init = { method: 'POST', body: JSON.stringify({ task_id: 'a', benchmark: 'env' }) };
  expect((await fetch(`${worker.url}/execute`, { ...init, ...authorization(TOKEN) })).status).toBe(200);
  const output = await (await fetch(`${worker.url}/v2/tasks/a/output`, authorization(TOKEN))).text();
  expect(output).toContain('MARK=seen');
  expect(output).not.toContain(TOKEN);
});

test('with a certificate the worker speaks HTTPS', async () => {
  const dir = await temporaryFolder();
  const { cert, key } = TLS_IDENTITY;
  await writeFile(join(dir, 'cert.pem'), cert);
  await writeFile(join(dir, 'key.pem'), key);
  const args = ['--tls-cert', join(dir, 'cert.pem'), '--tls-key', join(dir, 'key.pem')];
  const worker = await startWorker({ dir, args });
  expect(worker.url).toMatch(/^https:/);
  const sent = secureRequest(`${worker.url}/ping`, { ca: cert, agent: false }).end();
  const [response] = await once(sent, 'response');
  expect(response.statusCode).toBe(200);
  response.resume();
  await expect(fetch(`http://127.0.0.1:${worker.port}/ping`)).rejects.toThrow();
});

test('one address cannot take all connections', async () => {
  const worker = await startWorker();
  const sockets: Socket[] = [];
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  const from = async (localAddress: string) => {
    const socket = connect({ port: worker.port, host: '127.0.0.1', localAddress });
    socket.on('error', () => {});
    sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  };
  for (let count = 0; count < 200; count += 1) await from('127.0.0.2');
  const beyond = await from('127.0.0.2');
  await once(beyond, 'close');
  expect(sockets.filter((socket) => !socket.destroyed)).toHaveLength(200);
  // Another address is served all the while.
  const other = await from('127.0.0.3');
  other.write('GET /ping HTTP/1.1\r\nhost: x\r\n\r\n');
  const [answer] = await once(other, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1\.1 200 /);
  sockets[0]?.destroy();
  await until('there is room again', async () => {
    const again = await from('127.0.0.2');
    again.write('GET /ping HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    const [first] = await Promise.race([once(again, 'data'), once(again, 'close')]);
    return String(first).startsWith('HTTP/1.1 200');
  });
});

test('a request that does not come is not waited for, and a connection is kept longer than any ping interval', () => {
  const server = createListener(null, () => {});
  expect(server.headersTimeout).toBe(20_000);
  expect(server.requestTimeout).toBe(60_000);
  expect(server.keepAliveTimeout).toBeGreaterThanOrEqual(65_000);
});

test.each([
  ['GET', '/v2/tasks/..%2f..%2fetc', 400, 'TASK_ID_INVALID'],
  ['GET', '/v2/tasks/a%00b', 400, 'TASK_ID_INVALID'],
  ['DELETE', `/v2/tasks/${'x'.repeat(129)}`, 400, 'TASK_ID_INVALID'],
  ['GET', '/v2/tasks/__proto__', 404, 'TASK_UNKNOWN'],
  ['GET', '/v2/tasks/never', 404, 'TASK_UNKNOWN'],
  ['DELETE', '/v2/tasks/never', 404, 'TASK_UNKNOWN'],
  ['GET', '/v2/tasks/never/output?offset=-1', 400, 'OFFSET_INVALID'],
  ['GET', '/v2/tasks/never/output?offset=1e9', 400, 'OFFSET_INVALID'],
  ['GET', '/v2/nothing', 404, 'PATH_UNKNOWN'],
  ['POST', '/v2/catalogue', 405, 'METHOD_REFUSED'],
  ['GET', '/v2/tasks/%zz', 400, 'FST_ERR_BAD_URL'],
])('%s %s is a clean %i', async (method, path, status, code) => {
  const response = await fetch(open.url + path, { method });
  expect(await answerOf(response)).toMatchObject({ status, body: { status: 'error', error: { code } } });
});

test('a task whose id looks like a path is a task, and nothing is written outside the folder', async () => {
  const parent = await temporaryFolder();
  const dir = join(parent, 'worker');
  await mkdir(dir);
  const worker = await startWorker({ dir });
  const params = { NUM_PARTICULAS: 1, NUM_PASOS: 1, SEMILLA: 1 };
  for (const task_id of ['../../outside', '/etc/passwd', 'a\u0000b', '__proto__', 'x'.repeat(256)]) {
    expect((await post(worker, { task_id, params })).status).toBe(200);
  }
  expect((await get(worker, '/history')).body).toMatchObject({ statistics: { successful_tasks: 5 } });
  await worker.stop();
  expect(await readdir(parent)).toEqual(['worker']);
  expect((await readdir(dir)).sort()).toEqual(['logs', 'results']);
});

test.each([
  [
    ['--token-file', '/nonexistent/token'],
    {},
    /--token-file is "\/nonexistent\/token", which cannot be read \(ENOENT\)/,
  ],
  [[], { WORKER_TOKEN: 'two words' }, /WORKER_TOKEN is not usable; expected one token/],
  [['--tls-cert', '/nonexistent'], {}, /--tls-key is missing; expected both or neither/],
  [['--slots', '0'], {}, /--slots is "0"; expected a whole number from 1 to 1024/],
  [['--queue', 'many'], {}, /--queue is "many"/],
  [['--grace', '-1'], {}, /--grace is "-1"; expected a number of seconds from 0/],
  [[], { BENCHMARK_EXECUTOR: 'shell' }, /BENCHMARK_EXECUTOR is "shell"; expected process or container/],
])('%j with %j is refused, and no secret is shown', async (args, env, error) => {
  const started = startWorker({ args, env });
  await expect(started).rejects.toThrow(error);
  await expect(started).rejects.not.toThrow(/two words/);
});
