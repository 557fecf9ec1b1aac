import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { createLogger, format, transports } from 'winston';
import type { Clock } from '#model/clock.ts';
import { codeOf, messageOf } from '#model/errors.ts';
import { localStamp } from '#model/local-time.ts';
import type { LogFields } from '#model/log-line.ts';
import type { LogLevel } from '#model/settings.ts';
import { logText } from './log-text.ts';

export interface WorkerLogOptions {
  readonly dir: string;
  readonly level: LogLevel;
  readonly clock: Clock;
  /** Told once when lines can no longer be written, and again only after they could. */
  readonly onProblem: (message: string) => void;
}

/** The log of one start of a worker. Never throws; what cannot be written is counted and said later. */
export interface WorkerLog {
  /** Null where no file could be opened. */
  readonly file: string | null;
  write(level: LogLevel, message: string, fields?: LogFields): void;
  /** Resolves when everything is in the file. */
  close(): Promise<void>;
}

/** What may wait for a stalled disk before lines are dropped. */
const MAX_WAITING_BYTES = 1_048_576;
/** Far more starts than one second can hold: a bound for a broken file system. */
const MAX_STARTS_PER_SECOND = 1_000;

/** Opens a `worker_YYYYMMDD_HHMMSS.log` of its own; without one, the log is silent and `onProblem` says why. */
export async function openWorkerLog(options: WorkerLogOptions): Promise<WorkerLog> {
  const { dir, level, clock, onProblem } = options;
  const opened = await openFile(dir, clock.now()).catch((error: unknown) => {
    onProblem(`No log is written: ${dir} cannot be used (${messageOf(error)}).`);
    return null;
  });
  if (opened === null) return { file: null, write: () => {}, close: async () => {} };

  const { file, handle } = opened;
  const sink = forgivingSink(handle, {
    onFailure: (error) =>
      onProblem(`Log lines are being lost: ${file} cannot be written (${messageOf(error)}).`),
    gap: (count) => logText({ at: clock.now(), level: 'warn', message: 'log lines lost', fields: { count } }),
  });
  const transport = new transports.Stream({ stream: sink });
  const logger = createLogger({
    level,
    format: format.printf(({ message }) => String(message)),
    transports: [transport],
  });
  return {
    file,
    write(level, message, fields = {}) {
      if (sink.writableLength > MAX_WAITING_BYTES) return;
      logger.log({ level, message: logText({ at: clock.now(), level, message, fields }) });
    },
    async close() {
      await new Promise((resolve) => {
        transport.once('finish', resolve);
        logger.end();
      });
      await new Promise((resolve) => sink.end(resolve));
      await handle.close();
    },
  };
}

/** The name of a log that starts at `at`, in local time; the second start of a second takes `_2`. */
export function workerLogName(at: number, start: number): string {
  return `worker_${localStamp(at)}${start === 1 ? '' : `_${start}`}.log`;
}

async function openFile(dir: string, at: number): Promise<{ file: string; handle: FileHandle }> {
  await mkdir(dir, { recursive: true });
  for (let start = 1; ; start += 1) {
    const file = join(dir, workerLogName(at, start));
    try {
      return { file, handle: await open(file, 'ax') };
    } catch (error) {
      if (codeOf(error) !== 'EEXIST' || start === MAX_STARTS_PER_SECOND) throw error;
    }
  }
}

interface SinkEvents {
  /** At the first failure, and at the first after a success. */
  readonly onFailure: (error: unknown) => void;
  /** The line that stands for `count` lost ones. */
  readonly gap: (count: number) => string;
}

/** Writes to a file and goes on after a failure: a full disk loses lines, not the log. */
export function forgivingSink(file: Pick<FileHandle, 'writeFile'>, { onFailure, gap }: SinkEvents): Writable {
  let lost = 0;
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      // The newline before it ends a line that was cut short.
      const before = lost === 0 ? [] : [Buffer.from(`\n${gap(lost)}\n`)];
      file.writeFile(Buffer.concat([...before, chunk])).then(
        () => {
          lost = 0;
          done();
        },
        (error: unknown) => {
          if (lost === 0) onFailure(error);
          lost += 1;
          done();
        },
      );
    },
  });
}
