import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { printService } from '#cli/install-service.ts';
import { serviceUnit } from '#cli/service-unit.ts';
import { parseWorkerArguments } from '#cli/worker-arguments.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { WORKER_PROGRAM } from '../helpers/worker-process.ts';

interface Called {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly launcher?: string;
}

/** What `elastic-worker install-service …` ends with. */
async function called(args: readonly string[], { cwd = '/srv', env = {}, launcher }: Called = {}) {
  const asked = parseWorkerArguments(['install-service', ...args]);
  if (!('service' in asked)) throw new Error('not understood as install-service');
  const argv = ['/usr/bin/node', launcher ?? '/opt/elastic-tui/bin/elastic-worker.js'];
  return printService(asked, { argv, env, execPath: '/usr/bin/node', cwd: () => cwd });
}

/** The unit, its continued lines joined, and the value of one of its keys. */
async function unit(args: readonly string[], options: Called = {}) {
  const { exitCode, output } = await called(['--print', ...args], options);
  expect(exitCode).toBe(0);
  const lines = output.replaceAll(/ \\\n */g, ' ').split('\n');
  return {
    lines,
    of: (key: string) => lines.find((line) => line.startsWith(`${key}=`))?.slice(key.length + 1),
  };
}

test('the unit starts this Node with this launcher and every option of the worker', async () => {
  const { of } = await unit([
    '--host',
    '0.0.0.0',
    '--port',
    '8081',
    '--id',
    'worker-01',
    '--slots',
    '3',
    '--dir',
    '/d',
  ]);
  expect(of('ExecStart')).toBe(
    '/usr/bin/node /opt/elastic-tui/bin/elastic-worker.js --dir /d --host 0.0.0.0 --port 8081 --id worker-01 ' +
      '--slots 3 --queue 100 --grace 30',
  );
  expect(of('ReadWritePaths')).toBe('/d');
});

test('relative paths are those of the current folder, and a link to the launcher is followed', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'elastic-worker.js'), '');
  await symlink(join(folder, 'elastic-worker.js'), join(folder, 'link'));
  const files = ['--token-file', 'token', '--tls-cert', '../cert.pem', '--tls-key', '/key.pem'];
  const { of } = await unit(files, { cwd: '/srv/bench', launcher: join(folder, 'link') });
  expect(of('ExecStart')).toContain(` ${join(folder, 'elastic-worker.js')} --dir /srv/bench `);
  expect(of('ExecStart')).toContain(
    ' --token-file /srv/bench/token --tls-cert /srv/cert.pem --tls-key /key.pem',
  );
});

test('systemd waits longer than the grace before it kills', async () => {
  for (const [grace, atLeast] of [
    ['30', 41],
    ['0', 11],
    ['0.5', 11],
    ['3600', 3_611],
  ] as const) {
    const { of } = await unit(['--grace', grace]);
    expect(Number(of('TimeoutStopSec'))).toBeGreaterThanOrEqual(atLeast);
    expect(of('KillMode')).toBe('mixed');
  }
});

test('a wrong option does not make systemd start the worker again and again', async () => {
  const { of } = await unit([]);
  expect(of('Restart')).toBe('on-failure');
  expect(of('RestartPreventExitStatus')).toBe('2');
});

test.each([
  [['--containers'], {}],
  [[], { BENCHMARK_EXECUTOR: 'container' }],
])('containers take what would keep setuid helpers from working: %j %j', async (args, env) => {
  const plain = await unit([]);
  expect(plain.lines).toContain('NoNewPrivileges=true');
  const { lines } = await unit(args, { env });
  // What systemd.exec(5) says implies NoNewPrivileges for a unit with User=.
  const implying =
    /^(NoNewPrivileges|SystemCall\w+|Restrict(AddressFamilies|Namespaces|Realtime|SUIDSGID)|PrivateDevices|ProtectKernel\w+|ProtectClock|ProtectHostname|MemoryDenyWriteExecute|LockPersonality|DynamicUser|CapabilityBoundingSet|ProtectControlGroups)=/;
  expect(lines.filter((line) => implying.test(line))).toEqual([]);
  expect(lines).toContain('ProtectSystem=strict');
});

test('.env and benchmarks.json of the folder say whether there are containers, too', async () => {
  const dir = await temporaryFolder();
  const hardened = async () => (await unit(['--dir', dir])).lines.includes('NoNewPrivileges=true');
  expect(await hardened()).toBe(true);
  await writeFile(join(dir, '.env'), 'BENCHMARK_EXECUTOR=Container\n');
  expect(await hardened()).toBe(false);
  await writeFile(join(dir, '.env'), 'BENCHMARK_EXECUTOR=process\n');
  expect(await hardened()).toBe(true);
  const benchmark = { name: 'a', executor: 'container', image: 'sim:1' };
  await writeFile(join(dir, 'benchmarks.json'), JSON.stringify({ benchmarks: [benchmark] }));
  expect(await hardened()).toBe(false);
});

test.each([
  ['/a b', '"/a b"', '"/a b"'],
  ['/100%', '/100%%', '/100%%'],
  ['/$HOME', '/$$HOME', '/$HOME'],
  ['/a"b', '"/a\\"b"', '"/a\\"b"'],
  ["/a'b", '"/a\'b"', '"/a\'b"'],
  ['/a\\b', '"/a\\\\b"', '"/a\\\\b"'],
  ['/a;b', '"/a;b"', '"/a;b"'],
  ['/ñ/é', '"/ñ/é"', '"/ñ/é"'],
])('%s is written as systemd reads it', async (path, argument, listed) => {
  const { of } = await unit(['--dir', path, '--tls-key', path]);
  expect(of('ExecStart')).toContain(` --dir ${argument} --host`);
  expect(of('ExecStart')).toMatch(new RegExp(` --tls-key ${RegExp.escape(argument)}$`));
  expect(of('ReadWritePaths')).toBe(listed);
});

test('the program is no place for variables, and an empty argument stays one', () => {
  const options = {
    launcher: '/l',
    args: ['--id', ''],
    dir: '/d',
    port: 0,
    graceSeconds: 0,
    containers: false,
  };
  const text = serviceUnit({ ...options, node: '/opt/my $node' });
  expect(text).toContain('ExecStart="/opt/my $node" /l \\\n  --dir /d \\\n  --id ""\n');
});

test('a low port brings the capability for it, and only that', async () => {
  expect((await unit(['--port', '443'])).lines).toEqual(
    expect.arrayContaining([
      'CapabilityBoundingSet=CAP_NET_BIND_SERVICE',
      'AmbientCapabilities=CAP_NET_BIND_SERVICE',
    ]),
  );
  const { of } = await unit(['--port', '8080']);
  expect([of('CapabilityBoundingSet'), of('AmbientCapabilities')]).toEqual(['', undefined]);
});

test('home folders are hidden unless something of the worker lies in one', async () => {
  expect((await unit(['--dir', '/var/lib/elastic-worker'])).of('ProtectHome')).toBe('true');
  expect((await unit(['--dir', '/homes/a'])).of('ProtectHome')).toBe('true');
  for (const dir of ['/home/ana/bench', '/home/ben']) {
    const { of } = await unit(['--dir', dir]);
    expect([of('ProtectHome'), of('ReadWritePaths')]).toEqual(['read-only', dir]);
  }
});

test('what cannot become a unit is refused with code 2 and a reason', async () => {
  const refusal = async (args: readonly string[]) => {
    const { exitCode, output } = await called(args);
    expect(exitCode).toBe(2);
    return output;
  };
  expect(await refusal([])).toMatch(/^elastic-worker: install-service installs nothing: add --print/);
  expect(await refusal(['--print', '--port', 'x'])).toMatch(/--port is "x"/);
  expect(await refusal(['--print', '--grace', '-1'])).toMatch(/--grace is "-1"/);
  expect(await refusal(['--print', '--id', 'a\nExecStartPre=/bin/sh'])).toMatch(
    /cannot be written into a unit/,
  );
  const dir = await temporaryFolder();
  await mkdir(join(dir, 'bench'));
  await writeFile(join(dir, 'bench', 'benchmarks.json'), '{');
  expect(await refusal(['--print', '--dir', join(dir, 'bench')])).toMatch(/benchmarks\.json.*not valid JSON/);
});

test('install-service has a help of its own, and is told what it does not know', () => {
  const help = parseWorkerArguments(['install-service', '--help']);
  for (const part of ['--print', '--containers', '--token-file', 'installs nothing']) {
    expect(help).toEqual({ exitCode: 0, output: expect.stringContaining(part) });
  }
  expect(parseWorkerArguments(['install-service', '--nonsense'])).toMatchObject({ exitCode: 2 });
  expect(parseWorkerArguments(['--port', '1', 'install-service'])).toMatchObject({ exitCode: 2 });
  expect(parseWorkerArguments(['--print'])).toMatchObject({ exitCode: 2 });
});

test('the program itself prints it to standard output, and a refusal to standard error', async () => {
  const run = (...args: string[]) =>
    execa(process.execPath, [WORKER_PROGRAM, 'install-service', ...args], { cwd: '/', reject: false });
  const printed = await run('--print');
  expect(printed).toMatchObject({ exitCode: 0, stderr: '' });
  expect(printed.stdout).toContain(`ExecStart=${process.execPath} ${WORKER_PROGRAM} \\\n  --dir / \\\n`);
  expect(await run()).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringMatching(/--print/) });
});
