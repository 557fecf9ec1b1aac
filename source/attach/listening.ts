import { once } from 'node:events';
import { chmodSync, lstatSync, rmdirSync, rmSync } from 'node:fs';
import type { Server } from 'node:net';
import { dirname } from 'node:path';
import { messageOf, UserError } from '#model/errors.ts';
import { makeSocketFolder, type SocketPlace } from './socket-path.ts';

/**
 * Listens at a place of which nobody but the caller is the master; what an earlier one left there is removed.
 *
 * @throws UserError ATTACH_UNAVAILABLE or ATTACH_FOLDER_UNSAFE.
 */
export async function listen(server: Server, place: SocketPlace): Promise<void> {
  try {
    makeSocketFolder(place);
    removeStale(place.path);
    // Nobody else may connect in the moment between its making and its mode. Folders that others of our threads make
    // meanwhile stay usable.
    const before = process.umask(0o077);
    try {
      server.listen(place.path);
    } finally {
      process.umask(before);
    }
    await once(server, 'listening');
    chmodSync(place.path, 0o600);
  } catch (error) {
    server.close();
    if (error instanceof UserError) throw error;
    throw new UserError(
      'ATTACH_UNAVAILABLE',
      `other screens cannot attach, since ${place.path} cannot be made (${messageOf(error)})`,
      { cause: error },
    );
  }
}

/** Only a socket is left by an earlier master; anything else is somebody's, and stays. */
function removeStale(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket()) rmSync(path);
}

/** Takes the socket away, and its own folder, where it has one. */
export function removePlace({ path, isTemporary }: SocketPlace): void {
  rmSync(path, { force: true });
  if (!isTemporary) return;
  try {
    rmdirSync(dirname(path));
  } catch {
    // Something else lies in it: it stays.
  }
}
