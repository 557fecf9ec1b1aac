import * as z from 'zod';
import { ATTEMPT_OUTCOMES, FAILURE_REASONS, TASK_STATES } from '#model/task.ts';
import { WORKER_STATUSES } from '#model/worker.ts';

/*
 * What the commands say with --json. docs/command-line.md is made from these, and what the commands really say is
 * checked against them (output.test.ts): a key that is not here, or not there, fails.
 */

const ms = z.number();
const maybeMs = ms.nullable();
const maybeNumber = z.number().nullable();
const maybeText = z.string().nullable();

const source = z.enum(['master', 'files']).describe('whether a master was asked, or only files were read');
const at = ms.describe('when that was how it stood');

const counts = z.strictObject(Object.fromEntries(TASK_STATES.map((state) => [state, z.int()])));

const attempt = z.strictObject({
  number: z.int().describe('1, 2, 3 …'),
  worker: z.string(),
  outcome: z.enum(ATTEMPT_OUTCOMES).nullable().describe('null while it lasts'),
  assigned_at_ms: ms,
  sent_at_ms: maybeMs,
  ended_at_ms: maybeMs,
  error: maybeText,
});

const task = z.strictObject({
  task_id: z.string(),
  batch: maybeText,
  state: z.enum(TASK_STATES),
  failure: z.enum(FAILURE_REASONS).nullable().describe('why it failed; null unless it did'),
  benchmark: z.string(),
  priority: z.int(),
  description: z.string(),
  worker: maybeText.describe('the one that completed it'),
  attempts_made: z.int(),
  created_at_ms: ms,
  sent_at_ms: maybeMs.describe('of the attempt that completed it'),
  updated_at_ms: ms,
  execution_seconds: maybeNumber.describe("the worker's own measure"),
  particle_collisions: maybeNumber,
  wall_collisions: maybeNumber,
  error: maybeText.describe('of the last attempt that had one'),
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  labels: z.array(z.string()),
  attempts: z.array(attempt),
  output: maybeText.describe('the end of what it printed, where its worker sends it'),
  results: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .describe('what a declared benchmark gave, by name'),
});

const history = z.strictObject({
  at_ms: ms,
  change: z.string().describe('submitted, assigned, sent, completed …'),
  state: z.enum(TASK_STATES).describe('in which that left the task'),
  attempt: maybeNumber,
  worker: maybeText,
  note: maybeText,
});

const live = z.strictObject({
  progress: maybeNumber.describe('0 to 1'),
  stdout: z.string(),
  stderr: z.string(),
  expected_seconds: maybeNumber.describe('how long the whole run is expected to take'),
});

const batch = z.strictObject({
  batch: z.string(),
  benchmark: z.string(),
  description: z.string(),
  created_at_ms: ms,
  started_at_ms: maybeMs,
  ended_at_ms: maybeMs,
  total: z.int(),
  ended: z.int(),
  share: z.number().describe('`ended` of `total`, 0 to 1'),
  tasks_per_minute: maybeNumber,
  ends_at_ms: maybeMs.describe('when it will have ended at that speed'),
  tasks: counts,
});

const worker = z.strictObject({
  id: z.string(),
  url: maybeText,
  status: z.enum(WORKER_STATUSES),
  healthy: z.boolean(),
  drained: z.boolean().nullable().describe('whether it gets no new tasks'),
  since_ms: maybeMs.describe('since when it has that status'),
  last_ping_at_ms: maybeMs,
  last_good_ping_at_ms: maybeMs,
  average_latency_ms: maybeNumber.describe('of the last ten answered pings'),
  consecutive_failures: z.int(),
  slots: maybeNumber.describe('how many tasks it runs at once'),
  slots_free: maybeNumber,
  tasks_running: maybeNumber.describe('ours'),
  tasks_foreign: maybeNumber.describe('of others'),
  tasks_completed: z.int(),
  tasks_failed: z.int(),
  labels: z.array(z.string()),
  problems: z.array(z.string()).describe('in English, for people'),
});

const finding = z.strictObject({
  name: z.string().describe('what was looked at'),
  state: z.enum(['ok', 'warning', 'failed', 'skipped']),
  detail: z.string(),
  advice: maybeText.describe('what to do'),
});

const log = {
  at_ms: ms,
  level: z.enum(['error', 'warn', 'info', 'debug']),
  message: z.string(),
  fields: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .describe('such as `worker`, `task`, `error`; without a master each is a text'),
};

const submitted = {
  tasks: z.array(z.string()).describe('ids of the tasks that are no sweep'),
  batches: z.array(z.strictObject({ id: z.string(), tasks: z.int() })).describe('the sweeps'),
};

const changed = z.strictObject({
  done: z.int().describe('tasks that are as was asked, or on their way there'),
  notes: z
    .array(z.strictObject({ id: z.string(), text: z.string() }))
    .describe('why one was left as it is, or goes on all the same'),
});

const drained = z.strictObject({ workers: z.array(z.string()), drained: z.boolean() });

/** By command, in the order of the documentation. */
export const SCHEMAS = {
  init: z.strictObject({
    files: z.array(z.strictObject({ file: z.string(), state: z.enum(['written', 'kept']) })),
  }),
  doctor: z.strictObject({
    checks: z.array(finding),
    workers: z.array(z.strictObject({ id: z.string(), url: z.string(), steps: z.array(finding) })),
    failed: z.int(),
    warnings: z.int(),
  }),
  status: z.strictObject({
    source,
    at_ms: at.nullable(),
    dir: z.string(),
    master: z.strictObject({ version: z.string(), pid: z.int(), started_at_ms: ms }).nullable(),
    workers: z.strictObject({
      total: z.int(),
      unknown: z.int(),
      active: z.int(),
      unstable: z.int(),
      inactive: z.int(),
      healthy: z.int(),
      drained: z.int(),
    }),
    slots: z.strictObject({ total: z.int(), free: z.int() }).nullable(),
    tasks: counts,
    pings: z.strictObject({ total: z.int(), good: z.int(), failed: z.int() }),
    batches: z.array(batch).describe('those that have not ended'),
    problems: z.array(z.strictObject({ id: z.string(), message: z.string(), since_ms: ms })),
  }),
  workers: z.strictObject({ source, at_ms: at.nullable(), workers: z.array(worker) }),
  tasks: z.strictObject({ source, at_ms: at, tasks: z.array(task).describe('newest first') }),
  task: z.strictObject({
    source,
    at_ms: at,
    task,
    history: z.array(history).describe('oldest first'),
    live: live.nullable().describe('while it runs, where its worker can tell'),
  }),
  run: z.strictObject({
    ...submitted,
    waited: z
      .enum(['ended', 'ran-out', 'interrupted', 'lost', 'gone'])
      .nullable()
      .describe(
        'null without --wait; `lost`: the master stayed away; `gone`: it knows nothing of it any more',
      ),
    task: task.nullable().describe('as it was last seen'),
    batch: batch.nullable(),
  }),
  submit: z.strictObject(submitted),
  cancel: changed,
  retry: changed,
  drain: drained,
  undrain: drained,
  logs: z.strictObject(log),
  events: z.strictObject({ ...log, type: z.string().describe('such as `task-changed`') }),
  export: z.array(task),
} as const;

export type SchemaName = keyof typeof SCHEMAS;

/** What the last line of standard error is where a command with --json could not do what was asked. */
export const ERROR_SCHEMA = z.strictObject({
  error: z.strictObject({
    code: z.string().describe('such as `NO_MASTER`, `ID_UNKNOWN`, `USAGE`; `DEFECT` with exit code 70'),
    message: z.string().describe('in English, for people'),
  }),
});

/** Objects that several commands speak of are described once. */
const NAMED = new Map<z.ZodType, string>([
  [task, 'task'],
  [batch, 'batch'],
  [worker, 'worker'],
  [finding, 'finding'],
  [attempt, 'attempt'],
  [counts, 'counts'],
]);

/** The documentation: a table for each command, then one for each object that they speak of. */
export function schemaDocumentation(): string {
  const same = Map.groupBy(Object.entries(SCHEMAS), ([, schema]) => schema as z.ZodType);
  const commands = [...same].map(([schema, entries]) =>
    section(entries.map(([name]) => `\`${name}\``).join(' and '), schema),
  );
  const named = [...NAMED].map(([schema, name]) => section(`A *${name}*`, schema, true));
  const error = section('Errors', ERROR_SCHEMA);
  return [...commands, error, ...named].join('\n');
}

function section(title: string, schema: z.ZodType, isDefinition = false): string {
  const head = `#### ${title}\n`;
  if (schema instanceof z.ZodArray) return `${head}\n${typeOf(schema)}\n`;
  return [head, '| key | value | |', '|---|---|---|', ...rowsOf(schema, '', isDefinition), ''].join('\n');
}

function rowsOf(schema: z.ZodType, prefix: string, isDefinition: boolean): readonly string[] {
  const [inner] = unwrapped(schema);
  if (inner instanceof z.ZodArray) return rowsOf(inner.element as z.ZodType, `${prefix}[]`, false);
  if (!(inner instanceof z.ZodObject) || (NAMED.has(inner) && !isDefinition)) return [];
  return Object.entries(inner.shape as Record<string, z.ZodType>).flatMap(([key, value]) => {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    return [
      `| \`${path}\` | ${typeOf(value)} | ${value.description ?? unwrapped(value)[0].description ?? ''} |`,
      ...rowsOf(value, path, false),
    ];
  });
}

function typeOf(schema: z.ZodType): string {
  const [inner, isNullable] = unwrapped(schema);
  return isNullable ? `${bareType(inner)} or null` : bareType(inner);
}

function bareType(schema: z.ZodType): string {
  const name = NAMED.get(schema);
  if (name !== undefined) return `a *${name}*`;
  if (schema instanceof z.ZodArray) {
    return `list of ${typeOf(schema.element as z.ZodType).replace(/^an? /, '')}`;
  }
  if (schema instanceof z.ZodEnum) return schema.options.map((option) => `\`${option}\``).join(', ');
  if (schema instanceof z.ZodRecord) return 'object';
  if (schema instanceof z.ZodObject) return 'object';
  if (schema instanceof z.ZodString) return 'text';
  if (schema instanceof z.ZodBoolean) return 'true or false';
  return 'number';
}

function unwrapped(schema: z.ZodType): readonly [z.ZodType, boolean] {
  return schema instanceof z.ZodNullable ? [schema.unwrap() as z.ZodType, true] : [schema, false];
}
