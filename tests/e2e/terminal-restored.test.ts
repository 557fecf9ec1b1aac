import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isAlive } from '../helpers/processes.ts';
import {
  cleanEnvironment,
  KEYS,
  opened,
  openTerminal,
  READS_KEYS,
  type TerminalSession,
} from '../helpers/terminal.ts';
import { until } from '../helpers/until.ts';
import { LAUNCHER, makeSite } from './site.ts';

/** No worker at all: what these tests look at is the terminal. */
const NO_WORKERS = { ELASTIC_EMBEDDED_WORKERS: '0' };

function expectRestored(session: TerminalSession): void {
  expect(session.isAlternate()).toBe(false);
  expect(session.isCursorHidden()).toBe(false);
  // Rows that are too wide go on in the next one again, as a shell wants it.
  expect(session.emulator.modes.wraparoundMode).toBe(true);
  // Bracketed paste, switched on for the fields, is off again.
  expect(session.output().lastIndexOf('\u001b[?2004l')).toBeGreaterThan(
    session.output().lastIndexOf('\u001b[?2004h'),
  );
}

test('while it runs the dashboard has the alternate screen, in which a row never goes on in the next', async () => {
  const session = (await makeSite({ env: NO_WORKERS })).open();
  await session.sees('the dashboard', /1 Workers/);
  expect(session.isAlternate()).toBe(true);
  expect(session.emulator.modes.wraparoundMode).toBe(false);
});

test.for([
  ['q', 'q'],
  ['Ctrl-C', KEYS.ctrlC],
])('the terminal is given back on %s, with exit code 0', async ([, key]) => {
  const session = await opened((await makeSite({ env: NO_WORKERS })).open());
  session.type(key ?? '');
  expect(await session.exited).toEqual({ code: 0, signal: 0 });
  expectRestored(session);
});

test.for([
  ['SIGTERM', 143],
  ['SIGHUP', 129],
  ['SIGINT', 130],
] as const)('the terminal is given back on %s', async ([signal, code]) => {
  const session = await opened((await makeSite({ env: NO_WORKERS })).open());
  expect((await session.end(signal)).code).toBe(code);
  expectRestored(session);
});

test('a crash is told after the terminal was given back', async () => {
  const site = await makeSite({ env: NO_WORKERS });
  const session = openTerminal({
    file: process.execPath,
    args: ['--inspect=127.0.0.1:0', LAUNCHER, '--dir', site.dir],
    cwd: site.dir,
    env: { HOME: site.dir, XDG_CONFIG_HOME: join(site.dir, 'config') },
  });
  await opened(session);
  const url = /ws:\/\/127\.0\.0\.1:\d+\/[0-9a-f-]+/.exec(session.output())?.[0] ?? '';
  const inspector = new WebSocket(url);
  await once(inspector, 'open');
  const expression = 'setTimeout(() => { throw new Error("planted by the test"); }, 0)';
  inspector.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } }));
  await once(inspector, 'message');
  // Node waits at its end for a debugger that is still there.
  inspector.close();
  expect((await session.exited).code).toBe(70);
  expectRestored(session);
  await session.sees('the error on the primary screen', /planted by the test/);
});

test('the line discipline of the terminal is as it was before', async () => {
  const site = await makeSite({ env: NO_WORKERS });
  const script = 'stty -a > before; "$0" "$1" --dir .; stty -a > after; echo finished';
  const session = openTerminal({
    file: '/bin/sh',
    args: ['-c', script, process.execPath, LAUNCHER],
    cwd: site.dir,
    env: { HOME: site.dir, XDG_CONFIG_HOME: join(site.dir, 'config') },
  });
  await opened(session);
  session.type('q');
  await session.sees('the shell again', /finished/);
  const [before, after] = await Promise.all(
    ['before', 'after'].map((name) => readFile(join(site.dir, name), 'utf8')),
  );
  expect(after).toBe(before);
});

test('without a terminal it says so in one line and exits with 2', async () => {
  const site = await makeSite({ env: NO_WORKERS });
  const child = spawn(process.execPath, [LAUNCHER, '--dir', site.dir], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: cleanEnvironment({}),
  });
  let output = '';
  child.stdout.on('data', (data) => {
    output += data;
  });
  child.stderr.on('data', (data) => {
    output += data;
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(2);
  expect(output.trimEnd().split('\n')).toHaveLength(1);
  expect(output).toMatch(/terminal/);
});

test('a window that shrinks and grows keeps a true picture', async () => {
  const session = (await makeSite({ env: NO_WORKERS })).open();
  await session.sees('the dashboard', /5 Logs/);
  session.resize(50, 12);
  await session.sees('the one-line summary', (text) => /0\/0 active/.test(text) && !/5 Logs/.test(text));
  session.resize(200, 60);
  await session.sees('the whole frame again', /5 Logs/);
  const lastLine = () => session.lines().findLast((line) => line !== '') ?? '';
  await session.sees('the keys below everything', () => lastLine().includes('q quit'));
  session.resize(20, 5);
  await session.sees('something true', /0\/0 active/);
});

describe('put aside as a job of a shell', () => {
  async function inShell() {
    const site = await makeSite({ env: NO_WORKERS });
    const session = openTerminal({
      file: '/bin/sh',
      args: ['-i'],
      cwd: site.dir,
      env: { HOME: site.dir, XDG_CONFIG_HOME: join(site.dir, 'config'), ENV: '', PS1: 'ready$ ' },
      columns: 100,
    });
    onTestFinished(async () => void (await session.end('SIGKILL')));
    await session.sees('the shell', /ready\$/);
    session.type(`'${process.execPath}' '${LAUNCHER}' --dir . & echo $! > pid; fg\r`);
    await opened(session);
    const pid = Number(await readFile(join(site.dir, 'pid'), 'utf8'));
    return { session, pid };
  }

  async function isBack(session: TerminalSession, columns: number): Promise<void> {
    session.resize(columns, 28);
    const { length } = session.output();
    // As it was left by what was stopped without being asked, the terminal makes no other line end of it.
    session.type('fg\n');
    await until('it reads keys again', () => session.output().includes(READS_KEYS, length));
    await session.sees('the whole frame', (text) => /1 Workers[\s\S]*5 Logs[\s\S]*q quit/.test(text));
    await until('the alternate screen', () => session.isAlternate());
    expect(session.emulator.modes.wraparoundMode).toBe(false);
    const rule = () => session.lines().indexOf('─'.repeat(columns));
    await until('every row in its place, as wide as the window is now', () => rule() === 2);
    session.type('5');
    await session.sees('a key', /following/);
    session.type('1');
    await session.sees('another', (text) => !text.includes('following'));
  }

  test('with Ctrl-Z it gives the terminal back, and has it again after fg', async () => {
    const { session } = await inShell();
    session.type(KEYS.ctrlZ);
    await session.sees('the shell', /[Ss]topped[\s\S]*ready\$/);
    expectRestored(session);
    session.type('echo line-$((1 + 1))\r');
    await session.sees('its own line', /^line-2$/m);
    await isBack(session, 90);
    session.type('4/ctrl');
    await session.sees('a field', /\/ctrl/);
    // Nothing that is open stands before the way to the shell.
    session.type(KEYS.ctrlZ);
    await until('the shell', () => !session.isAlternate());
    session.type('fg\r');
    await session.sees('the field as it was', /\/ctrl/);
  });

  test('also where somebody else says so, and after it was stopped without being asked', async () => {
    const { session, pid } = await inShell();
    process.kill(pid, 'SIGTSTP');
    await session.sees('the shell', /[Ss]topped[\s\S]*ready\$/);
    expectRestored(session);
    await isBack(session, 90);
    process.kill(pid, 'SIGSTOP');
    // Its word of that is cut off: nobody gave the terminal back.
    await session.sees('the shell', /ready\$/);
    await isBack(session, 80);
  });

  test('it ends there where it is told to, without asking for the terminal', async () => {
    const { session, pid } = await inShell();
    session.type(KEYS.ctrlZ);
    await session.sees('the shell', /[Ss]topped[\s\S]*ready\$/);
    session.type('kill %1; kill -CONT %1\r');
    await until('its end', () => !isAlive(pid));
    session.type('echo line-$((1 + 1))\r');
    await session.sees('the shell', /line-2/);
    expectRestored(session);
  });
});

test('where no shell could bring it back Ctrl-Z does nothing', async () => {
  const session = await opened((await makeSite({ env: NO_WORKERS })).open());
  session.type(KEYS.ctrlZ);
  session.type('2');
  await session.sees('a key', /Slots busy/);
  expect(session.isAlternate()).toBe(true);
});
