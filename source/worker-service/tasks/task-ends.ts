import type { Benchmark, ParameterValues } from '#worker-service/catalogue/benchmark.ts';
import type { RunEnd } from '#worker-service/execution/run.ts';
import type { AcceptedTask, TaskEnd } from './task.ts';

/** A run that has ended, with what it printed. */
export interface EndedRun {
  readonly task: AcceptedTask;
  readonly benchmark: Benchmark;
  readonly end: RunEnd;
  /** The last megabyte of each stream. */
  readonly stdout: string;
  readonly stderr: string;
  /** The numbers in its output, and the names of those that are not there. */
  readonly results: ParameterValues;
  readonly missing: readonly string[];
}

/** Makes what a task ended with, and what is answered to whoever sent it. */
export interface TaskEnds {
  ofRun(run: EndedRun): TaskEnd;
  /** It could not be started. */
  notStarted(task: AcceptedTask, reason: string): TaskEnd;
  /** Before it ran. */
  cancelled(task: AcceptedTask): TaskEnd;
  /** It was accepted and is not started after all: to be sent again, here or elsewhere (see `mayComeAgain`). */
  refused(task: AcceptedTask, reason: string): TaskEnd;
  /** The worker ended while it waited or ran. */
  lost(task: AcceptedTask): TaskEnd;
}
