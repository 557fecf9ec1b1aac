import { codeOf, messageOf, UserError } from '#model/errors.ts';
import { plainLine } from '#model/text.ts';
import { masterLockHolder } from '#persistence/master-lock.ts';
import { type Call, EXIT, endCode } from './call.ts';
import { lockFileOf } from './place.ts';
import { withMaster } from './reach.ts';

export interface StopOptions {
  /** Seconds. */
  readonly timeout: number;
}

const LOOK_MS = 50;
/** A master is there and cannot be asked: of another version, with no room for one more client, or with no socket. */
const CANNOT_ASK: ReadonlySet<string> = new Set([
  'PROTOCOL_MISMATCH',
  'CONNECTION_LOST',
  'ATTACH_IMPOSSIBLE',
]);

/**
 * Ends the master of the folder in order, and waits until its process is gone. One that cannot be asked is sent SIGTERM,
 * which every version takes for the same.
 */
export async function stop(call: Call<StopOptions>): Promise<number> {
  const deadline = call.clock.monotonic() + call.options.timeout * 1_000;
  try {
    return await ask(call, deadline);
  } catch (error) {
    if (!CANNOT_ASK.has(codeOf(error) ?? '')) throw error;
    const pid = masterLockHolder(lockFileOf(call.dir));
    if (pid === null) throw error;
    await call.stderr.write(
      `elastic-tui: ${messageOf(error)}; process ${pid}, which holds the lock, is sent SIGTERM\n`,
    );
    process.kill(pid, 'SIGTERM');
    return untilGone(call, { pid, deadline, isOver: () => true });
  }
}

function ask(call: Call<StopOptions>, deadline: number): Promise<number> {
  return withMaster({ ...call, options: {} }, {}, (store) => {
    const pid = store.connection().master?.pid ?? 0;
    let isTaken = false;
    let failure: unknown = null;
    store.stopMaster().then(
      () => {
        isTaken = true;
      },
      (error: unknown) => {
        failure = error;
      },
    );
    return untilGone(call, {
      pid,
      deadline,
      isOver() {
        // It may be gone before its answer has arrived.
        if (failure !== null && codeOf(failure) !== 'ANSWER_LOST') throw failure;
        return isTaken || failure !== null;
      },
    });
  });
}

interface Going {
  readonly pid: number;
  /** Of the monotonic clock, in ms. */
  readonly deadline: number;
  /** Whether it has been told to end. Throws where it will not. */
  readonly isOver: () => boolean;
}

async function untilGone(
  { dir, clock, stdout, stderr, ended, options }: Call<StopOptions>,
  { pid, deadline, isOver }: Going,
): Promise<number> {
  while (clock.monotonic() < deadline) {
    if (isOver() && !exists(pid)) {
      await stdout.write(`elastic-tui on ${plainLine(dir)} has ended (process ${pid})\n`);
      return EXIT.done;
    }
    if (ended.aborted) return endCode({ ended });
    await new Promise<void>((resolve) => clock.after(LOOK_MS, resolve));
  }
  await stderr.write(`elastic-tui: process ${pid} has not ended after ${options.timeout} s\n`);
  return EXIT.waitedInVain;
}

function exists(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) {
    throw new UserError('MASTER_UNKNOWN', `the master has no process id (${pid}): it is not waited for`);
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
