import type { ParameterValues } from '#worker-service/catalogue/benchmark.ts';

export const TASK_STATES = [
  'queued',
  'running',
  'completed',
  'failed',
  'timeout',
  'cancelled',
  'lost',
] as const;

/** `lost`: the worker ended while it waited or ran, so that nobody knows how far it came. */
type TaskState = (typeof TASK_STATES)[number];

/** A status code of version 1 and the body that goes with it. */
export interface Answer {
  readonly status: number;
  readonly body: object;
}

/** What a task was accepted as. */
export interface AcceptedTask {
  /** The idempotency key. Null: whoever sent it named none; on the wire it is then `unknown`, and it is never joined. */
  readonly taskId: string | null;
  readonly benchmark: string;
  readonly params: ParameterValues;
}

/** How a task ended. */
export interface TaskEnd {
  readonly state: Exclude<TaskState, 'queued' | 'running'>;
  /** What /execute answers, now and to whoever sends the same id later. */
  readonly answer: Answer;
  /** Null where nothing went wrong. A few kilobytes at most: the end of what the answer says whole. */
  readonly error: string | null;
  /** The numbers that the program printed; empty where it did not. */
  readonly results: ParameterValues;
  readonly returnCode: number | null;
  /** Of the run; 0 where nothing ran. */
  readonly seconds: number;
}

/** A task as the journal knows it. Times are Unix milliseconds. */
export interface TaskRecord extends AcceptedTask {
  /** 1, 2, 3 … in the order of acceptance; names the output file. */
  readonly row: number;
  readonly state: TaskState;
  readonly acceptedAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** How often a program was started for it. */
  readonly starts: number;
  readonly end: TaskEnd | null;
}

/** A task that has ended. */
export interface EndedTask extends TaskRecord {
  readonly endedAt: number;
  readonly end: TaskEnd;
}

/** Whether its id is taken again: it was refused by a worker that was about to end, before anything of it had run. */
export function mayComeAgain({ state, starts, end }: TaskRecord): boolean {
  return state === 'lost' && starts === 0 && end?.answer.status === 503;
}

/** What it is called on the wire and in the log. */
export function nameOf({ taskId }: Pick<AcceptedTask, 'taskId'>): string {
  return taskId ?? 'unknown';
}
