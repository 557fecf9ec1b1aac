import { lstat, readdir, realpath, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { localStamp } from '#model/local-time.ts';

const DAY_SECONDS = 86_400;

/**
 * Removes what `replaceFile` left beside `path` when it was killed in the middle: `<file>.<number>`, where the number is
 * random. A name that somebody may have given a copy stays: one of up to eight digits (`.1`, `.20261123`), a Unix time
 * near the file's own, its date. Never rejects.
 */
export async function removeLeftovers(path: string): Promise<void> {
  const file = await realpath(path).catch(() => path);
  const folder = dirname(file);
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const number = numberOf(name, basename(file));
    if (number === undefined) continue;
    const leftover = join(folder, name);
    try {
      const stats = await lstat(leftover);
      if (stats.isFile() && !isTime(number, stats.mtimeMs)) await unlink(leftover);
    } catch {
      // It is gone, or stays: it harms nobody.
    }
  }
}

function numberOf(name: string, file: string): string | undefined {
  if (!name.startsWith(`${file}.`)) return undefined;
  const number = name.slice(file.length + 1);
  return /^\d{9,10}$/.test(number) && Number(number) < 2 ** 32 ? number : undefined;
}

/** Whether a person may have meant the file's time: Unix seconds, or digits that begin with `YYMMDD` or `YYYYMMDD`. */
function isTime(number: string, modifiedMs: number): boolean {
  if (Math.abs(Number(number) - modifiedMs / 1_000) < DAY_SECONDS) return true;
  const date = localStamp(modifiedMs).slice(0, 8);
  return number.startsWith(date) || number.startsWith(date.slice(2));
}
