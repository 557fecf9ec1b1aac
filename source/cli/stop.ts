import { codeOf, UserError } from '#model/errors.ts';
import { plainLine } from '#model/text.ts';
import { type Call, EXIT, endCode } from './call.ts';
import { withMaster } from './reach.ts';

export interface StopOptions {
  /** Seconds. */
  readonly timeout: number;
}

const LOOK_MS = 50;

/** Ends the master of the folder in order, and waits until its process is gone. */
export function stop(call: Call<StopOptions>): Promise<number> {
  const { dir, clock, stdout, stderr, ended } = call;
  const { timeout } = call.options;
  const deadline = clock.monotonic() + timeout * 1_000;
  return withMaster({ ...call, options: {} }, {}, async (store) => {
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
    while (clock.monotonic() < deadline) {
      // It may be gone before its answer has arrived.
      if ((isTaken || failure !== null) && !exists(pid)) {
        await stdout.write(`elastic-tui on ${plainLine(dir)} has ended (process ${pid})\n`);
        return EXIT.done;
      }
      if (failure !== null && codeOf(failure) !== 'ANSWER_LOST') throw failure;
      if (ended.aborted) return endCode(call);
      await new Promise<void>((resolve) => clock.after(LOOK_MS, resolve));
    }
    await stderr.write(`elastic-tui: process ${pid} has not ended after ${timeout} s\n`);
    return EXIT.waitedInVain;
  });
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
