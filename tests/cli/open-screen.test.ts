import { expect, test } from 'vitest';
import { openPreferences, type Preferences } from '#configuration/preferences.ts';
import { parseMasterArguments } from '../../source/cli/master-arguments.ts';
import { startOf, uiPreferences } from '../../source/cli/open-screen.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

function parsed(...argv: string[]) {
  const result = parseMasterArguments(argv, { cwd: '/srv', version: '1' });
  if (!('theme' in result)) throw new Error('these ask for no screen');
  return result;
}

const opened = (folder: string): Preferences => openPreferences({ folder, environment: {} });

/** The next start of somebody who has chosen all that can be chosen on the screen. */
async function withChoices(): Promise<Preferences> {
  const folder = await temporaryFolder();
  const before = opened(folder);
  const screen = uiPreferences(before);
  screen.rememberLanguage('es');
  screen.rememberTheme('high-contrast');
  screen.rememberAscii(true);
  screen.rememberSort('workers', { column: 'ping', descending: true });
  screen.rememberSort('tasks', null);
  screen.rememberForm({ steps: '1..20' });
  await before.close();
  return opened(folder);
}

test('a screen begins as the environment has it where nothing was chosen', async () => {
  const preferences = opened(await temporaryFolder());
  expect(startOf(parsed(), preferences, { LANG: 'es_ES.UTF-8' })).toEqual({
    language: 'es',
    theme: 'auto',
    ascii: false,
    readonly: false,
    wall: false,
    rotateMs: null,
    bell: false,
  });
  expect(startOf(parsed(), preferences, { NO_COLOR: '1' }).theme).toBe('mono');
});

test('what was chosen on a screen is found again by the next', async () => {
  const preferences = await withChoices();
  const chosen = { language: 'es', theme: 'high-contrast', ascii: true };
  expect(startOf(parsed(), preferences, { LANG: 'en_US.UTF-8' })).toMatchObject(chosen);
  // No colours is what somebody asks of every program.
  expect(startOf(parsed(), preferences, { NO_COLOR: '1' })).toMatchObject({ ...chosen, theme: 'mono' });
  const { sorts, form } = uiPreferences(preferences);
  expect(sorts).toEqual({ workers: { column: 'ping', descending: true }, tasks: null });
  expect(form).toEqual({ steps: '1..20' });
});

test('a flag goes before all of that', async () => {
  const flags = parsed('--lang', 'en', '--theme', 'light', '--no-ascii', '--bell', '--readonly');
  expect(startOf(flags, await withChoices(), { NO_COLOR: '1', LANG: 'es' })).toEqual({
    language: 'en',
    theme: 'light',
    ascii: false,
    readonly: true,
    wall: false,
    rotateMs: null,
    bell: true,
  });
});

test('a wall is always read-only', async () => {
  const wall = parsed('wall', '--rotate', '20s');
  expect(startOf(wall, opened(await temporaryFolder()), {})).toMatchObject({
    wall: true,
    readonly: true,
    rotateMs: 20_000,
  });
});
