import type { OutputSink, Stream } from './run.ts';

/** A part of what a task printed. Offsets count the bytes of both streams together, in the order of their arrival. */
export type OutputPiece =
  | { readonly offset: number; readonly stream: Stream; readonly bytes: Uint8Array }
  /** Bytes that were not kept. */
  | { readonly offset: number; readonly skipped: number };

/** What can be read of a task's output, while it runs and after. */
export interface ReadableOutput {
  /** Bytes that were printed so far, those included that were not kept. */
  size(): number;
  /** Pieces from `offset` on, in order and without gaps; ends when the task has ended and everything was given, or at the signal. */
  read(offset: number, signal: AbortSignal): AsyncIterable<OutputPiece>;
}

/**
 * The output of one task: the last megabyte of each stream in memory, all of it up to a limit in a file. A disk that is
 * full or slow loses pieces of the file (they are `skipped`), never the run, and never takes more memory than the limit.
 */
export interface TaskOutput extends OutputSink, ReadableOutput {
  /** The kept end of a stream, whole UTF-8 characters. */
  tail(stream: Stream): string;
  /** Nothing more comes; resolves when the file is whole. */
  close(): Promise<void>;
}

/** The outputs of a worker's tasks, by their row in the journal. */
export interface OutputStore {
  create(row: number): TaskOutput;
  /** The output of a task that has ended; undefined where it is not kept any more. */
  open(row: number): Promise<ReadableOutput | undefined>;
}
