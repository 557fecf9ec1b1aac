import { readFileSync, rmSync } from 'node:fs';
import { messageOf, UserError } from '#model/errors.ts';
import { said } from '#model/said.ts';
import { replaceFile } from '#storage/replace-file.ts';

/**
 * Writes the id of this process to a file for other programs. It keeps nobody out, so a stale one is replaced; the lock
 * of the folder decides who is the master. Returns the function that takes the file away, unless it is another's by then.
 *
 * @throws UserError PID_FILE_FAILED
 */
export async function writePidFile(path: string, pid: number): Promise<() => void> {
  const text = `${pid}\n`;
  try {
    await replaceFile(path, text, { mode: 0o644 });
  } catch (error) {
    throw new UserError(
      'PID_FILE_FAILED',
      said`the process id cannot be written to ${path} (${messageOf(error)}): choose another --pid-file`,
      { cause: error },
    );
  }
  return () => {
    try {
      if (readFileSync(path, 'utf8') === text) rmSync(path);
    } catch {
      // It is gone already, or cannot be taken away: a stale file does no harm.
    }
  };
}
