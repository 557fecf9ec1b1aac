/** Where a task stands. `completed`, `failed` and `cancelled` are final. */
export const TASK_STATES = ['pending', 'assigned', 'running', 'completed', 'failed', 'cancelled'] as const;
export type TaskState = (typeof TASK_STATES)[number];

export type ParameterValue = string | number | boolean;
/** A benchmark's parameters under their own names, for example `NUM_PARTICULAS`. */
export type Parameters = Readonly<Record<string, ParameterValue>>;

/** What somebody asks for. Times are Unix milliseconds; null is as good as missing. */
export interface NewTask {
  /** The same id is the same task; made where it is missing. 1–128 of `A–Z a–z 0–9 . _ -`. */
  readonly id?: string;
  readonly benchmark: string;
  readonly parameters: Parameters;
  /** 1–10, larger first; 1 where it is missing. */
  readonly priority?: number;
  /** A worker's id; missing: the master chooses. */
  readonly wantedWorker?: string | null;
  /** Labels that a worker must have, all of them. */
  readonly labels?: readonly string[];
  /** Not to be sent before. */
  readonly startAt?: number | null;
  /** Not worth anything after: what has not completed by then fails. */
  readonly deadline?: number | null;
  /** Bound on one execution; missing: TASK_TIMEOUT. */
  readonly timeoutMs?: number | null;
  /** Retries after the first attempt; missing: ORCHESTRATOR_RETRY_ATTEMPTS. */
  readonly retries?: number | null;
  /** The batch it belongs to: an id as that of a task. */
  readonly batch?: string | null;
  readonly description?: string;
}

/**
 * How an attempt ended.
 * `failed`: the worker ran it and it did not succeed. `timeout`: no answer within its time.
 * `not-sent`: the worker was not reached or did not take it, so nothing ran. `died`: the worker died, or came back
 * without it. `lost`: nobody can say what became of it. `cancelled`: called off, or overtaken by another attempt.
 * `duplicate`: it succeeded after another attempt had; its result does not count.
 * Only `failed` and `timeout` cost one of the task's attempts.
 */
export const ATTEMPT_OUTCOMES = [
  'completed',
  'failed',
  'timeout',
  'not-sent',
  'died',
  'lost',
  'cancelled',
  'duplicate',
] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/**
 * Why a task failed. `attempts`: they are used up. `rejected`: the request itself is at fault. `suspect`: too many
 * workers died while they ran it. `deadline`: its deadline passed.
 */
export const FAILURE_REASONS = ['attempts', 'rejected', 'suspect', 'deadline'] as const;
export type FailureReason = (typeof FAILURE_REASONS)[number];

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
  /** What a benchmark that its worker declares gave, by name, plain text; missing where nothing was told. */
  readonly results?: Readonly<Record<string, ParameterValue>>;
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
  /** Labels that its worker must have, all of them. */
  readonly labels: readonly string[];
  /** Not to be sent before, as the caller asked. */
  readonly startAt: number | null;
  readonly deadline: number | null;
  /** Bound on one execution; null: TASK_TIMEOUT. */
  readonly timeoutMs: number | null;
  /** Retries after the first attempt; null: ORCHESTRATOR_RETRY_ATTEMPTS. */
  readonly retries: number | null;
  readonly batch: string | null;
  readonly description: string;
  readonly state: TaskState;
  /** Null unless it failed. */
  readonly failure: FailureReason | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Every attempt ever made, oldest first. */
  readonly attempts: readonly Attempt[];
  readonly result: TaskResult | null;
  /** Not to be sent before this time (backoff after a failure); null: at once. */
  readonly notBefore: number | null;
  /** Attempts with a smaller number do not count against it: it was retried by hand since. */
  readonly countedFrom: number;
  /** When somebody called it off while it ran; null otherwise. */
  readonly cancelAt: number | null;
}

export const MIN_PRIORITY = 1;
export const MAX_PRIORITY = 10;
export const DEFAULT_PRIORITY = 1;
/** The longest that one execution may be bounded to. */
export const MAX_TIMEOUT_MS = 7 * 86_400_000;
/** The most retries that a task may ask for. */
export const MAX_RETRIES = 100;

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
  return countAttempts(task, ['failed', 'timeout']);
}

/** How many attempts ended so since the task was submitted, or last retried by hand. */
export function countAttempts(
  { attempts, countedFrom }: Pick<Task, 'attempts' | 'countedFrom'>,
  outcomes: readonly AttemptOutcome[],
): number {
  return attempts.filter(
    ({ number, outcome }) => number >= countedFrom && outcome !== null && outcomes.includes(outcome),
  ).length;
}

/** The attempt whose result is the task's, or undefined. */
export function completedAttempt({ attempts }: Pick<Task, 'attempts'>): Attempt | undefined {
  return attempts.find(({ outcome }) => outcome === 'completed');
}

/** Milliseconds from when it might have been sent to when it first was; null for what never was. */
export function waitedMs({ attempts, createdAt, startAt }: Task): number | null {
  const sent = attempts.find(({ sentAt }) => sentAt !== null)?.sentAt ?? null;
  return sent === null ? null : Math.max(0, sent - Math.max(createdAt, startAt ?? 0));
}

/** Whether nothing more will happen to it by itself. */
export function isFinal(state: TaskState): boolean {
  return state === 'completed' || state === 'failed' || state === 'cancelled';
}

/** When the attempt that counts was sent to its worker: the one that completed, else the one under way or the last. */
export function startedAt(task: Task): number | null {
  return (completedAttempt(task) ?? task.attempts.at(-1))?.sentAt ?? null;
}

/** What a declared benchmark gave, but for what the two counts tell already. */
export function otherResults(result: TaskResult): readonly (readonly [string, ParameterValue])[] {
  const { particleCollisions: particle_collisions, wallCollisions: wall_collisions, results = {} } = result;
  const counts = new Map<string, ParameterValue | null>(
    Object.entries({ particle_collisions, wall_collisions }),
  );
  return Object.entries(results).filter(([name, value]) => counts.get(name) !== value);
}

/** The worker that completed it, else the one that runs it or ran it last. */
export function lastWorker(task: Task): string | null {
  return (completedAttempt(task) ?? task.attempts.at(-1))?.workerId ?? null;
}

/** The error of the last attempt that had one. */
export function lastError(task: Task): string | null {
  return task.attempts.findLast(({ error }) => error !== null)?.error ?? null;
}

/** Whether two parameter sets are the same; their order does not count. */
export function sameParameters(a: Parameters, b: Parameters): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && a[name] === b[name])
  );
}
