import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';

/**
 * Every file that `name` stands for on a PATH, in its order. Relative and empty entries do not count: they would
 * make whatever lies in the current folder a program.
 */
export async function lookUpProgram(name: string, path: string | undefined): Promise<string[]> {
  const folders = (path ?? '').split(':').filter(isAbsolute);
  const candidates = [...new Set(folders)].map((folder) => join(folder, name));
  const checked = await Promise.all(candidates.map(isExecutable));
  return candidates.filter((_, index) => checked[index]);
}

/** Whether it is a file that this process may execute. */
export async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
