import type { Stream } from './run.ts';

/**
 * What is kept of a task's output lies in two files: `<row>.output` has the bytes of both streams as they came, and
 * `<row>.index` has a record for each stretch of them, in the order of their offsets. An offset that no record covers
 * was not kept. The last record says how much was printed; it is missing where the worker was killed.
 */
export interface IndexRecord {
  /** In the bytes that the task printed, both streams together. */
  readonly offset: number;
  /** In the file of the bytes. */
  readonly position: number;
  readonly length: number;
  readonly stream: Stream | 'end';
}

export const RECORD_BYTES = 16;
const OFFSET_BYTES = 6;
const KINDS = ['stdout', 'stderr', 'end'] as const;

/** Writes a record: offset (48 bits), position and length (32 each), what it is (8), 8 unused; big-endian. */
export function writeRecord(
  buffer: Buffer,
  at: number,
  { offset, position, length, stream }: IndexRecord,
): void {
  buffer.writeUIntBE(offset, at, OFFSET_BYTES);
  buffer.writeUInt32BE(position, at + 6);
  buffer.writeUInt32BE(length, at + 10);
  buffer.writeUInt16BE(KINDS.indexOf(stream) << 8, at + 14);
}

/** Undefined: it is none (a file that was cut or damaged). */
export function readRecord(buffer: Buffer, at = 0): IndexRecord | undefined {
  if (at + RECORD_BYTES > buffer.length) return undefined;
  const stream = KINDS[buffer.readUInt16BE(at + 14) >> 8];
  if (stream === undefined) return undefined;
  return {
    offset: buffer.readUIntBE(at, OFFSET_BYTES),
    position: buffer.readUInt32BE(at + 6),
    length: buffer.readUInt32BE(at + 10),
    stream,
  };
}
