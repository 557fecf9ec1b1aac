/** Where a task stands. `completed`, `failed` and `cancelled` are final. */
export const TASK_STATES = ['pending', 'assigned', 'running', 'completed', 'failed', 'cancelled'] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** A benchmark's parameters under their own names, for example `NUM_PARTICULAS`. */
export type Parameters = Readonly<Record<string, string | number | boolean>>;

/** What somebody asks for. */
export interface NewTask {
  /** The same id is the same task; made where it is missing. 1–128 of `A–Z a–z 0–9 . _ -`. */
  readonly id?: string;
  readonly benchmark: string;
  readonly parameters: Parameters;
  /** 1–10, larger first; 1 where it is missing. */
  readonly priority?: number;
  /** A worker's id; null or missing: the master chooses. */
  readonly wantedWorker?: string | null;
  readonly description?: string;
}

/**
 * How an attempt ended.
 * `failed`: the worker ran it and it did not succeed. `timeout`: no answer within TASK_TIMEOUT.
 * `not-sent`: the worker could not be reached, so nothing ran. `lost`: the worker vanished while it ran, or came
 * back without knowing of it. Only `failed` and `timeout` cost one of the task's attempts.
 */
export type AttemptOutcome = 'completed' | 'failed' | 'timeout' | 'not-sent' | 'lost';

/** One try of a task on one worker. Times are Unix milliseconds. */
export interface Attempt {
  /** 1, 2, 3 …; the id on the wire is made from it (`wireId`). */
  readonly number: number;
  readonly workerId: string;
  readonly assignedAt: number;
  /** When the request had left this machine; null before that. From then on the worker may have run it. */
  readonly sentAt: number | null;
  readonly endedAt: number | null;
  /** Null while it lasts. */
  readonly outcome: AttemptOutcome | null;
  /** Plain text; null where nothing went wrong. */
  readonly error: string | null;
}

/** What a completed task gave. */
export interface TaskResult {
  /** Null where neither the worker's answer nor the program's output told. */
  readonly particleCollisions: number | null;
  readonly wallCollisions: number | null;
  /** The worker's own measure, in seconds. */
  readonly executionSeconds: number | null;
  /** The end of what the program printed, plain text; empty where the worker does not send it. */
  readonly output: string;
}

/** One task. Times are Unix milliseconds. */
export interface Task {
  readonly id: string;
  /** Order of acceptance, larger is later. */
  readonly sequence: number;
  readonly benchmark: string;
  readonly parameters: Parameters;
  readonly priority: number;
  readonly wantedWorker: string | null;
  readonly description: string;
  readonly state: TaskState;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Every attempt ever made, oldest first. */
  readonly attempts: readonly Attempt[];
  readonly result: TaskResult | null;
  /** Not to be sent before this time (backoff after a failure); null: at once. */
  readonly notBefore: number | null;
}

export const MIN_PRIORITY = 1;
export const MAX_PRIORITY = 10;
export const DEFAULT_PRIORITY = 1;

const TASK_ID = /^[A-Za-z0-9._-]{1,128}$/;

/** Whether `id` may name a task. */
export function isTaskId(id: string): boolean {
  return TASK_ID.test(id);
}

/** The id of an attempt on the wire: the task's own for the first, `<id>.2`, `<id>.3` … for the next. */
export function wireId(taskId: string, attempt: number): string {
  return attempt === 1 ? taskId : `${taskId}.${attempt}`;
}

/** The attempt that is under way, or undefined. */
export function openAttempt(task: Task): Attempt | undefined {
  const last = task.attempts.at(-1);
  return last !== undefined && last.outcome === null ? last : undefined;
}

/** How many attempts count against the task: those that a worker ran and did not finish well. */
export function spentAttempts(task: Task): number {
  return task.attempts.filter(({ outcome }) => outcome === 'failed' || outcome === 'timeout').length;
}

/** Whether nothing more will happen to it by itself. */
export function isFinal(state: TaskState): boolean {
  return state === 'completed' || state === 'failed' || state === 'cancelled';
}

/** When the attempt under way, or else the last one, was sent to its worker. */
export function startedAt(task: Task): number | null {
  return task.attempts.at(-1)?.sentAt ?? null;
}

/** The worker that runs it or ran it last. */
export function lastWorker(task: Task): string | null {
  return task.attempts.at(-1)?.workerId ?? null;
}

/** The error of the last attempt that had one. */
export function lastError(task: Task): string | null {
  return task.attempts.findLast(({ error }) => error !== null)?.error ?? null;
}
