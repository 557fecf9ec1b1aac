import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import { lockFile } from '#app/master-files.ts';
import { type SocketPlace, socketPathOf } from '#attach/socket-path.ts';
import { codeOf, messageOf, UserError } from '#model/errors.ts';
import { plainLine } from '#model/text.ts';

/** Where the lock, the socket and the task database of a folder are. */
export function dataFolderOf(dir: string): string {
  return join(dir, 'logs');
}

/** Who holds its lock is the master of the folder. */
export function lockFileOf(dir: string): string {
  return lockFile({ dataDir: dataFolderOf(dir) });
}

/**
 * Where the master of a folder listens.
 *
 * @throws UserError FOLDER_UNUSABLE where nobody could tell: the folder is missing, is none, or is closed to this user.
 */
export function socketPlaceIn(dir: string): SocketPlace {
  checkFolders(dir);
  return socketPathOf(dataFolderOf(dir));
}

/** @throws UserError FOLDER_UNUSABLE as `socketPlaceIn` does. */
export function checkFolders(dir: string): void {
  checkFolder(dir, 'make it, or name another folder with --dir');
  // No master has worked here where it is missing.
  checkFolder(dataFolderOf(dir), null);
}

function checkFolder(folder: string, whenMissing: string | null): void {
  try {
    if (!statSync(folder).isDirectory()) throw unusable(folder, 'is no folder', 'name one with --dir');
    accessSync(folder, constants.X_OK);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const code = codeOf(error);
    if (code !== 'ENOENT') {
      const advice = 'run this as its owner, or name another folder with --dir';
      throw unusable(folder, `cannot be entered (${code ?? messageOf(error)})`, advice);
    }
    if (whenMissing !== null) throw unusable(folder, 'is missing', whenMissing);
  }
}

function unusable(folder: string, what: string, advice: string): UserError {
  return new UserError('FOLDER_UNUSABLE', `${plainLine(folder)} ${what}: ${advice}`);
}
