/**
 * A run that nobody waits for any more, because it was called off or took too long, and that may go on at its worker: it
 * keeps a slot there until the worker is free of it.
 */
export interface RemainingRun {
  readonly taskId: string;
  /** Of the attempt. */
  readonly number: number;
  readonly workerId: string;
  /** When nothing can be learnt of it, it is taken to have ended by then; Unix milliseconds. */
  readonly until: number;
}
