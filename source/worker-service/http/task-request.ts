import * as z from 'zod';
import { plainLine } from '#model/text.ts';
import { described } from '#worker-service/catalogue/parameters.ts';

/** What a master asks for in POST /execute; the parameters are not checked yet. */
export interface TaskRequest {
  /** Null: none was given, which is `unknown` on the wire. */
  readonly taskId: string | null;
  readonly benchmark: string;
  /** Undefined: none were given. */
  readonly params: unknown;
}

/** `nothing`: a body that says nothing. `wrong`: one that cannot be understood; `error` names the key and what it should be. */
export type TaskRequestRead =
  | { readonly kind: 'task'; readonly task: TaskRequest }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'wrong'; readonly error: string };

const MAX_TEXT = 256;
const NO_NAME = 'unknown';

/** Old masters may count their tasks: a number is as good as its digits. */
function name() {
  const expected = `a text of at most ${MAX_TEXT} characters`;
  const text = z.string().max(MAX_TEXT, { error: expected });
  return z.union([text, z.number().transform(String)], { error: expected });
}

const taskBody = z.object({
  task_id: name().default(NO_NAME),
  benchmark: name().default('benchmark.py'),
  params: z.unknown().optional(),
});

/** Reads the body of POST /execute, with the defaults of version 1. */
export function readTaskRequest(text: string): TaskRequestRead {
  if (text.trim() === '') return { kind: 'nothing' };
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    const cause = error instanceof SyntaxError ? plainLine(error.message) : 'unreadable';
    return { kind: 'wrong', error: `The task is not valid JSON: ${cause}` };
  }
  if (saysNothing(body)) return { kind: 'nothing' };
  const read = taskBody.safeParse(body);
  if (!read.success) {
    return { kind: 'wrong', error: read.error.issues.map((issue) => sentence(issue, body)).join('; ') };
  }
  const { task_id, benchmark, params } = read.data;
  // Well formed, so that the id is the same text wherever it is stored.
  const taskId = task_id === NO_NAME || task_id === '' ? null : task_id.toWellFormed();
  return { kind: 'task', task: { taskId, benchmark, params } };
}

/** What Python takes for false, as version 1 did: null, false, 0, "", [] and {}. */
function saysNothing(body: unknown): boolean {
  return !body || (typeof body === 'object' && Object.keys(body).length === 0);
}

function sentence({ path, message }: z.core.$ZodIssue, body: unknown): string {
  const [key] = path;
  if (key === undefined) return 'The task must be a JSON object';
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, key) : undefined;
  return `${String(key)} is ${described(value)}; expected ${message}`;
}
