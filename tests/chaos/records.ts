import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { journalPath } from '#worker-service/tasks/journal-client.ts';

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
  readonly state: string;
  readonly failure: string | null;
  readonly result: { readonly particleCollisions: number | null } | null;
  /** How often its history says that it completed. */
  readonly completions: number;
  /** In the order of their numbers. */
  readonly attempts: readonly RecordedAttempt[];
}

/** What a worker's journal has under one id on the wire. */
export interface Run {
  readonly workerId: string;
  readonly wire: string;
  /** How often a program was started for it. */
  readonly starts: number;
  readonly state: string;
}

/** The tasks of a master that has ended. */
export function recordedTasks(dir: string): readonly RecordedTask[] {
  const database = new DatabaseSync(join(dir, 'logs', 'tasks.sqlite'));
  try {
    const attempts = Map.groupBy(
      database
        .prepare('SELECT task, number, worker_id, outcome, error FROM attempt ORDER BY task, number')
        .all(),
      ({ task }) => Number(task),
    );
    const tasks = database
      .prepare(
        `SELECT sequence, id, state, failure, result,
          (SELECT COUNT(*) FROM change WHERE change.task = sequence AND change.change = 'completed') AS completions
        FROM task ORDER BY sequence`,
      )
      .all();
    return tasks.map(({ sequence, id, state, failure, result, completions }) => ({
      id: String(id),
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
  } finally {
    database.close();
  }
}

/** What the journal of a worker that has ended says. */
export function runsOf(dir: string, workerId: string): readonly Run[] {
  const database = new DatabaseSync(journalPath(dir, workerId));
  try {
    const rows = database.prepare('SELECT task_id, starts, state FROM task ORDER BY row').all();
    return rows.map(({ task_id, starts, state }) => ({
      workerId,
      wire: textOrNull(task_id) ?? 'unknown',
      starts: Number(starts),
      state: String(state),
    }));
  } finally {
    database.close();
  }
}

function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}
