import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { processesOf } from '../helpers/processes.ts';
import { opened, openTerminal } from '../helpers/terminal.ts';
import { until } from '../helpers/until.ts';
import { makeSite, QUICK, ROOT, run } from './site.ts';

/** Where it does not matter how many there are. */
const ONE_WORKER = { ...QUICK, ELASTIC_EMBEDDED_WORKERS: '1' };

test('with no worker configured two real workers are started here, and end with the master', async () => {
  const site = await makeSite({});
  const session = site.open();
  await session.sees('both', (text) => /local-01 .*● active/.test(text) && /local-02 .*● active/.test(text));
  // A program that a worker looks for the machine with has its worker's name until it is one itself.
  await until('three processes', async () => (await processesOf(site.dir)).length === 3);
  session.type('q');
  expect((await session.exited).code).toBe(0);
  expect(await processesOf(site.dir)).toEqual([]);
});

test('kill -9 of the master leaves none of its workers behind', async () => {
  const site = await makeSite({});
  const session = site.open();
  await session.sees('both', /2\/2 active/);
  await session.end('SIGKILL');
  await until('all are gone', async () => (await processesOf(site.dir)).length === 0);
});

test('a closed terminal ends the master and its workers', async () => {
  const site = await makeSite({});
  const session = site.open();
  await session.sees('both', /2\/2 active/);
  session.hangUp();
  await until('all are gone', async () => (await processesOf(site.dir)).length === 0);
});

test('npm start passes SIGTERM on: nothing goes on behind the shell that takes the terminal back', async () => {
  const site = await makeSite({ env: ONE_WORKER });
  const shell = openTerminal({
    file: '/bin/sh',
    args: ['-c', 'npm start -- --dir "$SITE"; echo finished; cat'],
    cwd: ROOT,
    env: {
      SITE: site.dir,
      HOME: site.dir,
      XDG_CONFIG_HOME: join(site.dir, 'config'),
      // npm asks its registry for news of itself, and tests need no network.
      npm_config_update_notifier: 'false',
    },
  });
  onTestFinished(async () => {
    await shell.end('SIGKILL');
  });
  await shell.sees('the worker', /1\/1 active/);
  // The only one of them that is a child of the shell.
  const [npm = 0] = (await readFile(`/proc/${shell.pid}/task/${shell.pid}/children`, 'utf8'))
    .trim()
    .split(' ')
    .map(Number);
  process.kill(npm, 'SIGTERM');
  await shell.sees('the shell again', /finished/);
  await until('all are gone', async () => (await processesOf(site.dir)).length === 0);
  expect(shell.isAlternate()).toBe(false);
});

test('every error of the configuration is told at once, without a stack, with exit code 2', async () => {
  const site = await makeSite({ env: { ELASTIC_PING_INTERVAL: 'soon', ELASTIC_MAX_PING_FAILURES: '0' } });
  await writeFile(join(site.dir, 'config_workers.json'), '{ "workers": [ { "id": ');
  const session = site.open();
  expect((await session.exited).code).toBe(2);
  const text = await session.sees('the last error', /config_workers\.json/);
  expect(text).toMatch(/ELASTIC_PING_INTERVAL.*soon/);
  expect(text).toMatch(/ELASTIC_MAX_PING_FAILURES/);
  expect(text).not.toMatch(/^\s+at /m);
  expect(session.output()).not.toContain('\u001b[?1049h');
});

test('an unknown option exits with 2, --help and --version with 0', async () => {
  expect(await run(['--colour'])).toMatchObject({ code: 2, stdout: '' });
  const help = await run(['--help']);
  expect(help).toMatchObject({ code: 0, stderr: '' });
  expect(help.stdout).toMatch(/--dir/);
  const manifest = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  expect((await run(['--version'])).stdout.trim()).toBe(manifest.version);
});

test('a second elastic-tui in the same folder attaches to the first; its end ends only itself', async () => {
  const site = await makeSite({ env: { ELASTIC_EMBEDDED_WORKERS: '0' } });
  const first = await opened(site.open());
  const second = await opened(site.open());
  await second.sees('whose picture it is', /attached to pid \d+/);
  second.type('q');
  expect((await second.exited).code).toBe(0);
  const third = await opened(site.open());
  await third.sees('the first one still at work', /attached to pid \d+/);
  await first.end('SIGKILL');
  await third.sees('that it is gone', /as of .* ago, reconnecting/);
  await third.sees('why', /no master: no master listens/);
  // In the place that the killed one left.
  const fourth = await opened(site.open({ args: ['--exit-with-screen'] }));
  await third.sees('the next one', new RegExp(`attached to pid ${fourth.pid}`));
  fourth.type('q');
  expect((await fourth.exited).code).toBe(0);
  await third.sees('that it has ended', /no master: the master has ended: quit|no master: no master listens/);
  third.type('q');
  expect((await third.exited).code).toBe(0);
});

test('a logs folder that cannot be used leaves the dashboard running, which says so', async () => {
  const site = await makeSite({ env: ONE_WORKER });
  await rm(join(site.dir, 'logs'), { recursive: true, force: true });
  await writeFile(join(site.dir, 'logs'), 'a file stands where the folder should be');
  const session = site.open();
  await session.sees('the problem', /! .*(logs|log)/);
  await session.sees('the worker all the same', /1\/1 active/);
  // Once the folder can be used again, everything recovers by itself.
  await rm(join(site.dir, 'logs'));
  await session.sees('no problem any more', (text) => !text.includes(' ! '));
  await until('the log says that tasks are taken', async () => /tasks restored/.test(await site.log()));
  session.type('q');
  expect((await session.exited).code).toBe(0);
  expect(await site.log()).toMatch(/master stopping why=quit\n$/);
});

test('a full disk under the log is shown, and the dashboard goes on', async () => {
  const site = await makeSite({ env: { ELASTIC_EMBEDDED_WORKERS: '0', ELASTIC_LOG_FILE: '/dev/full' } });
  const session = await opened(site.open());
  await session.sees('the problem', /! log file: .*(ENOSPC|no space)/i);
  session.type('5');
  await session.sees('the log on the screen goes on', /master started/);
});

test('a state file that cannot be parsed is set aside, and said so', async () => {
  const site = await makeSite({ env: { ELASTIC_EMBEDDED_WORKERS: '0' } });
  const first = await opened(site.open());
  first.type('q');
  await first.exited;
  await writeFile(join(site.dir, 'logs', 'worker_state.json'), '{ half a docu');
  const second = await opened(site.open());
  second.type('5');
  await second.sees('the log line', /worker_state\.json cannot be used/);
  const kept = (await readdir(join(site.dir, 'logs'))).filter((name) =>
    name.startsWith('worker_state.json.'),
  );
  expect(kept).toHaveLength(1);
  expect(await readFile(join(site.dir, 'logs', kept[0] ?? ''), 'utf8')).toBe('{ half a docu');
});

test('Spanish comes from the locale and from --lang, and is remembered when chosen by key', async () => {
  const site = await makeSite({ env: { ELASTIC_EMBEDDED_WORKERS: '0' } });
  const byLocale = site.open({ env: { LANG: 'es_PE.UTF-8' } });
  await byLocale.sees('Spanish', /4 Configuración/);
  byLocale.type('q');
  await byLocale.exited;
  const byKey = site.open();
  await byKey.sees('English', /4 Configuration/);
  byKey.type('L');
  await byKey.sees('Spanish', /4 Configuración/);
  byKey.type('q');
  await byKey.exited;
  const remembered = site.open();
  await remembered.sees('Spanish still', /4 Configuración/);
  remembered.type('q');
  await remembered.exited;
  const overridden = site.open({ args: ['--lang', 'en'] });
  await overridden.sees('English', /4 Configuration/);
});
