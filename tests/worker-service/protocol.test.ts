import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startWorkerProcess, type WorkerProcess } from '../helpers/worker-process.ts';
import { declareVersion1Tests } from '../protocol/conformance.ts';

const RUN = fileURLToPath(new URL('../protocol/run.ts', import.meta.url));
const TOKEN = 'a-token-that-nobody-guesses';

describe.each([
  ['without a token', null],
  ['with a token', TOKEN],
])('our worker %s speaks version 1', (_, token) => {
  let worker: WorkerProcess;
  beforeAll(async () => {
    worker = await startWorkerProcess({ env: { WORKER_TOKEN: token ?? undefined } });
  });
  afterAll(() => worker.stop());
  declareVersion1Tests(() => ({ url: worker.url, token }));

  if (token === null) return;
  test('npm run test:protocol passes against it, with its token', async () => {
    const { exitCode, stdout } = await protocolTest([worker.url], { PROTOCOL_TOKEN: token });
    expect(stdout).toMatch(/17 passed/);
    expect(exitCode).toBe(0);
  });
});

/** Runs `npm run test:protocol`, as npm does. */
function protocolTest(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return execa(process.execPath, [RUN, ...args], {
    reject: false,
    env: { PROTOCOL_TOKEN: undefined, ...env },
  });
}

test.each([[[]], [['worker-01']], [['ftp://worker-01']], [['http://a', 'http://b']]])(
  'npm run test:protocol -- %j says how to use it and ends with code 2',
  async (args) => {
    const { exitCode, stdout, stderr } = await protocolTest(args);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^usage: npm run test:protocol -- http:\/\/host:8080$/m);
  },
);

test('npm run test:protocol fails against what is no worker', async () => {
  const server = createServer((_request, response) => response.end('{}')).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { exitCode, stdout } = await protocolTest([`http://127.0.0.1:${port}`]);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/17 failed/);
  expect(stdout).not.toMatch(/skipped|passed/);
});
