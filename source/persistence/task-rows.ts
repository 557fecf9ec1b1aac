import * as z from 'zod/mini';
import { type Attempt, type Parameters, TASK_STATES, type Task } from '#model/task.ts';

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
  description: z.string(),
  state: z.enum(TASK_STATES),
  created_at: z.number(),
  updated_at: z.number(),
  not_before: z.nullable(z.number()),
  result: z.nullable(z.string()),
});

const attemptRow = z.object({
  number: z.number(),
  worker_id: z.string(),
  assigned_at: z.number(),
  sent_at: z.nullable(z.number()),
  ended_at: z.nullable(z.number()),
  outcome: z.nullable(z.enum(['completed', 'failed', 'timeout', 'not-sent', 'lost'])),
  error: z.nullable(z.string()),
});

/** The columns that `taskOf` reads. */
export const TASK_COLUMNS = Object.keys(taskRow.shape).join(', ');
/** The columns that `taskOf` reads of each attempt. */
export const ATTEMPT_COLUMNS = Object.keys(attemptRow.shape).join(', ');

/** A task from its rows. Throws where they are not what this program writes. */
export function taskOf(row: unknown, attemptRows: readonly unknown[]): Task {
  const columns = taskRow.parse(row);
  return {
    id: columns.id,
    sequence: columns.sequence,
    benchmark: columns.benchmark,
    parameters: parameters.parse(JSON.parse(columns.parameters)),
    priority: columns.priority,
    wantedWorker: columns.wanted_worker,
    description: columns.description,
    state: columns.state,
    createdAt: columns.created_at,
    updatedAt: columns.updated_at,
    attempts: attemptRows.map(attemptOf),
    result: columns.result === null ? null : result.parse(JSON.parse(columns.result)),
    notBefore: columns.not_before,
  };
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

/** What of a task never changes, as named values for a row of `task`. */
export function identityValues(task: Task) {
  return {
    sequence: task.sequence,
    id: task.id,
    benchmark: task.benchmark,
    parameters: JSON.stringify(task.parameters),
    priority: task.priority,
    wanted_worker: task.wantedWorker,
    description: task.description,
    created_at: task.createdAt,
  };
}

/** What changes. A completed run's worker and time stand in columns of their own, where an index finds them. */
export function stateValues(task: Task) {
  const completedBy = task.state === 'completed' ? task.attempts.at(-1)?.workerId : undefined;
  return {
    sequence: task.sequence,
    id: task.id,
    state: task.state,
    updated_at: task.updatedAt,
    not_before: task.notBefore,
    completed_by: completedBy ?? null,
    execution_seconds: task.result?.executionSeconds ?? null,
    result: task.result === null ? null : JSON.stringify(task.result),
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

/** Whether two parameter sets are the same; their order does not count. */
export function sameParameters(a: Parameters, b: Parameters): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && a[name] === b[name])
  );
}
