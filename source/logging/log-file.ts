import type { Bus } from '#bus/bus.ts';
import type { Clock } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';
import { isLogged, type LogFields, logLine } from '#model/log-line.ts';
import { said } from '#model/said.ts';
import type { LogLevel, Settings } from '#model/settings.ts';
import { plainLine } from '#model/text.ts';
import { createLineQueue } from './line-queue.ts';
import { logText } from './log-text.ts';
import { openRotatingFile, type RotatingFile } from './rotating-file.ts';

const MAX_BYTES = 5 * 1024 * 1024;
/** Characters that may wait: some ten thousand lines. */
const MAX_WAITING = 1024 * 1024;
const RETRY_MS = 5_000;
/** How long one line may take before the disk, or a rotation, is taken to hang. */
const STUCK_MS = 10_000;
const CLOSE_WITHIN_MS = 2_000;
/** A rotation that cannot succeed keeps the disk busy until `STUCK_MS` are over: tried seldom. */
const ROTATION_RETRY_MS = 600_000;

export interface LogFileOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly path: string;
  /** The least severe level that is written, looked at for every line: it may change. */
  readonly settings: Pick<Settings, 'logLevel'>;
  /** Size at which the file is rotated; 5 MB unless a test wants less. */
  readonly maxBytes?: number;
}

export interface LogFile {
  /** Loads winston and opens the file. Until then lines wait in memory: loading it costs as much as the first paint. */
  open(): void;
  /** Writes what waits and closes the file; gives up on a disk that hangs or refuses. Never rejects. */
  close(): Promise<void>;
}

/**
 * Writes a line for each event to the log file. A file that cannot be written is a problem shown on the screen,
 * never an exception: lines wait in bounded memory until it works again, and what did not fit is counted.
 */
export function createLogFile(options: LogFileOptions): LogFile {
  const { bus, clock, path, settings, maxBytes = MAX_BYTES } = options;
  const queue = createLineQueue(MAX_WAITING);
  let file: RotatingFile | null = null;
  let working: Promise<void> | null = null;
  /** What the screen shows as wrong. */
  let problem: string | null = null;
  /** True after a rotation that could not succeed: the file grows, and the problem stays, until the next try. */
  let isUnrotated = false;
  let closing: Promise<void> | null = null;
  let cancelRetry = () => {};

  const unsubscribe = bus.subscribe((event) => {
    const line = logLine(event);
    if (line === null || !isLogged(line.level, settings.logLevel)) return;
    queue.push({ level: line.level, text: logText(line) });
    if (file !== null) work();
  });

  function work(): void {
    working ??= writeAll().finally(() => {
      working = null;
      // A line may have come between the last look at the queue and now.
      if (file !== null && !queue.isEmpty()) work();
    });
  }

  /** Invariant: at most one runs; it ends with the queue empty, or with `file` null and a retry due. */
  async function writeAll(): Promise<void> {
    try {
      const current = file ?? (await openRotatingFile({ path, maxBytes }));
      file = current;
      do await drain(current);
      while (announceLoss());
    } catch (error) {
      file?.discard();
      file = null;
      raiseProblem(
        said`Cannot write ${plainLine(path)}: ${plainLine(messageOf(error))}. Free the disk or make the folder writable; it is tried every ${RETRY_MS / 1_000} s, and the lines wait in memory`,
      );
      reopenAfter(RETRY_MS);
    }
  }

  async function drain(current: RotatingFile): Promise<void> {
    for (let line = queue.take(); line !== undefined; line = queue.take()) {
      const stopWatching = watch(current);
      try {
        await current.write(line);
      } catch (error) {
        queue.putBack(line);
        throw error;
      } finally {
        stopWatching();
      }
      if (!isUnrotated) clearProblem();
    }
  }

  /** Looks at a write that takes long, again and again, until it is told to stop. */
  function watch(current: RotatingFile): () => void {
    let cancel = clock.after(STUCK_MS, look);
    function look(): void {
      stuck(current);
      cancel = clock.after(STUCK_MS, look);
    }
    return () => cancel();
  }

  function stuck(current: RotatingFile): void {
    if (!current.isRotating()) {
      raiseProblem(said`Cannot write ${plainLine(path)}: the disk does not answer. The lines wait in memory`);
      return;
    }
    current.stopRotating();
    isUnrotated = true;
    raiseProblem(
      said`Cannot rotate ${plainLine(path)}: it grows beyond its size. Make sure that files of its folder may be renamed; it is tried every ${ROTATION_RETRY_MS / 60_000} min`,
    );
    reopenAfter(ROTATION_RETRY_MS);
  }

  function reopenAfter(ms: number): void {
    cancelRetry();
    if (closing !== null) return;
    cancelRetry = clock.after(ms, () => {
      file?.discard();
      file = null;
      // The problem is over with the next line: without one, nobody would know.
      if (isUnrotated) notice('warn', said`log file opened again to rotate it`);
      isUnrotated = false;
      work();
    });
  }

  function raiseProblem(message: string): void {
    if (message === problem) return;
    problem = message;
    bus.publish({ at: clock.now(), type: 'problem-raised', id: 'log-file', message });
  }

  function clearProblem(): void {
    if (problem === null) return;
    problem = null;
    bus.publish({ at: clock.now(), type: 'problem-cleared', id: 'log-file' });
  }

  function notice(noticed: LogLevel, message: string, fields: LogFields = {}): void {
    bus.publish({ at: clock.now(), type: 'noticed', level: noticed, message, fields });
  }

  /** Whether lines were lost, which makes one more line. */
  function announceLoss(): boolean {
    const lines = queue.takeLost();
    if (lines === 0) return false;
    notice('warn', said`log lines lost: the file could not be written in time`, { lines });
    return true;
  }

  async function finish(): Promise<void> {
    // Also where it was never opened, or is waiting for a retry: one last try.
    if (!queue.isEmpty()) work();
    while (working !== null) await working;
    await file?.end();
  }

  async function close(): Promise<void> {
    unsubscribe();
    cancelRetry();
    const patience = Promise.withResolvers<void>();
    const cancelPatience = clock.after(CLOSE_WITHIN_MS, patience.resolve);
    await Promise.race([finish(), patience.promise]);
    cancelPatience();
  }

  return {
    open: work,
    close() {
      closing ??= close();
      return closing;
    },
  };
}
