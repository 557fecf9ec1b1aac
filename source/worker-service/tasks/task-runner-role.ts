import type { ReadableOutput } from '#worker-service/execution/task-output.ts';
import type { AcceptedTask, TaskEnd, TaskRecord } from './task.ts';

/** How far a run is, as its program says. */
interface Progress {
  /** 0–1. */
  readonly fraction: number;
}

/** A task, as /v2/tasks/:id shows it. */
export interface TaskView {
  readonly record: TaskRecord;
  /** Null: not running, or nothing was said. */
  readonly progress: Progress | null;
  /** The last kilobytes of each stream; of a task that has ended, what of them is at the end of its output. */
  readonly stdoutTail: string;
  readonly stderrTail: string;
  /** Can be read from before the program starts. Null where it is not kept any more. */
  readonly output: ReadableOutput | null;
  /** Resolves when it has ended; never rejects. */
  readonly ended: Promise<TaskEnd | null>;
}

/** What became of a request to run something. */
export type Submission =
  /** `joined`: the same id waits or runs already. `ended` never rejects. */
  | { readonly kind: 'accepted' | 'joined'; readonly taskId: string | null; readonly ended: Promise<TaskEnd> }
  /** The same id has ended before: it is not run again. */
  | { readonly kind: 'known'; readonly taskId: string | null; readonly end: TaskEnd }
  /** Try again later. */
  | { readonly kind: 'busy'; readonly reason: 'queue-full' | 'draining'; readonly retryAfterSeconds: number }
  /** The id stands for another benchmark or other parameters. */
  | { readonly kind: 'conflict'; readonly error: string }
  /** Nothing could be recorded (a full disk), so nothing was accepted. */
  | { readonly kind: 'unrecorded'; readonly error: string };

interface Occupancy {
  readonly slots: number;
  readonly slotsFree: number;
  readonly queued: number;
  readonly draining: boolean;
}

/** Runs the tasks of this worker. */
export interface TaskRunner {
  /** The benchmark is known and its parameters are valid; see `Catalogue` and `readParameters`. */
  submit(task: AcceptedTask): Promise<Submission>;
  /** Those running, then those waiting, each oldest first. */
  list(): readonly TaskView[];
  find(taskId: string): Promise<TaskView | undefined>;
  /**
   * Resolves when nothing of it is left; a task that has ended stays as it is. Undefined: unknown here, and should it come
   * later, it is accepted as cancelled and never starts.
   */
  cancel(taskId: string): Promise<TaskView | undefined>;
  occupancy(): Occupancy;
  /** The task that got its slot last of those that have one. */
  current(): TaskRecord | null;
  /**
   * Takes nothing more; what waits is refused. Resolves when what runs has ended, at the latest after `graceMs`; what is
   * left then goes on until `stop`.
   */
  drain(graceMs: number): Promise<void>;
  /** Ends everything at once and records it; also while it drains. */
  stop(): Promise<void>;
}
