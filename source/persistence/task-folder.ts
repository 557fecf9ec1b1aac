import { lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bus } from '#bus/bus.ts';
import type { Clock } from '#model/clock.ts';
import type { CommandAnswer, SubmitTasks } from '#model/commands.ts';
import { codeOf, messageOf, UserError } from '#model/errors.ts';
import { localStamp } from '#model/local-time.ts';
import { said } from '#model/said.ts';
import { TaskInvalid } from '#model/task-invalid.ts';
import { plainLine } from '#model/text.ts';
import { NotJson, problemInFile, readTaskFile } from './task-file.ts';

/** From one look into the folder to the next. A file that did not change in between is taken. */
const LOOK_MS = 1_000;
/** What is no JSON may have been left half-written by a program that pauses; after this it is not going on. */
const UNFINISHED_MS = 10_000;
const MAX_BYTES = 64 * 2 ** 20;
/** What keeps the master from accepting anything just now, whatever the file says. */
const PASSING = /^TASK_DATABASE_/;

export interface TaskFolderOptions {
  /** `task_queues/` */
  readonly folder: string;
  readonly bus: Bus;
  readonly clock: Clock;
  /** Resolves once the tasks are committed. */
  readonly submit: (tasks: SubmitTasks['tasks']) => Promise<CommandAnswer<SubmitTasks>>;
}

/** What is to become of a file. */
type Fate =
  | { readonly to: 'processed'; readonly tasks: number }
  | { readonly to: 'rejected'; readonly reason: string };

/** What a file looked like at the last look. */
interface Seen {
  readonly size: number;
  readonly modifiedAt: number;
  /** Monotonic milliseconds: since when it has looked so. */
  readonly since: number;
  /** Null while it is not decided. What is, but could not be moved yet, is not submitted once more. */
  fate: Fate | null;
}

/**
 * Takes the files that are dropped into a folder, until the function returned is called; resolves when the one under way
 * is done. It is looked at, not watched: that works on every file system, and tells the same.
 *
 * A file is submitted as a whole, then moved to `processed/`. A master that dies in between submits it again at its
 * next start, which makes nothing new: the same ids with the same content are the same tasks.
 */
export function watchTaskFolder({ folder, bus, clock, submit }: TaskFolderOptions): () => Promise<void> {
  const seen = new Map<string, Seen>();
  let ended = false;
  let lastTrouble = '';
  let cancel = () => {};
  let underWay = Promise.resolve();

  function note(level: 'info' | 'warn', message: string, fields: Record<string, string | number>): void {
    bus.publish({ type: 'noticed', at: clock.now(), level, message, fields });
  }

  /** Where a file goes: under the time and its name; another one of that name and second keeps its own. */
  async function placeFor(name: string, to: Fate['to']): Promise<string> {
    await mkdir(join(folder, to), { recursive: true });
    const stamp = localStamp(clock.now());
    for (let number = 1; ; number += 1) {
      const place = join(folder, to, `${stamp}_${number === 1 ? '' : `${number}_`}${shortened(name)}`);
      if (!(await isThere(place)) && !(await isThere(reasonFor(place)))) return place;
    }
  }

  async function settle(name: string, fate: Fate): Promise<void> {
    const place = await placeFor(name, fate.to);
    // Nothing is rejected without its reason, whenever this program ends.
    if (fate.to === 'rejected') await writeFile(reasonFor(place), `${fate.reason}\n`, { flag: 'wx' });
    await rename(join(folder, name), place).catch(async (error: unknown) => {
      await rm(reasonFor(place), { force: true });
      throw error;
    });
    seen.delete(name);
    const file = plainLine(name);
    if (fate.to === 'rejected') note('warn', said`task file rejected`, { file, reason: fate.reason });
    else note('info', 'task file taken', { file, tasks: fate.tasks });
  }

  /** Submits what a file asks for; null where it is too early to say what becomes of it. */
  async function decide(name: string, { size, since }: Seen): Promise<Fate | null> {
    const rejected = (reason: string): Fate => ({ to: 'rejected', reason });
    if (size > MAX_BYTES) return rejected(`the file has ${size} bytes; at most ${MAX_BYTES} are read`);
    try {
      const { ids, batches } = await submit(readTaskFile(textOf(await readFile(join(folder, name)))));
      return { to: 'processed', tasks: batches.reduce((sum, { tasks }) => sum + tasks, ids.length) };
    } catch (error) {
      if (error instanceof NotJson) {
        const isUnfinished = clock.monotonic() - since < UNFINISHED_MS;
        return isUnfinished ? null : rejected(`not valid JSON: ${error.message}`);
      }
      if (!(error instanceof UserError)) throw error;
      if (PASSING.test(error.code)) return null;
      return rejected(error instanceof TaskInvalid ? problemInFile(error) : error.message);
    }
  }

  /** A file that still changes is looked at again; what is no plain file is left alone. */
  async function consider(name: string): Promise<void> {
    const stats = await lstat(join(folder, name));
    if (!stats.isFile()) return;
    const { size, mtimeMs: modifiedAt } = stats;
    const before = seen.get(name);
    const isSame = before?.size === size && before.modifiedAt === modifiedAt;
    const now = isSame ? before : { size, modifiedAt, since: clock.monotonic(), fate: null };
    seen.set(name, now);
    if (!isSame) return;
    now.fate ??= await decide(name, now);
    if (now.fate !== null) await settle(name, now.fate);
  }

  /** One file that cannot be read or moved is in no other's way. */
  async function look(): Promise<void> {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.json') && !name.startsWith('.'));
    for (const known of [...seen.keys()]) if (!names.includes(known)) seen.delete(known);
    const troubles: unknown[] = [];
    for (const name of names.sort()) {
      if (ended) break;
      await consider(name).catch((error: unknown) => {
        // It went away between two steps: somebody took it back.
        if (codeOf(error) !== 'ENOENT') troubles.push(error);
      });
    }
    if (troubles.length > 0) throw troubles[0];
  }

  async function lookAndWait(): Promise<void> {
    try {
      await look();
      lastTrouble = '';
    } catch (error) {
      const trouble = codeOf(error) === 'ENOENT' ? '' : plainLine(messageOf(error));
      if (trouble !== '' && trouble !== lastTrouble) {
        note('warn', said`task files cannot be taken: ${trouble}`, { folder: plainLine(folder) });
      }
      lastTrouble = trouble;
    }
    if (!ended) cancel = clock.after(LOOK_MS, () => (underWay = lookAndWait()));
  }

  underWay = lookAndWait();
  return async () => {
    ended = true;
    cancel();
    await underWay;
  };
}

/** The bytes that a name of the system may have, less what is put around one. */
const MAX_NAME_BYTES = 255 - '20261123_214548_1000_.error.txt'.length;
const ENDING = '.json';

/** The name, its end cut off where it leaves no room for the time. */
function shortened(name: string): string {
  const bytes = Buffer.from(name);
  if (bytes.length <= MAX_NAME_BYTES) return name;
  // A character that is cut in two goes whole.
  const begin = bytes
    .subarray(0, MAX_NAME_BYTES - ENDING.length)
    .toString('utf8')
    .replace(/\uFFFD$/, '');
  return `${begin}${ENDING}`;
}

function reasonFor(place: string): string {
  return `${place}.error.txt`;
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** A file that is cut in the middle of a character is not finished either. */
function textOf(content: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    throw new NotJson('it is not UTF-8');
  }
}
