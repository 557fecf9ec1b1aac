import { type FileHandle, open } from 'node:fs/promises';
import { type IndexRecord, RECORD_BYTES, readRecord } from './output-index.ts';
import type { OutputPaths } from './output-writer.ts';
import type { Stream } from './run.ts';

/** What the files of a task have at an offset: bytes, or nothing before `next` (Infinity: nothing more at all). */
type Found =
  | { readonly stream: Stream; readonly bytes: Uint8Array }
  | { readonly stream: null; readonly next: number };

/** Reads the two files of one task. Files that are missing or damaged have nothing. */
export interface OutputFiles {
  /** What the first `records` of the index say about `offset`: at most `maxBytes` of it. */
  find(offset: number, records: number, maxBytes: number): Promise<Found>;
  close(): Promise<void>;
}

const BLOCK_BYTES = 262_144;
const INDEX_BLOCK_BYTES = 16_384;

export function openOutputFiles(paths: OutputPaths): OutputFiles {
  const output = blocksOf(paths.output, BLOCK_BYTES);
  const index = blocksOf(paths.index, INDEX_BLOCK_BYTES);

  async function recordAt(number: number): Promise<IndexRecord | undefined> {
    return readRecord(await index.read(number * RECORD_BYTES, RECORD_BYTES));
  }

  /** The last of the first `count` records that begins at `offset` or before, and its number; -1 where none does. */
  async function lastFrom(offset: number, count: number): Promise<number> {
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const record = await recordAt(middle);
      if (record !== undefined && record.offset <= offset) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  return {
    async find(offset, records, maxBytes) {
      const number = await lastFrom(offset, records);
      const record = number === -1 ? undefined : await recordAt(number);
      if (record !== undefined && record.stream !== 'end' && offset < record.offset + record.length) {
        const skip = offset - record.offset;
        const bytes = await output.read(record.position + skip, Math.min(record.length - skip, maxBytes));
        if (bytes.length > 0) return { stream: record.stream, bytes };
      }
      const next = number + 1 < records ? await recordAt(number + 1) : undefined;
      // A damaged index may go backwards; whoever reads must not.
      const goesOn = next !== undefined && next.offset > offset;
      return { stream: null, next: goesOn ? next.offset : Number.POSITIVE_INFINITY };
    },
    async close() {
      await Promise.all([output.close(), index.close()]);
    },
  };
}

/** How many records an index has, and how much was printed. Undefined: there is no index. */
export async function indexOf(
  path: string,
): Promise<{ readonly records: number; readonly printed: number } | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(path);
  } catch {
    return undefined;
  }
  try {
    const records = Math.floor((await handle.stat()).size / RECORD_BYTES);
    const buffer = Buffer.alloc(RECORD_BYTES);
    if (records > 0) await handle.read(buffer, 0, RECORD_BYTES, (records - 1) * RECORD_BYTES);
    const last = readRecord(buffer);
    return { records, printed: last === undefined ? 0 : last.offset + last.length };
  } finally {
    await handle.close();
  }
}

/** Reads a file, opened when it is first read, in blocks that are kept for the next call. */
function blocksOf(path: string, blockBytes: number) {
  let handle: FileHandle | null | undefined;
  let block = Buffer.alloc(0);
  let start = 0;
  return {
    /** Up to `length` bytes at `position`; fewer where the file, or the block, ends. */
    async read(position: number, length: number): Promise<Buffer> {
      if (position < start || position + Math.min(length, blockBytes) > start + block.length) {
        handle ??= await open(path).catch(() => null);
        if (handle === null) return Buffer.alloc(0);
        const fresh = Buffer.alloc(blockBytes);
        const { bytesRead } = await handle.read(fresh, 0, blockBytes, position);
        block = fresh.subarray(0, bytesRead);
        start = position;
      }
      return block.subarray(position - start, position - start + length);
    },
    async close(): Promise<void> {
      await handle?.close();
    },
  };
}
