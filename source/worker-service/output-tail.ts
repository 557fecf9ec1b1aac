/** The end of a stream of bytes, whatever its length. */
export interface OutputTail {
  push(chunk: Uint8Array): void;
  /** The kept end as text. */
  text(): string;
}

/** Keeps the last `maxBytes`; never holds more than that and one chunk. */
export function createOutputTail(maxBytes: number): OutputTail {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let truncated = false;
  return {
    push(chunk) {
      chunks.push(chunk);
      size += chunk.length;
      for (let first = chunks[0]; first !== undefined && size > maxBytes; first = chunks[0]) {
        const excess = size - maxBytes;
        truncated = true;
        size -= Math.min(excess, first.length);
        if (first.length <= excess) chunks.shift();
        else chunks[0] = first.slice(excess);
      }
    },
    text() {
      const bytes = Buffer.concat(chunks);
      return bytes.subarray(truncated ? startOfCharacter(bytes) : 0).toString('utf8');
    },
  };
}

/** Where the first whole UTF-8 character begins: bytes 10xxxxxx continue one that was cut. */
function startOfCharacter(bytes: Uint8Array): number {
  const start = bytes.findIndex((byte) => (byte & 0xc0) !== 0x80);
  return start === -1 ? bytes.length : start;
}
