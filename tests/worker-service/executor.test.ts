import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '#app/system-clock.ts';
import { createExecutor } from '#worker-service/executor.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { isAlive } from '../helpers/processes.ts';
import { until } from '../helpers/until.ts';
import { temporaryFolder } from './temporary-folder.ts';

const MINUTE = 60_000;

function executor(clock = systemClock) {
  const created = createExecutor({ clock, environment: { PATH: process.env.PATH, GREETING: 'hello' } });
  onTestFinished(() => created.stop());
  return created;
}

function shell(script: string, limitMs = MINUTE) {
  return { file: '/bin/sh', args: ['-c', script], cwd: '/', limitMs };
}

/** The number in a file that a program writes. */
async function pidIn(file: string): Promise<number> {
  return until('a pid in a file', async () => Number((await readFile(file, 'utf8')).trim()));
}

test('output, code and duration come back, and the environment is the one given', async () => {
  const end = await executor().run(shell('echo "$GREETING $HOME"; echo oops >&2; exit 3'));
  expect(end).toMatchObject({ kind: 'ended', returnCode: 3, stdout: 'hello \n', stderr: 'oops\n' });
  expect(end.seconds).toBeGreaterThan(0);
  expect(end.seconds).toBeLessThan(20);
});

test('arguments are passed as they are, whatever a shell would make of them', async () => {
  const args = ['$(id)', '; exit 7', 'a b', '"', "'", '*'];
  const program = shell('printf "%s|" "$@"');
  const end = await executor().run({ ...program, args: [...program.args, 'sh', ...args] });
  expect(end.stdout).toBe('$(id)|; exit 7|a b|"|\'|*|');
});

test('of a large output the last megabyte is kept', async () => {
  const end = await executor().run(shell('head -c 5000000 /dev/zero | tr "\\0" x; printf END'));
  expect(end.stdout).toHaveLength(1_048_576);
  expect(end.stdout.endsWith('xEND')).toBe(true);
});

test('a program ended by a signal has its negative number, as in Python', async () => {
  expect(await executor().run(shell('kill -SEGV $$'))).toMatchObject({ kind: 'ended', returnCode: -11 });
});

test('a program that cannot be started says why', async () => {
  const runs = executor();
  const program = { file: '/no/such/program', args: [], cwd: '/', limitMs: MINUTE };
  expect(await runs.run(program)).toMatchObject({
    kind: 'not-started',
    returnCode: null,
    stderr: expect.stringContaining('ENOENT'),
  });
  expect(await runs.run({ ...shell('true'), cwd: '/no/such/folder' })).toMatchObject({ kind: 'not-started' });
});

test('at its limit a program is killed with all that it has started, though they ignore SIGTERM', async () => {
  const dir = await temporaryFolder();
  const clock = fakeClock();
  const script = `trap '' TERM; sh -c 'trap "" TERM; echo $$ > ${dir}/child; sleep 1000' & echo $$ > ${dir}/leader; wait`;
  const run = executor(clock).run(shell(script, 300_000));
  const pids = await Promise.all(['leader', 'child'].map((name) => pidIn(join(dir, name))));
  await clock.advance(299_999);
  expect(pids.map(isAlive)).toEqual([true, true]);
  await clock.advance(1);
  expect(await run).toMatchObject({ kind: 'timeout', returnCode: -9, seconds: 300 });
  await until('the whole tree is gone', () => !pids.some(isAlive));
});

test('what a program leaves behind ends with it, and does not keep its run from ending', async () => {
  const dir = await temporaryFolder();
  const end = await executor().run(
    shell(`sh -c 'echo $$ > ${dir}/left; exec sleep 1000' & until [ -s ${dir}/left ]; do :; done; echo done`),
  );
  expect(end).toMatchObject({ kind: 'ended', returnCode: 0, stdout: 'done\n' });
  const left = await pidIn(join(dir, 'left'));
  await until('the one left behind is gone', () => !isAlive(left));
});

test('stop kills what runs, waits for it, and lets nothing new begin', async () => {
  const dir = await temporaryFolder();
  const runs = executor();
  const run = runs.run(shell(`echo $$ > ${dir}/pid; exec sleep 1000`));
  const pid = await pidIn(join(dir, 'pid'));
  await runs.stop();
  expect(isAlive(pid)).toBe(false);
  expect(await run).toMatchObject({ kind: 'stopped' });
  expect(await runs.run(shell(`echo > ${dir}/second`))).toMatchObject({ kind: 'stopped', returnCode: null });
  await expect(readFile(join(dir, 'second'))).rejects.toThrow('ENOENT');
});
