import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { completionModel, optionsOf } from '#cli/completion-model.ts';
import { masterProgram } from '#cli/master-arguments.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { openTerminal } from '../helpers/terminal.ts';
import { called } from './command-line.ts';
import { isInstalled, SHELLS } from './shells.ts';

const PROGRAM = join(import.meta.dirname, '../../bin/elastic-tui.js');
const MODEL = completionModel(masterProgram('1.2.3', { onWall() {}, onScript() {} }));
const COMMANDS = MODEL.commands.map(({ name }) => name);

/** A folder with the program under its name, its completion for a shell, and a site with workers of odd names. */
async function site(shell: string, workers: readonly string[] = ['rack-1', 'rack-2', 'two words']) {
  const folder = await temporaryFolder();
  const program = join(folder, 'elastic-tui');
  await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`);
  await chmod(program, 0o755);
  const script = join(folder, `completion.${shell}`);
  const { stdout } = await called(['completion', shell]);
  await writeFile(script, stdout);
  const dir = join(folder, 'site');
  await mkdir(join(dir, 'logs'), { recursive: true });
  await writeFile(
    join(dir, 'config_workers.json'),
    JSON.stringify({ workers: workers.map((id, index) => ({ id, ip: '127.0.0.1', port: 9_000 + index })) }),
  );
  await writeFile(
    join(dir, 'logs', 'worker_state.json'),
    JSON.stringify({ workers: { 'local-1': { id: 'local-1' } } }),
  );
  return { folder, program, script, dir };
}

describe.each(SHELLS)('a real $name', (shell) => {
  const here = test.skipIf(!isInstalled(shell));

  here('offers every command, and all options of one, as they are defined', async () => {
    const there = await site(shell.name);
    // All are made in the same way; fish takes its time for each.
    const some = MODEL.commands.filter(({ name }) => ['daemon', 'run', 'logs'].includes(name));
    const [first, begun, ...flags] = await shell.offered(there, [
      [''],
      ['do'],
      ...some.map(({ name }) => [name, '-']),
    ]);
    expect(first).toEqual(COMMANDS.toSorted());
    expect(begun).toEqual(['doctor']);
    for (const [index, command] of some.entries()) {
      const expected = optionsOf(MODEL, command).flatMap((option) => option.flags);
      expect([command.name, flags[index]]).toEqual([command.name, expected.toSorted()]);
    }
  });

  here(
    'offers the values of an option and of an argument, wherever they stand, and nothing else',
    async () => {
      const there = await site(shell.name);
      const dir = ['--dir', there.dir];
      const states = ['cancelled', 'completed'];
      const rows: [string[], string[]][] = [
        [['--theme', 'd'], ['dark']],
        [
          ['doctor', '--lang', ''],
          ['en', 'es'],
        ],
        [
          ['export', '--format', ''],
          ['csv', 'json'],
        ],
        [['tasks', '--state', 'c'], states],
        [['tasks', '--state=c'], states],
        [
          ['logs', '--level='],
          ['debug', 'error', 'info', 'warn'],
        ],
        [['tasks', '--limit', ''], []],
        [
          ['completion', ''],
          ['bash', 'fish', 'zsh'],
        ],
        [['completion', 'bash', ''], []],
        [
          ['help', 'st'],
          ['status', 'stop'],
        ],
        [['complete', ''], []],
        [['submit', 'comp'], [`completion.${shell.name}`]],
        [['--dir', `${there.dir}/l`], ['logs']],
        [
          [...dir, 'drain', ''],
          ['local-1', 'rack-1', 'rack-2', 'two words'],
        ],
        [
          [`--dir=${there.dir}`, 'drain', 'local-1', 'rack-'],
          ['rack-1', 'rack-2'],
        ],
        [
          [...dir, 'run', ''],
          ['benchmark.py', 'benchmark_cython.py'],
        ],
        [[...dir, 'run', '--worker', 'two'], ['two words']],
        [[...dir, 'run', '--description', 'drain', 'benchmark.py', ''], []],
      ];
      const offered = await shell.offered(
        there,
        rows.map(([words]) => words),
      );
      expect(rows.map(([words], index) => [words, offered[index]])).toEqual(rows);
    },
  );

  here('runs nothing of what a worker is called', async () => {
    const names = ['$(touch owned)', '`touch owned`', "it's", 'a;touch owned'];
    const there = await site(shell.name, names);
    const [offered] = await shell.offered(there, [['--dir', there.dir, 'drain', '']]);
    expect(offered).toEqual([...names, 'local-1'].toSorted());
    expect(await readdir(there.folder)).not.toContain('owned');
  });
});

test('the words of a kind come from the configuration and the state file, without a master', async () => {
  const { dir } = await site('bash');
  const words = async (...args: string[]) => (await called(['--dir', dir, 'complete', ...args])).stdout;
  expect(await words('worker')).toBe('rack-1\nrack-2\ntwo words\nlocal-1\n');
  expect(await words('worker', 'rack')).toBe('rack-1\nrack-2\n');
  expect(await words('benchmark')).toBe('benchmark.py\nbenchmark_cython.py\n');
  expect(await words('task')).toBe('');
  const nowhere = await called(['--dir', join(dir, 'none'), 'complete', 'worker']);
  expect(nowhere).toEqual({ code: 0, stdout: '', stderr: '' });
});

test('a real bash completes with the tab key', async () => {
  const there = await site('bash');
  const session = openTerminal({
    file: 'bash',
    args: ['--norc', '--noprofile', '-i'],
    cwd: there.folder,
    env: { PATH: `${there.folder}:${process.env.PATH ?? ''}`, PS1: '$ ', HOME: there.folder },
  });
  onTestFinished(() => session.end('SIGKILL').then(() => {}));
  const prompts = (text: string) => text.match(/^\$/gm)?.length ?? 0;
  await session.sees('the prompt', (text) => prompts(text) === 1);
  session.type(`source ${there.script}\r`);
  await session.sees('the next prompt', (text) => prompts(text) === 2);
  session.type('elastic-tui comp\t');
  await session.sees('the command', /elastic-tui completion/);
  session.type('b\t');
  await session.sees('its argument', /elastic-tui completion bash/);
});

test('what bash puts into the line means the name itself', async () => {
  const names = ['$(touch owned)', '`touch owned`', "it's", 'a;touch owned'];
  const there = await site('bash', names);
  const text = `source '${there.script}'; program='${there.program}'; folder='${there.dir}'; current=''; _elastic_tui_values worker; for one in "\${COMPREPLY[@]}"; do eval "printf '%s\\n' $one"; done`;
  const shell = spawnSync('bash', ['--norc', '-c', text], { encoding: 'utf8', cwd: there.folder });
  expect(shell.stdout.split('\n').slice(0, 4)).toEqual(names);
  expect(await readdir(there.folder)).not.toContain('owned');
});
