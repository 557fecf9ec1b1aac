import type { Benchmark } from '#worker-service/catalogue/benchmark.ts';
import type { OutputReader } from '#worker-service/catalogue/output-reader.ts';
import type { KillReason, Run } from '#worker-service/execution/run.ts';
import type { TaskOutput } from '#worker-service/execution/task-output.ts';
import type { AcceptedTask, EndedTask, TaskEnd, TaskRecord } from './task.ts';
import type { TaskEnds } from './task-ends.ts';
import type { Submission } from './task-runner-role.ts';

/** Why a worker starts nothing more. */
export const ABOUT_TO_END = 'the worker is about to end';

/** A task that waits or runs. Times are Unix milliseconds. */
export interface LiveTask {
  readonly task: AcceptedTask;
  readonly benchmark: Benchmark;
  readonly acceptedAt: number;
  /** 0 until the journal has it. */
  row: number;
  /** When it got its slot. */
  startedAt: number | null;
  /** As the journal counts them: before the program starts. */
  starts: number;
  /** There from the start of the program on. */
  run: Run | null;
  output: TaskOutput | null;
  reader: OutputReader | null;
  /** Resolves to the output once the program starts; to null where the task ends without one. */
  readonly begun: Promise<TaskOutput | null>;
  /** Resolves `begun`. */
  readonly begin: (output: TaskOutput | null) => void;
  /** Asked for before there was a run that could be killed. */
  killed: KillReason | null;
  /** How it ended; null while it waits or runs. It is still here where the journal could not take it yet. */
  record: EndedTask | null;
  readonly ended: Promise<TaskEnd>;
  /** Resolves `ended`. */
  readonly resolve: (end: TaskEnd) => void;
}

export function liveTask(task: AcceptedTask, benchmark: Benchmark, acceptedAt: number): LiveTask {
  const { promise: ended, resolve } = Promise.withResolvers<TaskEnd>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<TaskOutput | null>();
  const idle = { row: 0, startedAt: null, starts: 0, run: null, output: null, reader: null, killed: null };
  return { task, benchmark, acceptedAt, ...idle, begun, begin, record: null, ended, resolve };
}

/** What the journal says of it: it runs from when its start is on disk, not from when it has a slot. */
export function recordOf(live: LiveTask): TaskRecord {
  const { task, row, acceptedAt, starts, record } = live;
  if (record !== null) return record;
  const isStarted = starts > 0;
  const startedAt = isStarted ? live.startedAt : null;
  const state = isStarted ? 'running' : 'queued';
  return { ...task, row, state, acceptedAt, startedAt, endedAt: null, starts, end: null };
}

/** What the journal is to say of its end. */
export function endedRecord(live: LiveTask, endedAt: number, end: TaskEnd): EndedTask {
  const { task, row, acceptedAt, starts } = live;
  const startedAt = starts === 0 ? null : live.startedAt;
  return { ...task, row, state: end.state, acceptedAt, startedAt, endedAt, starts, end };
}

/** The end of one that was killed before its program was there. */
export function endOfUnstarted(ends: TaskEnds, { task, killed, starts }: LiveTask): TaskEnd {
  if (killed === 'cancelled') return ends.cancelled(task);
  return starts === 0 ? ends.refused(task, ABOUT_TO_END) : ends.lost(task);
}

/** Ends its program, now or as soon as there is one. */
export function kill(live: LiveTask, reason: KillReason): void {
  live.killed ??= reason;
  live.run?.kill(reason);
}

/** Whether two requests ask for the same: an id stands for one content. */
export function sameContent(one: AcceptedTask, other: AcceptedTask): boolean {
  const names = Object.keys(one.params);
  return (
    one.benchmark === other.benchmark &&
    names.length === Object.keys(other.params).length &&
    names.every((name) => Object.hasOwn(other.params, name) && one.params[name] === other.params[name])
  );
}

/** The answer where they do not. */
export function conflict({ taskId }: AcceptedTask): Submission {
  const error = `task_id ${taskId} stands for another benchmark or other parameters here; send a new task under a new id`;
  return { kind: 'conflict', error };
}
