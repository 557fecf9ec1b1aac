import { open, readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { forgivingSink, openWorkerLog, workerLogName } from '#logging/worker-log.ts';
import { codeOf } from '#model/errors.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { temporaryFolder } from './temporary-folder.ts';

const MOMENT = new Date(2026, 10, 23, 7, 5, 9);

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

function onProblem(message: string): never {
  throw new Error(message);
}
