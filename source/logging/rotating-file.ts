import fs from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { codeOf } from '#model/errors.ts';
import { said } from '#model/said.ts';
import type { QueuedLine } from './line-queue.ts';

/** The file itself and four older ones. */
const KEPT_FILES = 5;
const GIVEN_UP = said`the log file was given up`;

/** A log file that winston writes and rotates by size. One line at a time: `write` before the last has settled is an error. */
export interface RotatingFile {
  /** Resolves when the line is in the file; rejects when it cannot be. */
  write(line: QueuedLine): Promise<void>;
  /** True while a full file is being replaced by a new one. */
  isRotating(): boolean;
  /** Lets the file grow from now on. Also ends a rotation that cannot succeed, which winston tries again for ever. */
  stopRotating(): void;
  /** Closes it in order. Only for one that works. */
  end(): Promise<void>;
  /** Gives it up: nothing more reaches the disk through it. */
  discard(): void;
}

export interface RotatingFileOptions {
  readonly path: string;
  readonly maxBytes: number;
}

/**
 * Opens the file, rejecting if that is not even begun. winston's File transport swallows the errors of its stream
 * and then buffers without end; they are seen here because the stream does its work through functions of ours
 * (the documented `fs` option of `createWriteStream`), and because each line waits for the one before.
 */
export async function openRotatingFile({ path, maxBytes }: RotatingFileOptions): Promise<RotatingFile> {
  const { default: winston } = await import('winston');
  const found = await inspect(path);
  let { atLineStart } = found;
  let isRotating = found.isRotatable && found.size >= maxBytes;
  let discarded = false;
  let failure: Error | null = null;
  let waiting: PromiseWithResolvers<void> | null = null;

  function fail(error: Error): void {
    failure ??= error;
    waiting?.reject(failure);
  }

  const streamFs = {
    open(file: string, flags: string, mode: number, done: (error: Error | null, fd?: number) => void): void {
      if (discarded) {
        done(new Error(GIVEN_UP));
        return;
      }
      fs.open(file, flags, mode, (error, fd) => {
        if (error === null) isRotating = false;
        else fail(error);
        done(error, fd);
      });
    },
    write(...[fd, bytes, offset, length, position, done]: WriteArguments): void {
      fs.write(fd, bytes, offset, length, position, (error, written) => {
        // After EAGAIN and after a short write the stream calls again with what is left.
        if (error !== null && codeOf(error) !== 'EAGAIN') fail(error);
        else if (error === null && written === length) waiting?.resolve();
        done(error, written, bytes);
      });
    },
    close(fd: number, done: (error?: Error | null) => void): void {
      isRotating = true;
      fs.close(fd, done);
    },
  };

  const transport = new winston.transports.File({
    filename: path,
    ...(found.isRotatable ? { maxsize: maxBytes, maxFiles: KEPT_FILES, tailable: true } : {}),
    options: { flags: 'a', fs: streamFs },
  });
  const logger = winston.createLogger({
    level: 'debug',
    format: winston.format.printf(({ message }) => String(message)),
    transports: [transport],
  });
  logger.on('error', fail);

  function stopRotating(): void {
    transport.maxsize = null;
  }

  return {
    async write({ level, text }) {
      if (failure !== null) throw failure;
      waiting = Promise.withResolvers();
      // A crash or a full disk may have left half a line at the end of the file.
      logger.log({ level, message: atLineStart ? text : `\n${text}` });
      await waiting.promise;
      atLineStart = true;
    },
    isRotating: () => isRotating,
    stopRotating,
    end() {
      const { promise, resolve } = Promise.withResolvers<void>();
      logger.once('finish', resolve);
      logger.end();
      return promise;
    },
    discard() {
      discarded = true;
      stopRotating();
      fail(new Error(GIVEN_UP));
      logger.close();
    },
  };
}

type WriteArguments = [
  fd: number,
  bytes: Uint8Array,
  offset: number,
  length: number,
  position: number | null,
  done: (error: Error | null, written: number, bytes: Uint8Array) => void,
];

interface Found {
  readonly size: number;
  readonly atLineStart: boolean;
  /** False for a device or a pipe: one that was renamed, /dev/null for example, would be missed by every program. */
  readonly isRotatable: boolean;
}

/** What is there already. Anything but a file, a pipe for example, is not opened: it might never answer. */
async function inspect(path: string): Promise<Found> {
  const stats = await stat(path).catch(() => null);
  const isFile = stats?.isFile() ?? false;
  const size = isFile ? (stats?.size ?? 0) : 0;
  const found: Found = { size, atLineStart: true, isRotatable: isFile || stats === null };
  if (size === 0) return found;
  try {
    await using file = await open(path, 'r');
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
    return { ...found, atLineStart: buffer[0] === 0x0a };
  } catch {
    return found;
  }
}
