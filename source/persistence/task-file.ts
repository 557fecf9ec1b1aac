import * as z from 'zod/mini';
import type { Wanted } from '#model/commands.ts';
import { UserError } from '#model/errors.ts';
import { said } from '#model/said.ts';
import type { TaskField, TaskInvalid } from '#model/task-invalid.ts';
import { plainLine } from '#model/text.ts';

const value = z.union([z.string(), z.number(), z.boolean()], 'a text, a number, true or false');
const parameter = z.union([value, z.array(value)], 'a text, a number, true or false, or a list of such');
const text = z.string('a text');
const number = z.number('a number');
/** `2026-11-23T21:45:48`, local where it has no zone, or Unix milliseconds. */
const time = z.pipe(
  z.union([z.string(), z.number()], 'a time such as "2026-11-23T21:45:48"'),
  z.transform((written, context): number => {
    const at = typeof written === 'number' ? written : Date.parse(written);
    if (!Number.isFinite(at)) {
      context.issues.push({
        code: 'custom',
        message: 'a time such as "2026-11-23T21:45:48"',
        input: written,
      });
    }
    return at;
  }),
);

const task = z.looseObject(
  {
    task_id: text,
    algorithm: text,
    parameters: z.optional(z.record(z.string(), parameter, 'an object of parameters')),
    priority: z.nullish(number),
    description: z.nullish(text),
    worker: z.nullish(text),
    labels: z.nullish(z.array(text, 'a list of texts')),
    not_before: z.nullish(time),
    deadline: z.nullish(time),
    timeout_seconds: z.nullish(number),
    retries: z.nullish(number),
    batch: z.nullish(text),
  },
  'an object such as {"task_id": "t-1", "algorithm": "benchmark.py", "parameters": {}}',
);
const file = z.looseObject(
  { tasks: z.array(task, 'a list of tasks') },
  'an object such as {"tasks": [{"task_id": "t-1", "algorithm": "benchmark.py"}]}',
);

/** A text that is no JSON: a file that is still being written looks the same. */
export class NotJson extends Error {
  override readonly name = 'NotJson';
}

/**
 * The tasks that a file of `task_queues/` asks for. Keys that are not known are passed over: such files carry others too.
 *
 * @throws NotJson for a text that is none.
 * @throws UserError TASK_FILE_INVALID that names the place and what was expected there.
 */
export function readTaskFile(content: string): readonly Wanted[] {
  const { tasks } = checked(file, parse(content), '');
  return tasks.map(wantedOf);
}

/**
 * The tasks of a text that is such a file, or that has one task a line (JSON Lines), empty lines apart.
 *
 * @throws UserError TASK_FILE_INVALID that names the place, or the line, and what was expected there.
 */
export function readTasks(content: string): readonly Wanted[] {
  const whole = jsonIn(content);
  if (whole !== null && !isTask(whole.value)) return checked(file, whole.value, '').tasks.map(wantedOf);
  const lines = content
    .replace(/^\uFEFF/, '')
    .split('\n')
    .flatMap((line, index) => (line.trim() === '' ? [] : [{ line, number: index + 1 }]));
  const [first] = lines;
  if (whole === null && (first === undefined || jsonIn(first.line) === null)) {
    throw new UserError('TASK_FILE_INVALID', said`this is neither JSON nor one JSON a line`);
  }
  if (whole !== null) return [wantedOf(checked(task, whole.value, ''))];
  return lines.map(({ line, number }) => {
    const read = jsonIn(line);
    if (read === null) throw new UserError('TASK_FILE_INVALID', said`line ${number}: expected JSON`);
    return wantedOf(checked(task, read.value, `line ${number}: `));
  });
}

function checked<T>(schema: z.ZodMiniType<T>, value: unknown, where: string): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  // Only the command line and the file beside a rejected one tell it, both in English.
  const message = `${where}${placeOf(issue?.path ?? [])}expected ${issue?.message ?? 'another content'}`;
  throw new UserError('TASK_FILE_INVALID', message);
}

/** A single task is a file of one line. */
function isTask(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'task_id' in value && !('tasks' in value);
}

function jsonIn(text: string): { readonly value: unknown } | null {
  try {
    return { value: parse(text) };
  } catch {
    return null;
  }
}

function wantedOf(one: z.infer<typeof task>): Wanted {
  return {
    id: one.task_id,
    benchmark: one.algorithm,
    parameters: one.parameters ?? {},
    ...(one.priority == null ? {} : { priority: one.priority }),
    description: one.description ?? '',
    wantedWorker: one.worker ?? null,
    labels: one.labels ?? [],
    startAt: one.not_before ?? null,
    deadline: one.deadline ?? null,
    timeoutMs: one.timeout_seconds == null ? null : Math.round(one.timeout_seconds * 1_000),
    retries: one.retries ?? null,
    batch: one.batch ?? null,
  };
}

function parse(content: string): unknown {
  try {
    // Editors of some systems put a byte-order mark in front.
    return JSON.parse(content.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new NotJson(error instanceof Error ? plainLine(error.message) : 'not JSON');
  }
}

/** The file's own words for what the master calls otherwise. Times of execution are counted in milliseconds there. */
const KEYS: Readonly<Partial<Record<Extract<TaskField, string>, string>>> = {
  id: 'task_id',
  benchmark: 'algorithm',
  label: 'labels',
  'not before': 'not_before',
  timeout: 'timeout_seconds (in milliseconds)',
  'parameter name': 'parameters',
};

/** What is wrong with a task that was read from a file, by the file's own keys: `tasks[0].task_id: found …`. */
export function problemInFile({ field, problem, place }: TaskInvalid): string {
  if (field === 'tasks') return `tasks: ${problem}`;
  const key = typeof field === 'string' ? (KEYS[field] ?? field) : `parameters.${plainLine(field.parameter)}`;
  return `tasks[${place?.index ?? 0}].${key}: ${problem}`;
}

/** `tasks[2].parameters.SEED: `, or nothing for the file itself. */
function placeOf(path: readonly PropertyKey[]): string {
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${plainLine(String(step))}`));
  return steps.length === 0 ? '' : `${steps.join('').replace(/^\./, '').slice(0, 200)}: `;
}
