import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { cleanEnvironment } from '../helpers/terminal.ts';
import { until } from '../helpers/until.ts';
import { startWorkerProcess } from '../helpers/worker-process.ts';
import { LAUNCHER, makeSite, run } from './site.ts';

/** A shell with $TUI, the shipped program on a folder. */
async function shell(dir: string, script: string) {
  const child = spawn('bash', ['-c', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: cleanEnvironment({ TUI: `${process.execPath} ${LAUNCHER} --dir ${dir}` }),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  const [code] = await once(child, 'close');
  return { code, output };
}

test('scripts drive a real master beside its screen, and its exit codes tell them how it went', async () => {
  const worker = await startWorkerProcess({ id: 'rack-1' });
  onTestFinished(async () => void (await worker.kill()));
  const site = await makeSite({
    env: {
      ELASTIC_PING_INTERVAL: '0.4',
      ELASTIC_HEALTH_CHECK_INTERVAL: '0.4',
      ORCHESTRATOR_RETRY_ATTEMPTS: '0',
      TASK_TIMEOUT: '600',
    },
    workers: [{ id: 'rack-1', port: worker.port }],
  });
  const tui = (...args: string[]) => run(['--dir', site.dir, ...args]);

  expect(await tui('run', 'benchmark.py')).toMatchObject({ code: 3, stdout: '' });
  const screen = site.open();
  await until('the worker takes tasks', async () => {
    const { code, stdout } = await tui('status', '--json');
    return code === 0 && JSON.parse(stdout).workers.healthy === 1;
  });

  const small = ['-p', 'NUM_PARTICULAS=10', '-p', 'NUM_PASOS=10'];
  const good = await tui('run', 'benchmark.py', '--id', 'good', ...small, '--wait');
  expect(good).toMatchObject({ code: 0, stderr: '' });
  expect(good.stdout).toMatch(/^good completed on rack-1: .* particle collisions/);
  expect(await tui('run', 'benchmark.py', ...small, '-p', 'SEMILLA=none', '--wait')).toMatchObject({
    code: 1,
  });
  expect(await tui('task', 'nobody')).toMatchObject({ code: 2, stdout: '' });
  expect(await tui('drain', 'rack')).toMatchObject({ code: 0, stdout: 'rack-1 gets no new tasks\n' });
  expect(await tui('run', 'benchmark.py', '--wait', '--timeout', '0.1')).toMatchObject({ code: 4 });

  // Ctrl-C ends the wait and nothing else.
  const waiting = spawn(
    process.execPath,
    [LAUNCHER, '--dir', site.dir, 'run', 'benchmark.py', '--id', 'kept', '--wait'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: cleanEnvironment({}),
    },
  );
  let said = '';
  waiting.stderr.on('data', (data) => (said += data));
  await until('it is accepted', async () => (await tui('task', 'kept')).code === 0);
  // The launcher of an old Node passes on what the terminal has sent to both.
  waiting.kill('SIGINT');
  waiting.kill('SIGINT');
  expect((await once(waiting, 'close'))[0]).toBe(130);
  expect(said).toContain('kept goes on');
  expect(JSON.parse((await tui('task', 'kept', '--json')).stdout).task.state).toBe('pending');

  // A reader that has had enough is no error, for what ends by itself and for what does not.
  const heads = await shell(
    site.dir,
    `set -o pipefail; $TUI export --json | head -c 1 && $TUI events --follow --level debug | head -n 1 && $TUI logs -f --level debug | head -n 1`,
  );
  expect(heads.code).toBe(0);
  expect(heads.output).not.toContain('EPIPE');
  const id = await shell(site.dir, `id=$($TUI run benchmark.py -p NUM_PASOS=5) && $TUI cancel "$id" kept`);
  expect(id).toMatchObject({ code: 0 });

  // An error that nobody caught is no task that failed.
  const planted = `process.on('newListener', (name) => {
    if (name === 'uncaughtException') setImmediate(() => { throw new Error('planted by the test'); });
  });`;
  const url = `data:text/javascript;base64,${Buffer.from(planted).toString('base64')}`;
  const broken = await shell(site.dir, `NODE_OPTIONS='--import=${url}' $TUI logs --follow`);
  expect(broken).toMatchObject({ code: 70, output: expect.stringContaining('planted by the test') });

  screen.type('q');
  await screen.exited;
  const after = await tui('tasks', '--json');
  expect(JSON.parse(after.stdout)).toMatchObject({ source: 'files' });
  expect(after.code).toBe(0);
});
