import type { Command, CommandAnswer } from '#model/commands.ts';

/** What the harness asks of the master without a screen. */
export type ToMaster =
  | { readonly type: 'command'; readonly request: number; readonly command: Command }
  /** Sets its wall clock by so many milliseconds. */
  | { readonly type: 'jump'; readonly ms: number }
  /** How often a task was begun so far. */
  | { readonly type: 'attempts'; readonly request: number; readonly id: string }
  | { readonly type: 'count'; readonly request: number }
  | { readonly type: 'stop' };

/** What it answers. */
export type FromMaster =
  | { readonly type: 'ready' }
  /** The promise of the command was fulfilled, and nothing else says so. */
  | { readonly type: 'answered'; readonly request: number; readonly answer: CommandAnswer }
  | { readonly type: 'refused'; readonly request: number; readonly code: string; readonly message: string }
  | { readonly type: 'attempts'; readonly request: number; readonly attempts: number | null }
  | { readonly type: 'counted'; readonly request: number; readonly isAllEnded: boolean };

/** What the harness tells a worker, of either version. */
export type ToWorker = Extract<ToMaster, { type: 'jump' }>;

/** What a worker of version 1 tells the harness. */
export interface FromVersion1 {
  readonly type: 'listens';
  readonly port: number;
}

/** A line of the journal of a worker of version 1. */
export interface JournalLine {
  /** The id on the wire. */
  readonly wire: string;
  readonly event: 'started' | 'completed' | 'failed';
}

/** What a test puts in to see that the harness finds it. */
export type Bug =
  | 'acknowledged-early'
  | 'cancelled-early'
  | 'resent-unasked'
  | 'resent-as-it-was'
  | 'given-elsewhere-unasked'
  | 'given-up-early';
