import { execFileSync } from 'node:child_process';
import { constants } from 'node:fs';
import { mkdir, open, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { until } from '../helpers/until.ts';
import { messagesIn, numbered, ofType, problems, recovery, scene } from './scene.ts';

test('a full disk is one problem however long it lasts, and no line is lost once there is room', async () => {
  const path = join(await temporaryFolder(), 'orchestrator.log');
  await symlink('/dev/full', path);
  const full = scene({ path });
  const { clock, events, log, say, waitsForRetry } = full;
  for (const message of numbered(20)) say(message);
  log.open();
  for (let count = 0; count < 3; count += 1) {
    await until('a failed try', waitsForRetry);
    await clock.advance(5_000);
    say(`retry ${count}`);
  }
  await until('a failed try', waitsForRetry);
  const raised = ofType(events, 'problem-raised');
  expect(raised).toEqual([
    {
      at: clock.now() - 15_000,
      type: 'problem-raised',
      id: 'log-file',
      message: expect.stringContaining(`Cannot write ${path}: ENOSPC`),
    },
  ]);
  expect(ofType(events, 'problem-cleared')).toEqual([]);

  await rm(path);
  await recovery(full);
  await log.close();
  const messages = await messagesIn(path);
  expect(messages.toSpliced(20, 1)).toEqual([
    ...numbered(20),
    'retry 0',
    'retry 1',
    'retry 2',
    'problem over problem=log-file',
  ]);
  expect(messages[20]).toContain('ENOSPC');
});

test('a problem that becomes another one is told anew', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'orchestrator.log');
  await mkdir(path);
  const { clock, events, log, say, waitsForRetry } = scene({ path });
  say('kept');
  log.open();
  await until('a failed try', waitsForRetry);
  await rm(path, { recursive: true });
  await symlink('/dev/full', path);
  await clock.advance(5_000);
  await until('another failed try', waitsForRetry);
  expect(problems(events)).toEqual([expect.stringContaining('EISDIR'), expect.stringContaining('ENOSPC')]);
});

test('where a file stands in place of the folder it is a problem, until the folder can be made', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'logs'), 'not a folder');
  const path = join(folder, 'logs', 'orchestrator.log');
  const obstructed = scene({ path });
  obstructed.log.open();
  obstructed.say('kept');
  await until('the problem', () => problems(obstructed.events).length === 1);
  await rm(join(folder, 'logs'));
  await recovery(obstructed);
  await until('the line', async () => (await messagesIn(path)).includes('kept'));
});

test('what does not fit in memory meanwhile is dropped, oldest first, and counted', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'orchestrator.log');
  await mkdir(path);
  const overfull = scene({ path });
  const { events, log, say } = overfull;
  log.open();
  const long = 'x'.repeat(1_900);
  for (let index = 0; index < 1_000; index += 1) say(`${long} ${index}`);
  await until('the problem', () => ofType(events, 'problem-raised').length === 1);
  await rm(path, { recursive: true });
  await recovery(overfull);
  await until('the loss told', async () =>
    (await messagesIn(path)).some((message) => message.startsWith('log lines lost')),
  );
  await log.close();
  const messages = await messagesIn(path);
  const lost = Number(messages.find((message) => message.startsWith('log lines lost'))?.split('lines=')[1]);
  const written = messages.filter((message) => message.startsWith('xxx'));
  expect(lost).toBeGreaterThan(100);
  expect(written).toHaveLength(1_000 - lost);
  expect(written.at(-1)).toBe(`${long} 999`);
});

test('a file that cannot be rotated grows and is a problem, until it can', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'orchestrator.log');
  for (const number of [1, 2, 3, 4])
    await mkdir(join(folder, `orchestrator${number}.log`, 'full'), { recursive: true });
  const { clock, events, log, say } = scene({ path, maxBytes: 500 });
  log.open();
  for (const message of numbered(30)) say(message);
  await until('a full file', async () => (await readFile(path)).length >= 500);
  await until('the problem', async () => {
    await clock.advance(1_000);
    return problems(events).some((message) => message.startsWith(`Cannot rotate ${path}: it grows`));
  });
  await until('all lines', async () => (await messagesIn(path)).includes('line 29'));
  const cleared = ofType(events, 'problem-cleared').length;

  for (const number of [1, 2, 3, 4]) await rm(join(folder, `orchestrator${number}.log`), { recursive: true });
  await clock.advance(600_000);
  await until('the end of the problem', () => ofType(events, 'problem-cleared').length > cleared);
  await log.close();
  expect(await messagesIn(join(folder, 'orchestrator1.log'))).toContain('line 29');
  expect(await messagesIn(path)).toContain('log file opened again to rotate it');
});

test('a device is never rotated away, however much is written to it', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'orchestrator.log');
  await symlink('/dev/null', path);
  const { events, log, say } = scene({ path, maxBytes: 500 });
  log.open();
  for (const message of numbered(100)) say(message);
  await log.close();
  expect(await readdir(folder)).toEqual(['orchestrator.log']);
  expect(await readlink(path)).toBe('/dev/null');
  expect(problems(events)).toEqual([]);
});

test('a disk that does not answer is a problem, and the lines wait in order until it does', async () => {
  const path = join(await temporaryFolder(), 'orchestrator.log');
  // A pipe that nobody empties holds a write up as a hanging disk does.
  execFileSync('/bin/sh', ['-c', 'mkfifo "$0"', path]);
  const reader = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  onTestFinished(() => reader.close());
  const { clock, events, log, say } = scene({ path });
  const messages = numbered(100).map((message) => `${message} ${'x'.repeat(1_900)}`);
  for (const message of messages) say(message);
  log.open();
  let seen = '';
  const readOn = async () => {
    const { buffer, bytesRead } = await reader.read(Buffer.alloc(65_536));
    seen += buffer.toString('utf8', 0, bytesRead);
    return seen;
  };
  await until('the first line', readOn);
  await until('the problem', async () => {
    await clock.advance(1_000);
    return problems(events).some((message) => message.includes('the disk does not answer'));
  });
  await until('the end of the problem', async () => (await readOn()).includes('problem over'));
  await until('all lines', async () => seen.includes('line 99') || (await readOn()).includes('line 99'));
  const read = seen.split('\n').map((line) => line.replace(/^\S+ \S+ /, ''));
  expect(read.filter((line) => line.startsWith('line'))).toEqual(messages);
  expect(ofType(events, 'problem-cleared')).toHaveLength(ofType(events, 'problem-raised').length);
});

test('close gives up on a file that cannot be written, without an exception', async () => {
  const path = join(await temporaryFolder(), 'orchestrator.log');
  await symlink('/dev/full', path);
  const { clock, events, log, say } = scene({ path });
  say('lost');
  await log.close();
  expect(ofType(events, 'problem-raised')).toHaveLength(1);
  expect(clock.pending).toBe(0);
});
