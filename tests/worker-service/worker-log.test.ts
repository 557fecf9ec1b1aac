import { mkdir, open, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openRollingWorkerLog, TOUCH_MS } from '#logging/rolling-worker-log.ts';
import { forgivingSink, openWorkerLog } from '#logging/worker-log.ts';
import { CLOSED_AFTER_MS, pruneWorkerLogs, workerLogName } from '#logging/worker-log-files.ts';
import { codeOf } from '#model/errors.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { until } from '../helpers/until.ts';
import { temporaryFolder } from './temporary-folder.ts';

const MOMENT = new Date(2026, 10, 23, 7, 5, 9);
const HOUR = 3_600_000;

/** Makes a log of an earlier start that was last touched `ago` milliseconds before MOMENT. */
async function oldLog(dir: string, name: string, ago: number): Promise<void> {
  await writeFile(join(dir, name), 'old\n');
  const at = new Date(MOMENT.getTime() - ago);
  await utimes(join(dir, name), at, at);
}

/** Starts a worker's log at MOMENT and closes it; gives its name. */
async function startAndEnd(dir: string, kept: number): Promise<void> {
  const log = await openWorkerLog({
    dir,
    kept,
    level: 'info',
    clock: fakeClock(MOMENT.getTime()),
    onProblem,
  });
  await log.close();
}

test('the name is the local time of the start, and the next starts of that second are numbered', () => {
  expect(workerLogName(MOMENT.getTime(), 1)).toBe('worker_20261123_070509.log');
  expect(workerLogName(MOMENT.getTime(), 2)).toBe('worker_20261123_070509_2.log');
});

test('a log never writes into a file that is there, not even through a link', async () => {
  const dir = await temporaryFolder();
  await symlink(join(dir, 'elsewhere'), join(dir, 'worker_20261123_070509.log'));
  const log = await openWorkerLog({ dir, level: 'info', clock: fakeClock(MOMENT.getTime()), onProblem });
  log.write('info', 'hello', { to: 'you and me', number: 1 });
  log.write('debug', 'not logged');
  await log.close();
  expect(log.file).toBe(join(dir, 'worker_20261123_070509_2.log'));
  expect(await readFile(join(dir, 'worker_20261123_070509_2.log'), 'utf8')).toBe(
    `${MOMENT.toISOString()} info hello to="you and me" number=1\n`,
  );
  expect(await readdir(dir)).not.toContain('elsewhere');
});

test('a full disk is told once, and the lines that it cost are counted once there is room again', async () => {
  const dir = await temporaryFolder();
  const [full, free] = await Promise.all([open('/dev/full', 'a'), open(join(dir, 'log'), 'ax')]);
  let target = full;
  const failures: unknown[] = [];
  const sink = forgivingSink(
    { writeFile: (bytes) => target.writeFile(bytes) },
    { onFailure: (error) => failures.push(codeOf(error)), gap: (count) => `${count} lost` },
  );
  const write = (line: string) => new Promise((resolve) => sink.write(`${line}\n`, resolve));
  await write('first');
  await write('second');
  target = free;
  await write('third');
  await write('fourth');
  target = full;
  await write('fifth');
  expect(failures).toEqual(['ENOSPC', 'ENOSPC']);
  await Promise.all([full.close(), free.close()]);
  expect(await readFile(join(dir, 'log'), 'utf8')).toBe('\n2 lost\nthird\nfourth\n');
});

test('a start keeps the newest logs by their last change, and deletes nothing else', async () => {
  const dir = await temporaryFolder();
  await oldLog(dir, 'worker_20261101_000000.log', HOUR);
  await oldLog(dir, 'worker_20261102_000000.log', 3 * HOUR);
  await oldLog(dir, 'worker_20261102_000000_2.log', 2 * HOUR);
  const others = [
    'elastic_orchestrator.log',
    'worker_state.json',
    'worker_20261102_000000.log.bak',
    'worker_x.log',
  ];
  for (const name of others) await oldLog(dir, name, 1_000 * HOUR);
  await mkdir(join(dir, 'worker_20261103_000000.log'));
  await symlink('worker_x.log', join(dir, 'worker_20261104_000000.log'));
  await startAndEnd(dir, 3);
  expect((await readdir(dir)).sort()).toEqual(
    [
      ...others,
      'worker_20261101_000000.log',
      'worker_20261102_000000_2.log',
      'worker_20261103_000000.log',
      'worker_20261104_000000.log',
      'worker_20261123_070509.log',
    ].sort(),
  );
});

test('twenty logs are kept where nothing else is said', async () => {
  const dir = await temporaryFolder();
  for (let day = 10; day < 40; day += 1)
    await oldLog(dir, `worker_202611${day}_000000.log`, (50 - day) * HOUR);
  const log = await openWorkerLog({ dir, level: 'info', clock: fakeClock(MOMENT.getTime()), onProblem });
  await log.close();
  const names = (await readdir(dir)).sort();
  expect(names).toHaveLength(20);
  expect(names).toContain('worker_20261123_070509.log');
  expect(names).toContain('worker_20261139_000000.log');
  expect(names).not.toContain('worker_20261120_000000.log');
});

test('a log that another worker of the folder has open is never deleted, however long it had nothing to say', async () => {
  const dir = await temporaryFolder();
  const clock = fakeClock(MOMENT.getTime() - 2 * TOUCH_MS);
  const quiet = await openWorkerLog({ dir, level: 'info', clock, onProblem });
  onTestFinished(() => quiet.close());
  const file = quiet.file ?? '';
  await oldLog(dir, file.slice(dir.length + 1), 100 * HOUR);
  await clock.advance(TOUCH_MS);
  await until('it is touched', async () => (await stat(file)).mtimeMs === clock.now());
  await oldLog(dir, 'worker_20261101_000000.log', CLOSED_AFTER_MS + 1);
  await startAndEnd(dir, 1);
  expect((await readdir(dir)).sort()).toEqual(
    [file.slice(dir.length + 1), 'worker_20261123_070509.log'].sort(),
  );
});

test('a log that is closed is not touched any more', async () => {
  const dir = await temporaryFolder();
  const clock = fakeClock(MOMENT.getTime());
  const log = await openWorkerLog({ dir, level: 'info', clock, onProblem });
  await log.close();
  expect(clock.pending).toBe(0);
});

test('a log that is full goes on in a new file, and all of its lines are there once', async () => {
  const dir = await temporaryFolder();
  const clock = fakeClock(MOMENT.getTime());
  const maxBytes = 2_000;
  const log = await openWorkerLog({ dir, level: 'info', clock, onProblem, maxBytes });
  for (let number = 0; number < 200; number += 1) log.write('info', `line ${number}`);
  await log.close();
  const names = await readdir(dir);
  const order = (name: string) => Number(/_(\d{1,3})\.log$/.exec(name)?.[1] ?? 1);
  names.sort((one, other) => order(one) - order(other));
  expect(names.length).toBeGreaterThan(2);
  const texts = await Promise.all(names.map((name) => readFile(join(dir, name), 'utf8')));
  for (const [index, text] of texts.entries()) {
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxBytes);
    if (index > 0)
      expect(text.split('\n')[0]).toMatch(new RegExp(`info log continued from=${names[index - 1]}$`));
  }
  const numbers = texts.flatMap((text) =>
    [...text.matchAll(/info line (\d+)$/gm)].map(([, number]) => Number(number)),
  );
  expect(numbers).toEqual(Array.from({ length: 200 }, (_, number) => number));
});

test('the number of files stays bounded while a log goes on for long', async () => {
  const dir = await temporaryFolder();
  const clock = fakeClock();
  const log = await openRollingWorkerLog({ dir, clock, maxBytes: 10, kept: 3, line: () => '' });
  for (let day = 0; day < 10; day += 1) {
    await log.writeFile(Buffer.from('0123456789'));
    const at = new Date(clock.now());
    await utimes(log.path(), at, at);
    await clock.advance(24 * HOUR);
  }
  const last = log.path();
  await log.close();
  expect(await readdir(dir)).toHaveLength(3);
  expect(await readFile(last, 'utf8')).toBe('\n0123456789');
});

test('a folder that is deleted under a log is made again when the log goes on', async () => {
  const dir = join(await temporaryFolder(), 'logs');
  const clock = fakeClock();
  const log = await openRollingWorkerLog({ dir, clock, maxBytes: 10, kept: 3, line: () => 'continued' });
  await log.writeFile(Buffer.from('0123456789'));
  await rm(dir, { recursive: true });
  await writeFile(dir, 'in the way');
  await expect(log.writeFile(Buffer.from('lost'))).rejects.toMatchObject({ code: 'EEXIST' });
  await rm(dir);
  await log.writeFile(Buffer.from('found\n'));
  expect(await readFile(log.path(), 'utf8')).toBe('continued\nfound\n');
  await log.close();
});

test('a folder that cannot be read is told, and one log that went by itself is none', async () => {
  const dir = await temporaryFolder();
  await oldLog(dir, 'worker_20261101_000000.log', HOUR);
  const options = { dir, kept: 1, inUse: 'worker_20261123_070509.log', now: MOMENT.getTime() };
  expect(await pruneWorkerLogs({ ...options, dir: join(dir, 'nowhere') })).toEqual([
    expect.stringMatching(/ENOENT.*nowhere/),
  ]);
  // Two starts at once may both delete it.
  expect(await Promise.all([pruneWorkerLogs(options), pruneWorkerLogs(options)])).toEqual([[], []]);
  expect(await readdir(dir)).toEqual([]);
});

test('lines that the disk cannot take in time are counted once it can again', async () => {
  const dir = await temporaryFolder();
  const log = await openWorkerLog({ dir, level: 'info', clock: fakeClock(), onProblem });
  const lines = 1_500;
  for (let number = 0; number < lines; number += 1) log.write('info', 'x'.repeat(1_500));
  log.write('debug', 'not logged, so not lost');
  const file = log.file ?? '';
  await until('the disk has caught up', async () => (await stat(file)).size > 750_000);
  log.write('info', 'last');
  await log.close();
  const written = (await readFile(file, 'utf8')).trim().split('\n');
  expect(written.at(-1)).toMatch(/ info last$/);
  const lost = Number(/ warn log lines lost count=(\d+)$/.exec(written.at(-2) ?? '')?.[1]);
  expect(lost).toBeGreaterThan(0);
  expect(written.length - 2 + lost).toBe(lines);
});

function onProblem(message: string): never {
  throw new Error(message);
}
