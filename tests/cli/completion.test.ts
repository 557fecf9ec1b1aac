import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { completionModel } from '#cli/completion-model.ts';
import { masterProgram } from '#cli/master-arguments.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { cleanEnvironment, openTerminal } from '../helpers/terminal.ts';
import { until } from '../helpers/until.ts';
import { called } from './command-line.ts';

const PROGRAM = join(import.meta.dirname, '../../source/cli/elastic-tui.ts');
const MODEL = completionModel(masterProgram('1.2.3', { onWall() {}, onScript() {} }));

/** A folder with the program under its name, its completion for bash, and a site with workers of odd names. */
async function site(workers: readonly string[] = ['rack-1', 'rack-2', 'two words']) {
  const folder = await temporaryFolder();
  const program = join(folder, 'elastic-tui');
  await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`);
  await chmod(program, 0o755);
  const script = join(folder, 'completion.bash');
  const { stdout } = await called(['completion', 'bash']);
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

type Site = Awaited<ReturnType<typeof site>>;

/** What bash would offer for the last of the words. */
function offered({ program, script }: Site, ...words: string[]): string[] {
  const quoted = [program, ...words].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  const text = `source '${script}'; COMP_WORDS=(${quoted.join(' ')}); COMP_CWORD=${words.length}; _elastic_tui; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-c', text], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  return stdout.split('\n').filter((line) => line !== '');
}

test('bash offers every command, and every option of each, as they are defined', async () => {
  const there = await site();
  expect(offered(there, '')).toEqual(MODEL.commands.map(({ name }) => name));
  expect(offered(there, 'do')).toEqual(['doctor']);
  for (const { name, options } of MODEL.commands) {
    const flags = offered(there, name, '-');
    for (const option of options) expect(flags).toEqual(expect.arrayContaining([...option.flags]));
    expect(flags).toContain('--dir');
    expect(new Set(flags).size).toBe(flags.length);
  }
  expect(offered(there, 'complete', '')).toEqual([]);
});

test('bash offers the values of an option and of an argument, wherever they stand', async () => {
  const there = await site();
  expect(offered(there, '--theme', 'd')).toEqual(['dark']);
  expect(offered(there, 'doctor', '--lang', '')).toEqual(['en', 'es']);
  expect(offered(there, 'export', '--format', '')).toEqual(['csv', 'json']);
  expect(offered(there, 'completion', '')).toEqual(['bash', 'zsh', 'fish']);
  expect(offered(there, 'completion', 'bash', '')).toEqual([]);
  expect(offered(there, '--dir', `${there.dir}/l`)).toEqual([`${there.dir}/logs`]);
  expect(offered(there, '--dir', there.dir, 'export', '--rotate')).toEqual([]);
});

test('the words of a kind come from the configuration and the state file, without a master', async () => {
  const { dir } = await site();
  const words = async (...args: string[]) => (await called(['--dir', dir, 'complete', ...args])).stdout;
  expect(await words('worker')).toBe('rack-1\nrack-2\ntwo words\nlocal-1\n');
  expect(await words('worker', 'rack')).toBe('rack-1\nrack-2\n');
  expect(await words('benchmark')).toBe('benchmark.py\nbenchmark_cython.py\n');
  expect(await words('task')).toBe('');
  const nowhere = await called(['--dir', join(dir, 'none'), 'complete', 'worker']);
  expect(nowhere).toEqual({ code: 0, stdout: '', stderr: '' });
});

test('a real bash completes with the tab key', async () => {
  const there = await site();
  const session = openTerminal({
    file: 'bash',
    args: ['--norc', '--noprofile', '-i'],
    cwd: there.folder,
    env: { PATH: `${there.folder}:${process.env.PATH ?? ''}`, PS1: '$ ', HOME: there.folder },
  });
  onTestFinished(() => session.end('SIGKILL').then(() => {}));
  session.type(`source ${there.script}\r`);
  session.type('elastic-tui comp\tb\t');
  await until('the completed line', () => session.output().includes('elastic-tui completion bash'));
});

test('the scripts for zsh and fish name every command and option, and are whole', async () => {
  const zsh = (await called(['completion', 'zsh'])).stdout;
  const fish = (await called(['completion', 'fish'])).stdout;
  expect(zsh).toMatch(/^#compdef elastic-tui/);
  for (const { name, options, description } of MODEL.commands) {
    expect(zsh).toContain(`'${name}:`);
    expect(fish).toContain(
      `-n __elastic_tui_no_command -a ${name} -d '${description.replaceAll("'", "\\'")}'`,
    );
    for (const { flags } of options) {
      for (const flag of flags) {
        expect(zsh).toContain(`'${flag}:`);
        const own = flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`;
        expect(fish).toMatch(new RegExp(`'__elastic_tui_command ${name}'.* ${own}( |$)`, 'm'));
      }
    }
  }
  const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;
  expect(count(zsh, /^\s*case /gm)).toBe(count(zsh, /^\s*esac$/gm));
  expect(count(zsh, /'/g) % 2).toBe(0);
  for (const line of fish.split('\n')) expect(line.replaceAll("\\'", '').split("'").length % 2).toBe(1);
  expect(count(fish, /^\s*(function|for|if) /gm)).toBe(count(fish, /^\s*end$/gm));
  // Where the shell itself is at hand, it has the last word.
  for (const [shell, text] of [
    ['zsh', zsh],
    ['fish', fish],
  ] as const) {
    const { error, status, stderr } = spawnSync(shell, ['-n'], {
      input: text,
      encoding: 'utf8',
      env: cleanEnvironment({}),
    });
    if (error === undefined) expect([shell, status, stderr]).toEqual([shell, 0, '']);
  }
});

test('no name of a worker is ever run by the shell', async () => {
  const there = await site(['$(touch owned)', '`touch owned`', "it's", 'a;touch owned']);
  const { stdout } = await called(['--dir', there.dir, 'complete', 'worker']);
  expect(stdout).toContain('$(touch owned)\n');
  const text = `cd '${there.folder}'; source '${there.script}'; program='${there.program}'; folder='${there.dir}'; current=''; _elastic_tui_values worker; for one in "\${COMPREPLY[@]}"; do eval "printf '%s\\n' $one"; done`;
  const shell = spawnSync('bash', ['--norc', '-c', text], { encoding: 'utf8' });
  expect(shell.stdout.split('\n').slice(0, 4)).toEqual([
    '$(touch owned)',
    '`touch owned`',
    "it's",
    'a;touch owned',
  ]);
  expect(await readdir(there.folder)).not.toContain('owned');
});
