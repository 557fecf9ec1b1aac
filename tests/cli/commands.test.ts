import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startHostileWorker } from '../helpers/strange-workers.ts';
import { until } from '../helpers/until.ts';
import { called } from './command-line.ts';
import { fakeWorker, makeSite, openMaster, stateOf, working } from './site.ts';

test('run prints the id of the task, which task then shows by its beginning', async () => {
  const { site } = await working();
  const { code, stdout } = await site.run(['run', 'benchmark.py', '-p', 'SEMILLA=7', '-p', 'GIVES=12']);
  expect(code).toBe(0);
  const id = stdout.trim();
  await until('completed', async () => (await stateOf(site, id.slice(0, 8))) === 'completed');
  expect(await site.json(['task', id.slice(0, 8)])).toMatchObject({
    source: 'master',
    task: {
      task_id: id,
      parameters: { SEMILLA: 7, GIVES: 12 },
      particle_collisions: 171,
      results: { found: 12 },
    },
    history: [{ change: 'submitted' }, { change: 'assigned' }, { change: 'sent' }, { change: 'completed' }],
    live: null,
  });
  const shown = (await site.run(['task', id])).stdout;
  expect(shown).toMatch(/^state +completed$/m);
  expect(shown).toMatch(/^ {2}SEMILLA +7$/m);
  expect(shown).toMatch(/^wall collisions +112$/m);
  expect(shown).toMatch(/^found +12$/m);
});

test('submit takes the format of task_queues, one task a line, a file or standard input', async () => {
  const { site } = await working();
  const file = join(site.dir, 'tasks.json');
  await writeFile(
    file,
    '{"tasks":[{"task_id":"f-1","algorithm":"benchmark.py"},{"task_id":"f-2","algorithm":"benchmark.py","parameters":{"SEMILLA":"1..2"}}]}',
  );
  expect(await site.run(['submit', file])).toMatchObject({ code: 0, stdout: 'f-1\nf-2\n' });
  const lines =
    '{"task_id":"l-1","algorithm":"benchmark.py"}\n\n{"task_id":"l-2","algorithm":"benchmark.py"}\n';
  expect(await site.run(['submit', '-'], { input: lines })).toMatchObject({ code: 0, stdout: 'l-1\nl-2\n' });
  expect(await site.run(['submit', '-', '--json'], { input: lines })).toMatchObject({ code: 0 });
  const { tasks } = (await site.json(['tasks'])) as { tasks: { task_id: string }[] };
  expect(tasks.map(({ task_id: id }) => id).toSorted()).toEqual(['f-1', 'f-2-1', 'f-2-2', 'l-1', 'l-2']);
});

test.each([
  ['', 'neither JSON nor one JSON a line'],
  ['hello', 'neither JSON nor one JSON a line'],
  ['{"task_id":"a","algorithm":"b"}\n{"task_id":"c"}', 'line 2: algorithm: expected a text'],
  ['{"task_id":"a","algorithm":"b"}\n{"task', 'line 2: expected JSON'],
  ['{"task_id":7,"algorithm":"b"}', 'task_id: expected a text'],
  ['{"tasks":[{}]}', 'tasks[0].task_id: expected a text'],
  ['{"task_id":"not a name","algorithm":"b"}', 'found “not a name”'],
])('submit refuses %j with 2 and says where', async (input, expected) => {
  const site = await makeSite();
  await openMaster(site);
  const { code, stdout, stderr } = await site.run(['submit', '-'], { input });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(expected);
});

test('cancel and retry take ids of tasks and batches and their beginnings, and nothing where one is unknown', async () => {
  const { site, worker } = await working();
  await site.run(['run', 'benchmark.py', '--id', 'held', '-p', 'HOLD=true']);
  await until('the worker has it', () => worker.held.length === 1);
  await site.run(['run', 'benchmark.py', '--id', 'sweep-a', '-p', 'SEMILLA=1..3']);
  await site.run(['run', 'benchmark.py', '--id', 'single-1']);
  expect(await site.run(['cancel', 'single', 'nobody'])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('no task and no batch nobody'),
  });
  expect(await stateOf(site, 'single-1')).toBe('pending');
  expect(await site.run(['cancel', 's'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('several ids begin with s: sweep-a, single-1'),
  });
  expect(await site.json(['cancel', 'sweep', 'single'])).toEqual({ done: 4, notes: [] });
  const again = await site.run(['cancel', 'single-1']);
  expect(again.stderr).toContain('single-1: it is cancelled already');
  expect(await site.run(['retry', 'sweep-a'])).toMatchObject({
    code: 0,
    stdout: '3 tasks to be run again\n',
  });
  worker.held[0]?.();
  await until('run again', async () => {
    const { tasks } = (await site.json(['tasks', '--batch', 'sweep', '--state', 'completed'])) as {
      tasks: unknown[];
    };
    return tasks.length === 3;
  });
});

test('drain and undrain keep tasks from a worker and give them again', async () => {
  const { site } = await working();
  expect(await site.json(['drain', 'work'])).toEqual({ workers: ['worker-02'], drained: true });
  expect(await site.json(['workers'])).toMatchObject({ workers: [{ id: 'worker-02', drained: true }] });
  expect((await site.run(['workers'])).stdout).toMatch(/^worker-02 +active +yes, drained/m);
  expect(await site.run(['undrain', 'worker-02'])).toMatchObject({ stdout: 'worker-02 gets tasks again\n' });
  expect(await site.json(['workers'])).toMatchObject({ workers: [{ id: 'worker-02', drained: false }] });
  expect(await site.run(['drain', 'nobody'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('nobody'),
  });
});

test('status, workers and tasks say how it stands', async () => {
  const { site } = await working();
  await site.run(['run', 'benchmark.py', '--id', 't-1', '--wait']);
  expect(await site.json(['status'])).toMatchObject({
    source: 'master',
    master: { version: '1.2.3', pid: process.pid },
    workers: { total: 1, active: 1, healthy: 1 },
    slots: { total: 1, free: 1 },
    tasks: { completed: 1 },
    problems: [],
  });
  const lines = (await site.run(['status'])).stdout;
  expect(lines).toMatch(/^workers +1 of 1 healthy: 1 active/m);
  expect(lines).toMatch(/^tasks +0 pending.* 1 completed/m);
  const tasks = (await site.run(['tasks'])).stdout;
  expect(tasks).toMatch(/^ID +STATE +BENCHMARK/);
  expect(tasks).toMatch(/^t-1 +completed +benchmark.py +worker-02 +1 +0.25/m);
  expect((await site.run(['tasks', '--state', 'failed'])).stdout.trim().split('\n')).toHaveLength(1);
});

test('events tells what happens as it happens, one JSON a line, until it is ended', async () => {
  const { site } = await working();
  const events = site.start(['events', '--follow']);
  await until('the past is told', () => events.stdout().includes('"worker-status-changed"'));
  await site.run(['run', 'benchmark.py', '--id', 't-1', '--wait']);
  const lines = () =>
    events
      .stdout()
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as { type: string; message: string; fields: { task?: string } });
  await until('the end is told', () => lines().some(({ message }) => message === 'task completed'));
  expect(
    lines()
      .filter(({ fields }) => fields.task === 't-1')
      .map(({ message }) => message),
  ).toEqual(['task submitted', 'task assigned', 'task sent', 'task completed']);
  events.interrupt();
  expect(await events.code).toBe(130);
  const past = (await site.run(['events'])).stdout;
  expect(past).toContain('task completed');
});

test('logs shows the end of the log, and follows it', async () => {
  const { site, master } = await working();
  const logs = site.start(['logs', '-f', '-n', '0']);
  const whole = site.start(['logs', '-f']);
  await until('both follow', () => master.clients() === 2);
  await until('the past is told', () => whole.stdout().includes('worker active'));
  await site.run(['run', 'benchmark.py', '--id', 't-1', '--wait']);
  await until('the end is told', () => logs.stdout().includes('task completed task=t-1'));
  expect(logs.stdout()).not.toContain('worker active');
  const last = await site.run(['logs', '-n', '1', '--json']);
  expect(JSON.parse(last.stdout)).toMatchObject({ level: 'info', fields: { task: 't-1' } });
});

test('nothing that a worker says reaches the terminal as a command to it', async () => {
  const hostile = await startHostileWorker();
  onTestFinished(() => hostile.stop());
  const site = await makeSite([{ id: 'evil', port: hostile.port }]);
  await openMaster(site);
  const ran = await site.run(['run', 'benchmark.py', '--id', 't-1', '--wait'], { isTTY: true });
  const commands = [
    ['status'],
    ['workers'],
    ['tasks'],
    ['task', 't-1'],
    ['logs'],
    ['events', '--level', 'debug'],
  ];
  const said = [ran.stdout];
  for (const argv of commands) {
    for (const json of [[], ['--json']])
      said.push((await site.run([...argv, ...json], { isTTY: true })).stdout);
  }
  expect(said.join('')).toContain('evil');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
  for (const text of said) expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
});

test('without a master everything that only reads says what the files know, and how old that is', async () => {
  const worker = await fakeWorker();
  const site = await makeSite([worker]);
  const master = await openMaster(site);
  await site.run(['run', 'benchmark.py', '--id', 't-1', '--wait']);
  await master.stop('quit');
  expect(await site.json(['status'])).toMatchObject({
    source: 'files',
    master: null,
    workers: { total: 1, active: 1 },
    slots: null,
    tasks: { completed: 1 },
  });
  expect((await site.run(['status'])).stdout).toMatch(
    /^master +no master runs here: .* state file knew .* ago$/m,
  );
  const workers = await site.run(['workers']);
  expect(workers.stderr).toContain('no master runs here');
  expect(workers.stdout).toMatch(/^worker-02 +active/m);
  expect(await site.json(['tasks'])).toMatchObject({ source: 'files', tasks: [{ task_id: 't-1' }] });
  expect(await site.json(['task', 't'])).toMatchObject({ source: 'files', task: { state: 'completed' } });
  expect((await site.run(['export', '--json'])).stdout).toContain('"task_id":"t-1"');
  const logs = await site.run(['logs', '--json']);
  const messages = logs.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { message: string });
  expect(messages.map(({ message }) => message)).toContain('task completed');
  expect(messages.at(-1)).toMatchObject({ message: 'master stopping', fields: { why: 'quit' } });
});

test('in a folder in which no master ever ran there is nothing, and that is no error', async () => {
  const site = await makeSite();
  expect(await site.json(['status'])).toMatchObject({ source: 'files', at_ms: null, tasks: { pending: 0 } });
  expect(await site.json(['workers'])).toMatchObject({ at_ms: null, workers: [] });
  expect(await site.json(['tasks'])).toMatchObject({ tasks: [] });
  expect(await site.run(['logs'])).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(await site.run(['task', 'x'])).toMatchObject({ code: 2 });
});

test.each([
  [['run', 'benchmark.py']],
  [['submit', '-']],
  [['cancel', 'x']],
  [['retry', 'x']],
  [['drain', 'x']],
  [['undrain', 'x']],
  [['events']],
  [['logs', '-f']],
])('%j needs a master: without one it ends with 3 and says what to do', async (argv) => {
  const site = await makeSite();
  const { code, stdout, stderr } = await site.run(argv, { input: '{"task_id":"a","algorithm":"b"}' });
  expect([code, stdout]).toEqual([3, '']);
  expect(stderr).toContain('no master runs on');
});

test('--start starts a master, and then does what was asked', async () => {
  const worker = await fakeWorker();
  const site = await makeSite([worker]);
  const startMaster = async () => void (await openMaster(site));
  const { code, stderr } = await site.run(['run', 'benchmark.py', '--start', '--wait'], { startMaster });
  expect(code).toBe(0);
  expect(stderr).toContain('one is started');
  const refused = await makeSite();
  const without = await refused.run(['run', 'benchmark.py'], { startMaster });
  expect(without.code).toBe(3);
  expect(without.stderr).toContain('--start');
});

test.each([
  [['tasks', '--state', 'lost'], 'Allowed choices'],
  [['tasks', '--limit', '0'], 'a whole number from 1'],
  [['run'], "missing required argument 'benchmark'"],
  [['run', 'b', '-p', 'SEMILLA'], 'NAME=VALUE'],
  [['run', 'b', '-p', 'A=1', '-p', 'A=2'], 'given twice'],
  [['run', 'b', '-p', 'A="x'], 'JSON text'],
  [['run', 'b', '--priority', '11'], 'from 1 to 10'],
  [['run', 'b', '--timeout', '5'], '--wait'],
  [['cancel'], "missing required argument 'task'"],
  [['status', 'now'], 'too many arguments'],
  [['submit', '/nowhere/at-all.json'], 'ENOENT'],
])('%j is wrong use: 2, with what was expected', async (argv, expected) => {
  const site = await makeSite();
  const { code, stderr } = await site.run(argv);
  expect(code).toBe(2);
  expect(stderr).toContain(expected);
});

test('a worker that a script left empty is nobody, also where there is only one', async () => {
  const { site } = await working();
  expect(await site.run(['drain', ''])).toMatchObject({ code: 2 });
  expect(await site.run(['run', 'benchmark.py', '--worker', ''])).toMatchObject({ code: 2 });
  expect(await site.json(['workers'])).toMatchObject({ workers: [{ drained: false }] });
});

test('a folder that is missing, is none, or cannot be entered is wrong use, and no defect', async () => {
  const site = await makeSite();
  const file = join(site.dir, '.env');
  const commands = [['status'], ['tasks'], ['task', 'x'], ['logs'], ['logs', '-f'], ['run', 'b', '--start']];
  for (const argv of commands) {
    for (const [dir, what] of [
      [file, 'is no folder'],
      [join(file, 'beneath'), 'cannot be entered (ENOTDIR)'],
      [join(site.dir, 'none'), 'is missing'],
    ] as const) {
      const { code, stdout, stderr } = await called(['--dir', dir, ...argv], {
        startMaster: () => Promise.reject(new Error('not even tried')),
      });
      expect([argv, code, stdout]).toEqual([argv, 2, '']);
      expect(stderr).toContain(what);
    }
  }
  // The folder of the data alone is enough to keep everybody out.
  await rm(join(site.dir, 'logs'), { recursive: true });
  await writeFile(join(site.dir, 'logs'), '');
  expect(await site.run(['status'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('is no folder'),
  });
  expect(await site.json(['doctor'])).toMatchObject({
    checks: expect.arrayContaining([expect.objectContaining({ name: 'master', state: 'failed' })]),
  });
});

test('a folder whose configuration is wrong ends with 2 where the files are read', async () => {
  const site = await makeSite();
  await writeFile(join(site.dir, '.env'), 'HTTP_TIMEOUT=soon\n');
  for (const argv of [['status'], ['workers'], ['logs']]) {
    expect(await site.run(argv)).toMatchObject({ code: 2, stderr: expect.stringContaining('HTTP_TIMEOUT') });
  }
});
