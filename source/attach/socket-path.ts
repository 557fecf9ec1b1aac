import { lstatSync, mkdirSync, realpathSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf, messageOf, UserError } from '#model/errors.ts';
import { said } from '#model/said.ts';

const NAME = 'elastic.sock';
/**
 * Bytes of `sun_path` in `sockaddr_un` without its final zero: 108 on Linux (unix(7)), 104 on the BSDs and macOS.
 */
const LONGEST_PATH = { linux: 107, others: 103 };
/**
 * Where sockets stand whose own folder's path is too long. Not the folder that TMPDIR names: it differs under sudo and
 * systemd, and the socket must be found from the data folder alone.
 */
const TEMPORARY = '/tmp';

export interface SocketPlace {
  readonly path: string;
  /** The data folder, free of links. */
  readonly dataDir: string;
  /** Its folder is one of its own under the temporary one, and anybody may have made it. */
  readonly isTemporary: boolean;
}

/**
 * Where the master of a data folder listens: the same for everybody who means that folder, however its path is written.
 */
export function socketPathOf(
  dataDir: string,
  { platform = process.platform, temporary = TEMPORARY } = {},
): SocketPlace {
  const real = realPath(dataDir);
  const path = join(real, NAME);
  const longest = platform === 'linux' ? LONGEST_PATH.linux : LONGEST_PATH.others;
  if (Buffer.byteLength(path) <= longest) return { path, dataDir: real, isTemporary: false };
  // At its use: Node takes longer to load it than the first picture may wait.
  const { createHash } = process.getBuiltinModule('node:crypto');
  const hash = createHash('sha256').update(real).digest('hex').slice(0, 32);
  return { path: join(temporary, `elastic-tui-${hash}`, NAME), dataDir: real, isTemporary: true };
}

/** A folder that is not there yet has the path that it will have; its parents may be links all the same. */
function realPath(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    const parent = dirname(folder);
    return parent === folder ? folder : join(realPath(parent), folder.slice(parent.length));
  }
}

/**
 * Makes the socket's own temporary folder, closed to everybody else.
 *
 * @throws UserError ATTACH_FOLDER_UNSAFE where somebody else has made it, or it is open to others.
 */
export function makeSocketFolder({ path, isTemporary }: SocketPlace): void {
  if (!isTemporary) return;
  const folder = dirname(path);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw unsafe(folder, said`it cannot be made (${messageOf(error)})`);
  }
  checkFolder(folder, [ownId()]);
}

/**
 * Makes sure that whoever listens there is one of us before anything is told to them.
 *
 * @throws UserError ATTACH_FOLDER_UNSAFE for a socket or a temporary folder that belongs to somebody else; ATTACH_DENIED
 *   where it cannot be seen.
 */
export function checkSocket({ path, dataDir, isTemporary }: SocketPlace): void {
  const socket = statOf(path);
  if (socket === null) return;
  const own = ownId();
  // The administrator may look at the master of whoever the data folder belongs to.
  const trusted = own === 0 ? [own, statOf(dataDir)?.uid] : [own];
  if (isTemporary) checkFolder(dirname(path), trusted);
  if (!trusted.includes(socket.uid)) throw unsafe(path, ANOTHER_USERS, said`attach as that user`);
}

function checkFolder(folder: string, trusted: readonly (number | undefined)[]): void {
  const found = statOf(folder);
  if (found === null || !found.isDirectory()) throw unsafe(folder, said`it is no folder`);
  if (!trusted.includes(found.uid)) throw unsafe(folder, ANOTHER_USERS, said`attach as that user`);
  if ((found.mode & 0o077) !== 0) throw unsafe(folder, said`it is open to others`);
}

/**
 * Without following a link: one that somebody planted would lead to theirs. Null where there is nothing.
 *
 * @throws UserError ATTACH_DENIED where that is not for us to see.
 */
function statOf(path: string): Stats | null {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    if (codeOf(error) === 'ENOTDIR') return null;
    throw new UserError(
      'ATTACH_DENIED',
      said`${path} cannot be looked at (${codeOf(error) ?? messageOf(error)}): attach as the user whom ${dirname(path)} belongs to`,
      { cause: error },
    );
  }
}

/** Where the system knows no users, all files are everybody's, and have the id 0. */
function ownId(): number {
  return process.getuid?.() ?? 0;
}

const ANOTHER_USERS = said`it belongs to another user`;

function unsafe(path: string, why: string, advice = said`remove it`): UserError {
  return new UserError(
    'ATTACH_FOLDER_UNSAFE',
    said`${path} is not used for screens that attach, since ${why}: ${advice}, or name another folder with --dir`,
  );
}
