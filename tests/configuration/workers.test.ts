import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadSettings } from '#configuration/settings.ts';
import type { Settings } from '#model/settings.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

interface Written {
  readonly environment?: Readonly<Record<string, string>>;
  readonly dotenv?: string;
  readonly workers?: readonly unknown[];
}

async function load({ environment = {}, dotenv = '', workers = [] }: Written): Promise<Settings> {
  const dir = await temporaryFolder();
  await writeFile(join(dir, '.env'), dotenv);
  await writeFile(join(dir, 'config_workers.json'), JSON.stringify({ workers }));
  return loadSettings({ dir, environment });
}

async function urlsOf(written: Written): Promise<Record<string, string>> {
  const { workers } = await load(written);
  return Object.fromEntries(workers.map(({ id, url }) => [id, url]));
}

test('a number of .env makes a worker whose id and port have defaults', async () => {
  const { workers } = await load({ dotenv: 'WORKER_07_IP=172.20.10.3' });
  expect(workers).toEqual([
    {
      id: 'worker-07',
      url: 'http://172.20.10.3:8080',
      host: '172.20.10.3',
      port: 8080,
      slots: null,
      labels: [],
      tokenFile: null,
      origin: 'configured',
    },
  ]);
});

test('numbers may have gaps and any count, and workers stand in the order of their numbers, then the JSON file', async () => {
  const dotenv = ['120', '03', '1', '20']
    .map((number) => `WORKER_${number}_IP=10.0.0.${Number(number)}`)
    .join('\n');
  const urls = await urlsOf({
    dotenv,
    workers: [
      { id: 'z', ip: 'z.local' },
      { id: 'a', ip: 'a.local' },
    ],
  });
  expect(Object.keys(urls)).toEqual(['worker-1', 'worker-03', 'worker-20', 'worker-120', 'z', 'a']);
});

test('a thousand workers are read', async () => {
  const dotenv = Array.from(
    { length: 1_000 },
    (_, index) => `WORKER_${index}_IP=10.0.${index >> 8}.${index & 255}`,
  );
  const { workers, warnings } = await load({ dotenv: dotenv.join('\n') });
  expect(workers).toHaveLength(1_000);
  expect(warnings).toEqual([]);
});

test('the keys of one worker may come from the environment, .env and config_workers.json, each from the first that has it', async () => {
  const { workers, entries } = await load({
    environment: { WORKER_01_PORT: '9001' },
    dotenv: 'WORKER_01_IP=10.0.0.1\nWORKER_01_ID=gpu\nWORKER_01_PORT=9002',
    workers: [
      { id: 'gpu', ip: '10.0.0.9', port: 9003, slots: '4', labels: ['cuda'], token_file: 'tokens/gpu' },
    ],
  });
  expect(workers).toHaveLength(1);
  expect(workers[0]).toMatchObject({ id: 'gpu', url: 'http://10.0.0.1:9001', slots: 4, labels: ['cuda'] });
  expect(workers[0]?.tokenFile).toMatch(/^\/.*\/tokens\/gpu$/);
  expect(entries.at(-1)).toEqual({ key: 'WORKER gpu', value: 'http://10.0.0.1:9001', source: '.env' });
});

test.each([
  ['a port only in the JSON file stands', 'WORKER_01_IP=10.0.0.1', { port: 9003 }, 'http://10.0.0.1:9003'],
  ['an address only in the JSON file stands', 'WORKER_01_PORT=9001', { ip: 'h' }, 'http://h:9001'],
  ['a url stands', 'WORKER_01_ID=worker-01', { url: 'https://h/base/' }, 'https://h/base'],
  [
    'a port of .env replaces that of a url',
    'WORKER_01_PORT=9001',
    { url: 'https://h/base' },
    'https://h:9001/base',
  ],
  [
    'an address of .env replaces a url',
    'WORKER_01_IP=10.0.0.1',
    { url: 'https://h:9/base' },
    'http://10.0.0.1:8080',
  ],
  [
    'leftovers of the old program are ignored',
    '',
    { ip: 'h', port: '80', status: 'active', last_ping: null },
    'http://h:80',
  ],
  [
    'null is as good as nothing',
    '',
    { ip: 'h', port: null, url: null, slots: null, labels: null },
    'http://h:8080',
  ],
])('%s', async (_, dotenv, entry, url) => {
  expect(await urlsOf({ dotenv, workers: [{ id: 'worker-01', ...entry }] })).toEqual({ 'worker-01': url });
});

test.each([
  ['::1', '::1', 'http://[::1]:8080'],
  ['[2001:db8::7]', '2001:db8::7', 'http://[2001:db8::7]:8080'],
  ['worker_1.local', 'worker_1.local', 'http://worker_1.local:8080'],
  ['ñandú', 'ñandú', 'http://ñandú:8080'],
])('the address %s is understood', async (ip, host, url) => {
  const { workers } = await load({ dotenv: `WORKER_01_IP=${ip}` });
  expect(workers[0]).toMatchObject({ host, url });
});

test.each([
  ['http://h', 'h', 80, 'http://h'],
  ['https://h', 'h', 443, 'https://h'],
  ['http://[::1]:81/', '::1', 81, 'http://[::1]:81'],
])('the url %s gives host and port', async (url, host, port, expected) => {
  const { workers } = await load({ workers: [{ id: 'w', url }] });
  expect(workers[0]).toMatchObject({ host, port, url: expected });
});

test.each([
  [
    'two numbers with one id',
    { dotenv: 'WORKER_01_IP=a\nWORKER_02_IP=b\nWORKER_01_ID=x\nWORKER_02_ID=x' },
    /WORKER_02_ID is "x"; expected another id than that of .*WORKER_01_ID/,
  ],
  [
    'an id that is the default of another number',
    { dotenv: 'WORKER_01_IP=a\nWORKER_01_ID=worker-02\nWORKER_02_IP=b' },
    /WORKER_02_IP is "worker-02"; expected another id than that of .*WORKER_01_ID/,
  ],
  [
    'one id twice in the JSON file',
    {
      workers: [
        { id: 'x', ip: 'a' },
        { id: 'x', ip: 'b' },
      ],
    },
    /workers\[1\].id is "x"; expected another id/,
  ],
  [
    'a number without an address',
    { dotenv: 'WORKER_03_PORT=80' },
    /\.env: WORKER_03_IP is missing; expected the address of worker-03/,
  ],
  [
    'an id with an escape sequence',
    { workers: [{ id: '\u001b[31mred', ip: 'a' }] },
    /workers\[0\].id is "red"; expected 1 to 64 printable characters/,
  ],
])('%s is an error', async (_, written, expected) => {
  await expect(load(written)).rejects.toThrow(expected);
});

test('two workers with one address are a warning', async () => {
  const { workers, warnings } = await load({
    dotenv: 'WORKER_01_IP=H.local',
    workers: [{ id: 'other', url: 'http://h.local:8080' }],
  });
  expect(workers).toHaveLength(2);
  expect(warnings).toEqual([
    'worker-01 and other have the same address http://h.local:8080: one machine counts as two',
  ]);
});

test('what seems to be missing is not told while the part it may be in is not understood', async () => {
  const failure = load({ dotenv: 'WORKER_01_PORT=80', workers: [{ id: 'worker-01', ip: '10.0.1' }] });
  await expect(failure).rejects.toThrow(/^[^\n]*workers\[0\]\.ip is "10\.0\.1"[^\n]*$/);
});
