import type { DatabaseSync } from 'node:sqlite';
import { UserError } from '#model/errors.ts';
import { said } from '#model/said.ts';
import { completedAttempt, type Task } from '#model/task.ts';
import { openReadOnly, readingError } from './read-only.ts';
import { ATTEMPT_COLUMNS, taskOf } from './task-rows.ts';
import { taskColumns } from './task-statements.ts';

type ExportFormat = 'csv' | 'json';

export interface TaskExportOptions {
  readonly path: string;
  readonly format: ExportFormat;
  /** Only the tasks of a batch; null: all. */
  readonly batch: string | null;
}

/**
 * The tasks of a database in order of acceptance, as the text of a file, a piece at a time: a million of them is more
 * than should be in memory. Reads beside a master that works on the file; writes nothing.
 *
 * @throws UserError TASK_DATABASE_MISSING, BATCH_UNKNOWN, or what keeps the file from being read.
 */
export function* exportTasks({ path, format, batch }: TaskExportOptions): Iterable<string> {
  let database: DatabaseSync | undefined;
  try {
    database = openReadOnly(path);
    yield* format === 'csv' ? csv(tasksOf(database, batch)) : json(tasksOf(database, batch));
  } catch (error) {
    throw readingError(error, path);
  } finally {
    database?.close();
  }
}

function* tasksOf(database: DatabaseSync, batch: string | null): Iterable<Task> {
  if (batch !== null && database.prepare('SELECT 1 FROM batch WHERE id = ?').get(batch) === undefined) {
    throw new UserError('BATCH_UNKNOWN', said`there is no batch ${batch}`);
  }
  const attempts = database.prepare(`SELECT ${ATTEMPT_COLUMNS} FROM attempt WHERE task = ? ORDER BY number`);
  const columns = taskColumns(database);
  const rows =
    batch === null
      ? database.prepare(`SELECT ${columns} FROM task ORDER BY sequence`).iterate()
      : database.prepare(`SELECT ${columns} FROM task WHERE batch = ? ORDER BY sequence`).iterate(batch);
  for (const row of rows) yield taskOf(row, attempts.all(Number(row.sequence)));
}

function* json(tasks: Iterable<Task>): Iterable<string> {
  yield '[';
  let first = true;
  for (const task of tasks) {
    yield `${first ? '\n' : ',\n'}${JSON.stringify(taskRecord(task))}`;
    first = false;
  }
  yield '\n]\n';
}

/** One object a task, as programs outside are given it: snake_case, times as Unix milliseconds. */
export function taskRecord(task: Task) {
  return {
    ...flat(task),
    parameters: task.parameters,
    labels: task.labels,
    attempts: task.attempts.map((attempt) => ({
      number: attempt.number,
      worker: attempt.workerId,
      outcome: attempt.outcome,
      assigned_at_ms: attempt.assignedAt,
      sent_at_ms: attempt.sentAt,
      ended_at_ms: attempt.endedAt,
      error: attempt.error,
    })),
    output: task.result?.output ?? null,
    results: task.result?.results ?? {},
  };
}

/** What a task has one value of. */
function flat(task: Task) {
  const counts = completedAttempt(task);
  return {
    task_id: task.id,
    batch: task.batch,
    state: task.state,
    failure: task.failure,
    benchmark: task.benchmark,
    priority: task.priority,
    description: task.description,
    worker: counts?.workerId ?? null,
    attempts_made: task.attempts.length,
    created_at_ms: task.createdAt,
    sent_at_ms: counts?.sentAt ?? null,
    updated_at_ms: task.updatedAt,
    execution_seconds: task.result?.executionSeconds ?? null,
    particle_collisions: task.result?.particleCollisions ?? null,
    wall_collisions: task.result?.wallCollisions ?? null,
    error: task.attempts.findLast(({ error }) => error !== null)?.error ?? null,
  };
}

/** Of the first line, which is there also where no task is. */
const COLUMNS = [
  'task_id',
  'batch',
  'state',
  'failure',
  'benchmark',
  'priority',
  'description',
  'worker',
  'attempts_made',
  'created_at_ms',
  'sent_at_ms',
  'updated_at_ms',
  'execution_seconds',
  'particle_collisions',
  'wall_collisions',
  'error',
  'parameters',
  'results',
] as const satisfies readonly (keyof ReturnType<typeof flat> | 'parameters' | 'results')[];

function* csv(tasks: Iterable<Task>): Iterable<string> {
  yield `${COLUMNS.join(',')}\r\n`;
  for (const task of tasks) {
    const results = task.result?.results;
    const row = {
      ...flat(task),
      parameters: JSON.stringify(task.parameters),
      results: results === undefined ? null : JSON.stringify(results),
    };
    yield `${COLUMNS.map((column) => cell(row[column])).join(',')}\r\n`;
  }
}

/**
 * A cell as RFC 4180 has it. A text that a spreadsheet would take for a formula gets an apostrophe in front: what a
 * worker says must not run there.
 */
function cell(value: string | number | null): string {
  if (typeof value === 'number') return String(value);
  const text = value ?? '';
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
