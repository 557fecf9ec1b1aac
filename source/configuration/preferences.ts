import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';

/** What a person set on the screen and wants to find again. */
interface PreferenceValues {
  /** Null: the one of the locale. */
  readonly language: 'en' | 'es' | null;
  /** Null: the one of the terminal. */
  readonly theme: string | null;
  /** Whether glyphs are drawn in ASCII. */
  readonly ascii: boolean;
  /** By view; null: the view's own order. */
  readonly sort: Readonly<Record<string, { readonly column: string; readonly descending: boolean } | null>>;
  /** What was last sent by the form, by field. */
  readonly form: Readonly<Record<string, string>>;
}

export interface Preferences {
  get<K extends keyof PreferenceValues>(key: K): PreferenceValues[K];
  /** In force at once; written soon after. What cannot be written is kept in memory. */
  set<K extends keyof PreferenceValues>(key: K, value: PreferenceValues[K]): void;
  /** Resolves when what was set has been written, or cannot be. */
  close(): Promise<void>;
}

interface PreferencesOptions {
  /** Where they are kept; else where the system wants the settings of a user. */
  readonly folder?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const PROJECT = 'elastic-tui';
/** The name that conf gives its file. */
const FILE = 'config.json';

/**
 * The person's own preferences, in a file that conf writes. They are read without conf, which takes as long to load
 * as Node itself and is therefore loaded at the first change. Never throws: what cannot be read was never set.
 */
export function openPreferences({ folder, environment }: PreferencesOptions): Preferences {
  const home = folder ?? configurationFolder(environment, process.platform);
  let values = home === null ? NONE : readValues(join(home, FILE));
  let unsaved: Partial<PreferenceValues> = {};
  let saving: Promise<void> | null = null;

  async function save(cwd: string): Promise<void> {
    let changes: Partial<PreferenceValues> = {};
    try {
      const { default: Conf } = await import('conf');
      makeFolder(cwd);
      while (Object.keys(unsaved).length > 0) {
        changes = unsaved;
        unsaved = {};
        // A file that is no JSON is replaced: nothing in it could be kept.
        new Conf({ projectName: PROJECT, projectSuffix: '', cwd, clearInvalidConfig: true }).set(changes);
      }
    } catch {
      // An unwritable home is no error: the values stay in memory, and are tried again with the next change.
      unsaved = { ...changes, ...unsaved };
    } finally {
      saving = null;
    }
  }

  return {
    get: (key) => values[key],
    set(key, value) {
      values = { ...values, [key]: value };
      unsaved = { ...unsaved, [key]: value };
      if (home !== null) saving ??= save(home);
    },
    async close() {
      await saving;
    },
  };
}

/**
 * Folder by folder: Node's own recursive making, which conf would do, never ends where the system has a folder but says
 * ENOENT of a new one in it, as it does of a home that is mounted on demand and cannot be.
 */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}

const NONE: PreferenceValues = { language: null, theme: null, ascii: false, sort: {}, form: {} };

function readValues(path: string): PreferenceValues {
  try {
    return schema().parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return NONE;
  }
}

/** What somebody else wrote there counts key by key: one bad value does not cost the others. */
function schema() {
  const sort = z.object({ column: z.string(), descending: z.boolean() });
  return z.object({
    language: z.catch(z.nullable(z.enum(['en', 'es'])), null),
    theme: z.catch(z.nullable(z.string()), null),
    ascii: z.catch(z.boolean(), false),
    sort: z.catch(z.record(z.string(), z.nullable(sort)), {}),
    form: z.catch(z.record(z.string(), z.string()), {}),
  });
}

/** The folder that conf would choose; null where the user has no home. */
function configurationFolder(
  environment: PreferencesOptions['environment'],
  platform: NodeJS.Platform,
): string | null {
  try {
    const home = environment.HOME || homedir();
    if (platform === 'darwin') return join(home, 'Library', 'Preferences', PROJECT);
    if (platform === 'win32') {
      return join(environment.APPDATA || join(home, 'AppData', 'Roaming'), PROJECT, 'Config');
    }
    return join(environment.XDG_CONFIG_HOME || join(home, '.config'), PROJECT);
  } catch {
    return null;
  }
}
