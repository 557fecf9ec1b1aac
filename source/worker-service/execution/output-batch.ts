import { RECORD_BYTES, readRecord, writeRecord } from './output-index.ts';
import type { Stream } from './run.ts';

/** Output that waits to be written: its bytes, and the records that say what they are. */
export interface OutputBatch {
  /** Takes all of a stretch that begins at `offset`, or nothing: false where it is full. */
  add(stream: Stream, chunk: Uint8Array, offset: number): boolean;
  /** The offset of its first byte; Infinity where it is empty. */
  readonly first: number;
  readonly bytes: number;
  readonly records: number;
  /** What goes into the two files, with the positions counted from `position`. */
  contents(position: number): { readonly output: Buffer; readonly index: Buffer };
  clear(): void;
}

const FIRST_BYTES = 16_384;

/** Holds at most `maxBytes` of output and as much again of records; what it has taken once it keeps for later. */
export function createOutputBatch(maxBytes: number): OutputBatch {
  let output: Buffer = Buffer.alloc(Math.min(FIRST_BYTES, maxBytes));
  let index: Buffer = Buffer.alloc(Math.min(FIRST_BYTES, maxBytes));
  let bytes = 0;
  let records = 0;
  let first = Number.POSITIVE_INFINITY;

  /** The record that these bytes go on with, or a new one. */
  function record(stream: Stream, length: number, offset: number): boolean {
    const last = records === 0 ? undefined : readRecord(index, (records - 1) * RECORD_BYTES);
    if (last !== undefined && last.stream === stream && last.offset + last.length === offset) {
      writeRecord(index, (records - 1) * RECORD_BYTES, { ...last, length: last.length + length });
      return true;
    }
    if ((records + 1) * RECORD_BYTES > maxBytes) return false;
    index = grown(index, (records + 1) * RECORD_BYTES, maxBytes);
    writeRecord(index, records * RECORD_BYTES, { offset, position: bytes, length, stream });
    records += 1;
    return true;
  }

  return {
    add(stream, chunk, offset) {
      if (bytes + chunk.length > maxBytes || !record(stream, chunk.length, offset)) return false;
      output = grown(output, bytes + chunk.length, maxBytes);
      output.set(chunk, bytes);
      bytes += chunk.length;
      first = Math.min(first, offset);
      return true;
    },
    get first() {
      return first;
    },
    get bytes() {
      return bytes;
    },
    get records() {
      return records;
    },
    contents(position) {
      for (let at = 0; at < records * RECORD_BYTES; at += RECORD_BYTES) {
        const relative = readRecord(index, at);
        if (relative !== undefined) {
          writeRecord(index, at, { ...relative, position: relative.position + position });
        }
      }
      return { output: output.subarray(0, bytes), index: index.subarray(0, records * RECORD_BYTES) };
    },
    clear() {
      bytes = 0;
      records = 0;
      first = Number.POSITIVE_INFINITY;
    },
  };
}

function grown(buffer: Buffer, needed: number, maxBytes: number): Buffer {
  if (needed <= buffer.length) return buffer;
  const larger = Buffer.alloc(Math.min(maxBytes, Math.max(needed, 2 * buffer.length)));
  buffer.copy(larger);
  return larger;
}
