import { Writable } from 'node:stream';
import { createLogger, format, transports } from 'winston';
import type { Clock } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';
import { isLogged, type LogFields } from '#model/log-line.ts';
import type { LogLevel } from '#model/settings.ts';
import { logText } from './log-text.ts';
import { openRollingWorkerLog, type RollingWorkerLog } from './rolling-worker-log.ts';

export interface WorkerLogOptions {
  readonly dir: string;
  readonly level: LogLevel;
  readonly clock: Clock;
  /** Told once when lines can no longer be written, and again only after they could. */
  readonly onProblem: (message: string) => void;
  /** Bytes after which the log goes on in a new file; 20 MB unless a test wants less. */
  readonly maxBytes?: number;
  /** How many logs of the folder are kept; 20 unless a test wants less. */
  readonly kept?: number;
}

/** The log of one start of a worker. Never throws; what cannot be written is counted and said later. */
export interface WorkerLog {
  /** The file that it began with; null where none could be opened. */
  readonly file: string | null;
  write(level: LogLevel, message: string, fields?: LogFields): void;
  /** Resolves when everything is in the file. */
  close(): Promise<void>;
}

/** What may wait for a stalled disk before lines are dropped, which is said once there is room. */
const MAX_WAITING_BYTES = 1_048_576;
const MAX_BYTES = 20 * 1024 * 1024;
const KEPT_FILES = 20;

/**
 * Opens a `worker_YYYYMMDD_HHMMSS.log` of its own and deletes the oldest ones; a log that grows too long goes on in another.
 * Where none can be opened, the log is silent and `onProblem` says why.
 */
export async function openWorkerLog(options: WorkerLogOptions): Promise<WorkerLog> {
  const { dir, level, clock, onProblem, maxBytes = MAX_BYTES, kept = KEPT_FILES } = options;
  const line = (lineLevel: LogLevel, message: string, fields: LogFields) =>
    logText({ at: clock.now(), level: lineLevel, message, fields });
  const opened = await openRollingWorkerLog({ dir, clock, maxBytes, kept, line }).catch((error: unknown) => {
    onProblem(`No log is written: ${dir} cannot be used (${messageOf(error)}).`);
    return null;
  });
  if (opened === null) return { file: null, write: () => {}, close: async () => {} };

  const file = opened.path();
  const sink = forgivingSink(opened, {
    onFailure: (error) =>
      onProblem(`Log lines are being lost: ${opened.path()} cannot be written (${messageOf(error)}).`),
    gap: (count) => line('warn', 'log lines lost', { count }),
  });
  const transport = new transports.Stream({ stream: sink });
  const logger = createLogger({
    level,
    format: format.printf(({ message }) => String(message)),
    transports: [transport],
  });
  let dropped = 0;
  return {
    file,
    write(lineLevel, message, fields = {}) {
      if (!isLogged(lineLevel, level)) return;
      if (sink.writableLength > MAX_WAITING_BYTES) {
        dropped += 1;
        return;
      }
      const lost = dropped === 0 ? [] : [line('warn', 'log lines lost', { count: dropped })];
      dropped = 0;
      for (const text of [...lost, line(lineLevel, message, fields)]) {
        logger.log({ level: lineLevel, message: text });
      }
    },
    async close() {
      await new Promise((resolve) => {
        transport.once('finish', resolve);
        logger.end();
      });
      await new Promise((resolve) => sink.end(resolve));
      await opened.close();
    },
  };
}

interface SinkEvents {
  /** At the first failure, and at the first after a success. */
  readonly onFailure: (error: unknown) => void;
  /** The line that stands for `count` lost ones. */
  readonly gap: (count: number) => string;
}

/** Writes to a file and goes on after a failure: a full disk loses lines, not the log. */
export function forgivingSink(
  file: Pick<RollingWorkerLog, 'writeFile'>,
  { onFailure, gap }: SinkEvents,
): Writable {
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
