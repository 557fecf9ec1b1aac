import { spawn } from 'node:child_process';
import type { Clock } from '#model/clock.ts';
import { messageOf, UserError } from '#model/errors.ts';
import { said } from '#model/said.ts';
import { plainLine } from '#model/text.ts';

/** Opening the files, reconciling and listening take a moment on a slow disk. */
const START_WITHIN_MS = 30_000;

/** What a master in the background tells the process that started it, over IPC. */
export type StartMessage =
  | { readonly type: 'ready'; readonly pid: number }
  | { readonly type: 'failed'; readonly code: string; readonly message: string };

export interface BackgroundOptions {
  /** The launcher of this program. */
  readonly launcher: string;
  /** Absolute: the master's folder. */
  readonly dir: string;
  readonly clock: Clock;
  /** Absolute; where the master writes its process id. */
  readonly pidFile?: string;
}

/**
 * Starts a master without a screen, in a session of its own and with nothing of this terminal. Resolves with its process
 * id once it takes tasks and screens.
 *
 * @throws UserError MASTER_RUNNING, or why it did not start; MASTER_START_FAILED where it did not say.
 */
export async function startInBackground(options: BackgroundOptions): Promise<number> {
  const { launcher, dir, clock, pidFile } = options;
  const file = pidFile === undefined ? [] : ['--pid-file', pidFile];
  const child = spawn(process.execPath, [launcher, '--dir', dir, 'daemon', ...file], {
    // Holds no file system that somebody may want to unmount.
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const failed = (why: string) =>
    reject(new UserError('MASTER_START_FAILED', said`no master was started on ${dir}: ${why}`));
  child.on('error', (error) => failed(messageOf(error)));
  child.on('exit', (code, signal) =>
    failed(
      said`it ended (${signal ?? said`exit ${String(code)}`}); see its log, or start it with "elastic-tui daemon"`,
    ),
  );
  child.on('message', (message: StartMessage) => {
    if (message.type === 'ready') resolve(message.pid);
    else reject(new UserError(message.code, plainLine(message.message)));
  });
  const cancel = clock.after(START_WITHIN_MS, () =>
    failed(said`process ${String(child.pid)} is still starting after ${START_WITHIN_MS / 1_000} s`),
  );
  try {
    return await promise;
  } finally {
    cancel();
    if (child.connected) child.disconnect();
    child.unref();
  }
}
