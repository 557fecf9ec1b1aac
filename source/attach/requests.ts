import * as z from 'zod/mini';
import type { Command, Query } from '#model/commands.ts';
import { UserError } from '#model/errors.ts';
import { said } from '#model/said.ts';
import { TASK_STATES } from '#model/task.ts';
import { plainLine } from '#model/text.ts';
import type { ClientHello, Request } from './messages.ts';

/** Tasks in a page at most: with all that they printed, some 30 MB. */
const MAX_PAGE = 500;

const text = z.string().check(z.maxLength(1_024));
const id = z.string().check(z.maxLength(128));
const ids = listOf(id);
const value = z.union([z.string(), z.number(), z.boolean()]);
const number = z.exactOptional(z.nullable(z.number()));

/** What a task may be is judged by the task monitor: here, only that it has the shape that it reads. */
const wanted = z.strictObject({
  id: z.exactOptional(id),
  benchmark: text,
  parameters: recordOf(z.union([value, listOf(value)])),
  priority: z.exactOptional(z.number()),
  wantedWorker: z.exactOptional(z.nullable(text)),
  labels: z.exactOptional(z.array(text)),
  startAt: number,
  deadline: number,
  timeoutMs: number,
  retries: number,
  batch: z.exactOptional(z.nullable(id)),
  description: z.exactOptional(z.string()),
});

/** One line a command; without it, it does not compile. */
const COMMANDS: { readonly [Type in Command['type']]: z.ZodMiniType<Extract<Command, { type: Type }>> } = {
  'submit-tasks': z.strictObject({ type: z.literal('submit-tasks'), tasks: listOf(wanted) }),
  'cancel-tasks': z.strictObject({ type: z.literal('cancel-tasks'), ids }),
  'retry-tasks': z.strictObject({ type: z.literal('retry-tasks'), ids }),
  'cancel-batch': z.strictObject({ type: z.literal('cancel-batch'), batch: id }),
  'retry-batch': z.strictObject({ type: z.literal('retry-batch'), batch: id }),
  'drain-worker': z.strictObject({ type: z.literal('drain-worker'), workerId: text, drained: z.boolean() }),
  'export-tasks': z.strictObject({
    type: z.literal('export-tasks'),
    format: z.enum(['csv', 'json']),
    batch: z.nullable(id),
  }),
  'edit-setting': z.strictObject({ type: z.literal('edit-setting'), key: text, value: text, was: text }),
};

const QUERIES: { readonly [Type in Query['type']]: z.ZodMiniType<Extract<Query, { type: Type }>> } = {
  overview: z.strictObject({ type: z.literal('overview') }),
  task: z.strictObject({ type: z.literal('task'), id }),
  'task-history': z.strictObject({ type: z.literal('task-history'), id }),
  batch: z.strictObject({ type: z.literal('batch'), id }),
  'task-output': z.strictObject({ type: z.literal('task-output'), id }),
  tasks: z.strictObject({
    type: z.literal('tasks'),
    states: z.array(z.enum(TASK_STATES)).check(z.maxLength(TASK_STATES.length)),
    batch: z.exactOptional(id),
    before: z.nullable(z.number()),
    limit: z.int().check(z.minimum(1), z.maximum(MAX_PAGE)),
  }),
};

const hello = z.looseObject({
  type: z.literal('hello'),
  protocol: z.int(),
  version: z.string().check(z.maxLength(64)),
  pid: z.int(),
  readonly: z.boolean(),
  follow: z.boolean(),
});

const request = z.looseObject({
  type: z.enum(['command', 'query', 'stop']),
  id: z.int().check(z.nonnegative()),
});

/** As `z.array`, but over at the first mistake: a request can hold millions, and zod would list them all. */
function listOf<T>(schema: z.ZodMiniType<T>) {
  return z.pipe(
    z.array(z.unknown()),
    z.transform((list, context) => {
      const values: T[] = [];
      for (const [index, one] of list.entries()) {
        const read = schema.safeParse(one);
        if (!read.success) return mistake(context, index, read.error);
        values.push(read.data);
      }
      return values;
    }),
  );
}

/** As `z.record` with any keys, but over at the first mistake. */
function recordOf<T>(schema: z.ZodMiniType<T>) {
  return z.pipe(
    z.record(z.string(), z.unknown()),
    z.transform((record, context) => {
      const values: [string, T][] = [];
      for (const [key, one] of Object.entries(record)) {
        const read = schema.safeParse(one);
        if (!read.success) return mistake(context, key, read.error);
        values.push([key, read.data]);
      }
      return Object.fromEntries(values);
    }),
  );
}

function mistake(context: z.core.ParsePayload, place: string | number, { issues }: z.core.$ZodError): never {
  const [issue] = issues;
  context.issues.push({ code: 'custom', path: [place, ...(issue?.path ?? [])], input: context.value });
  return z.NEVER;
}

/** The greeting in a line; null where it is none. */
export function readHello(line: string): ClientHello | null {
  const read = hello.safeParse(parsed(line));
  if (!read.success) return null;
  const { type, protocol, version, pid, readonly, follow } = read.data;
  return { type, protocol, version: plainLine(version), pid, readonly, follow };
}

/** A request, or, where only its frame is one, why it cannot be answered; null for what is no request at all. */
export function readRequest(
  line: string,
): Request | { readonly id: number; readonly error: UserError } | null {
  const read = request.safeParse(parsed(line));
  if (!read.success) return null;
  const { type, id: number, ...rest } = read.data;
  try {
    switch (type) {
      case 'command':
        return { type, id: number, command: checked<Command>(COMMANDS, rest.command) };
      case 'query':
        return { type, id: number, query: checked<Query>(QUERIES, rest.query) };
      case 'stop':
        return { type, id: number };
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { id: number, error };
  }
}

function checked<T extends { readonly type: string }>(
  schemas: Readonly<Record<string, z.ZodMiniType<T>>>,
  found: unknown,
): T {
  const held = typeof found === 'object' && found !== null && 'type' in found ? found.type : '';
  // Not turned into text where it is none: an object may hold a `toString` that is no function.
  const type = typeof held === 'string' ? held : '';
  const schema = Object.hasOwn(schemas, type) ? schemas[type] : undefined;
  if (schema === undefined)
    throw invalid(said`“${plainLine(type).slice(0, 40)}” is nothing that this master knows`);
  const read = schema.safeParse(found);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const place = plainLine((issue?.path ?? []).map(String).join('.')).slice(0, 200);
  throw invalid(said`${place === '' ? type : `${type}, ${place}`}: not as expected`);
}

function invalid(what: string): UserError {
  return new UserError('REQUEST_INVALID', said`the master does not take this request: ${what}`);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
