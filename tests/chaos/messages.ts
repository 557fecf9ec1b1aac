import type { NewTask } from '#model/task.ts';

/** What the harness asks of the master without a screen. */
export type ToMaster =
  | { readonly type: 'submit'; readonly request: number; readonly tasks: readonly NewTask[] }
  /** Sets its wall clock by so many milliseconds. */
  | { readonly type: 'jump'; readonly ms: number }
  | { readonly type: 'count'; readonly request: number }
  | { readonly type: 'stop' };

/** What it answers. */
export type FromMaster =
  | { readonly type: 'ready' }
  /** The promise of the submission was fulfilled, and nothing else says so. */
  | { readonly type: 'acknowledged'; readonly request: number }
  | { readonly type: 'refused'; readonly request: number; readonly code: string; readonly message: string }
  | { readonly type: 'counted'; readonly request: number; readonly isAllEnded: boolean };

/** What a test puts in to see that the harness finds it. */
export type Bug = 'acknowledged-early' | 'resent-unasked' | 'given-elsewhere-unasked';
