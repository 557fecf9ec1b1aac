import { once } from 'node:events';
import { chmodSync, lstatSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import type { Server } from 'node:net';
import { dirname, join } from 'node:path';
import { messageOf, UserError } from '#model/errors.ts';
import { said } from '#model/said.ts';
import { makeSocketFolder, type SocketPlace } from './socket-path.ts';

/** The name under which a socket is made: no longer than the one that it gets, whose path may have the last byte there is. */
const UNFINISHED = 'elastic.new';

/** The socket at a place, as it was made. */
export interface OwnSocket {
  /** Whether it is still what lies there: somebody may have removed it, or put another one in its place. */
  isThere(): boolean;
  /** Takes it away, and its own folder, where it has one. What is somebody else's by now stays. */
  remove(): void;
}

/**
 * Listens at a place of which nobody but the caller is the master; the socket that an earlier one left there is replaced.
 *
 * @throws UserError ATTACH_UNAVAILABLE or ATTACH_FOLDER_UNSAFE.
 */
export async function listen(server: Server, place: SocketPlace): Promise<OwnSocket> {
  try {
    makeSocketFolder(place);
    const { path } = place;
    const unfinished = join(dirname(path), UNFINISHED);
    if (isSocket(unfinished)) rmSync(unfinished);
    // Nobody else may connect in the moment between its making and its mode. Folders that others of our threads make
    // meanwhile stay usable.
    const before = process.umask(0o077);
    try {
      server.listen(unfinished);
    } finally {
      process.umask(before);
    }
    await once(server, 'listening');
    chmodSync(unfinished, 0o600);
    // A server that is closed removes the name that it was given, whoever's that is by then: it was not given this one.
    if (!isSocket(path) && lstatSync(path, { throwIfNoEntry: false }))
      throw new Error(said`something else is there`);
    renameSync(unfinished, path);
    return ownSocket(place);
  } catch (error) {
    server.close();
    if (error instanceof UserError) throw error;
    throw new UserError(
      'ATTACH_UNAVAILABLE',
      said`other screens cannot attach, since ${place.path} cannot be made (${messageOf(error)})`,
      { cause: error },
    );
  }
}

function isSocket(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSocket() === true;
}

function ownSocket({ path, isTemporary }: SocketPlace): OwnSocket {
  const own = markOf(path);
  return {
    isThere: () => markOf(path) === own,
    remove() {
      try {
        if (markOf(path) === own) rmSync(path);
        if (isTemporary) rmdirSync(dirname(path));
      } catch {
        // Something else lies in the folder, or it is not ours any more: it stays.
      }
    },
  };
}

/** Tells a file from another one in its place, also where that has been given the same inode; empty for none. */
function markOf(path: string): string {
  const found = lstatSync(path, { throwIfNoEntry: false, bigint: true });
  return found === undefined ? '' : `${found.dev}:${found.ino}:${found.ctimeNs}`;
}
