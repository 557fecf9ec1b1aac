import { type FileHandle, lstat, mkdir, open, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, messageOf } from '#model/errors.ts';
import { localStamp } from '#model/local-time.ts';

/** A log that nobody has touched for so long is not written to any more: whoever has one open touches it every minute. */
export const CLOSED_AFTER_MS = 300_000;
/** Far more starts than one second can hold: a bound for a broken file system. */
const MAX_STARTS_PER_SECOND = 1_000;
/** What `workerLogName` makes. Nothing else is ever deleted. */
const NAME = /^worker_\d{8}_\d{6}(?:_\d{1,4})?\.log$/;

/** The name of a log that starts at `at`, in local time; the second start of a second takes `_2`. */
export function workerLogName(at: number, start: number): string {
  return `worker_${localStamp(at)}${start === 1 ? '' : `_${start}`}.log`;
}

export interface WorkerLogFile {
  readonly name: string;
  readonly path: string;
  readonly handle: FileHandle;
}

/** Makes a new file for a log that starts at `at` (Unix milliseconds), and its folder where there is none. */
export async function openWorkerLogFile(dir: string, at: number): Promise<WorkerLogFile> {
  await mkdir(dir, { recursive: true });
  for (let start = 1; ; start += 1) {
    const name = workerLogName(at, start);
    const path = join(dir, name);
    try {
      return { name, path, handle: await open(path, 'ax') };
    } catch (error) {
      if (codeOf(error) !== 'EEXIST' || start === MAX_STARTS_PER_SECOND) throw error;
    }
  }
}

export interface PruneOptions {
  readonly dir: string;
  /** How many logs stay, the one in use among them. */
  readonly kept: number;
  /** The name of the log in use. */
  readonly inUse: string;
  /** Unix milliseconds. */
  readonly now: number;
}

/** What could not be deleted, a sentence each. */
export type PruneProblems = readonly string[];

/**
 * Deletes old worker logs until `kept` are left. The oldest go first, by the time of their last change. One that may
 * still be written to by another worker of the folder stays, so that there can be more than `kept`.
 */
export async function pruneWorkerLogs({ dir, kept, inUse, now }: PruneOptions): Promise<PruneProblems> {
  try {
    const others = (await readdir(dir)).filter((name) => NAME.test(name) && name !== inUse);
    const found = await Promise.all(others.map((name) => changed(dir, name)));
    const oldest = found
      .filter((file) => file !== null)
      .sort((one, other) => one.changedAt - other.changedAt || (one.name < other.name ? -1 : 1));
    const surplus = oldest.slice(0, Math.max(0, oldest.length - (kept - 1)));
    const closed = surplus.filter(({ changedAt }) => now - changedAt > CLOSED_AFTER_MS);
    const problems = await Promise.all(closed.map(({ name }) => remove(join(dir, name))));
    return problems.filter((problem) => problem !== null);
  } catch (error) {
    return [messageOf(error)];
  }
}

/** Null where it is gone, or no file but a link or a folder of that name. */
async function changed(
  dir: string,
  name: string,
): Promise<{ readonly name: string; readonly changedAt: number } | null> {
  const stats = await lstat(join(dir, name)).catch(() => null);
  return stats?.isFile() ? { name, changedAt: stats.mtimeMs } : null;
}

/** The problem, or null. Two workers that start at once may both delete one. */
async function remove(path: string): Promise<string | null> {
  try {
    await unlink(path);
    return null;
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? null : messageOf(error);
  }
}
