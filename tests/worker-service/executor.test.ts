import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '#app/system-clock.ts';
import type { Program } from '#worker-service/catalogue/benchmark.ts';
import { createExecutor } from '#worker-service/execution/executor.ts';
import { isAlive } from '../helpers/processes.ts';
import { until } from '../helpers/until.ts';
import { collectOutput } from './collected-output.ts';
import { temporaryFolder } from './temporary-folder.ts';

function scene() {
  const executor = createExecutor({
    clock: systemClock,
    environment: { PATH: process.env.PATH },
    engine: () => null,
    containerArgs: [],
  });
  onTestFinished(() => executor.stop());
  const start = (program: Program) => {
    const output = collectOutput();
    return {
      ...executor.start(program, { runName: `dispatch-${process.pid}`, limitMs: 60_000, output }),
      output,
    };
  };
  return { executor, start };
}

function shell(script: string): Program {
  return { kind: 'process', file: '/bin/sh', args: ['-c', script], cwd: '/', endsWithStdin: false };
}

async function moduleOf(source: string): Promise<Program> {
  const module = join(await temporaryFolder(), 'program.mjs');
  await writeFile(module, source);
  return { kind: 'builtin', module, args: [] };
}

test('each kind of program is started by the executor of its kind', async () => {
  const { start } = scene();
  const process = start(shell('echo $0'));
  const builtin = start(
    await moduleOf('import { isMainThread } from "node:worker_threads"; console.log(isMainThread);'),
  );
  const limits = { memoryBytes: 10_000_000, cpus: 1, network: false };
  const container = start({ kind: 'container', image: 'none', args: [], limits });
  expect(await process.ended).toMatchObject({ kind: 'ended', returnCode: 0 });
  expect(process.output.text('stdout')).toBe('/bin/sh\n');
  expect(await builtin.ended).toMatchObject({ kind: 'ended', returnCode: 0 });
  expect(builtin.output.text('stdout')).toBe('false\n');
  expect(await container.ended).toMatchObject({
    kind: 'not-started',
    error: expect.stringMatching(/no container engine/),
  });
});

test('stop kills what runs, waits for it, and lets nothing new begin', async () => {
  const { executor, start } = scene();
  const dir = await temporaryFolder();
  const process = start(shell(`echo $$ > ${dir}/pid; exec sleep 1000`));
  const builtin = start(await moduleOf('console.log("busy"); setTimeout(() => { for (;;); }, 10);'));
  const pid = await until('a pid', async () => Number(await readFile(join(dir, 'pid'), 'utf8')) || null);
  await until('the thread runs', () => builtin.output.text('stdout') === 'busy\n');
  await executor.stop();
  expect(isAlive(pid)).toBe(false);
  expect(await process.ended).toMatchObject({ kind: 'stopped', returnCode: -9 });
  expect(await builtin.ended).toMatchObject({ kind: 'stopped' });
  const refused = start(shell(`echo > ${dir}/second`));
  expect(await refused.ended).toEqual({ kind: 'stopped', returnCode: null, error: '', seconds: 0 });
  await expect(readFile(join(dir, 'second'))).rejects.toThrow('ENOENT');
});
