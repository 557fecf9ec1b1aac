import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { isAlive } from '../helpers/processes.ts';
import { until } from '../helpers/until.ts';
import { temporaryFolder } from './temporary-folder.ts';

const BIN = fileURLToPath(new URL('../../bin', import.meta.url));

/** Makes the Node that runs it look old, and not the one that it starts instead. */
const LOOK_OLD = `--import=data:text/javascript,${encodeURIComponent(
  "if (!process.env.ELASTIC_LAUNCHER) Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '22.12.9' } });",
)}`;

/** Says what it is, then waits for a signal or the end of its channel. */
const BUNDLE = `
  import { writeFileSync } from 'node:fs';
  const seen = { pid: process.pid, args: process.argv.slice(2), env: process.env.NODE_ENV, mark: process.env.ELASTIC_LAUNCHER ?? null, node: process.execPath };
  process.send?.({ type: 'ready', ...seen });
  process.on('message', (message) => process.send({ type: 'echo', message }));
  if (process.argv[2] === 'exit') process.exit(Number(process.argv[3]));
  if (process.argv[2] === 'die') process.kill(process.pid, 'SIGKILL');
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => { console.log(signal); process.exit(7); });
  setInterval(() => {}, 1000);
  writeFileSync(process.argv[2], JSON.stringify(seen));
`;

interface Seen {
  readonly pid: number;
  readonly args: readonly string[];
  readonly env: string;
  readonly mark: string | null;
  readonly node: string;
}

/** A package as npm would install it, with a stand-in for the bundle and, if asked for, the pinned Node. */
async function makePackage({ bundle = true, node = true } = {}): Promise<string> {
  const root = join(await temporaryFolder(), 'a package');
  await cp(BIN, join(root, 'bin'), { recursive: true });
  await writeFile(join(root, 'package.json'), '{ "type": "module" }');
  if (bundle) {
    await mkdir(join(root, 'dist'));
    await writeFile(join(root, 'dist', 'elastic-worker.js'), BUNDLE);
  }
  if (node) {
    await mkdir(join(root, 'node_modules', 'node', 'bin'), { recursive: true });
    await writeFile(join(root, 'node_modules', 'node', 'package.json'), '{ "name": "node" }');
    await symlink(process.execPath, join(root, 'node_modules', 'node', 'bin', 'node'));
  }
  return root;
}

interface Launched {
  readonly child: ChildProcess;
  readonly seen: Seen;
  readonly root: string;
}

/** Starts the launcher and waits for the bundle. */
async function launch({ old = false, ipc = false, root = '' } = {}): Promise<Launched> {
  const where = root === '' ? await makePackage() : root;
  const file = join(where, 'seen');
  await rm(file, { force: true });
  const args = [...(old ? [LOOK_OLD] : []), join(where, 'bin', 'elastic-worker.js'), file, 'two words'];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit', ...(ipc ? ['ipc' as const] : [])],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const seen = await until('the bundle runs', async () => JSON.parse(await readFile(file, 'utf8')) as Seen);
  return { child, seen, root: where };
}

test('a new Node runs the bundle itself, with its arguments, in production', async () => {
  const { child, seen } = await launch();
  expect(seen).toMatchObject({ pid: child.pid, env: 'production', mark: null });
  expect(seen.args[1]).toBe('two words');
});

test('an old Node hands over to the pinned one, with the same arguments', async () => {
  const { child, seen } = await launch({ old: true });
  expect(seen.pid).not.toBe(child.pid);
  expect(seen).toMatchObject({ env: 'production', mark: null });
  expect(seen.args[1]).toBe('two words');
});

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  'an old launcher passes %s on and ends as its child',
  async (signal) => {
    const { child, seen } = await launch({ old: true });
    const said = child.stdout?.setEncoding('utf8').toArray();
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([7, null]);
    expect(isAlive(seen.pid)).toBe(false);
    expect(await said).toEqual([`${signal}\n`]);
  },
);

test('kill -9 of an old launcher ends its child in order', async () => {
  const { child, seen } = await launch({ old: true });
  const said = child.stdout?.setEncoding('utf8').toArray();
  child.kill('SIGKILL');
  await until('the child is gone', () => !isAlive(seen.pid));
  expect(await said).toEqual(['SIGTERM\n']);
});

test.each([false, true])('messages go both ways through the IPC channel (old Node: %s)', async (old) => {
  const root = await makePackage();
  const file = join(root, 'seen');
  const args = [...(old ? [LOOK_OLD] : []), join(root, 'bin', 'elastic-worker.js'), file];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const [ready] = await once(child, 'message');
  expect(ready).toMatchObject({ type: 'ready', args: [file] });
  child.send({ hello: 1 });
  const [echo] = await once(child, 'message');
  expect(echo).toEqual({ type: 'echo', message: { hello: 1 } });
});

test('the child of an old launcher ends when the launcher is cut off from its own parent', async () => {
  const { child, seen } = await launch({ old: true, ipc: true });
  child.disconnect();
  expect(await once(child, 'exit')).toEqual([7, null]);
  expect(isAlive(seen.pid)).toBe(false);
});

test.each([
  [['exit', '3'], 3, undefined],
  [['die'], undefined, 'SIGKILL'],
] as const)('an old launcher ends as its child did: %j', async (args, exitCode, signal) => {
  const root = await makePackage();
  const launcher = join(root, 'bin', 'elastic-worker.js');
  const ended = await execa(process.execPath, [LOOK_OLD, launcher, ...args], { reject: false });
  expect([ended.exitCode, ended.signal]).toEqual([exitCode, signal]);
});

test('without the bundle one line says what to run', async () => {
  const root = await makePackage({ bundle: false });
  for (const node of [[], [LOOK_OLD]]) {
    const { exitCode, stderr } = await execa(
      process.execPath,
      [...node, join(root, 'bin', 'elastic-worker.js')],
      {
        reject: false,
      },
    );
    expect(exitCode).toBe(70);
    expect(stderr).toBe(`elastic-worker: dist/elastic-worker.js is missing; run "npm run build" in ${root}/`);
  }
});

test('an old Node without the pinned one is told which is needed, over IPC too', async () => {
  const root = await makePackage({ node: false });
  const child = spawn(process.execPath, [LOOK_OLD, join(root, 'bin', 'elastic-worker.js')], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const said = child.stderr?.setEncoding('utf8').toArray() as Promise<string[]>;
  const [message] = await once(child, 'message');
  const expected = `needs Node 22.13 or newer, and this is ${process.version}; run "npm ci" in ${root}/, which brings one, or install it`;
  expect(message).toEqual({ type: 'failed', message: expected });
  expect(await once(child, 'exit')).toEqual([70, null]);
  expect((await said).join('')).toBe(`elastic-worker: ${expected}\n`);
});

test('start_worker.sh passes everything on, also through a link from elsewhere', async () => {
  const root = await makePackage();
  const link = join(await temporaryFolder(), 'start worker');
  await symlink(join(root, 'bin', 'start_worker.sh'), link);
  const file = join(root, 'seen');
  const child = spawn(link, [file, '--id', 'a b', '*'], { stdio: 'ignore' });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const seen = await until('the bundle runs', async () => JSON.parse(await readFile(file, 'utf8')) as Seen);
  expect(seen.args).toEqual([file, '--id', 'a b', '*']);
});

test('every Node on this machine that reads ES modules runs the bundle', async () => {
  const root = await makePackage();
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder.startsWith('/'));
  const nodes = [process.execPath, ...folders.map((folder) => join(folder, 'node'))];
  for (const node of new Set(nodes)) {
    const found = await execa(node, ['--version'], { reject: false });
    if (!(Number(/^v(\d+)/.exec(found.stdout ?? '')?.[1]) > 12)) continue;
    const { exitCode, stderr } = await execa(node, [join(root, 'bin', 'elastic-worker.js'), 'exit', '5'], {
      reject: false,
    });
    expect([found.stdout, exitCode, stderr]).toEqual([found.stdout, 5, '']);
  }
});
