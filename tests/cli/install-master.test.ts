import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { masterUnit } from '#cli/master-unit.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { called } from './command-line.ts';

const OPTIONS = {
  node: '/usr/bin/node',
  launcher: '/opt/elastic-tui/bin/elastic-tui.js',
  dir: '/srv/bench',
  user: 'bench',
  writes: [],
  socketInTmp: false,
};

test('the unit runs the master as the owner of its folder, who may write what the configuration names', async () => {
  const dir = await temporaryFolder();
  await writeFile(
    join(dir, '.env'),
    'ELASTIC_LOG_FILE=/var/log/bench/log\nWORKER_STATE_FILE=logs/state.json\n',
  );
  const { code, stdout } = await called(['--dir', dir, 'install-service', '--print']);
  expect(code).toBe(0);
  expect(stdout).toContain(`\nUser=${userInfo().username}\n`);
  expect(stdout).toContain(`\nReadWritePaths=${dir} /var/log/bench\n`);
  expect(stdout).toContain(`--dir ${dir} daemon\n`);
  for (const line of ['Type=notify', 'NotifyAccess=all', 'PrivateTmp=true'])
    expect(stdout).toContain(`\n${line}\n`);
});

test('where the socket of a long path lies under /tmp, the unit shares /tmp with the screens', async () => {
  const dir = join(await temporaryFolder(), 'x'.repeat(100));
  await mkdir(dir);
  const { stdout } = await called(['--dir', dir, 'install-service', '--print']);
  expect(stdout).toContain(`\nReadWritePaths=${dir} /tmp\n`);
  expect(stdout).not.toContain('\nPrivateTmp=');
});

test('paths with blanks, quotes, specifiers and variables stay what they are', () => {
  const unit = masterUnit({ ...OPTIONS, dir: '/srv/a "b" $HOME %h' });
  expect(unit).toContain('--dir "/srv/a \\"b\\" $$HOME %%h" daemon\n');
  expect(unit).toContain('ReadWritePaths="/srv/a \\"b\\" $HOME %%h"\n');
});

test('a folder at home is not hidden from the master', () => {
  expect(masterUnit({ ...OPTIONS, dir: '/home/ana/bench' })).toContain('\nProtectHome=read-only\n');
  expect(masterUnit(OPTIONS)).toContain('\nProtectHome=true\n');
});

test('nothing is installed, and nothing is printed that would not be a unit', async () => {
  const dir = await temporaryFolder();
  const run = (...args: string[]) => called(['--dir', dir, 'install-service', ...args]);
  expect(await run()).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--print') });
  for (const user of ['a b', 'x\nExecStart=/bin/sh', '-u']) {
    expect(await run('--print', `--user=${user}`)).toMatchObject({ code: 2, stdout: '' });
  }
  expect(await called(['--dir', '/srv/a\nb', 'install-service', '--print'])).toMatchObject({
    code: 2,
    stdout: '',
  });
  await writeFile(join(dir, '.env'), 'ELASTIC_PING_INTERVAL=soon\n');
  expect(await run('--print')).toMatchObject({ code: 2, stdout: '' });
});
