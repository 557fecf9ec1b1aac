import type { Bell } from './bell.ts';
import { openOutputFiles } from './output-files.ts';
import type { OutputTail } from './output-tail.ts';
import type { OutputPaths } from './output-writer.ts';
import type { Stream } from './run.ts';
import type { OutputPiece } from './task-output.ts';

/** Where the output of a task can be read just now. */
export interface PieceSource {
  readonly paths: OutputPaths;
  /** Bytes that were printed so far. */
  size(): number;
  /** Nothing more comes. */
  ended(): boolean;
  /** How many records are in the index. */
  records(): number;
  /** Everything before this offset is in the files or lost. */
  pendingFrom(): number;
  /** What is in memory; empty for a task that has ended. */
  readonly tails: readonly (readonly [Stream, OutputTail])[];
  /** Rings when any of this has changed. */
  readonly bell: Bell;
}

const MAX_PIECE_BYTES = 65_536;

/**
 * The pieces of a task's output from `offset` on, in order and without gaps: from memory what is there (so that whoever
 * follows does not wait for the disk), else from the files; what is in neither is `skipped`. Waits for more until the
 * task has ended or the signal is aborted.
 */
export async function* piecesFrom(
  source: PieceSource,
  offset: number,
  signal: AbortSignal,
): AsyncGenerator<OutputPiece, void, undefined> {
  const files = openOutputFiles(source.paths);
  try {
    let at = offset;
    while (!signal.aborted) {
      const piece = inMemory(source, at);
      if (piece !== undefined) {
        yield piece;
        at += piece.bytes.length;
      } else if (at >= source.size() && source.ended()) {
        return;
      } else if (at >= Math.min(source.size(), source.pendingFrom())) {
        await source.bell.heard(signal);
      } else {
        // What is settled now; what is settled while the files are read may be in them after all.
        const settled = Math.min(source.size(), source.pendingFrom());
        const found = await files.find(at, source.records(), MAX_PIECE_BYTES);
        if (found.stream !== null) {
          yield { offset: at, stream: found.stream, bytes: found.bytes };
          at += found.bytes.length;
        } else {
          const kept = source.tails.map(([, tail]) => tail.next(at));
          const next = Math.min(settled, found.next, ...kept);
          yield { offset: at, skipped: next - at };
          at = next;
        }
      }
    }
  } finally {
    await files.close();
  }
}

function inMemory({ tails }: PieceSource, at: number) {
  for (const [stream, tail] of tails) {
    const stretch = tail.from(at, MAX_PIECE_BYTES);
    if (stretch !== undefined) return { stream, ...stretch };
  }
  return undefined;
}
