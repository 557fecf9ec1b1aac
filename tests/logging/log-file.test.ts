import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { until } from '../helpers/until.ts';
import { messagesIn, numbered, scene } from './scene.ts';

test('each event is a line of the file, in order, from the moment the log file was made', async () => {
  const path = join(await temporaryFolder(), 'logs', 'orchestrator.log');
  const { log, say } = scene({ path });
  say('before it is opened');
  log.open();
  await until('the first line', async () => (await messagesIn(path)).length === 1);
  say('afterwards');
  await until('the second line', async () => (await messagesIn(path)).length === 2);
  expect(await readFile(path, 'utf8')).toBe(
    '2026-11-23T21:42:07.000Z info before it is opened\n2026-11-23T21:42:07.000Z info afterwards\n',
  );
});

test('single good pings are written at debug only, failed ones at info too', async () => {
  const folder = await temporaryFolder();
  const report = {
    workerId: 'worker-01',
    dockerAvailable: true,
    currentTask: null,
    capabilities: [],
    slots: null,
    slotsFree: null,
    queued: 0,
    draining: false,
    message: '',
  };
  for (const level of ['info', 'debug'] as const) {
    const { bus, log } = scene({ path: join(folder, `${level}.log`), settings: { logLevel: level } });
    bus.publish({
      at: 0,
      type: 'worker-pinged',
      workerId: 'worker-01',
      outcome: { ok: true, latencyMs: 1, report },
    });
    bus.publish({
      at: 0,
      type: 'worker-pinged',
      workerId: 'worker-01',
      outcome: { ok: false, failure: { reason: 'refused', detail: '' } },
    });
    log.open();
    await log.close();
  }
  const failed = 'ping failed worker=worker-01 reason="connection refused"';
  expect(await messagesIn(join(folder, 'info.log'))).toEqual([failed]);
  expect(await messagesIn(join(folder, 'debug.log'))).toEqual([
    'ping answered worker=worker-01 ms=1',
    failed,
  ]);
});

test('close writes what waits, even where the file was never opened', async () => {
  const path = join(await temporaryFolder(), 'orchestrator.log');
  const { log, say } = scene({ path });
  for (const message of numbered(500)) say(message);
  await log.close();
  expect(await messagesIn(path)).toEqual(numbered(500));
});

test('the file goes on where an earlier run ended, and a half line left by a crash is ended first', async () => {
  const path = join(await temporaryFolder(), 'orchestrator.log');
  await writeFile(path, 'first run\nhalf a li');
  const { log, say } = scene({ path });
  say('second run');
  await log.close();
  expect(await readFile(path, 'utf8')).toBe(
    'first run\nhalf a li\n2026-11-23T21:42:07.000Z info second run\n',
  );
});

test('rotation keeps the newest lines under the main name, four older files, and loses none of their lines', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'orchestrator.log');
  const maxBytes = 1_000;
  const { log, say } = scene({ path, maxBytes });
  log.open();
  for (let count = 0; count < 300; count += 10) {
    for (const message of numbered(10, count)) say(message);
    // As `tail -F` would: the main name is looked up again and again.
    await until('the newest line under the main name', async () => {
      const newest = await messagesIn(path);
      return newest.at(-1) === `line ${count + 9}`;
    });
  }
  await log.close();
  const files = (await readdir(folder)).sort();
  expect(files).toEqual([
    'orchestrator.log',
    'orchestrator1.log',
    'orchestrator2.log',
    'orchestrator3.log',
    'orchestrator4.log',
  ]);
  const kept: string[] = [];
  for (const number of ['4', '3', '2', '1', '']) {
    const text = await readFile(join(folder, `orchestrator${number}.log`), 'utf8');
    expect(text.length).toBeLessThan(maxBytes + 100);
    kept.push(...(await messagesIn(join(folder, `orchestrator${number}.log`))));
  }
  expect(kept).toEqual(numbered(kept.length, 300 - kept.length));
  expect(kept.length).toBeGreaterThan(90);
});
