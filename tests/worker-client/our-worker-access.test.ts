import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { workerConfig } from '../helpers/strange-workers.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { TLS_IDENTITY } from '../helpers/tls-identity.ts';
import { startWorkerProcess } from '../helpers/worker-process.ts';
import { openClient, openPinger, PATIENT_MS, REQUEST } from './start.ts';

const TOKEN = 'a-token-that-nobody-guesses';

test('our worker that wants a token over TLS serves the master that has it, and tells one without it no more than version 1', async () => {
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, TLS_IDENTITY.cert]);
  onTestFinished(() => setDefaultCACertificates(before));
  const dir = await temporaryFolder();
  const [cert, key, tokenFile] = ['cert.pem', 'key.pem', 'token'].map((name) => join(dir, name));
  await writeFile(`${cert}`, TLS_IDENTITY.cert);
  await writeFile(`${key}`, TLS_IDENTITY.key);
  await writeFile(`${tokenFile}`, `${TOKEN}\n`);
  const args = [
    '--tls-cert',
    `${cert}`,
    '--tls-key',
    `${key}`,
    '--token-file',
    `${tokenFile}`,
    '--slots',
    '3',
  ];
  const worker = await startWorkerProcess({ dir, args });
  onTestFinished(async () => void (await worker.kill()));
  const stranger = { ...workerConfig(worker.port), url: worker.url };
  const known = { ...stranger, tokenFile: `${tokenFile}` };
  const pinger = openPinger();
  const client = openClient();
  expect(await pinger.ping(known, PATIENT_MS)).toMatchObject({
    ok: true,
    report: { capabilities: expect.arrayContaining(['tasks', 'cancel', 'output']), slots: 3 },
  });
  expect(await pinger.ping(stranger, PATIENT_MS)).toMatchObject({
    ok: true,
    report: { capabilities: [], slots: null },
  });
  const how = { timeoutMs: PATIENT_MS, onSent() {} };
  const task = { ...REQUEST, parameters: { NUM_PARTICULAS: 50, NUM_PASOS: 250, SEMILLA: 42 } };
  expect(await client.execute(stranger, task, how)).toMatchObject({ kind: 'failed', httpStatus: 401 });
  expect(await client.execute(known, task, how)).toMatchObject({
    kind: 'completed',
    result: { particleCollisions: 23, wallCollisions: 39 },
  });
  expect(await client.task(known, task.wireId, PATIENT_MS)).toMatchObject({ kind: 'known' });
});
