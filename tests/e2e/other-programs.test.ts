import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { KEYS } from '../helpers/terminal.ts';
import { until } from '../helpers/until.ts';
import { makeSite } from './site.ts';

/** Says what it was started with, waits for a line, and survives Ctrl-C, as ssh and less do. */
const PROGRAM = `#!/bin/sh
trap 'echo interrupted' INT
printf '%s\\n' "$@" > "$(dirname "$0")/arguments"
stty -a > "$(dirname "$0")/terminal"
[ -t 0 ] || cat > "$(dirname "$0")/input"
echo ready for you
while :; do read -r line < /dev/tty && case $line in end) exit;; fail) exit 255;; esac; done
`;

async function siteWithProgram(env: Record<string, string>) {
  const site = await makeSite({
    env: { ELASTIC_EMBEDDED_WORKERS: '0', ...env },
    workers: [{ id: 'worker-01', port: 9 }],
  });
  const program = join(site.dir, 'program');
  await writeFile(program, PROGRAM);
  await chmod(program, 0o755);
  return { site, program };
}

test('s opens a shell on the worker, which has the terminal to itself, and the screen comes back', async () => {
  const { site } = await siteWithProgram({
    ELASTIC_SSH_COMMAND: './program -p 2222',
    ELASTIC_SSH_USER: 'operator',
  });
  const session = site.open();
  await session.sees('the worker', /worker-01/);
  await until('it reads keys', () => session.output().includes('\u001b[?2004h'));
  session.type('s');
  await session.sees('the shell', /ready for you/);
  expect(session.isAlternate()).toBe(false);
  // Its long lines go on in the next row; those of the dashboard do not.
  expect(session.emulator.modes.wraparoundMode).toBe(true);
  expect(await readFile(join(site.dir, 'arguments'), 'utf8')).toBe('-p\n2222\n--\noperator@127.0.0.1\n');
  // Lines are edited by the terminal again, and Ctrl-C is for the shell alone.
  expect(await readFile(join(site.dir, 'terminal'), 'utf8')).toMatch(/(?<!-)icanon/);
  session.type(KEYS.ctrlC);
  await session.sees('Ctrl-C at the shell', /interrupted/);
  session.type('q\r');
  session.type('end\r');
  await session.sees('the dashboard', (text) => text.includes('1 Workers') && text.includes('worker-01'));
  expect(session.isAlternate()).toBe(true);
  expect(session.emulator.modes.wraparoundMode).toBe(false);
  // ssh ends with 255 where it came to nothing, and what it said of that is gone with its screen.
  session.type('s');
  // What the first one wrote is on this screen still, and comes back before the second one reads.
  await session.sees('the second shell', /ready for you[\s\S]*ready for you/);
  session.type('fail\r');
  await session.sees('how it ended', /\.\/program ended with code 255/);
  session.type('2');
  await session.sees('a key', /Slots busy/);
  session.type('q');
  expect(await session.exited).toEqual({ code: 0, signal: 0 });
});

test('a shell that cannot be started is told, and the dashboard goes on', async () => {
  const { site } = await siteWithProgram({ ELASTIC_SSH_COMMAND: './not-there' });
  const session = site.open();
  await session.sees('the worker', /worker-01/);
  await until('it reads keys', () => session.output().includes('\u001b[?2004h'));
  session.type('s');
  await session.sees('the reason', /not-there could not be started/);
  session.type('j');
  await session.sees('no reason any more', (text) => !text.includes('could not be started'));
});

test('p opens the log in $PAGER, as a file or as what a filter lets through', async () => {
  const { site, program } = await siteWithProgram({});
  const session = site.open({ env: { PAGER: `${program} -x` } });
  await session.sees('the worker', /worker-01/);
  await until('it reads keys', () => session.output().includes('\u001b[?2004h'));
  session.type('5');
  await session.sees('the logs', /master started/);
  session.type('p');
  await session.sees('the pager', /ready for you/);
  const log = join(site.dir, 'logs', 'elastic_orchestrator.log');
  expect(await readFile(join(site.dir, 'arguments'), 'utf8')).toBe(`-x\n${log}\n`);
  session.type('end\r');
  await session.sees('the logs', /master started/);
  session.type('/master\r');
  await session.sees('the filter', /\/master {2}1 of/);
  session.type('p');
  await until('what it read', async () =>
    (await readFile(join(site.dir, 'input'), 'utf8')).includes('master started'),
  );
  session.type('end\r');
  await session.sees('the logs', /\/master {2}1 of/);
});

test('a signal that ends the master ends the shell as well, and gives the terminal back', async () => {
  const { site } = await siteWithProgram({ ELASTIC_SSH_COMMAND: './program' });
  const session = site.open();
  await session.sees('the worker', /worker-01/);
  await until('it reads keys', () => session.output().includes('\u001b[?2004h'));
  session.type('s');
  await session.sees('the shell', /ready for you/);
  expect((await session.end('SIGTERM')).code).toBe(143);
  expect(session.isAlternate()).toBe(false);
  expect(session.isCursorHidden()).toBe(false);
});
