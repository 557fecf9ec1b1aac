import { join } from 'node:path';
import type { Master } from '#app/compose.ts';
import type { Dashboard } from '#app/dashboard.tsx';
import { type Ending, programEnding } from '#app/program-ending.ts';
import { systemClock } from '#app/system-clock.ts';
import type { AttachedStore } from '#attach/attached-store.ts';
import type { Preferences } from '#configuration/preferences.ts';
import { loadSettings } from '#configuration/settings.ts';
import { messageOf, UserError } from '#model/errors.ts';
import type { Store } from '#store/store.ts';
import type { AppStart, UiPreferences } from '#ui/app.tsx';
import { languageOf } from '#ui/i18n/translate.ts';
import { THEME_NAMES, type ThemeName } from '#ui/theme/palettes.ts';
import { type MasterArguments, parseMasterArguments } from './master-arguments.ts';
import { packageVersion } from './package-version.ts';

/** How long the order end of everything may take before the process ends all the same. */
const STOP_WITHIN_MS = 15_000;

/** Somebody wanted it so. */
const QUIT: Ending = { kind: 'signal', exitCode: 0 };
/** A master that has just been started may not listen yet. */
const ATTACH_WITHIN_MS = 5_000;

/** The bundles lie side by side in dist/; run from the sources, each program is where it is written. */
const isBundle = import.meta.url.endsWith('.js');
const PROGRAMS = {
  worker: new URL(isBundle ? './elastic-worker.js' : './elastic-worker.ts', import.meta.url),
  taskDatabase: new URL(
    isBundle ? './task-database-thread.js' : '../persistence/task-database-thread.ts',
    import.meta.url,
  ),
};

process.exit(await main());

async function main(): Promise<number> {
  const version = packageVersion();
  const parsed = parseMasterArguments(process.argv.slice(2), { cwd: process.cwd(), version });
  if ('exitCode' in parsed) {
    (parsed.exitCode === 0 ? process.stdout : process.stderr).write(parsed.output);
    return parsed.exitCode;
  }
  // Not loaded for the dashboard: its first picture should not wait for it.
  if (parsed.command === 'script') return (await import('./run-script.ts')).runScript(parsed, version);
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    console.error('elastic-tui needs a terminal for its dashboard: start it in one, over SSH with ssh -t');
    return 2;
  }
  const ending = programEnding(process, systemClock);
  try {
    const settings = await loadSettings({ dir: parsed.dir, environment: process.env });
    const { promise: stopped, resolve: onStop } = Promise.withResolvers<Ending>();
    const { composeMaster } = await screenParts();
    const master = composeMaster({
      settings,
      version,
      clock: systemClock,
      random: Math.random,
      newId: () => crypto.randomUUID(),
      programs: PROGRAMS,
      attach: { onStop: () => onStop(QUIT) },
      environment: process.env,
    });
    return await run(master, parsed, Promise.race([ending, stopped]));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (error.code === 'MASTER_RUNNING') return runAttached(parsed, version, ending);
    console.error(`elastic-tui: ${error.message}`);
    return 2;
  }
}

/** What only a screen needs: a command for scripts should not wait for it. */
function screenParts() {
  return import('./screen-parts.ts');
}

/** The same dashboard, on the picture of the master that runs in this folder already. Its end is not the master's. */
async function runAttached(
  parsed: MasterArguments,
  version: string,
  ending: Promise<Ending>,
): Promise<number> {
  // Not loaded for the master's own screen.
  const { attachToMaster } = await import('#attach/attached-store.ts');
  const { socketPathOf } = await import('#attach/socket-path.ts');
  const store = attachToMaster({
    place: socketPathOf(join(parsed.dir, 'logs')),
    clock: systemClock,
    random: Math.random,
    newId: () => crypto.randomUUID(),
    version,
    readonly: parsed.readonly || parsed.wall !== null,
    patienceMs: ATTACH_WITHIN_MS,
  });
  try {
    await store.ready;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(
      `elastic-tui: a master runs in ${parsed.dir}, but this screen cannot attach: ${error.message}`,
    );
    return 3;
  }
  return showAttached(store, parsed, ending);
}

async function showAttached(
  store: AttachedStore,
  parsed: MasterArguments,
  ending: Promise<Ending>,
): Promise<number> {
  const { openPreferences } = await screenParts();
  const preferences = openPreferences({ environment: process.env });
  const dashboard = await open(store, parsed, preferences);
  const end = await Promise.race([dashboard.closed.then(() => QUIT, crashed), ending]);
  dashboard.close();
  store.close();
  if (end.kind === 'crash') console.error(end.error);
  await preferences.close();
  return end.kind === 'crash' ? 1 : end.exitCode;
}

async function run(master: Master, parsed: MasterArguments, ending: Promise<Ending>): Promise<number> {
  const { openPreferences } = await screenParts();
  const preferences = openPreferences({ environment: process.env });
  await master.watch();
  const dashboard = await open(master.store, parsed, preferences);
  const quit = dashboard.closed.then(() => QUIT, crashed);
  const working = dashboard.painted.then(() => master.work());
  const end = await Promise.race([quit, ending, working.then(() => quit, crashed)]);
  dashboard.close();
  if (end.kind === 'crash') console.error(end.error);
  await stop(master, { preferences, why: whyOf(end) });
  return end.kind === 'crash' ? 1 : end.exitCode;
}

function crashed(error: unknown): Ending {
  return { kind: 'crash', error };
}

async function open(store: Store, parsed: MasterArguments, preferences: Preferences): Promise<Dashboard> {
  const { chalk, dashboardTerminal, openDashboard } = await screenParts();
  const { stdin, stdout, env: environment } = process;
  const terminal = dashboardTerminal({
    stdin,
    stdout,
    clock: systemClock,
    colorLevel: chalk.level,
    environment,
    mouse: parsed.mouse,
  });
  return openDashboard({
    store,
    clock: systemClock,
    preferences: uiPreferences(preferences),
    start: startOf(parsed, preferences),
    // As Ink asks for it, for people who set it for every program.
    screenReader: parsed.screenReader || environment.INK_SCREEN_READER === 'true',
    terminal,
    stdout,
  });
}

/** What the command line asks for, else what was chosen before, else what the environment asks for. */
function startOf(parsed: MasterArguments, preferences: Preferences): AppStart {
  const environment = process.env;
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

function uiPreferences(preferences: Preferences): UiPreferences {
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

interface Stop {
  readonly preferences: Preferences;
  readonly why: string;
}

function whyOf(end: Ending): string {
  if (end.kind === 'crash') return `crash: ${messageOf(end.error)}`;
  return end.exitCode === 0 ? 'quit' : `signal ${end.exitCode - 128}`;
}

/** Ends in order, but never hangs: what is committed is safe whatever happens here. */
async function stop(master: Master, { preferences, why }: Stop): Promise<void> {
  const inOrder = Promise.all([master.stop(why), preferences.close()]);
  let cancel = () => {};
  const late = new Promise<void>((resolve) => {
    cancel = systemClock.after(STOP_WITHIN_MS, resolve);
  });
  await Promise.race([inOrder, late]);
  cancel();
}
