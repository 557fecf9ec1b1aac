import * as z from 'zod/mini';
import type { Batch } from '#model/batch.ts';
import type { PastRun } from '#model/past-run.ts';
import type { RemainingRun } from '#model/remaining-run.ts';
import type { FinishedRun } from '#model/run-statistics.ts';
import {
  ATTEMPT_OUTCOMES,
  type Attempt,
  completedAttempt,
  FAILURE_REASONS,
  isFinal,
  TASK_STATES,
  type Task,
  type TaskResult,
  waitedMs,
} from '#model/task.ts';
import type { HistoryEntry } from '#model/task-history.ts';

const parameters = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const result = z.object({
  particleCollisions: z.nullable(z.number()),
  wallCollisions: z.nullable(z.number()),
  executionSeconds: z.nullable(z.number()),
  output: z.string(),
});

const taskRow = z.object({
  sequence: z.number(),
  id: z.string(),
  benchmark: z.string(),
  parameters: z.string(),
  priority: z.number(),
  wanted_worker: z.nullable(z.string()),
  labels: z.string(),
  start_at: z.nullable(z.number()),
  deadline: z.nullable(z.number()),
  timeout_ms: z.nullable(z.number()),
  retries: z.nullable(z.number()),
  batch: z.nullable(z.string()),
  description: z.string(),
  state: z.enum(TASK_STATES),
  failure: z.nullable(z.enum(FAILURE_REASONS)),
  counted_from: z.number(),
  cancel_at: z.nullable(z.number()),
  created_at: z.number(),
  updated_at: z.number(),
  not_before: z.nullable(z.number()),
  result: z.nullable(z.string()),
});
const taskAndResultsRow = z.extend(taskRow, { results: z.nullable(z.string()) });

const attemptRow = z.object({
  number: z.number(),
  worker_id: z.string(),
  assigned_at: z.number(),
  sent_at: z.nullable(z.number()),
  ended_at: z.nullable(z.number()),
  outcome: z.nullable(z.enum(ATTEMPT_OUTCOMES)),
  error: z.nullable(z.string()),
});

const batchRow = z.object({
  id: z.string(),
  description: z.string(),
  benchmark: z.string(),
  created_at: z.number(),
  started_at: z.nullable(z.number()),
  ended_at: z.nullable(z.number()),
  pending: z.number(),
  assigned: z.number(),
  running: z.number(),
  completed: z.number(),
  failed: z.number(),
  cancelled: z.number(),
});

const historyRow = z.object({
  at: z.number(),
  change: z.string(),
  state: z.enum(TASK_STATES),
  attempt: z.nullable(z.number()),
  worker_id: z.nullable(z.string()),
  note: z.nullable(z.string()),
});

const remainingRow = z.object({
  task_id: z.string(),
  number: z.number(),
  worker_id: z.string(),
  until: z.number(),
});

const pastRunRow = z.object({ parameters: z.string(), seconds: z.number() });

const labels = z.array(z.string());

/** The columns that `taskOf` reads, but for `results`. */
export const TASK_COLUMNS = Object.keys(taskRow.shape).join(', ');
/** The columns that `taskOf` reads of each attempt. */
export const ATTEMPT_COLUMNS = Object.keys(attemptRow.shape).join(', ');
/** The columns that `batchOf` reads. */
export const BATCH_COLUMNS = Object.keys(batchRow.shape).join(', ');
/** The columns that `historyOf` reads. */
export const HISTORY_COLUMNS = Object.keys(historyRow.shape).join(', ');

/** A task from its rows. Throws where they are not what this program writes. */
export function taskOf(row: unknown, attemptRows: readonly unknown[]): Task {
  const columns = taskAndResultsRow.parse(row);
  return {
    id: columns.id,
    sequence: columns.sequence,
    benchmark: columns.benchmark,
    parameters: parameters.parse(JSON.parse(columns.parameters)),
    priority: columns.priority,
    wantedWorker: columns.wanted_worker,
    labels: labels.parse(JSON.parse(columns.labels)),
    startAt: columns.start_at,
    deadline: columns.deadline,
    timeoutMs: columns.timeout_ms,
    retries: columns.retries,
    batch: columns.batch,
    description: columns.description,
    state: columns.state,
    failure: columns.failure,
    createdAt: columns.created_at,
    updatedAt: columns.updated_at,
    attempts: attemptRows.map(attemptOf),
    result: resultOf(columns),
    notBefore: columns.not_before,
    countedFrom: columns.counted_from,
    cancelAt: columns.cancel_at,
  };
}

function resultOf(columns: z.infer<typeof taskAndResultsRow>): TaskResult | null {
  if (columns.result === null) return null;
  const told = result.parse(JSON.parse(columns.result));
  return columns.results === null
    ? told
    : { ...told, results: parameters.parse(JSON.parse(columns.results)) };
}

/** A batch from its row. */
export function batchOf(row: unknown): Batch {
  const { pending, assigned, running, completed, failed, cancelled, ...columns } = batchRow.parse(row);
  return {
    id: columns.id,
    description: columns.description,
    benchmark: columns.benchmark,
    createdAt: columns.created_at,
    startedAt: columns.started_at,
    endedAt: columns.ended_at,
    counts: { pending, assigned, running, completed, failed, cancelled },
    marks: [],
  };
}

/** One line of a task's history from its row. */
export function historyOf(row: unknown): HistoryEntry {
  const { worker_id: workerId, ...columns } = historyRow.parse(row);
  return { ...columns, workerId };
}

/** A past run from its row. */
export function pastRunOf(row: unknown, workerId: string, benchmark: string): PastRun {
  const columns = pastRunRow.parse(row);
  return {
    workerId,
    benchmark,
    parameters: parameters.parse(JSON.parse(columns.parameters)),
    seconds: columns.seconds,
  };
}

/** A run that may go on at its worker, from its row. */
export function remainingRunOf(row: unknown): RemainingRun {
  const { task_id: taskId, worker_id: workerId, ...columns } = remainingRow.parse(row);
  return { taskId, workerId, ...columns };
}

function attemptOf(row: unknown): Attempt {
  const columns = attemptRow.parse(row);
  return {
    number: columns.number,
    workerId: columns.worker_id,
    assignedAt: columns.assigned_at,
    sentAt: columns.sent_at,
    endedAt: columns.ended_at,
    outcome: columns.outcome,
    error: columns.error,
  };
}

const runRow = z.object({
  benchmark: z.string(),
  completed_by: z.nullable(z.string()),
  state: z.enum(TASK_STATES),
  ended_at: z.number(),
  waited_ms: z.nullable(z.number()),
  execution_seconds: z.nullable(z.number()),
});

/** A finished task for the statistics, from its row. */
export function finishedRunOf(row: unknown): FinishedRun {
  const columns = runRow.parse(row);
  return {
    benchmark: columns.benchmark,
    workerId: columns.completed_by,
    state: columns.state,
    endedAt: columns.ended_at,
    waitedMs: columns.waited_ms,
    seconds: columns.execution_seconds,
  };
}

/** What of a task never changes, as named values for a row of `task`. */
export function identityValues(task: Task) {
  return {
    sequence: task.sequence,
    id: task.id,
    benchmark: task.benchmark,
    parameters: JSON.stringify(task.parameters),
    priority: task.priority,
    wanted_worker: task.wantedWorker,
    labels: JSON.stringify(task.labels),
    start_at: task.startAt,
    deadline: task.deadline,
    timeout_ms: task.timeoutMs,
    retries: task.retries,
    batch: task.batch,
    description: task.description,
    created_at: task.createdAt,
  };
}

/** What changes. A completed run's worker and time stand in columns of their own, where an index finds them. */
export function stateValues(task: Task) {
  const { results, ...told } = task.result ?? {};
  const completedBy = task.state === 'completed' ? completedAttempt(task)?.workerId : undefined;
  return {
    sequence: task.sequence,
    id: task.id,
    state: task.state,
    failure: task.failure,
    counted_from: task.countedFrom,
    cancel_at: task.cancelAt,
    updated_at: task.updatedAt,
    ended_at: isFinal(task.state) ? task.updatedAt : null,
    waited_ms: isFinal(task.state) ? waitedMs(task) : null,
    not_before: task.notBefore,
    completed_by: completedBy ?? null,
    execution_seconds: task.result?.executionSeconds ?? null,
    result: task.result === null ? null : JSON.stringify(told),
    results: results === undefined ? null : JSON.stringify(results),
  };
}

/** Named values for a row of `attempt`. */
export function attemptValues(task: Task, attempt: Attempt) {
  return {
    task: task.sequence,
    number: attempt.number,
    worker_id: attempt.workerId,
    assigned_at: attempt.assignedAt,
    sent_at: attempt.sentAt,
    ended_at: attempt.endedAt,
    outcome: attempt.outcome,
    error: attempt.error,
  };
}

/** What a change of a task adds to its history. */
export interface ChangeNote {
  readonly at: number;
  readonly change: string;
  /** The number of the attempt that it is about, where that is not the last. */
  readonly attempt?: number | undefined;
  readonly note?: string | undefined;
  /** A run that the change leaves at its worker. */
  readonly remains?: RemainingRun | undefined;
}

/** Named values for a row of `change`. */
export function changeValues(task: Task, { at, change, attempt, note }: ChangeNote) {
  const about =
    attempt === undefined ? task.attempts.at(-1) : task.attempts.find((one) => one.number === attempt);
  return {
    task: task.sequence,
    at,
    change,
    state: task.state,
    attempt: about?.number ?? null,
    worker_id: about?.workerId ?? null,
    note: note ?? about?.error ?? null,
  };
}
