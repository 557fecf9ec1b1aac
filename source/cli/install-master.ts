import { realpath, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { socketPathOf } from '#attach/socket-path.ts';
import { loadSettings } from '#configuration/settings.ts';
import { UserError } from '#model/errors.ts';
import type { Settings } from '#model/settings.ts';
import { type Call, EXIT } from './call.ts';
import { masterUnit } from './master-unit.ts';

export interface InstallOptions {
  readonly print?: true;
  /** Whom the service runs as; missing: whom the folder belongs to. */
  readonly user?: string;
}

const UNIT_PATH = '/etc/systemd/system/elastic-tui.service';
const ACCOUNT = /^[\w][\w.-]*\$?$/;

/**
 * Writes the unit for a master on this folder, on this Node and from this checkout.
 *
 * @throws UserError of the configuration, or for what cannot be written into a unit
 */
export async function printMasterUnit(call: Call<InstallOptions>, node = process.execPath): Promise<number> {
  const { dir, environment, options, program, stdout } = call;
  if (!options.print) {
    throw new UserError(
      'ONLY_PRINTS',
      `install-service installs nothing: add --print, and write what it prints to ${UNIT_PATH}`,
    );
  }
  const launcher = await realpath(program.launcher).catch(() => program.launcher);
  // The unit may be there before the folder.
  const uid = (await stat(dir).catch(() => null))?.uid ?? null;
  const user = options.user ?? accountOf(uid);
  if (!ACCOUNT.test(user)) throw unwritable(user);
  const writes = uid === null ? [] : foldersBeside(dir, await loadSettings({ dir, environment }));
  const control = [node, launcher, dir, ...writes].find((text) => /\p{Cc}/u.test(text));
  if (control !== undefined) throw unwritable(control);
  const { isTemporary } = socketPathOf(join(dir, 'logs'));
  await stdout.write(masterUnit({ node, launcher, dir, user, writes, socketInTmp: isTemporary }));
  return EXIT.done;
}

/** By name where that is us, else by id. */
function accountOf(uid: number | null): string {
  const own = userInfo();
  return uid === null || uid === own.uid ? own.username : String(uid);
}

/** Folders of files that the configuration puts elsewhere. */
function foldersBeside(dir: string, { logFile, stateFile }: Settings): string[] {
  const folders = new Set([dirname(logFile), dirname(stateFile)]);
  return [...folders].filter((folder) => folder !== dir && !folder.startsWith(`${dir}/`));
}

function unwritable(text: string): UserError {
  return new UserError('UNIT_UNWRITABLE', `${JSON.stringify(text)} cannot be written into a unit`);
}
