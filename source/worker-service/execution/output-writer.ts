import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createOutputBatch, type OutputBatch } from './output-batch.ts';
import { RECORD_BYTES, writeRecord } from './output-index.ts';
import type { Stream } from './run.ts';

/** The files of one task's output; absolute. */
export interface OutputPaths {
  readonly output: string;
  readonly index: string;
}

/** A file that is written at positions. */
export type OutputFile = Pick<FileHandle, 'write' | 'close'>;

export interface OutputWriterOptions {
  readonly paths: OutputPaths;
  /** Of both files together. */
  readonly maxBytes: number;
  /** Opens a new file; an old one of that name is replaced, never followed. */
  readonly openNew: (path: string) => Promise<OutputFile>;
  /** Takes room for the files of this task; false: there is none. Negative: gives it back. */
  readonly reserve: (bytes: number) => boolean;
  /** Something was written, or is given up. */
  readonly onSettled: () => void;
  /** Pieces were lost for another reason than `maxBytes`; told of every time. */
  readonly onLoss: (error: unknown) => void;
}

/** Writes the output of one task behind its back: `push` neither waits nor takes more memory than two batches. */
export interface OutputWriter {
  push(stream: Stream, chunk: Uint8Array, offset: number): void;
  /** Everything before this offset is in the files or lost; Infinity where nothing waits. */
  pendingFrom(): number;
  /** How many records are in the index. */
  records(): number;
  /** Writes what waits and how much was printed; resolves when the files are closed. Never rejects. */
  close(printed: number): Promise<void>;
}

/** What a program prints in bursts faster than any disk; a task has two batches at most, and those of most stay small. */
const BATCH_BYTES = 8_388_608;
const SLICE_BYTES = 65_536;

/** Opens a file on the disk, and makes its folder where that is missing. */
export async function openNewFile(path: string): Promise<OutputFile> {
  await mkdir(dirname(path), { recursive: true });
  await rm(path, { force: true });
  return open(path, 'wx', 0o600);
}

/** The names of the files are those of `paths`; see `IndexRecord` for what is in them. */
export function createOutputWriter(options: OutputWriterOptions): OutputWriter {
  let filling = createOutputBatch(BATCH_BYTES);
  let spare: OutputBatch = createOutputBatch(BATCH_BYTES);
  let writing: OutputBatch | null = null;
  let output: OutputFile | null = null;
  let index: OutputFile | null = null;
  let position = 0;
  let records = 0;
  let full = false;
  let flushing = Promise.resolve();

  function push(stream: Stream, chunk: Uint8Array, offset: number): void {
    for (let at = 0; at < chunk.length && !full; at += SLICE_BYTES) {
      const slice = chunk.subarray(at, at + SLICE_BYTES);
      full = sizeWith(slice.length) > options.maxBytes;
      if (!full && !filling.add(stream, slice, offset + at)) {
        options.onLoss(new Error('the disk is too slow'));
      }
    }
    if (writing === null && filling.bytes > 0) flushing = flush();
  }

  /** Of both files, were so many bytes and a record more to be written; the last record counts. */
  function sizeWith(more: number): number {
    const waiting = filling.bytes + (writing?.bytes ?? 0);
    const recordsWaiting = filling.records + (writing?.records ?? 0);
    return position + waiting + more + (records + recordsWaiting + 2) * RECORD_BYTES;
  }

  async function flush(): Promise<void> {
    while (filling.bytes > 0) {
      const batch = filling;
      writing = batch;
      filling = spare;
      await write(batch).catch(options.onLoss);
      batch.clear();
      spare = batch;
      writing = null;
      options.onSettled();
    }
  }

  async function write(batch: OutputBatch): Promise<void> {
    const size = batch.bytes + batch.records * RECORD_BYTES;
    if (!options.reserve(size)) throw new Error('the outputs of other tasks take all the room');
    try {
      output ??= await options.openNew(options.paths.output);
      index ??= await options.openNew(options.paths.index);
      const contents = batch.contents(position);
      await writeAll(output, contents.output, position);
      // Last: a record never speaks of bytes that are not there.
      await writeAll(index, contents.index, records * RECORD_BYTES);
    } catch (error) {
      options.reserve(-size);
      throw error;
    }
    position += batch.bytes;
    records += batch.records;
  }

  async function writeEnd(printed: number): Promise<void> {
    const record = Buffer.alloc(RECORD_BYTES);
    writeRecord(record, 0, { offset: printed, position, length: 0, stream: 'end' });
    index ??= await options.openNew(options.paths.index);
    await writeAll(index, record, records * RECORD_BYTES);
  }

  return {
    push,
    pendingFrom: () => Math.min(filling.first, writing?.first ?? Number.POSITIVE_INFINITY),
    records: () => records,
    async close(printed) {
      await flushing;
      await writeEnd(printed).catch(options.onLoss);
      await Promise.all([output?.close(), index?.close()]).catch(options.onLoss);
      options.onSettled();
    },
  };
}

/** What a disk takes in parts is written on, until it takes nothing more. */
async function writeAll(file: OutputFile, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    if (bytesWritten === 0) throw new Error('the disk takes nothing more');
    done += bytesWritten;
  }
}
