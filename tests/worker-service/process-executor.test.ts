import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '#app/system-clock.ts';
import { createProcessExecutor, type ProcessProgram } from '#worker-service/execution/process-executor.ts';
import { killLeftPrograms } from '#worker-service/execution/process-tree.ts';
import type { OutputSink, Run } from '#worker-service/execution/run.ts';
import { type FakeClock, fakeClock } from '../helpers/fake-clock.ts';
import { isAlive } from '../helpers/processes.ts';
import { until } from '../helpers/until.ts';
import { collectOutput } from './collected-output.ts';
import { temporaryFolder } from './temporary-folder.ts';

const MINUTE = 60_000;
const ENVIRONMENT = { PATH: process.env.PATH, GREETING: 'hello' };

function shell(script: string, rest: Partial<ProcessProgram> = {}): ProcessProgram {
  return { kind: 'process', file: '/bin/sh', args: ['-c', script], cwd: '/', endsWithStdin: false, ...rest };
}

let runs = 0;

/** Starts a program that is killed when the test ends, at the latest. */
function start(
  program: ProcessProgram,
  rest: { limitMs?: number; clock?: FakeClock; output?: OutputSink } = {},
) {
  const { limitMs = MINUTE, clock = systemClock, output = collectOutput() } = rest;
  const runName = `test-${process.pid}-${runs}`;
  runs += 1;
  const run = createProcessExecutor({ clock, environment: ENVIRONMENT }).start(program, {
    runName,
    limitMs,
    output,
  });
  onTestFinished(() => run.kill('stopped'));
  return run;
}

/** Runs a program to its end. */
async function end(program: ProcessProgram) {
  const output = collectOutput();
  const how = await start(program, { output }).ended;
  return { ...how, stdout: output.text('stdout'), stderr: output.text('stderr') };
}

/** The number in a file that a program writes. */
async function pidIn(file: string): Promise<number> {
  return until('a pid in a file', async () => Number(await readFile(file, 'utf8')) || null);
}

/** The end of a run whose clock only goes on when it is told to. */
async function endOf(run: Run, clock: FakeClock) {
  let over = false;
  void run.ended.then(() => {
    over = true;
  });
  await until('the run has ended', async () => {
    await clock.advance(1);
    return over;
  });
  return run.ended;
}

test('output, code and duration come back, and the environment is the one given', async () => {
  const ended = await end(shell('echo "$GREETING $HOME"; echo oops >&2; exit 3'));
  expect(ended).toMatchObject({
    kind: 'ended',
    returnCode: 3,
    error: '',
    stdout: 'hello \n',
    stderr: 'oops\n',
  });
  expect(ended.seconds).toBeGreaterThan(0);
  expect(ended.seconds).toBeLessThan(20);
  const names = (await end(shell('env'))).stdout.match(/^\w+(?==)/gm);
  expect(names?.sort()).toEqual(['ELASTIC_WORKER_RUN', 'GREETING', 'PATH', 'PWD']);
});

test('arguments are passed as they are, whatever a shell would make of them', async () => {
  const args = ['$(id)', '; exit 7', 'a b', '"', "'", '*', ''];
  const ended = await end(shell('', { args: ['-c', 'printf "%s|" "$@"', 'sh', ...args] }));
  expect(ended.stdout).toBe('$(id)|; exit 7|a b|"|\'|*||');
});

test('a program ended by a signal has its negative number, as in Python', async () => {
  expect(await end(shell('kill -SEGV $$'))).toMatchObject({ kind: 'ended', returnCode: -11 });
});

test('a program that cannot be started says why', async () => {
  const missing = shell('', { file: '/no/such/program' });
  expect(await end(missing)).toMatchObject({
    kind: 'not-started',
    returnCode: null,
    error: expect.stringContaining('ENOENT'),
  });
  expect(await end(shell('true', { cwd: '/no/such/folder' }))).toMatchObject({ kind: 'not-started' });
  expect(await end(shell('', { args: ['a\0b'] }))).toMatchObject({
    kind: 'not-started',
    error: expect.stringMatching(/null bytes/),
  });
});

test('standard input stays open for a program that ends with it, and is empty for any other', async () => {
  const dir = await temporaryFolder();
  const script = `echo $$ > ${dir}/pid; cat; echo closed > ${dir}/closed`;
  const open = start(shell(script, { endsWithStdin: true }));
  const pid = await pidIn(join(dir, 'pid'));
  expect(await end(shell('cat; echo end'))).toMatchObject({ returnCode: 0, stdout: 'end\n' });
  expect(isAlive(pid)).toBe(true);
  open.kill('cancelled');
  await open.ended;
  await expect(readFile(join(dir, 'closed'))).rejects.toThrow('ENOENT');
});

test('at its limit a program is killed with all that it has started, though they ignore SIGTERM', async () => {
  const dir = await temporaryFolder();
  const clock = fakeClock();
  const script = `trap '' TERM; sh -c 'trap "" TERM; echo $$ > ${dir}/child; sleep 1000' & echo $$ > ${dir}/leader; wait`;
  const run = start(shell(script), { limitMs: 300_000, clock });
  const pids = await Promise.all(['leader', 'child'].map((name) => pidIn(join(dir, name))));
  await clock.advance(299_999);
  expect(pids.map(isAlive)).toEqual([true, true]);
  await clock.advance(1);
  expect(await endOf(run, clock)).toMatchObject({ kind: 'timeout', returnCode: -9 });
  expect(pids.map(isAlive)).toEqual([false, false]);
});

/** Ways to leave the group of the program; `sleeper` writes its pid and sleeps. */
const ESCAPES: Readonly<Record<string, (sleeper: string) => string>> = {
  'stays in the group': (sleeper) => `${sleeper} &`,
  'leads a session of its own': (sleeper) => `setsid ${sleeper} &`,
  'was orphaned by a double fork': (sleeper) => `(setsid ${sleeper} & )`,
  'was orphaned and has an empty environment': (sleeper) => `(env -i setsid ${sleeper} & )`,
  'was orphaned and has other outputs': (sleeper) => `(setsid ${sleeper} >/dev/null 2>&1 </dev/null & )`,
  'is a child of an orphan that has ended': (sleeper) => `(setsid sh -c '${sleeper} & exit' & )`,
};

/** Whatever a test finds: nothing is left behind by it. */
function endAnyway(pid: number): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, 'SIGKILL');
    } catch {
      // It is gone, as it should be.
    }
  }
}

test.each(Object.keys(ESCAPES))(
  'nothing is left of a program whose child %s, when it ends by itself and when it is killed',
  async (name) => {
    const dir = await temporaryFolder();
    const sleeper = join(dir, 'sleeper');
    await writeFile(
      sleeper,
      `#!/bin/sh\ntrap '' TERM HUP INT\necho $$ > ${dir}/pid.new\nmv ${dir}/pid.new ${dir}/pid\nwhile :; do sleep 1000; done\n`,
      { mode: 0o755 },
    );
    const child = ESCAPES[name]?.(sleeper);
    for (const asked of ['ended', 'cancelled'] as const) {
      // Its outputs are known once it has been started: it must not end before.
      const rest =
        asked === 'ended' ? `until [ -e ${dir}/go ]; do sleep 0.01; done; echo done` : 'exec sleep 1000';
      const output = collectOutput();
      const run = start(
        shell(
          `rm -f ${dir}/pid; ${child}\nuntil [ -s ${dir}/pid ]; do sleep 0.01; done; echo ready; ${rest}`,
        ),
        { output },
      );
      await until('the child is there', () => output.text('stdout').startsWith('ready'));
      const pid = await pidIn(join(dir, 'pid'));
      onTestFinished(() => endAnyway(pid));
      if (asked === 'cancelled') run.kill(asked);
      else await writeFile(join(dir, 'go'), '');
      expect(await run.ended).toMatchObject({ kind: asked, returnCode: asked === 'ended' ? 0 : -9 });
      expect(isAlive(pid)).toBe(false);
    }
  },
);

test('a program that forks as fast as it can is killed whole, however busy the machine is', async () => {
  const dir = await temporaryFolder();
  // Each generation starts the next in a session of its own and ends: no parent can be followed.
  const [hopper, log] = [join(dir, 'hopper'), join(dir, 'log')];
  await writeFile(hopper, `#!/bin/sh\necho $$ >> ${log}\nsetsid ${hopper} &\n`, { mode: 0o755 });
  const busy = [1, 2, 3, 4].map(() => start(shell('while :; do :; done')));
  const run = start(shell(`${hopper} & exec sleep 1000`));
  const size = async () => (await readFile(log, 'utf8')).length;
  await until('some generations have passed', async () => (await size()) > 100);
  run.kill('cancelled');
  expect(await run.ended).toMatchObject({ kind: 'cancelled' });
  const before = await size();
  for (const one of busy) one.kill('cancelled');
  // Whoever was left would have written again before a whole program has run.
  await end(shell('for i in 1 2 3 4 5 6 7 8 9 10; do sh -c true; done'));
  expect(await size()).toBe(before);
});

test('the first reason to kill stands, and after the end none does anything', async () => {
  const killed = start(shell('exec sleep 1000'));
  killed.kill('cancelled');
  killed.kill('stopped');
  expect(await killed.ended).toMatchObject({ kind: 'cancelled', returnCode: -9 });
  const ended = start(shell('exit 4'));
  await ended.ended;
  ended.kill('stopped');
  expect(await ended.ended).toMatchObject({ kind: 'ended', returnCode: 4 });
});

test('a program that prints half a gigabyte costs no memory', async () => {
  let bytes = 0;
  let highest = 0;
  const output = {
    push(_: unknown, chunk: Uint8Array) {
      bytes += chunk.length;
      highest = Math.max(highest, process.memoryUsage.rss());
    },
  };
  const before = process.memoryUsage.rss();
  const run = start(shell('head -c 500000000 /dev/zero'), { output });
  expect(await run.ended).toMatchObject({ kind: 'ended', returnCode: 0 });
  expect(bytes).toBe(500_000_000);
  expect(highest - before).toBeLessThan(200_000_000);
});

test('what a killed worker has left behind is found by its prefix, and nothing else is', async () => {
  const dir = await temporaryFolder();
  const sleeping = (name: string) => shell(`echo $$ > ${dir}/${name}; sleep 1000`);
  const prefix = `left-${process.pid}`;
  const names = { ours: `${prefix}-17`, probe: `${prefix}-probe-1`, other: `${prefix}-2-17` };
  const executor = createProcessExecutor({ clock: systemClock, environment: ENVIRONMENT });
  for (const [name, runName] of Object.entries(names)) {
    const run = executor.start(sleeping(name), { runName, limitMs: MINUTE, output: collectOutput() });
    onTestFinished(() => run.kill('stopped'));
  }
  const [ours = 0, probe = 0, other = 0] = await Promise.all(
    Object.keys(names).map((name) => pidIn(join(dir, name))),
  );
  expect(killLeftPrograms(prefix)).toBe(2);
  await until('it is gone', () => !isAlive(ours));
  expect([probe, other].map(isAlive)).toEqual([true, true]);
  expect(killLeftPrograms(`${prefix}-none`)).toBe(0);
});
