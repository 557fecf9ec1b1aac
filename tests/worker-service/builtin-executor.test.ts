import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '#app/system-clock.ts';
import { createBuiltinExecutor } from '#worker-service/execution/builtin-executor.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { until } from '../helpers/until.ts';
import { collectOutput } from './collected-output.ts';
import { temporaryFolder } from './temporary-folder.ts';

const MINUTE = 60_000;

interface Options {
  readonly args?: readonly string[];
  readonly clock?: typeof systemClock;
}

/** Starts a module with this source. */
async function start(source: string, { args = [], clock = systemClock }: Options = {}) {
  const module = join(await temporaryFolder(), 'program.mjs');
  await writeFile(module, source);
  const output = collectOutput();
  const executor = createBuiltinExecutor({ clock });
  const run = executor.start({ kind: 'builtin', module, args }, { runName: 'test', limitMs: MINUTE, output });
  onTestFinished(() => run.kill('stopped'));
  return { run, output };
}

/** Says that it runs, then never gives the thread back. */
const BUSY = `process.stdout.write('busy\\n');
  setTimeout(() => { for (;;); }, 10);`;

test('a module runs with its arguments and an empty environment, and its output and code come back', async () => {
  const { run, output } = await start(
    `console.log(process.argv.slice(2).join('|'), Object.keys(process.env).length); console.error('oops'); process.exitCode = 3;`,
    { args: ['a b', '', '$(id)'] },
  );
  const end = await run.ended;
  expect(end).toMatchObject({ kind: 'ended', returnCode: 3, error: '' });
  expect(end.seconds).toBeGreaterThan(0);
  expect([output.text('stdout'), output.text('stderr')]).toEqual(['a b||$(id) 0\n', 'oops\n']);
});

test('all of a large output comes before the end', async () => {
  const { run, output } = await start(
    `for (let line = 0; line < 20_000; line += 1) process.stdout.write('x'.repeat(99) + '\\n'); process.stdout.write('END');`,
  );
  expect(await run.ended).toMatchObject({ kind: 'ended', returnCode: 0 });
  expect(output.text('stdout')).toHaveLength(2_000_003);
  expect(output.text('stdout').endsWith('\nEND')).toBe(true);
});

test('an error that nobody catches is the last of standard error, and the code is 1', async () => {
  for (const source of [
    `console.error('before'); throw new Error('it broke');`,
    `console.error('before'); await Promise.reject(new Error('it broke'));`,
  ]) {
    const { run, output } = await start(source);
    expect(await run.ended).toMatchObject({ kind: 'ended', returnCode: 1 });
    expect(output.text('stderr')).toMatch(/^before\nError: it broke\n/);
  }
  const { run, output } = await start('this is no JavaScript');
  expect(await run.ended).toMatchObject({ kind: 'ended', returnCode: 1 });
  expect(output.text('stderr')).toContain('SyntaxError');
});

test('a module that is not there is not started', async () => {
  const executor = createBuiltinExecutor({ clock: systemClock });
  const program = { kind: 'builtin', module: '/no/such/module.js', args: [] } as const;
  const run = executor.start(program, { runName: 'test', limitMs: MINUTE, output: collectOutput() });
  expect(await run.ended).toEqual({
    kind: 'not-started',
    returnCode: null,
    error: '/no/such/module.js is missing',
    seconds: 0,
  });
});

test('a loop that never yields is ended at the limit, and when it is killed', async () => {
  const clock = fakeClock();
  const late = await start(BUSY, { clock });
  await until('it runs', () => late.output.text('stdout') === 'busy\n');
  await clock.advance(MINUTE);
  expect(await late.run.ended).toMatchObject({ kind: 'timeout', seconds: 60 });

  const cancelled = await start(BUSY);
  await until('it runs', () => cancelled.output.text('stdout') === 'busy\n');
  cancelled.run.kill('cancelled');
  cancelled.run.kill('stopped');
  expect(await cancelled.run.ended).toMatchObject({ kind: 'cancelled' });
});
