import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { KEYS, opened } from '../helpers/terminal.ts';
import { until } from '../helpers/until.ts';
import { startWorkerProcess } from '../helpers/worker-process.ts';
import { makeSite, run, type Site } from './site.ts';

const NAMES = ['one', 'two', 'three'];
const taskOf = (task_id: string) => ({
  task_id,
  algorithm: 'benchmark.js',
  parameters: { NUM_PARTICULAS: 100, NUM_PASOS: 500, SEMILLA: 42 },
  description: 'from a file',
});
const SWEEP = { ...taskOf('sweep'), parameters: { NUM_PARTICULAS: 10, NUM_PASOS: 10, SEMILLA: '1..3' } };

async function siteWithWorker(): Promise<Site> {
  const worker = await startWorkerProcess({ id: 'alpha' });
  onTestFinished(async () => {
    await worker.kill();
  });
  return makeSite({ workers: [{ id: 'alpha', port: worker.port }] });
}

async function drop(site: Site, name: string, content: unknown): Promise<void> {
  const folder = join(site.dir, 'task_queues');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
}

const filesIn = (site: Site, folder: string) =>
  readdir(join(site.dir, 'task_queues', folder)).catch(() => []);

interface Exported {
  readonly task_id: string;
  readonly state: string;
  readonly batch: string | null;
  readonly particle_collisions: number | null;
}

async function exported(site: Site, ...args: string[]): Promise<Exported[]> {
  const { code, stdout, stderr } = await run(['--dir', site.dir, 'export', '--format', 'json', ...args]);
  if (code !== 0) throw new Error(`export ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as Exported[];
}

test('files dropped into task_queues/ are run and moved, and their results exported beside the running master', async () => {
  const site = await siteWithWorker();
  const session = site.open();
  await session.sees('the worker healthy', /1\/1 active +1 healthy/);
  await drop(site, 'three.json', { tasks: NAMES.map(taskOf) });
  await drop(site, 'sweep.json', { tasks: [SWEEP] });
  await drop(site, 'wrong.json', { tasks: [{ task_id: '../x', algorithm: 'benchmark.js' }] });

  // The database, as another program sees it.
  const tasks = await until('all six are completed', async () => {
    const now = await exported(site);
    if (now.length === 6 && now.every(({ state }) => state === 'completed')) return now;
    throw new Error(JSON.stringify(now));
  });
  expect(tasks.filter(({ task_id }) => NAMES.includes(task_id))).toMatchObject(
    NAMES.map((task_id) => ({ task_id, batch: null, particle_collisions: 171 })),
  );
  const batch = await exported(site, '--batch', 'sweep');
  expect(batch.map(({ task_id }) => task_id).sort()).toEqual(
    tasks.flatMap(({ task_id, batch: of }) => (of === 'sweep' ? [task_id] : [])).sort(),
  );
  expect(batch).toHaveLength(3);

  // The files are out of the way, what is wrong with its reason beside it.
  const processed = await until('both are moved', async () => {
    const names = await filesIn(site, 'processed');
    return names.length === 2 && names.toSorted();
  });
  expect(processed).toEqual([
    expect.stringMatching(/^\d{8}_\d{6}_(sweep|three)\.json$/),
    expect.stringMatching(/^\d{8}_\d{6}_(sweep|three)\.json$/),
  ]);
  const rejected = await until('the wrong one is rejected', async () => {
    const names = await filesIn(site, 'rejected');
    return names.length === 2 && names;
  });
  const reason = rejected.find((name) => name.endsWith('.error.txt')) ?? '';
  expect(await readFile(join(site.dir, 'task_queues', 'rejected', reason), 'utf8')).toMatch(
    /^tasks\[0\]\.task_id: found “\.\.\/x”/,
  );

  // CSV, the same six.
  const csv = await run(['--dir', site.dir, 'export', '--format', 'csv']);
  expect(csv).toMatchObject({ code: 0, stderr: '' });
  const [titles = '', ...lines] = csv.stdout.trimEnd().split('\r\n');
  expect(titles).toMatch(/^task_id,batch,state,/);
  expect(lines).toHaveLength(6);
  expect(lines.some((line) => line.startsWith('one,,completed,,benchmark.js,1,from a file,alpha,1,'))).toBe(
    true,
  );

  // The same, by a key: a file in the master's folder, and the screen says which.
  session.type('3e');
  await session.sees('the question', /Export tasks\?/);
  session.type('\t');
  session.type(KEYS.enter);
  const shown = await session.sees('where it was written', /exports\/tasks-\d{8}-\d{6}\.csv/);
  const [, name = ''] = /exports\/(tasks-\d{8}-\d{6}\.csv)/.exec(shown) ?? [];
  const written = await readFile(join(site.dir, 'exports', name), 'utf8');
  expect(csv.stdout).toContain(written.trimEnd().split('\r\n').at(-1));
  session.type(KEYS.esc);
  await session.sees('the list again', /PRIO/);

  session.type('q');
  expect((await session.exited).code).toBe(0);
  // And without a master.
  expect(await exported(site)).toHaveLength(6);
});

test('an export of what is not there says so, with exit code 2 and nothing on standard output', async () => {
  const site = await makeSite({ env: { ELASTIC_EMBEDDED_WORKERS: '0' } });
  const args = ['--dir', site.dir, 'export'];
  expect(await run(args)).toEqual({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/^elastic-tui: there is no task database at .*--dir\n$/),
  });
  expect(await run([...args, '--format', 'xml'])).toMatchObject({ code: 2, stdout: '' });
  const session = await opened(site.open());
  await until('the database is there', async () => (await run(args)).code === 0);
  expect(await run([...args, '--batch', 'nobody'])).toEqual({
    code: 2,
    stdout: '',
    stderr: 'elastic-tui: there is no task and no batch nobody: elastic-tui tasks lists them\n',
  });
  session.type('q');
  expect((await session.exited).code).toBe(0);
});
