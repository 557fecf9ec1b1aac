import { open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { codeOf, messageOf } from '#model/errors.ts';
import { jsonFault } from '#model/json-fault.ts';
import { localStamp } from '#model/local-time.ts';
import { said } from '#model/said.ts';
import { plainLine } from '#model/text.ts';

/** What a file gave at start. */
export interface DocumentReading<T> {
  /** Null where there was no file, or none that could be understood. */
  readonly value: T | null;
  /** What was wrong with it and where it is now, in English; null where nothing was. */
  readonly problem: string | null;
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
 * Reads a JSON file that another run of this program left; `read` throws where its content is not what it should be.
 * A file that cannot be used is kept beside itself under a name with the time in it. Never rejects.
 */
export async function readOrSetAside<T>(
  path: string,
  now: number,
  read: (document: unknown) => T,
): Promise<DocumentReading<T>> {
  // A pipe might never answer. That nothing can be kept there is for the writer to tell.
  if (await isSpecialFile(path)) return { value: null, problem: null };
  let reason: string;
  try {
    const text = await readFile(path, 'utf8');
    return { value: read(JSON.parse(text.replace(/^\uFEFF/, ''))), problem: null };
  } catch (error) {
    // ENOTDIR: something stands in place of the folder, which the writer will tell of.
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return { value: null, problem: null };
    const isSyntax = error instanceof SyntaxError;
    reason = isSyntax
      ? said`not valid JSON (${jsonFault(error)})`
      : plainLine(messageOf(error)).slice(0, 200);
  }
  const file = plainLine(path);
  const problem = await setAside(path, now).then(
    (target) => said`the file ${file} cannot be used (${reason}): it was kept as ${plainLine(target)}`,
    (error: unknown) =>
      said`the file ${file} cannot be used (${reason}): it could not be moved aside (${plainLine(messageOf(error))})`,
  );
  return { value: null, problem };
}

/** Renames a file to `<path>.<time>.corrupt` without ever replacing another; gives the new name. `now` is Unix milliseconds. */
export async function setAside(path: string, now: number): Promise<string> {
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
