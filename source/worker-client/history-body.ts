import * as z from 'zod/mini';
import { said } from '#model/said.ts';
import type { TaskResult } from '#model/task.ts';
import { errorIn, isLost, resultIn } from './execute-body.ts';
import { type Read, readJson } from './json.ts';
import { shownEndLine } from './shown-text.ts';

const MAX_ERROR = 2_000;

/** One execution that a worker remembers. */
export interface HistoryEntry {
  /** The id on the wire. The same id can stand there more than once: version 1 runs it again. */
  readonly taskId: string;
  readonly outcome:
    | { readonly kind: 'completed'; readonly result: TaskResult }
    /** `httpStatus` is not kept by the worker. `error` is one line of plain text. */
    | { readonly kind: 'failed'; readonly httpStatus: null; readonly error: string }
    /** The worker ended while it ran. */
    | { readonly kind: 'died'; readonly error: string };
}

/** What `wireId` (model/task.ts) can make: another id cannot be ours, and stripping it could make it look so. */
const WIRE_ID = /^[A-Za-z0-9._-]{1,160}$/;

const historyEntry = z.object({
  task_id: z.string().check(z.regex(WIRE_ID)),
  success: z.optional(z.unknown()),
  execution_time: z.catch(z.nullable(z.number().check(z.nonnegative())), null),
  result: z.optional(z.unknown()),
  error: z.catch(z.string(), ''),
});
const historyBody = z.object({ task_history: z.array(z.unknown()) });

/** The body of an answer to GET /history, oldest first. Entries that cannot be read are left out. */
export function readHistory(body: string): Read<readonly HistoryEntry[]> {
  const read = readJson(body, historyBody);
  if (!read.ok) return read;
  const value = read.value.task_history.flatMap((item) => {
    const entry = historyEntry.safeParse(item);
    return entry.success ? [{ taskId: entry.data.task_id, outcome: outcomeOf(entry.data) }] : [];
  });
  return { ok: true, value };
}

/** `success` is false for a result whose counts the worker could not parse; the result itself tells better. */
function outcomeOf(entry: z.infer<typeof historyEntry>): HistoryEntry['outcome'] {
  const result = resultIn(entry.result);
  if (result !== null) return { kind: 'completed', result };
  if (entry.success === true) {
    const executionSeconds = entry.execution_time;
    return {
      kind: 'completed',
      result: { particleCollisions: null, wallCollisions: null, executionSeconds, output: '' },
    };
  }
  const error =
    errorIn(entry.result) || shownEndLine(entry.error, MAX_ERROR) || said`failed without a reason`;
  if (isLost(entry.result)) return { kind: 'died', error };
  return { kind: 'failed', httpStatus: null, error };
}
