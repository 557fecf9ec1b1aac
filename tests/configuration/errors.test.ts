import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KEYS } from '#configuration/keys.ts';
import { loadSettings } from '#configuration/settings.ts';
import { UserError } from '#model/errors.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { errorsOf } from './written.ts';

const SECONDS = 'a number of seconds from 0.01 to 86400, such as 5 or 0.5';
const NAME = '1 to 128 printable characters';

test.each([
  ['ELASTIC_PING_INTERVAL', 'abc', SECONDS],
  ['ELASTIC_PING_INTERVAL', '0', SECONDS],
  ['ELASTIC_PING_INTERVAL', '-1', SECONDS],
  ['ELASTIC_PING_INTERVAL', '0,5', SECONDS],
  ['ELASTIC_PING_INTERVAL', '5s', SECONDS],
  ['ELASTIC_PING_INTERVAL', '1e3', SECONDS],
  ['ELASTIC_PING_INTERVAL', '0x10', SECONDS],
  ['ELASTIC_PING_INTERVAL', 'Infinity', SECONDS],
  ['ELASTIC_PING_INTERVAL', '86401', SECONDS],
  ['TASK_TIMEOUT', '604801', 'a number of seconds from 0.01 to 604800, such as 5 or 0.5'],
  ['ELASTIC_MAX_PING_FAILURES', '2.5', 'a whole number from 1 to 1000'],
  ['ELASTIC_MAX_PING_FAILURES', '0', 'a whole number from 1 to 1000'],
  ['ELASTIC_EMBEDDED_WORKERS', '65', 'a whole number from 0 to 64'],
  ['TASK_SWEEP_LIMIT', '1000001', 'a whole number from 1 to 1000000'],
  ['TASK_RETENTION_DAYS', '0', 'a whole number from 1 to 36500, or never'],
  ['TASK_RETENTION_COUNT', 'all', 'a whole number from 1 to 100000000, or never'],
  ['ORCHESTRATOR_MAX_CONCURRENT_TASKS', '0', 'a whole number from 1 to 100000, or nothing'],
  ['DEFAULT_SEED', '4294967296', 'a whole number from 0 to 4294967295'],
  ['LOG_LEVEL', 'loud', 'error, warn, info or debug'],
  ['LOG_LEVEL', 'constructor', 'error, warn, info or debug'],
  ['DEBUG_MODE', 'maybe', 'true or false'],
  ['DOCKER_IMAGE_TAG', 'x'.repeat(129), NAME],
  ['WORKER_01_IP', 'http://10.0.0.1', 'an IP address or a host name, without http:// and without a port'],
  ['WORKER_01_IP', '10.0.0.1:8080', 'an IP address or a host name, without http:// and without a port'],
  ['WORKER_01_IP', '10.0.1', 'an IP address or a host name, without http:// and without a port'],
  ['WORKER_01_IP', '10.0.0.256', 'an IP address or a host name, without http:// and without a port'],
  ['WORKER_01_IP', 'fe80::1%eth0', 'an IP address or a host name, without http:// and without a port'],
  ['WORKER_01_PORT', '65536', 'a whole number from 1 to 65535'],
  ['WORKER_01_ID', 'w'.repeat(65), '1 to 64 printable characters'],
])('%s=%s is an error that names file, key, value and what was expected', async (key, value, expected) => {
  const shown = value.length > 40 ? `${value.slice(0, 40)}…` : value;
  expect(await errorsOf({ dotenv: `${key}=${value}` })).toEqual([
    `.env: ${key} is "${shown}"; expected ${expected}`,
  ]);
  expect(await errorsOf({ environment: { [key]: value } })).toEqual([
    `environment variable ${key} is "${shown}"; expected ${expected}`,
  ]);
});

test.each([
  [{ orchestrator: { timeout: 'x' } }, `orchestrator.timeout is "x"; expected ${SECONDS}`],
  [
    { orchestrator: { retry_attempts: [3] } },
    'orchestrator.retry_attempts is a list; expected a whole number from 0 to 100',
  ],
  [{ orchestrator: [] }, 'orchestrator is a list; expected an object such as {"retry_attempts": 3}'],
  [{ workers: {} }, 'workers is an object; expected a list of workers'],
  [[], 'is a list; expected an object such as {"workers": [], "orchestrator": {}}'],
  [
    { workers: ['10.0.0.1'] },
    'workers[0] is "10.0.0.1"; expected an object such as {"id": "worker-01", "ip": "172.20.10.3", "port": 8080}',
  ],
  [{ workers: [{ ip: '10.0.0.1' }] }, 'workers[0].id is missing; expected 1 to 64 printable characters'],
  [{ workers: [{ id: 'a' }] }, 'workers[0] is a without an address; expected ip (and port) or url'],
  [
    { workers: [{ id: 'a', ip: true }] },
    'workers[0].ip is true; expected an IP address or a host name, without http:// and without a port',
  ],
  [
    { workers: [{ id: 'a', ip: 'h', port: 0 }] },
    'workers[0].port is 0; expected a whole number from 1 to 65535',
  ],
  [
    { workers: [{ id: 'a', ip: 'h', slots: 0 }] },
    'workers[0].slots is 0; expected a whole number from 1 to 1000',
  ],
  [
    { workers: [{ id: 'a', ip: 'h', labels: 'gpu' }] },
    'workers[0].labels is "gpu"; expected a list of texts',
  ],
  [{ workers: [{ id: 'a', ip: 'h', labels: ['', 'gpu'] }] }, `workers[0].labels[0] is ""; expected ${NAME}`],
  [
    {
      workers: [
        { id: 'a', ip: 'h', token_file: 7 },
        { id: 'a', ip: 'g' },
      ],
    },
    'workers[1].id is "a"; expected another id than that of config_workers.json: workers[0].id',
  ],
  [
    { workers: [{ id: 'a', ip: 'h', url: 'http://h' }] },
    'workers[0] is a with a url and an ip or port; expected either url, or ip and port',
  ],
  [
    { workers: [{ id: 'a', url: 'ftp://h' }] },
    'workers[0].url is "ftp://h"; expected a URL such as http://172.20.10.3:8080, without user, password, query or fragment',
  ],
  [
    { workers: [{ id: 'a', url: 'http://10.0.1:80' }] },
    'workers[0].url is "http://10.0.1:80"; expected a URL such as http://172.20.10.3:8080, without user, password, query or fragment',
  ],
])('config_workers.json with %j is an error that names the place in it', async (json, expected) => {
  const [line, ...others] = await errorsOf({ json });
  expect(line).toBe(
    expected.startsWith('is ') ? `config_workers.json ${expected}` : `config_workers.json: ${expected}`,
  );
  expect(others).toEqual([]);
});

test.each([
  ['{\n  "workers": [\n    {"id":}\n  ]\n}', "line 3, column 11: Unexpected token '}'"],
  ['{"workers": [1 2]}', "line 1, column 16: Expected ',' or ']' after array element"],
  ['{"workers": [],}', 'line 1, column 16: Expected double-quoted property name'],
  ['{"workers": [', 'line 1, column 14: Unexpected end of JSON input'],
  ['// workers\n{}', "line 1, column 1: Unexpected token '/'"],
  ['{"a": "\u001b[31m', 'line 1, column 8: Bad control character in string literal'],
])('malformed JSON %j is an error with line and column', async (json, expected) => {
  expect(await errorsOf({ json })).toEqual([
    `config_workers.json is not valid JSON (${expected}); expected a JSON object`,
  ]);
});

test('everything that is wrong is told at once, a line each', async () => {
  const errors = await errorsOf({
    environment: { TASK_TIMEOUT: 'soon' },
    dotenv: 'LOG_LEVEL=loud\nWORKER_01_IP=:\nWORKER_02_PORT=80\nWORKER_03_IP=h\nWORKER_03_PORT=x',
    json: { workers: [{ id: 'a', port: 'x' }, { id: 'b' }, { ip: 'c' }], orchestrator: { timeout: -1 } },
  });
  expect(errors.map((line) => line.split(';')[0])).toEqual([
    'config_workers.json: workers[0].port is "x"',
    'config_workers.json: workers[2].id is missing',
    'environment variable TASK_TIMEOUT is "soon"',
    'config_workers.json: orchestrator.timeout is "-1"',
    '.env: LOG_LEVEL is "loud"',
    '.env: WORKER_01_IP is ":"',
    '.env: WORKER_03_PORT is "x"',
    'config_workers.json: workers[1] is b without an address',
  ]);
});

test('JSON nested without end is an error like any other', async () => {
  const deep = '['.repeat(300_000);
  expect(await errorsOf({ json: deep })).toEqual([
    'config_workers.json is not valid JSON (line 1, column 300001: Unexpected end of JSON input); expected a JSON object',
  ]);
  const [line] = await errorsOf({ json: `{"workers": [${deep}${']'.repeat(300_000)}]}` });
  expect(line).toContain('config_workers.json: workers[0] is a list; expected an object');
});

test('a folder that does not exist, is a file, or holds unreadable files is an error', async () => {
  const dir = await temporaryFolder();
  const failure = (folder: string) => loadSettings({ dir: folder, environment: {} });
  await expect(failure(join(dir, 'none'))).rejects.toThrow(
    `${dir}/none is missing; expected an existing folder`,
  );
  await writeFile(join(dir, 'file'), '');
  await expect(failure(join(dir, 'file'))).rejects.toThrow(
    `${dir}/file is a file; expected a folder (--dir)`,
  );
  await mkdir(join(dir, '.env'));
  await mkdir(join(dir, 'config_workers.json'));
  await expect(failure(dir)).rejects.toThrow(
    `${dir}/.env is unreadable (EISDIR); expected a readable file\n` +
      `${dir}/config_workers.json is unreadable (EISDIR); expected a readable file`,
  );
});

test('one file for both the log and the state is an error', async () => {
  const [line] = await errorsOf({ dotenv: 'ELASTIC_LOG_FILE=same\nWORKER_STATE_FILE=./same' });
  expect(line).toBe('ELASTIC_LOG_FILE is same, as is WORKER_STATE_FILE; expected a file of its own');
});

test('no value reaches an error with control characters or at length', async () => {
  const [line] = await errorsOf({ environment: { LOG_LEVEL: `\u001b[2J\u202eevil\n${'x'.repeat(10_000)}` } });
  expect(line).not.toMatch(/[\p{Cc}\u202e]/u);
  expect(line?.length).toBeLessThan(130);
});

test('no text in the files or the environment makes it fail otherwise than with a UserError', async () => {
  const dir = await temporaryFolder();
  const keys = fc.oneof(
    fc.constantFrom(
      ...Object.values(KEYS).map(({ name }) => name),
      'WORKER_01_IP',
      'WORKER_1_ID',
      'WORKER_01_PORT',
      'WORKER_',
    ),
    fc.string(),
  );
  const value = fc.oneof(fc.string({ unit: 'binary' }), fc.integer().map(String), fc.ipV6(), fc.webUrl());
  const pairs = fc.array(fc.tuple(keys, value), { maxLength: 6 });
  const dotenv = fc.oneof(
    pairs.map((lines) => lines.map(([key, text]) => `${key}=${text}`).join('\n')),
    fc.string({ unit: 'binary' }),
  );
  const worker = fc.dictionary(
    fc.constantFrom('id', 'ip', 'port', 'url', 'slots', 'labels', 'token_file', '__proto__'),
    fc.oneof(value, fc.jsonValue()),
  );
  const json = fc.oneof(
    fc
      .record({ workers: fc.array(worker, { maxLength: 3 }), orchestrator: fc.jsonValue() })
      .map((document) => JSON.stringify(document)),
    fc.json(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(`{"workers":[${'['.repeat(10_000)}${']'.repeat(10_000)}]}`),
  );
  await fc.assert(
    fc.asyncProperty(pairs, dotenv, json, async (environment, dotenvText, jsonText) => {
      await writeFile(join(dir, '.env'), dotenvText);
      await writeFile(join(dir, 'config_workers.json'), jsonText);
      const failure = await loadSettings({ dir, environment: Object.fromEntries(environment) }).then(
        () => null,
        (reason: unknown) => reason,
      );
      if (failure === null) return;
      expect(failure).toBeInstanceOf(UserError);
      expect(String(failure)).not.toMatch(/(?!\n)\p{Cc}/u);
    }),
    { numRuns: 200 },
  );
});
