import { said } from '#model/said.ts';

const NEWLINE = 0x0a;

/** Puts together what comes in pieces; keeps at most one line that is not whole. */
export interface LineReader {
  /**
   * The lines that this piece completes, without their ends.
   *
   * @throws LineTooLong once a line has more than `limit()` bytes; what it had is let go.
   */
  push(piece: Buffer): Iterable<string>;
  /** Whether a line has begun that has not ended. */
  readonly isWithin: boolean;
}

/** A line longer than its reader takes. */
export class LineTooLong extends Error {
  override readonly name = 'LineTooLong';
}

/** Lines of UTF-8. `limit` is asked anew for each piece: what may come changes with what came. */
export function createLineReader(limit: () => number): LineReader {
  let pieces: Buffer[] = [];
  let bytes = 0;

  function take(piece: Buffer): void {
    bytes += piece.length;
    if (bytes > limit()) {
      pieces = [];
      bytes = 0;
      throw new LineTooLong(said`a line of more than ${limit()} bytes`);
    }
    if (piece.length > 0) pieces.push(piece);
  }

  return {
    *push(piece) {
      let start = 0;
      for (let end = piece.indexOf(NEWLINE); end !== -1; end = piece.indexOf(NEWLINE, start)) {
        take(piece.subarray(start, end));
        start = end + 1;
        const [only] = pieces;
        const line = pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces);
        pieces = [];
        bytes = 0;
        yield line.toString('utf8');
      }
      take(piece.subarray(start));
    },
    get isWithin() {
      return bytes > 0;
    },
  };
}
