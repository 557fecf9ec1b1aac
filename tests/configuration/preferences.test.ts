import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openPreferences } from '#configuration/preferences.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const ENVIRONMENT = {};

test('before anything was set there is no language, no order and no form', async () => {
  const preferences = openPreferences({ folder: await temporaryFolder(), environment: ENVIRONMENT });
  expect(preferences.get('language')).toBeNull();
  expect(preferences.get('sort')).toEqual({});
  expect(preferences.get('form')).toEqual({});
  await preferences.close();
});

test('what was set is in force at once, and found again by the next start', async () => {
  const folder = await temporaryFolder();
  const first = openPreferences({ folder, environment: ENVIRONMENT });
  first.set('language', 'es');
  first.set('sort', { workers: { column: 'ping', descending: true }, tasks: null });
  first.set('form', { steps: '1..20' });
  first.set('language', 'en');
  expect(first.get('language')).toBe('en');
  await first.close();
  const second = openPreferences({ folder, environment: ENVIRONMENT });
  expect(second.get('language')).toBe('en');
  expect(second.get('sort')).toEqual({ workers: { column: 'ping', descending: true }, tasks: null });
  expect(second.get('form')).toEqual({ steps: '1..20' });
});

test('two dashboards of one person do not undo each other', async () => {
  const folder = await temporaryFolder();
  const one = openPreferences({ folder, environment: ENVIRONMENT });
  const other = openPreferences({ folder, environment: ENVIRONMENT });
  one.set('language', 'es');
  await one.close();
  other.set('form', { steps: '7' });
  await other.close();
  const next = openPreferences({ folder, environment: ENVIRONMENT });
  expect([next.get('language'), next.get('form')]).toEqual(['es', { steps: '7' }]);
});

test('without a folder of its own it is the one of the user, where conf would have it', async () => {
  const home = await temporaryFolder();
  const preferences = openPreferences({
    environment: { HOME: home, XDG_CONFIG_HOME: join(home, 'settings') },
  });
  preferences.set('language', 'es');
  await preferences.close();
  // conf is asked in a process of its own: it looks at the environment when it is loaded.
  const script =
    "import C from 'conf'; console.log(new C({ projectName: 'elastic-tui', projectSuffix: '' }).get('language'))";
  const seen = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    env: { HOME: home, XDG_CONFIG_HOME: join(home, 'settings') },
    encoding: 'utf8',
  });
  expect(seen.trim()).toBe('es');
});

test.each([
  ['half a file', '{"language": "e'],
  ['another JSON value', '[]'],
  ['an empty file', ''],
])('%s is as if nothing had been set, and is replaced by the next change', async (_, content) => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'config.json'), content);
  const preferences = openPreferences({ folder, environment: ENVIRONMENT });
  expect(preferences.get('language')).toBeNull();
  preferences.set('language', 'es');
  await preferences.close();
  expect(openPreferences({ folder, environment: ENVIRONMENT }).get('language')).toBe('es');
});

test('values of a wrong type are left out one by one', async () => {
  const folder = await temporaryFolder();
  const content = { language: 'fr', sort: { workers: { column: 7 } }, form: { steps: '5' }, other: 1 };
  await writeFile(join(folder, 'config.json'), JSON.stringify(content));
  const preferences = openPreferences({ folder, environment: ENVIRONMENT });
  expect(preferences.get('language')).toBeNull();
  expect(preferences.get('sort')).toEqual({});
  expect(preferences.get('form')).toEqual({ steps: '5' });
});

test('an unwritable home is no error: what is set stays in memory', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'home'), 'a file, not a folder');
  const preferences = openPreferences({ folder: join(folder, 'home', 'settings'), environment: ENVIRONMENT });
  preferences.set('language', 'es');
  await preferences.close();
  expect(preferences.get('language')).toBe('es');
  expect(await readdir(folder)).toEqual(['home']);
  expect(await readFile(join(folder, 'home'), 'utf8')).toBe('a file, not a folder');
});

test('a home in which the system finds no place for a folder does not hold anything up', () => {
  // /proc says ENOENT, as a home that is mounted on demand does. In a process of its own, which can be ended.
  const script = `
    import { openPreferences } from '#configuration/preferences.ts';
    const preferences = openPreferences({ folder: '/proc/none/settings', environment: {} });
    preferences.set('language', 'es');
    await preferences.close();
    console.log(preferences.get('language'));
  `;
  const seen = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    encoding: 'utf8',
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  expect(seen.trim()).toBe('es');
});

test('a change that could not be written is written with the next one', async () => {
  const folder = await temporaryFolder();
  const home = join(folder, 'home');
  await writeFile(home, '');
  const preferences = openPreferences({ folder: home, environment: ENVIRONMENT });
  preferences.set('language', 'es');
  await preferences.close();
  await rm(home);
  await mkdir(home);
  preferences.set('form', { steps: '7' });
  await preferences.close();
  expect(openPreferences({ folder: home, environment: ENVIRONMENT }).get('language')).toBe('es');
});
