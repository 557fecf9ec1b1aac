import type { Program } from '#worker-service/catalogue/benchmark.ts';

export type Stream = 'stdout' | 'stderr';

/** Takes what a program prints, as it comes. Never blocks, never throws. */
export interface OutputSink {
  push(stream: Stream, chunk: Uint8Array): void;
}

/** Why a run was ended from outside. */
export type KillReason = 'timeout' | 'cancelled' | 'stopped';

/** How a run ended. */
export interface RunEnd {
  readonly kind: 'ended' | 'not-started' | KillReason;
  /** The exit code; minus the number of the signal that ended it; null where it did not start. */
  readonly returnCode: number | null;
  /** For `not-started`, why; otherwise empty. */
  readonly error: string;
  /** From the start to the end. */
  readonly seconds: number;
}

/** A program that has been started. */
export interface Run {
  /** Resolves when nothing of it is left: no process of its tree, no container, no thread. Never rejects. */
  readonly ended: Promise<RunEnd>;
  /** Ends the whole tree at once. The first reason stands; after the end it changes nothing. */
  kill(reason: KillReason): void;
}

/** Starts programs of one kind. */
export interface Executor<P extends Program = Program> {
  start(program: P, request: RunRequest): Run;
}

export interface RunRequest {
  /** Names the container; 1–64 of `a–z 0–9 -`, unique among the runs of this machine. */
  readonly runName: string;
  /** After this it is killed with the reason `timeout`. */
  readonly limitMs: number;
  readonly output: OutputSink;
}
