import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AttachedStore } from '#attach/attached-store.ts';
import { codeOf, messageOf } from '#model/errors.ts';
import type { Settings } from '#model/settings.ts';
import { openTaskReader } from '#persistence/task-reader.ts';
import { type Finding, failed, ok, warning } from './finding.ts';

const NEEDED_NODE = [22, 13] as const;
/** The task database, the log and its rotated files fit into this for weeks. */
const LITTLE_BYTES = 2 ** 30;
const HARDLY_ANY_BYTES = 64 * 2 ** 20;

/** The Node that runs this. */
export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isEnough = major > NEEDED_NODE[0] || (major === NEEDED_NODE[0] && minor >= NEEDED_NODE[1]);
  const needed = NEEDED_NODE.join('.');
  return isEnough
    ? ok('node', version)
    : failed(
        'node',
        `${version}; ${needed} or newer is needed`,
        'install it, or run npm ci, which brings one',
      );
}

/** What --dir needs: to be read, and written to where the files go. */
export async function checkRights({
  dir,
  dataDir,
  stateFile,
  logFile,
}: Settings): Promise<readonly Finding[]> {
  const folders = [...new Set([dataDir, dirname(stateFile), dirname(logFile)])];
  const found = [await rights('folder', dir, constants.R_OK | constants.X_OK)];
  for (const folder of folders) {
    found.push(await rights('rights', await existing(folder), constants.W_OK | constants.X_OK));
  }
  for (const file of [join(dataDir, 'tasks.sqlite'), stateFile, logFile]) {
    const isThere = await stat(file).then(
      () => true,
      () => false,
    );
    if (isThere) found.push(await rights('rights', file, constants.R_OK | constants.W_OK));
  }
  const bad = found.filter(({ state }) => state !== 'ok');
  return bad.length > 0 ? bad : [ok('rights', `${dir} and the files in it can be used`)];
}

async function rights(name: string, path: string, mode: number): Promise<Finding> {
  try {
    await access(path, mode);
    return ok(name, path);
  } catch (error) {
    const verb = (mode & constants.W_OK) === 0 ? 'read' : 'written';
    return failed(
      name,
      `${path} cannot be ${verb} (${codeOf(error) ?? messageOf(error)})`,
      'change its owner or mode, run as its owner, or name another folder with --dir',
    );
  }
}

/** The folder, or the nearest above it: that is where it would be made. */
async function existing(folder: string): Promise<string> {
  const isThere = await stat(folder).then(
    () => true,
    () => false,
  );
  return isThere || dirname(folder) === folder ? folder : existing(dirname(folder));
}

/** The room on the disk of the task database. */
export async function checkDisk({ dataDir }: Settings): Promise<Finding> {
  try {
    const { bavail, bsize, files, ffree } = await statfs(await existing(dataDir));
    const free = bavail * bsize;
    const detail = `${gigabytes(free)} GB free at ${dataDir}`;
    const advice = 'free space there, or name a folder on another disk with --dir';
    if (free < HARDLY_ANY_BYTES) return failed('disk', detail, advice);
    if (files > 0 && ffree === 0) return failed('disk', `no inodes free at ${dataDir}`, advice);
    return free < LITTLE_BYTES ? warning('disk', detail, advice) : ok('disk', detail);
  } catch (error) {
    return warning('disk', `not known (${messageOf(error)})`, 'look with df');
  }
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1);
}

/** Whether the tasks can be read. A folder in which no master has worked yet has none. */
export function checkDatabase({ dataDir }: Settings): Finding {
  try {
    const reader = openTaskReader(join(dataDir, 'tasks.sqlite'));
    try {
      const counts = reader.counts();
      const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
      return ok('tasks', `${total} in the task database, ${counts.pending} pending`);
    } finally {
      reader.close();
    }
  } catch (error) {
    if (codeOf(error) === 'TASK_DATABASE_MISSING') return ok('tasks', 'no task database yet');
    return failedBy('tasks', error, 'look at the file');
  }
}

/** The message of a UserError says what to do after its last colon. */
function failedBy(name: string, error: unknown, otherwise: string): Finding {
  const message = messageOf(error);
  const [, detail = message, advice = otherwise] = /^(.*): ([^:]*)$/s.exec(message) ?? [];
  return failed(name, detail, advice);
}

/** Whether a master runs on the folder and answers. */
export async function checkMaster(attach: () => AttachedStore): Promise<Finding> {
  let store: AttachedStore | null = null;
  try {
    store = attach();
    await store.ready;
    const { version = '', pid = 0 } = store.connection().master ?? {};
    return ok('master', `runs: version ${version}, process ${pid}`);
  } catch (error) {
    if (codeOf(error) === 'NO_MASTER') return ok('master', 'none runs on this folder');
    return failedBy('master', error, 'end it and start it again, with this version');
  } finally {
    store?.close();
  }
}
