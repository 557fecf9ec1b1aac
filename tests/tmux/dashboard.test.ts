import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cleanEnvironment } from '../helpers/terminal.ts';
import { until } from '../helpers/until.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

let dir: string;
let socket: string;

/** A tmux server of its own, so that nothing of the person's is touched. */
async function tmux(...args: string[]): Promise<string> {
  const env = cleanEnvironment({
    HOME: dir,
    XDG_CONFIG_HOME: join(dir, 'config'),
    SHELL: '/bin/sh',
    PS1: '$ ',
  });
  return (await run('tmux', ['-S', socket, '-f', '/dev/null', ...args], { env })).stdout;
}

async function sees(what: string, test: RegExp): Promise<string> {
  let screen = '';
  try {
    await until(what, async () => {
      screen = await tmux('capture-pane', '-p');
      return test.test(screen);
    });
  } catch (error) {
    throw new Error(`${what}: never seen. The screen was:\n${screen}`, { cause: error });
  }
  return screen;
}

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'elastic-tmux-'));
  socket = join(dir, 'tmux.sock');
  await tmux('new-session', '-d', '-x', '120', '-y', '32', '-c', dir, '/bin/sh');
});

afterEach(async () => {
  await tmux('kill-server').catch(() => {});
  await rm(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
});

test('in tmux: started from the shell, a task sent, the window resized, and the shell back as it was', async () => {
  await tmux('send-keys', 'echo before-the-dashboard', 'Enter');
  await sees('the shell', /^before-the-dashboard$/m);
  await tmux(
    'send-keys',
    `'${process.execPath}' '${join(ROOT, 'bin', 'elastic-tui.js')}' --dir '${dir}'`,
    'Enter',
  );
  await sees('the embedded workers', /2\/2 active +2 healthy/);
  await tmux('send-keys', 'n');
  await sees('the form', /NUM_PARTICULAS/);
  await tmux('send-keys', 'Enter');
  await sees('the result', /completed.*171.*112/);
  await tmux('resize-window', '-x', '80', '-y', '24');
  await sees('the smaller frame', /q quit/);
  const small = (await tmux('capture-pane', '-p')).trimEnd().split('\n');
  expect(small.length).toBeLessThanOrEqual(24);
  await tmux('resize-window', '-x', '200', '-y', '60');
  await sees('the larger frame', /up 00:/);
  await tmux('send-keys', 'q');
  const shell = await sees('the shell again', /^before-the-dashboard\n[^\n]*elastic-tui\.js[^\n]*\n\$\s*$/m);
  expect(shell).not.toMatch(/Workers/);
  await tmux('send-keys', 'echo "status $?"', 'Enter');
  await sees('its exit code', /^status 0$/m);
});
