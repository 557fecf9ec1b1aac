import type { DatabaseSync } from 'node:sqlite';
import { UserError } from '#model/errors.ts';
import { migrate } from '#storage/migrations.ts';

/**
 * The task database, step by step. Append only: a migration that shipped is never edited. `user_version` in the
 * file counts those that ran.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE task (
    sequence INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    benchmark TEXT NOT NULL,
    parameters TEXT NOT NULL,
    priority INTEGER NOT NULL,
    wanted_worker TEXT,
    description TEXT NOT NULL,
    state TEXT NOT NULL
      CHECK (state IN ('pending', 'assigned', 'running', 'completed', 'failed', 'cancelled')),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    not_before INTEGER,
    -- The worker and the time of the run that completed it: what its benchmark's past times are made of.
    completed_by TEXT,
    execution_seconds REAL,
    -- Last, since it is long: what does not ask for it does not read past it.
    result TEXT
  ) STRICT;
  CREATE INDEX task_by_state ON task (state, sequence);
  CREATE INDEX task_by_run ON task (completed_by, benchmark, updated_at, execution_seconds)
    WHERE completed_by IS NOT NULL AND execution_seconds IS NOT NULL;

  CREATE TABLE attempt (
    task INTEGER NOT NULL REFERENCES task (sequence) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    worker_id TEXT NOT NULL,
    assigned_at INTEGER NOT NULL,
    sent_at INTEGER,
    ended_at INTEGER,
    outcome TEXT CHECK (outcome IN ('completed', 'failed', 'timeout', 'not-sent', 'lost')),
    error TEXT,
    PRIMARY KEY (task, number)
  ) STRICT, WITHOUT ROWID;
  `,
];

/**
 * Brings the database to the newest version.
 *
 * @throws UserError `TASK_DATABASE_NEWER` for a file that a later release wrote; it is not touched.
 */
export function migrateTasks(database: DatabaseSync, path: string): void {
  migrate(
    database,
    MIGRATIONS,
    (version) =>
      new UserError(
        'TASK_DATABASE_NEWER',
        `the task database ${path} was written by a newer elastic-tui (its version is ${version}, this program knows up to ${MIGRATIONS.length}): start that one, or move the file away`,
      ),
  );
}
