import { randomInt } from 'node:crypto';
import { type FileHandle, open, realpath, rename, stat, unlink } from 'node:fs/promises';

/** Nine digits or ten, as `removeLeftovers` looks for them. */
const NAMES = { from: 100_000_000, to: 2 ** 32 };

export interface ReplaceOptions {
  /** Permissions; without them those of the file that is there stay. */
  readonly mode?: number;
}

/**
 * Replaces a file whole: whoever reads it sees the old content or the new one, and so does the next start after a loss of
 * power. A link keeps pointing to it, and it keeps its owner. `data` may come in parts, each of which is written before
 * the next one is asked for.
 *
 * Node's own `writeFile` goes on where the disk took a part only, and so finds out that it is full; a write of its own
 * would have put half a file in place of the whole one.
 *
 * @throws the error of the file system; the file is as it was then
 */
export async function replaceFile(
  path: string,
  data: string | AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { mode }: ReplaceOptions = {},
): Promise<void> {
  const file = await realpath(path).catch(() => path);
  const former = await stat(file).catch(() => null);
  const permissions = mode ?? former?.mode;
  const temporary = `${file}.${randomInt(NAMES.from, NAMES.to)}`;
  const handle = await open(temporary, 'wx', permissions);
  try {
    await fill(handle, data, { permissions, former });
    await rename(temporary, file);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
}

interface Properties {
  readonly permissions: number | undefined;
  readonly former: { readonly uid: number; readonly gid: number } | null;
}

async function fill(
  handle: FileHandle,
  data: Parameters<typeof replaceFile>[1],
  { permissions, former }: Properties,
): Promise<void> {
  try {
    await handle.writeFile(data);
    // Only root may give a file away; another user keeps what it could open.
    if (former !== null) await handle.chown(former.uid, former.gid).catch(() => {});
    // What `open` was given is without the bits of the umask, and a change of owner takes some away.
    if (permissions !== undefined) await handle.chmod(permissions & 0o7777);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
