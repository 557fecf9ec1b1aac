import { open, readFile, rename, stat, unlink } from 'node:fs/promises';
import type { Clock } from '#model/clock.ts';
import { codeOf, messageOf } from '#model/errors.ts';
import { localStamp } from '#model/local-time.ts';
import { plainLine } from '#model/text.ts';
import { isObject, type RestoredState, restoredState } from './restored-state.ts';

/** What worker_state.json gave at start. */
export interface StateFileReading {
  /** Null where there was no file, or none that could be understood. */
  readonly state: RestoredState | null;
  /** What was wrong with it and where it is now, in English; null where nothing was. */
  readonly notice: string | null;
}

/** Far more than one second can bring: a bound for a broken file system. */
const MAX_SET_ASIDE = 1_000;

/**
 * Whether a device or a pipe stands at `path`, itself or behind a link. It is never moved or replaced: a regular file
 * in place of /dev/null, for example, breaks every other program of the machine.
 */
export async function isSpecialFile(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => null);
  return stats !== null && !stats.isFile() && !stats.isDirectory();
}

/**
 * Reads what an earlier master left. A file that cannot be parsed is kept beside itself under a name with the time
 * in it. Never rejects.
 */
export async function readStateFile(path: string, clock: Clock): Promise<StateFileReading> {
  // A pipe might never answer. That nothing can be kept there is for the writer to tell.
  if (await isSpecialFile(path)) return { state: null, notice: null };
  let reason: string;
  try {
    const document: unknown = JSON.parse((await readFile(path, 'utf8')).replace(/^\uFEFF/, ''));
    if (isObject(document)) return { state: restoredState(document, clock.now()), notice: null };
    reason = 'it holds no JSON object';
  } catch (error) {
    // ENOTDIR: something stands in place of the folder, which the writer will tell of.
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return { state: null, notice: null };
    reason = plainLine(messageOf(error)).slice(0, 200);
  }
  const kept = await setAside(path, clock.now()).then(
    (target) => `it was kept as ${plainLine(target)}`,
    (error: unknown) => `it could not be moved aside (${plainLine(messageOf(error))})`,
  );
  return {
    state: null,
    notice: `${plainLine(path)} cannot be used (${reason}): ${kept}; counters and history begin anew`,
  };
}

/** Renames it without ever replacing another file; gives the new name. */
async function setAside(path: string, now: number): Promise<string> {
  for (let count = 1; ; count += 1) {
    const target = `${path}.${localStamp(now)}${count === 1 ? '' : `_${count}`}.corrupt`;
    try {
      // The empty file takes the name, so that the rename can replace nothing else.
      await (await open(target, 'wx')).close();
    } catch (error) {
      if (codeOf(error) !== 'EEXIST' || count === MAX_SET_ASIDE) throw error;
      continue;
    }
    try {
      await rename(path, target);
      return target;
    } catch (error) {
      await unlink(target);
      throw error;
    }
  }
}
