import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { messageOf } from '#model/errors.ts';

/** How long the service manager may take to hear us: a fourth of the unit's TimeoutStartSec, on a machine that is busy. */
const NOTIFY_MS = 30_000;

/**
 * Tells systemd how the service is (sd_notify(3)), through its own program, since Node has no Unix datagrams: the unit
 * needs `NotifyAccess=all`. Does nothing where no service manager asks for it.
 *
 * @param fields Such as `READY=1`.
 * @returns Why it could not be told, or null.
 */
export async function notifySystemd(
  fields: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | null> {
  if (!environment.NOTIFY_SOCKET) return null;
  try {
    await promisify(execFile)('systemd-notify', fields, { env: environment, timeout: NOTIFY_MS });
    return null;
  } catch (error) {
    return `systemd was not told ${fields.join(' ')}: ${messageOf(error)}`;
  }
}
