import * as z from 'zod/mini';
import { type AcceptedTask, type EndedTask, TASK_STATES, type TaskEnd, type TaskRecord } from './task.ts';

const parameters = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const body = z.record(z.string(), z.unknown());

const taskRow = z.object({
  row: z.number(),
  task_id: z.nullable(z.string()),
  benchmark: z.string(),
  params: z.string(),
  accepted_at: z.number(),
  started_at: z.nullable(z.number()),
  starts: z.number(),
  state: z.enum(TASK_STATES),
  ended_at: z.nullable(z.number()),
  seconds: z.nullable(z.number()),
  return_code: z.nullable(z.number()),
  error: z.nullable(z.string()),
  results: z.nullable(z.string()),
  status: z.nullable(z.number()),
  body: z.nullable(z.string()),
});

/** The columns that `recordOf` reads. */
export const TASK_COLUMNS = Object.keys(taskRow.shape).join(', ');

/** A task from its row. Throws where it is not what this program writes. */
export function recordOf(row: unknown): TaskRecord {
  const columns = taskRow.parse(row);
  return {
    row: columns.row,
    taskId: columns.task_id,
    benchmark: columns.benchmark,
    params: parameters.parse(JSON.parse(columns.params)),
    state: columns.state,
    acceptedAt: columns.accepted_at,
    startedAt: columns.started_at,
    endedAt: columns.ended_at,
    starts: columns.starts,
    end: endOf(columns),
  };
}

/** As `recordOf`, of a row that tells an end. */
export function endedOf(row: unknown): EndedTask {
  const { end, endedAt, ...record } = recordOf(row);
  if (end === null || endedAt === null) throw new Error('it has not ended');
  return { ...record, end, endedAt };
}

function endOf(columns: z.infer<typeof taskRow>): TaskEnd | null {
  const { state, status } = columns;
  if (state === 'queued' || state === 'running' || status === null) return null;
  return {
    state,
    answer: { status, body: body.parse(JSON.parse(columns.body ?? '')) },
    error: columns.error,
    results: parameters.parse(JSON.parse(columns.results ?? '')),
    returnCode: columns.return_code,
    seconds: columns.seconds ?? 0,
  };
}

/** Named values for a new row. */
export function acceptedValues(task: AcceptedTask, acceptedAt: number) {
  return {
    task_id: task.taskId,
    benchmark: task.benchmark,
    params: JSON.stringify(task.params),
    accepted_at: acceptedAt,
  };
}

/** Named values for the end of a row. */
export function endValues(row: number, endedAt: number, end: TaskEnd) {
  return {
    row,
    state: end.state,
    ended_at: endedAt,
    seconds: end.seconds,
    return_code: end.returnCode,
    error: end.error,
    results: JSON.stringify(end.results),
    status: end.answer.status,
    body: JSON.stringify(end.answer.body),
  };
}
