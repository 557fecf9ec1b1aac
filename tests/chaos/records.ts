import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { TASK_STATES } from '#model/task.ts';
import { journalPath } from '#worker-service/tasks/journal-client.ts';
import type { JournalLine } from './messages.ts';

/** An attempt as the master's database has it. */
export interface RecordedAttempt {
  readonly number: number;
  readonly workerId: string;
  readonly outcome: string | null;
  readonly error: string | null;
}

/** A task as the master's database has it. */
export interface RecordedTask {
  readonly id: string;
  readonly batch: string | null;
  readonly state: string;
  readonly failure: string | null;
  readonly result: { readonly particleCollisions: number | null } | null;
  /** How often its history says that it completed. */
  readonly completions: number;
  /** In the order of their numbers. */
  readonly attempts: readonly RecordedAttempt[];
}

/** A batch as the master's database has it: its tasks by their states. */
export interface RecordedBatch {
  readonly id: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly isEnded: boolean;
}

/** What the master's database has. */
export interface Records {
  readonly tasks: readonly RecordedTask[];
  readonly batches: readonly RecordedBatch[];
}

/** What a worker's journal has under one id on the wire. */
export interface Run {
  readonly workerId: string;
  /** Of the protocol that its worker speaks. */
  readonly version: 1 | 2;
  readonly wire: string;
  /** How often a program was started for it. */
  readonly starts: number;
  readonly state: string;
  /** Whether its worker's disk was full once: an end that it could not write is gone where it was killed then. */
  readonly mayBeForgotten?: boolean;
}

/** A task that came by on its way to a worker, as the harness saw it. */
export interface Sent {
  readonly workerId: string;
  readonly version: 1 | 2;
  readonly wire: string;
  /** Of one clock, which nobody sets; milliseconds. */
  readonly at: number;
}

/** The records of a master that has ended. */
export function recordsOf(dir: string): Records {
  const database = new DatabaseSync(join(dir, 'logs', 'tasks.sqlite'));
  try {
    return { tasks: tasksIn(database), batches: batchesIn(database) };
  } finally {
    database.close();
  }
}

function tasksIn(database: DatabaseSync): readonly RecordedTask[] {
  const attempts = Map.groupBy(
    database
      .prepare('SELECT task, number, worker_id, outcome, error FROM attempt ORDER BY task, number')
      .all(),
    ({ task }) => Number(task),
  );
  const tasks = database
    .prepare(
      `SELECT sequence, id, batch, state, failure, result,
        (SELECT COUNT(*) FROM change WHERE change.task = sequence AND change.change = 'completed') AS completions
      FROM task ORDER BY sequence`,
    )
    .all();
  return tasks.map(({ sequence, id, batch, state, failure, result, completions }) => ({
    id: String(id),
    batch: textOrNull(batch),
    state: String(state),
    failure: textOrNull(failure),
    result: typeof result === 'string' ? (JSON.parse(result) as RecordedTask['result']) : null,
    completions: Number(completions),
    attempts: (attempts.get(Number(sequence)) ?? []).map((row) => ({
      number: Number(row.number),
      workerId: String(row.worker_id),
      outcome: textOrNull(row.outcome),
      error: textOrNull(row.error),
    })),
  }));
}

function batchesIn(database: DatabaseSync): readonly RecordedBatch[] {
  return database
    .prepare('SELECT * FROM batch ORDER BY id')
    .all()
    .map((row) => ({
      id: String(row.id),
      counts: Object.fromEntries(TASK_STATES.map((state) => [state, Number(row[state])])),
      isEnded: row.ended_at !== null,
    }));
}

/** What the journal of one of our workers that has ended says. */
export function runsOf(dir: string, workerId: string): readonly Run[] {
  const database = new DatabaseSync(journalPath(dir, workerId));
  try {
    const rows = database.prepare('SELECT task_id, starts, state FROM task ORDER BY row').all();
    return rows.map(({ task_id, starts, state }) => ({
      workerId,
      version: 2,
      wire: textOrNull(task_id) ?? 'unknown',
      starts: Number(starts),
      state: String(state),
    }));
  } finally {
    database.close();
  }
}

/** What the lines of a worker of version 1 say; a run whose end is not there was lost with its worker. */
export function runsInLines(path: string, workerId: string): readonly Run[] {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const lines = text.split('\n').filter((line) => line !== '');
  const events = Map.groupBy(
    lines.map((line) => JSON.parse(line) as JournalLine),
    ({ wire }) => wire,
  );
  return [...events].map(([wire, some]) => {
    const isCompleted = some.some(({ event }) => event === 'completed');
    const isFailed = some.some(({ event }) => event === 'failed');
    return {
      workerId,
      version: 1,
      wire,
      starts: some.filter(({ event }) => event === 'started').length,
      state: isCompleted ? 'completed' : isFailed ? 'failed' : 'lost',
    };
  });
}

function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}
