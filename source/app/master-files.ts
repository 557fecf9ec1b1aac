import { join } from 'node:path';
import { UserError } from '#model/errors.ts';
import type { Settings } from '#model/settings.ts';
import { type MasterLock, takeMasterLock } from '#persistence/master-lock.ts';

/** Where logs/ cannot be written the dashboard opens all the same and shows what is wrong; the lock is tried again later. */
export function lockUnlessImpossible(settings: Settings): MasterLock | null {
  try {
    return takeMasterLock(lockFile(settings));
  } catch (error) {
    if (error instanceof UserError && error.code === 'MASTER_RUNNING') throw error;
    return null;
  }
}

/** Who holds its lock is the master of the folder. */
export function lockFile({ dataDir }: Pick<Settings, 'dataDir'>): string {
  return join(dataDir, 'master.lock');
}

/** The tasks, and what happened to each. */
export function databaseFile({ dataDir }: Settings): string {
  return join(dataDir, 'tasks.sqlite');
}
