import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { makeSite } from '../e2e/site.ts';
import { isAlive, processesOf } from '../helpers/processes.ts';
import { openTerminal } from '../helpers/terminal.ts';
import { until } from '../helpers/until.ts';
import { background, command, NO_WORKERS, startDaemon } from './site.ts';

const PID = 'master.pid';

test('--background detaches, and stop ends all that it has started', async () => {
  const site = await makeSite({ env: { ELASTIC_EMBEDDED_WORKERS: '1' } });
  const file = join(site.dir, PID);
  // Of a master that was killed: it stands in nobody's way.
  await writeFile(file, '1\n');
  const pid = await background(site, '--pid-file', file);
  expect(await readFile(file, 'utf8')).toBe(`${pid}\n`);
  // It takes tasks by then, and belongs to no terminal and to no session but its own.
  expect(
    await command(site, 'run', 'benchmark.py', '-p', 'NUM_PASOS=1', '--wait', '--timeout', '60'),
  ).toMatchObject({
    code: 0,
  });
  const { stdout } = await promisify(execFile)('ps', ['-o', 'sid=,tty=', '-p', String(pid)]);
  expect(stdout.trim().split(/\s+/)).toEqual([String(pid), '?']);
  expect(await command(site, 'daemon', '--background')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('already running'),
  });
  const stopped = await command(site, 'stop');
  expect(stopped).toMatchObject({ code: 0, stdout: expect.stringContaining(`process ${pid}`) });
  expect(await processesOf(site.dir)).toEqual([]);
  await expect(readFile(file)).rejects.toThrow(/ENOENT/);
  expect(await command(site, 'stop')).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('no master'),
  });
});

test('what keeps a master in the background from starting is said where it was started', async () => {
  const site = await makeSite({ env: { ...NO_WORKERS, ELASTIC_PING_INTERVAL: 'soon' } });
  const wrong = await command(site, 'daemon', '--background');
  expect(wrong).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('ELASTIC_PING_INTERVAL'),
  });
  await writeFile(join(site.dir, '.env'), 'ELASTIC_EMBEDDED_WORKERS=0\n');
  const unwritable = join(site.dir, 'nowhere', PID);
  expect(await command(site, 'daemon', '--background', '--pid-file', unwritable)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(unwritable),
  });
  // A folder whose lock cannot be taken: a master without a screen could say so to nobody.
  const locked = await makeSite({ env: NO_WORKERS });
  await writeFile(join(locked.dir, 'logs'), 'no folder');
  expect(await command(locked, 'daemon')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('master.lock'),
  });
  expect([...(await processesOf(site.dir)), ...(await processesOf(locked.dir))]).toEqual([]);
});

test('kill -9 leaves nothing that keeps the next one from starting', async () => {
  const site = await makeSite({ env: NO_WORKERS });
  const file = join(site.dir, PID);
  const first = await background(site, '--pid-file', file);
  process.kill(first, 'SIGKILL');
  await until('it is gone', () => !isAlive(first));
  expect((await command(site, 'stop')).code).toBe(3);
  const second = await background(site, '--pid-file', file);
  expect(await readFile(file, 'utf8')).toBe(`${second}\n`);
  expect((await command(site, 'stop')).code).toBe(0);
});

test('run --start starts a master where there is none, and one that is there is used', async () => {
  const site = await makeSite({ env: { ELASTIC_EMBEDDED_WORKERS: '1' } });
  const run = () => command(site, 'run', 'benchmark.py', '-p', 'NUM_PASOS=1', '--start', '--wait');
  onTestFinished(() => command(site, 'stop').then(() => {}));
  const both = await Promise.all([run(), run()]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(await run()).toMatchObject({ code: 0, stderr: '' });
});

test('in the foreground it prints its log, and neither a closed terminal nor a reader that has gone ends it', async () => {
  const site = await makeSite({ env: NO_WORKERS });
  const piped = startDaemon(site);
  await until('its log', () => /info master started .*dir=/.test(piped.stdout()));
  piped.closeOutput();
  process.kill(piped.pid, 'SIGHUP');
  await until('it works', async () => (await command(site, 'status')).code === 0);
  process.kill(piped.pid, 'SIGTERM');
  expect(await piped.exited).toBe(0);

  const args = [...piped.argv];
  const terminal = openTerminal({ file: process.execPath, args, cwd: site.dir, env: { HOME: site.dir } });
  await terminal.sees('its log', /master started/);
  terminal.hangUp();
  await until('it still works', async () =>
    (await command(site, 'status')).stdout.includes(`${terminal.pid}`),
  );
  expect((await command(site, 'stop')).code).toBe(0);
  expect(isAlive(terminal.pid)).toBe(false);
});

test('systemd hears when it is ready and when it stops', async () => {
  const site = await makeSite({ env: NO_WORKERS });
  const heard = await notifications(site.dir);
  const master = startDaemon(site, { env: heard.env });
  await until('ready', () => heard.text().includes('READY=1'));
  // It takes screens and commands by then.
  expect((await command(site, 'status')).stdout).toContain(`process ${master.pid}`);
  process.kill(master.pid, 'SIGTERM');
  expect(await master.exited).toBe(0);
  // Whoever listens for systemd tells it a moment later.
  await until('both', () => heard.text() === 'READY=1\nSTOPPING=1\n');
});

/** Prints what arrives at a datagram socket, one message a line. */
const LISTENER = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('listening', flush=True)
while True:
    text = s.recv(4096).decode()
    # systemd-notify waits until what it has sent is taken.
    if not text.startswith('BARRIER'): print(text.strip(), flush=True)
`;

/** The real systemd-notify where this machine has it, with a socket of our own; else a stand-in that writes down what it is told. */
async function notifications(dir: string) {
  const socket = join(dir, 'notify');
  const isThere = await promisify(execFile)('sh', ['-c', 'command -v systemd-notify && command -v python3'])
    .then(() => true)
    .catch(() => false);
  if (!isThere) {
    const file = join(dir, 'told');
    await mkdir(join(dir, 'bin'));
    await writeFile(join(dir, 'bin', 'systemd-notify'), `#!/bin/sh\nprintf '%s\\n' "$@" >> '${file}'\n`);
    await chmod(join(dir, 'bin', 'systemd-notify'), 0o755);
    await writeFile(file, '');
    const { readFileSync } = await import('node:fs');
    const PATH = `${join(dir, 'bin')}${delimiter}${process.env.PATH}`;
    return { env: { NOTIFY_SOCKET: socket, PATH }, text: () => readFileSync(file, 'utf8') };
  }
  const listener = spawn('python3', ['-c', LISTENER, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    const closed = once(listener, 'close');
    listener.kill('SIGKILL');
    await closed;
  });
  let text = '';
  listener.stdout.on('data', (data) => {
    text += data;
  });
  await until('the listener listens', () => text.startsWith('listening'));
  return { env: { NOTIFY_SOCKET: socket }, text: () => text.replace('listening\n', '') };
}
