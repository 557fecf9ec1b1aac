import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '#app/system-clock.ts';
import { doctor } from '#cli/doctor.ts';
import { checkNode } from '#cli/doctor-machine.ts';
import { checkTerminal } from '#cli/doctor-terminal.ts';
import { checkWorker } from '#cli/doctor-worker.ts';
import type { Finding } from '#cli/finding.ts';
import {
  CLOSED_PORT,
  pingBody,
  type StrangeWorker,
  startFailingWorker,
  startHangingWorker,
  startHostileWorker,
  startStrangeWorker,
  startVersion1Worker,
  statusBody,
  workerConfig,
} from '../helpers/strange-workers.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { startWorkerProcess } from '../helpers/worker-process.ts';
import { called, captured, silent } from './command-line.ts';

const PATIENT = { clock: systemClock, stepMs: 60_000 };

async function started(worker: Promise<StrangeWorker>): Promise<StrangeWorker> {
  const running = await worker;
  onTestFinished(() => running.stop());
  return running;
}

function states(steps: readonly Finding[]): Record<string, string> {
  return Object.fromEntries(steps.map(({ name, state }) => [name, state]));
}

function step(steps: readonly Finding[], name: string): Finding {
  const found = steps.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no step ${name}`);
  return found;
}

test('a worker as deployed passes every step', async () => {
  const { config } = await started(startVersion1Worker());
  const { steps } = await checkWorker(config, PATIENT);
  expect(steps.map(({ name }) => name)).toEqual([
    'name',
    'connect',
    'ping',
    'version',
    'token',
    'status',
    'clock',
  ]);
  expect(steps.every(({ state }) => state === 'ok')).toBe(true);
  expect(step(steps, 'version').detail).toMatch(/^1:/);
  expect(step(steps, 'status').detail).toContain('benchmark.py');
});

test('a worker of ours is asked with its token, and without it says that it wants one', async () => {
  const worker = await startWorkerProcess({ env: { WORKER_TOKEN: 'a-token-of-some-length' } });
  onTestFinished(async () => void (await worker.kill()));
  const dir = await temporaryFolder();
  const tokenFile = join(dir, 'token');
  await writeFile(tokenFile, 'a-token-of-some-length\n');
  const config = workerConfig(worker.port);
  const known = await checkWorker({ ...config, tokenFile }, PATIENT);
  expect(known.steps.filter(({ state }) => state !== 'ok')).toEqual([]);
  expect(step(known.steps, 'version').detail).toContain('cancel');
  expect(step(known.steps, 'clock').detail).toContain('as here');

  const stranger = await checkWorker(config, PATIENT);
  expect(step(stranger.steps, 'token')).toMatchObject({ state: 'failed', detail: 'the worker wants one' });
  expect(step(stranger.steps, 'token').advice).toContain('token_file');

  await writeFile(tokenFile, 'another-token-of-length');
  const wrong = await checkWorker({ ...config, tokenFile }, PATIENT);
  expect(step(wrong.steps, 'token')).toMatchObject({ state: 'failed', detail: 'the worker refuses it' });
  const missing = await checkWorker({ ...config, tokenFile: join(dir, 'none') }, PATIENT);
  expect(step(missing.steps, 'token').detail).toContain('does not exist');
});

test('the first step that fails says what to do, and the ones behind it are skipped', async () => {
  const unknown = { ...workerConfig(1), host: 'no-such-host.invalid', url: 'http://no-such-host.invalid:1' };
  const nameless = await checkWorker(unknown, PATIENT);
  expect(states(nameless.steps)).toMatchObject({ name: 'failed', connect: 'skipped', clock: 'skipped' });
  expect(step(nameless.steps, 'name').advice).toContain('/etc/hosts');

  const refused = await checkWorker(workerConfig(CLOSED_PORT), PATIENT);
  expect(states(refused.steps)).toMatchObject({ name: 'ok', connect: 'failed', ping: 'skipped' });
  expect(step(refused.steps, 'connect')).toMatchObject({ detail: 'connection refused' });
  expect(step(refused.steps, 'connect').advice).toContain('start the worker there');

  const hanging = await started(startHangingWorker());
  const silent = await checkWorker(hanging.config, { clock: systemClock, stepMs: 300 });
  expect(states(silent.steps)).toMatchObject({ connect: 'ok', ping: 'failed', status: 'skipped' });
  expect(step(silent.steps, 'ping').detail).toBe('no answer in time');

  const failing = await started(startFailingWorker(404));
  const other = await checkWorker(failing.config, PATIENT);
  expect(step(other.steps, 'ping')).toMatchObject({ state: 'failed', detail: 'HTTP status 404' });
  expect(step(other.steps, 'ping').advice).toContain('something else');
});

test('a worker whose clock is an hour behind, and that has another name, is warned of', async () => {
  const worker = await started(
    startStrangeWorker((socket, { path }) => {
      const body = JSON.stringify(path === '/ping' ? pingBody('other') : statusBody('other'));
      const date = new Date(Date.now() - 3_600_000).toUTCString();
      const head = `HTTP/1.1 200 OK\r\nDate: ${date}\r\nConnection: close\r\nContent-Length: ${body.length}`;
      socket.end(`${head}\r\n\r\n${body}`);
    }),
  );
  const { steps } = await checkWorker(worker.config, PATIENT);
  expect(step(steps, 'clock').state).toBe('warning');
  expect(step(steps, 'clock').detail).toMatch(/^3(599|600|601) s behind/);
  expect(step(steps, 'ping')).toMatchObject({ state: 'warning' });
  expect(step(steps, 'ping').detail).toContain('“other”');
});

test('nothing that a worker says controls the terminal, in either form', async () => {
  const hostile = await started(startHostileWorker());
  const dir = await temporaryFolder();
  await writeFile(join(dir, '.env'), `WORKER_01_IP=127.0.0.1\nWORKER_01_PORT=${hostile.port}\n`);
  for (const argv of [
    ['doctor', '--dir', dir],
    ['doctor', '--dir', dir, '--json'],
  ]) {
    const { stdout } = await called(argv);
    expect(stdout).toContain('evil');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  }
});

test('many workers are looked at at once, but no more than the bound', async () => {
  let most = 0;
  const hanging: StrangeWorker = await started(
    startHangingWorker({ onConnection: () => (most = Math.max(most, hanging.open())) }),
  );
  const dir = await temporaryFolder();
  const workers = Array.from({ length: 100 }, (_, index) => ({
    id: `w-${index}`,
    url: `http://127.0.0.1:${hanging.port}/${index}`,
  }));
  await writeFile(join(dir, 'config_workers.json'), JSON.stringify({ workers }));
  await writeFile(join(dir, '.env'), 'HTTP_TIMEOUT=0.3\n');
  const { code, stdout } = await called(['doctor', '--dir', dir, '--json']);
  expect(code).toBe(1);
  const report = JSON.parse(stdout) as { failed: number; workers: { id: string }[] };
  expect(report.workers.map(({ id }) => id)).toEqual(workers.map(({ id }) => id));
  expect(report.failed).toBe(100);
  // Of each of the 32 at most the connection that was only opened, the one that asks, and one of the worker before it, whose
  // end has not been heard of yet.
  expect(most).toBeGreaterThan(16);
  expect(most).toBeLessThanOrEqual(96);
});

test('a configuration that is wrong ends with 2, and what is wrong is in the report', async () => {
  const dir = await temporaryFolder();
  await writeFile(join(dir, '.env'), 'HTTP_TIMEOUT=soon\nELASTIC_PING_INTERVALL=3\n');
  const { code, stdout } = await called(['doctor', '--dir', dir, '--json']);
  expect(code).toBe(2);
  const { checks } = JSON.parse(stdout) as { checks: Finding[] };
  expect(step(checks, 'configuration')).toMatchObject({ state: 'failed' });
  expect(step(checks, 'configuration').detail).toContain('HTTP_TIMEOUT is "soon"');
  expect(step(checks, 'configuration').advice).toContain('a number of seconds');
});

test('a folder that nobody can write to is wrong, and one of ours is not', async () => {
  const dir = await temporaryFolder();
  expect((await called(['doctor', '--dir', dir])).code).toBe(0);
  await mkdir(join(dir, 'logs'));
  await writeFile(
    join(dir, 'logs', 'tasks.sqlite'),
    'this is no database, and longer than a header of one is',
  );
  await chmod(join(dir, 'logs'), 0o700);
  const { code, stdout } = await called(['doctor', '--dir', dir]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^WRONG {2}tasks .*damaged/m);
  expect(stdout).toMatch(/→ .*put back a copy/);
});

test('marks are coloured on a terminal that shows colours, and nowhere else', async () => {
  const site = { dir: await temporaryFolder() };
  const green = '\u001b[32mok   \u001b[39m  node';
  const on = async (isTTY: boolean, colorLevel: number, environment = {}) => {
    const { output, text } = captured(isTTY);
    const ended = new AbortController().signal;
    const io = { ...silent(), environment, stdout: output, ended, ...site, args: [], options: {} };
    await doctor(io, { nodeVersion: '24.0.0', rows: 24, colorLevel });
    return text();
  };
  expect(await on(true, 2)).toContain(green);
  for (const plain of [await on(true, 0), await on(false, 2), await on(true, 2, { NO_COLOR: '1' })]) {
    expect(plain).toContain('ok     node');
    expect(plain).not.toContain('\u001b');
  }
});

test('an old Node is told apart from one that is new enough', () => {
  expect(checkNode('22.12.0').state).toBe('failed');
  expect(checkNode('22.13.0').state).toBe('ok');
  expect(checkNode('24.0.1').state).toBe('ok');
});

test('a terminal is judged by its name, size, colours and locale', () => {
  const output = { isTTY: true, columns: 120, rows: 40 };
  const good = { TERM: 'xterm-256color', LANG: 'es_PE.UTF-8' };
  const fine = checkTerminal({ output, environment: good, colorLevel: 2 });
  expect(fine.map(({ name, state }) => [name, state])).toEqual([
    ['terminal', 'ok'],
    ['size', 'ok'],
    ['colours', 'ok'],
    ['glyphs', 'ok'],
  ]);
  const poor = checkTerminal({
    output: { ...output, columns: 60 },
    environment: { TERM: 'dumb', LANG: 'es_PE.UTF-8', LC_ALL: 'C' },
    colorLevel: 0,
  });
  expect(states(poor)).toEqual({ terminal: 'warning', size: 'warning', colours: 'ok', glyphs: 'warning' });
  expect(checkTerminal({ output: { ...output, isTTY: false }, environment: {}, colorLevel: 0 })).toHaveLength(
    1,
  );
});
