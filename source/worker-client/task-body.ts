import * as z from 'zod/mini';
import { said } from '#model/said.ts';
import type { TaskResult } from '#model/task.ts';
import { declaredResults } from './declared-results.ts';
import { errorIn, resultIn } from './execute-body.ts';
import { type Read, readJson } from './json.ts';
import { shownEnd, shownEndLine } from './shown-text.ts';

const MAX_TAIL = 16 * 1_024;
const MAX_ERROR = 2_000;

/** Where a task stands on a worker of ours. `lost`: the worker died while it ran it, and has come back. */
const WORKER_TASK_STATES = [
  'queued',
  'running',
  'completed',
  'failed',
  'timeout',
  'cancelled',
  'lost',
] as const;

/** What a worker says of one task, by its id on the wire. */
export interface TaskReport {
  readonly state: (typeof WORKER_TASK_STATES)[number];
  /** 0–1; null where it does not know. */
  readonly progress: number | null;
  /** What it answered to /execute, or would have; null while it has not ended, and where nothing was answered. */
  readonly outcome:
    | { readonly kind: 'completed'; readonly result: TaskResult }
    | { readonly kind: 'failed'; readonly httpStatus: number | null; readonly error: string }
    | null;
  /** The end of what it printed, plain text. */
  readonly stdoutTail: string;
  readonly stderrTail: string;
}

const text = z.catch(z.string(), '');
const taskBody = z.object({
  state: z.enum(WORKER_TASK_STATES),
  progress: z.catch(z.nullable(z.number().check(z.minimum(0), z.maximum(1))), null),
  answer: z.catch(z.nullable(z.object({ status: z.int(), body: z.unknown() })), null),
  error: z.optional(z.unknown()),
  stdout_tail: text,
  stderr_tail: text,
  results: z.optional(z.unknown()),
});

/** The body of an answer to GET or DELETE /v2/tasks/:id. */
export function readTask(body: string): Read<TaskReport> {
  const read = readJson(body, taskBody);
  if (!read.ok) return read;
  const { state, progress, stdout_tail, stderr_tail } = read.value;
  return {
    ok: true,
    value: {
      state,
      progress,
      outcome: outcomeOf(read.value),
      stdoutTail: shownEnd(stdout_tail, MAX_TAIL),
      stderrTail: shownEnd(stderr_tail, MAX_TAIL),
    },
  };
}

/** It ended well, and its worker repeats no answer. */
const UNTOLD: TaskResult = {
  particleCollisions: null,
  wallCollisions: null,
  executionSeconds: null,
  output: '',
};

function outcomeOf({ state, answer, error, results }: z.infer<typeof taskBody>): TaskReport['outcome'] {
  if (state === 'queued' || state === 'running' || state === 'lost') return null;
  const result = answer?.status === 200 ? resultIn(answer.body) : null;
  if (result !== null) return { kind: 'completed', result };
  if (state === 'completed') return { kind: 'completed', result: { ...UNTOLD, ...declaredResults(results) } };
  const told = errorIn(answer?.body) || errorIn({ error }) || endedAs(state);
  return { kind: 'failed', httpStatus: answer?.status ?? null, error: shownEndLine(told, MAX_ERROR) };
}

function endedAs(state: 'failed' | 'timeout' | 'cancelled'): string {
  switch (state) {
    case 'failed':
      return said`ended as failed`;
    case 'timeout':
      return said`ended as timeout`;
    case 'cancelled':
      return said`ended as cancelled`;
  }
}
