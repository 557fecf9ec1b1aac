import type { Clock } from '#model/clock.ts';
import type { LogFields } from '#model/log-line.ts';
import type { LogLevel } from '#model/settings.ts';
import { openWorkerLogFile, pruneWorkerLogs } from './worker-log-files.ts';

export interface RollingWorkerLogOptions {
  readonly dir: string;
  readonly clock: Clock;
  /** Bytes of one file, at most, unless a single write is larger. */
  readonly maxBytes: number;
  /** How many files of the folder stay when a new one is opened. */
  readonly kept: number;
  /** A line as it stands in the file, without its newline: for what the log says of itself. */
  readonly line: (level: LogLevel, message: string, fields: LogFields) => string;
}

/** The files of one log, one after the other. One write at a time. */
export interface RollingWorkerLog {
  /** The file in use. */
  path(): string;
  /** Rejects when the bytes could not be written, or the file is full and no next one can be opened. */
  writeFile(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** How often an open log is touched, which tells other workers of the folder that it is open. */
export const TOUCH_MS = 60_000;

/** Opens the first file, or rejects. A full one is closed and the log goes on in a new one of the same naming scheme. */
export async function openRollingWorkerLog(options: RollingWorkerLogOptions): Promise<RollingWorkerLog> {
  const { dir, clock, maxBytes, kept, line } = options;
  let file = await openWorkerLogFile(dir, clock.now());
  let size = 0;

  async function prune(): Promise<void> {
    const problems = await pruneWorkerLogs({ dir, kept, inUse: file.name, now: clock.now() });
    for (const error of problems) await say('warn', 'old log could not be deleted', { error });
  }

  function say(level: LogLevel, message: string, fields: LogFields): Promise<void> {
    return write(Buffer.from(`${line(level, message, fields)}\n`));
  }

  async function write(bytes: Uint8Array): Promise<void> {
    await file.handle.writeFile(bytes);
    size += bytes.length;
  }

  async function goOnInNext(): Promise<void> {
    const full = file;
    file = await openWorkerLogFile(dir, clock.now());
    size = 0;
    await full.handle.close();
    await say('info', 'log continued', { from: full.name });
    await prune();
  }

  let cancelTouch = clock.after(TOUCH_MS, touch);
  function touch(): void {
    const now = new Date(clock.now());
    // A file system that cannot set times still sets them when a line is written.
    file.handle.utimes(now, now).catch(() => {});
    cancelTouch = clock.after(TOUCH_MS, touch);
  }

  // A disk that is full is told at the first line.
  await prune().catch(() => {});
  return {
    path: () => file.path,
    async writeFile(bytes) {
      if (size > 0 && size + bytes.length > maxBytes) await goOnInNext();
      await write(bytes);
    },
    async close() {
      cancelTouch();
      await file.handle.close();
    },
  };
}
