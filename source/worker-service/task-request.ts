import * as z from 'zod';
import { plainLine } from '#model/text.ts';

/** The benchmark's parameters, under the names that go over the wire. */
export interface BenchmarkParameters {
  readonly NUM_PARTICULAS: number;
  readonly NUM_PASOS: number;
  readonly SEMILLA: number;
}

/** What a master asks for in POST /execute, complete. */
export interface TaskRequest {
  readonly taskId: string;
  readonly benchmark: string;
  readonly params: BenchmarkParameters;
}

/** Who a task is, where that much can be read from a request that is otherwise wrong. */
export type TaskName = Pick<TaskRequest, 'taskId' | 'benchmark'>;

/** `nothing`: a body that says nothing. `wrong`: one that cannot be run; `error` names the key and what it should be. */
export type TaskRequestRead =
  | { readonly kind: 'task'; readonly task: TaskRequest }
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'wrong';
      readonly error: string;
      /** Null where not even the name could be read. */
      readonly name: TaskName | null;
    };

const MAX_TEXT = 256;
const SHOWN_CHARACTERS = 40;
/** More could hardly take one step within the time limit, and would take more than 200 MB of memory. */
const MAX_PARTICLES = 250_000;

const NAME_EXPECTED = `a text of at most ${MAX_TEXT} characters`;
// Old masters may count their tasks: a number is as good as its digits.
const name = z.union([z.string().max(MAX_TEXT, { error: NAME_EXPECTED }), z.number().transform(String)], {
  error: NAME_EXPECTED,
});

/** An integer, or its digits: version 1 passed both on to the program. */
function integer(least: number, most: number) {
  const expected = `a whole number from ${least} to ${most}`;
  const digits = z
    .string()
    .regex(/^\d{1,16}$/)
    .transform(Number);
  return z
    .union([z.number(), digits], { error: expected })
    .refine((value) => Number.isInteger(value) && value >= least && value <= most, { error: expected });
}

const taskBody = z.object({
  task_id: name.default('unknown'),
  benchmark: name.default('benchmark.py'),
  params: z
    .object(
      {
        NUM_PARTICULAS: integer(1, MAX_PARTICLES).default(100),
        NUM_PASOS: integer(1, Number.MAX_SAFE_INTEGER).default(500),
        SEMILLA: integer(0, 2 ** 32 - 1).default(42),
      },
      { error: 'an object' },
    )
    .prefault({}),
});
const nameBody = taskBody.pick({ task_id: true, benchmark: true });

/** Reads the body of POST /execute. */
export function readTaskRequest(text: string): TaskRequestRead {
  if (text.trim() === '') return { kind: 'nothing' };
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    const cause = error instanceof SyntaxError ? plainLine(error.message) : 'unreadable';
    return { kind: 'wrong', error: `The task is not valid JSON: ${cause}`, name: null };
  }
  if (saysNothing(body)) return { kind: 'nothing' };
  const read = taskBody.safeParse(body);
  if (read.success) {
    const { task_id: taskId, benchmark, params } = read.data;
    return { kind: 'task', task: { taskId, benchmark, params } };
  }
  const named = nameBody.safeParse(body);
  return {
    kind: 'wrong',
    error: read.error.issues.map((issue) => sentence(issue, body)).join('; '),
    name: named.success ? { taskId: named.data.task_id, benchmark: named.data.benchmark } : null,
  };
}

/** What Python takes for false, as version 1 did: null, false, 0, "", [] and {}. */
function saysNothing(body: unknown): boolean {
  return !body || (typeof body === 'object' && Object.keys(body).length === 0);
}

function sentence({ path, message }: z.core.$ZodIssue, body: unknown): string {
  if (path.length === 0) return 'The task must be a JSON object';
  const value = JSON.stringify(path.reduce(property, body)) ?? 'missing';
  const shown = plainLine(value.slice(0, 10 * SHOWN_CHARACTERS));
  const cut = shown.length > SHOWN_CHARACTERS ? `${shown.slice(0, SHOWN_CHARACTERS).toWellFormed()}…` : shown;
  return `${path.join('.')} is ${cut}; expected ${message}`;
}

function property(of: unknown, key: PropertyKey): unknown {
  return typeof of === 'object' && of !== null && Object.hasOwn(of, key)
    ? (of as Readonly<Record<PropertyKey, unknown>>)[key]
    : undefined;
}
