import type { Dashboard } from '#app/dashboard.tsx';
import { systemClock } from '#app/system-clock.ts';
import type { Preferences } from '#configuration/preferences.ts';
import type { Store } from '#store/store.ts';
import type { AppStart, UiPreferences } from '#ui/app.tsx';
import { languageOf } from '#ui/i18n/translate.ts';
import { THEME_NAMES, type ThemeName } from '#ui/theme/palettes.ts';
import type { MasterArguments } from './master-arguments.ts';

/** What only a screen needs: a command for scripts should not wait for it. */
export function screenParts() {
  return import('./screen-parts.ts');
}

/** Opens the dashboard on this terminal as the command line asks for it. */
export async function openScreen(
  store: Store,
  parsed: MasterArguments,
  preferences: Preferences,
): Promise<Dashboard> {
  const { chalk, dashboardTerminal, openDashboard, shellJob } = await screenParts();
  const { stdin, stdout, env: environment } = process;
  const terminal = dashboardTerminal({
    stdin,
    stdout,
    clock: systemClock,
    colorLevel: chalk.level,
    environment,
    mouse: parsed.mouse,
    job: shellJob(process),
  });
  return openDashboard({
    store,
    clock: systemClock,
    preferences: uiPreferences(preferences),
    start: startOf(parsed, preferences, environment),
    // As Ink asks for it, for people who set it for every program.
    screenReader: parsed.screenReader || environment.INK_SCREEN_READER === 'true',
    terminal,
    stdout,
  });
}

/** What the command line asks for, else what was chosen before, else what the environment asks for. */
export function startOf(
  parsed: MasterArguments,
  preferences: Preferences,
  environment: Readonly<Record<string, string | undefined>>,
): AppStart {
  return {
    language: parsed.language ?? preferences.get('language') ?? languageOf(environment),
    theme: parsed.theme ?? (environment.NO_COLOR ? 'mono' : rememberedTheme(preferences)),
    ascii: parsed.ascii ?? preferences.get('ascii'),
    readonly: parsed.readonly || parsed.wall !== null,
    wall: parsed.wall !== null,
    rotateMs: parsed.wall?.rotateMs ?? null,
    bell: parsed.bell,
  };
}

function rememberedTheme(preferences: Preferences): ThemeName {
  const remembered = preferences.get('theme');
  return THEME_NAMES.find((name) => name === remembered) ?? 'auto';
}

/** What was chosen on earlier screens, and where what is chosen on this one is kept. */
export function uiPreferences(preferences: Preferences): UiPreferences {
  return {
    sorts: preferences.get('sort'),
    form: preferences.get('form'),
    rememberLanguage: (language) => preferences.set('language', language),
    rememberTheme: (theme) => preferences.set('theme', theme),
    rememberAscii: (ascii) => preferences.set('ascii', ascii),
    rememberSort: (view, sort) => preferences.set('sort', { ...preferences.get('sort'), [view]: sort }),
    rememberForm: (form) => preferences.set('form', form),
  };
}
