/** A run of bytes of one stream that arrived without bytes of the other in between. */
interface Stretch {
  /** In the bytes of both streams together. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** The end of a stream of bytes, whatever its length. */
export interface OutputTail {
  /** `offset` counts the bytes of both streams that came before. */
  push(chunk: Uint8Array, offset: number): void;
  /** The kept end as text: whole UTF-8 characters. */
  text(): string;
  /** A copy of what is kept from `offset` on, as far as it goes without a gap and at most `maxBytes`. */
  from(offset: number, maxBytes: number): Stretch | undefined;
  /** The first offset after this one from which something is kept; Infinity where there is none. */
  next(offset: number): number;
}

interface Segment {
  readonly offset: number;
  /** In the bytes of this stream alone. */
  start: number;
  length: number;
}

/** Streams that take turns byte by byte lose the places of their older bytes, not the bytes. */
const MAX_SEGMENTS = 4_096;
const FIRST_BYTES = 4_096;

/**
 * Keeps the last `maxBytes` in a ring, so that a program that prints byte by byte takes no more memory than one that
 * prints in blocks.
 */
export function createOutputTail(maxBytes: number): OutputTail {
  let ring = Buffer.alloc(Math.min(FIRST_BYTES, maxBytes));
  /** Bytes of this stream so far. */
  let total = 0;
  const segments: Segment[] = [];

  const oldest = () => Math.max(0, total - ring.length);

  function makeRoom(more: number): void {
    if (ring.length === maxBytes || total + more <= ring.length) return;
    let size = ring.length;
    while (size < total + more && size < maxBytes) size *= 2;
    const larger = Buffer.alloc(Math.min(size, maxBytes));
    // Before it has its last size the ring never wraps round.
    ring.copy(larger, 0, 0, total);
    ring = larger;
  }

  /** `start` and `end` in the bytes of this stream; not older than what is kept. */
  function copyOf(start: number, end: number): Buffer {
    const from = start % ring.length;
    const length = end - start;
    if (from + length <= ring.length) return Buffer.from(ring.subarray(from, from + length));
    return Buffer.concat([ring.subarray(from), ring.subarray(0, from + length - ring.length)]);
  }

  function remember(offset: number, length: number): void {
    const last = segments.at(-1);
    if (last !== undefined && last.offset + last.length === offset) last.length += length;
    else segments.push({ offset, start: total, length });
    for (let first = segments[0]; first !== undefined; first = segments[0]) {
      if (segments.length <= MAX_SEGMENTS && first.start + first.length > oldest()) break;
      segments.shift();
    }
  }

  return {
    push(chunk, offset) {
      makeRoom(chunk.length);
      const kept = chunk.subarray(Math.max(0, chunk.length - ring.length));
      const at = (total + chunk.length - kept.length) % ring.length;
      const untilEnd = kept.subarray(0, ring.length - at);
      ring.set(untilEnd, at);
      ring.set(kept.subarray(untilEnd.length), 0);
      if (chunk.length > 0) remember(offset, chunk.length);
      total += chunk.length;
    },
    text() {
      const bytes = copyOf(oldest(), total);
      return bytes.subarray(oldest() > 0 ? startOfCharacter(bytes) : 0).toString('utf8');
    },
    from(offset, most) {
      const segment = segments.findLast((one) => one.offset <= offset);
      if (segment === undefined || offset >= segment.offset + segment.length) return undefined;
      const start = segment.start + offset - segment.offset;
      if (start < oldest()) return undefined;
      const end = Math.min(segment.start + segment.length, start + most);
      return { offset, bytes: copyOf(start, end) };
    },
    next(offset) {
      for (const { offset: first, start, length } of segments) {
        const kept = first + Math.max(0, oldest() - start);
        if (kept < first + length && kept > offset) return kept;
      }
      return Number.POSITIVE_INFINITY;
    },
  };
}

/** Where the first whole UTF-8 character begins: at most three bytes 10xxxxxx continue one that was cut. */
function startOfCharacter(bytes: Uint8Array): number {
  const start = bytes.subarray(0, 3).findIndex((byte) => (byte & 0xc0) !== 0x80);
  return start === -1 ? Math.min(3, bytes.length) : start;
}
