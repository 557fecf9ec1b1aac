import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '#model/clock.ts';
import { codeOf, messageOf, UserError } from '#model/errors.ts';
import { said } from '#model/said.ts';
import type { Settings } from '#model/settings.ts';
import { plainLine } from '#model/text.ts';
import { fileStamp } from './file-stamp.ts';
import { absent, wrong } from './found.ts';
import { loadSettings } from './settings.ts';
import type { Environment } from './sources.ts';

/** From one look at the files to the next, whether or not anything was told of them. */
const LOOK_MS = 2_000;
/** A file that did not change for so long is not being written any more. */
const SETTLED_MS = 250;
/** What is wrong for so long was not only written in two goes. */
const PATIENCE_MS = 2_000;
const FILES = ['.env', 'config_workers.json'] as const;

export interface SettingsWatchOptions {
  readonly dir: string;
  readonly environment: Environment;
  readonly clock: Clock;
  /** What was read at the start. */
  readonly loaded: Settings;
  /** Tells of changes in the folder as they happen, where the system can. */
  readonly hints: (folder: string, onHint: (name: string | null) => void) => () => void;
  /** The files say something else than before, and nothing is wrong with them. */
  readonly onSettings: (settings: Settings) => void;
  /** What is wrong with the files, a sentence for each thing; null once nothing is any more. */
  readonly onTrouble: (message: string | null) => void;
}

export interface SettingsWatch {
  /** Looks at the files now, taking what they say as finished. Resolves once that has been told. */
  look(): Promise<void>;
  /** Resolves when a look under way is over. */
  close(): Promise<void>;
}

type Stamps = Readonly<Record<(typeof FILES)[number], string>>;

const MISSING = 'ENOENT';

/**
 * Watches .env and config_workers.json. They are looked at again and again, which works on every file system and through
 * every symbolic link, and whichever way an editor replaces them; hints only make it sooner.
 *
 * Nothing is taken while a file still changes, and what is wrong is looked at again for a moment before it is told. A file
 * that was there and has gone, or has become empty, is wrong too: a fleet must not vanish because an editor writes in two
 * steps, or a disk is not mounted. Whoever wants no workers writes so: `{"workers": []}`.
 */
export function watchSettings(options: SettingsWatchOptions): SettingsWatch {
  const { dir, environment, clock, hints, onSettings, onTrouble } = options;
  let known = options.loaded;
  /** As of the last look, and since when the files have looked so. */
  let seen: Stamps | null = null;
  let since = clock.monotonic();
  /** As of the last time that they were read to the end, for better or worse. */
  let judged: Stamps | null = null;
  /** The files that had something in them when they were last right. */
  let filled: ReadonlySet<string> = new Set();
  let trouble: string | null = null;
  let underWay = Promise.resolve();
  let ended = false;
  let due = Number.POSITIVE_INFINITY;
  let cancel = () => {};

  function lookIn(ms: number): void {
    const at = clock.monotonic() + ms;
    if (ended || at >= due) return;
    cancel();
    due = at;
    cancel = clock.after(ms, () => {
      due = Number.POSITIVE_INFINITY;
      void next(false);
    });
  }

  function next(isFinished: boolean): Promise<void> {
    underWay = underWay.then(async () => {
      if (ended) return;
      lookIn(await lookOnce(isFinished));
    });
    return underWay;
  }

  /** Gives back after how many milliseconds to look again. */
  async function lookOnce(isFinished: boolean): Promise<number> {
    const now = await stampsOf(dir);
    if (!isDeepStrictEqual(now, seen)) since = clock.monotonic();
    seen = now;
    if (isDeepStrictEqual(now, judged)) return LOOK_MS;
    const age = clock.monotonic() - since;
    if (age < SETTLED_MS && !isFinished) return SETTLED_MS - age;
    const found = await read();
    // Changed while it was read: what was read may be half of the one and half of the other.
    if (!isDeepStrictEqual(await stampsOf(dir), now)) return SETTLED_MS;
    if (typeof found === 'string' && age < PATIENCE_MS && !isFinished) return SETTLED_MS;
    judged = now;
    if (!ended) tell(found);
    return LOOK_MS;
  }

  function tell(found: Read | string): void {
    const message = typeof found === 'string' ? found : null;
    if (message !== trouble) onTrouble(message);
    trouble = message;
    if (typeof found === 'string') return;
    filled = found.filled;
    if (isDeepStrictEqual(found.settings, known)) return;
    known = found.settings;
    onSettings(found.settings);
  }

  interface Read {
    readonly settings: Settings;
    readonly filled: ReadonlySet<string>;
  }

  /** What is wrong, where it is not right. */
  async function read(): Promise<Read | string> {
    try {
      const contents = await Promise.all(FILES.map((file) => contentOf(join(dir, file))));
      const gone = FILES.flatMap((file, index) => {
        if (!filled.has(file) || contents[index] === 'something') return [];
        const expected = said`what was there (or start again to go on without it)`;
        return [contents[index] === 'nothing' ? wrong(file, said`empty`, expected) : absent(file, expected)];
      });
      if (gone.length > 0) return gone.join('. ');
      const settings = await loadSettings({ dir, environment });
      return { settings, filled: new Set(FILES.filter((_, index) => contents[index] === 'something')) };
    } catch (error) {
      if (!(error instanceof UserError)) return plainLine(messageOf(error));
      return inOneLine(error.message.replaceAll(`${plainLine(dir)}/`, '').split('\n'));
    }
  }

  const endHints = hints(dir, (name) => {
    // A hint may come without a name.
    if (name === null || FILES.some((file) => name === file)) lookIn(0);
  });
  lookIn(0);

  return {
    look: () => next(true),
    async close() {
      ended = true;
      cancel();
      endHints();
      await underWay;
    },
  };
}

/** One mistake may stand in the files for each of a thousand workers: they are told on a screen, kept in a log, and translated. */
const MOST_TOLD = 8;

function inOneLine(mistakes: readonly string[]): string {
  const told = mistakes.slice(0, MOST_TOLD).join('. ');
  const more = mistakes.length - MOST_TOLD;
  return more > 0 ? said`${told}. Further mistakes: ${more}` : told;
}

/** What changes whenever a file does, links followed. */
async function stampsOf(dir: string): Promise<Stamps> {
  const [env = '', workers = ''] = await Promise.all(FILES.map((file) => fileStamp(join(dir, file))));
  return { '.env': env, 'config_workers.json': workers };
}

async function contentOf(path: string): Promise<'something' | 'nothing' | 'missing'> {
  try {
    return (await readFile(path, 'utf8')).trim() === '' ? 'nothing' : 'something';
  } catch (error) {
    // What cannot be read for another reason is told by whoever reads it to understand it.
    return codeOf(error) === MISSING ? 'missing' : 'something';
  }
}
