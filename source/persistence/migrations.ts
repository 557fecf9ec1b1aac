import type { DatabaseSync } from 'node:sqlite';
import { UserError } from '#model/errors.ts';
import { said } from '#model/said.ts';
import { migrate } from '#storage/migrations.ts';

/**
 * The task database, step by step. Append only: a migration that shipped is never edited. `user_version` in the
 * file counts those that ran.
 */
export const TASK_MIGRATIONS: readonly string[] = [
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
  `
  ALTER TABLE task ADD COLUMN labels TEXT NOT NULL DEFAULT '[]';
  ALTER TABLE task ADD COLUMN start_at INTEGER;
  ALTER TABLE task ADD COLUMN deadline INTEGER;
  ALTER TABLE task ADD COLUMN timeout_ms INTEGER;
  ALTER TABLE task ADD COLUMN retries INTEGER;
  ALTER TABLE task ADD COLUMN batch TEXT;
  ALTER TABLE task ADD COLUMN failure TEXT;
  ALTER TABLE task ADD COLUMN counted_from INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE task ADD COLUMN cancel_at INTEGER;
  ALTER TABLE task ADD COLUMN ended_at INTEGER;
  ALTER TABLE task ADD COLUMN waited_ms INTEGER;
  UPDATE task SET ended_at = updated_at WHERE state IN ('completed', 'failed', 'cancelled');
  UPDATE task SET failure = 'attempts' WHERE state = 'failed';
  UPDATE task SET waited_ms =
    (SELECT MAX(0, MIN(sent_at) - task.created_at) FROM attempt WHERE attempt.task = task.sequence)
    WHERE ended_at IS NOT NULL;

  -- As before, but for the outcomes: which there are is checked by who reads them.
  CREATE TABLE new_attempt (
    task INTEGER NOT NULL REFERENCES task (sequence) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    worker_id TEXT NOT NULL,
    assigned_at INTEGER NOT NULL,
    sent_at INTEGER,
    ended_at INTEGER,
    outcome TEXT,
    error TEXT,
    PRIMARY KEY (task, number)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO new_attempt SELECT task, number, worker_id, assigned_at, sent_at, ended_at, outcome, error FROM attempt;
  DROP TABLE attempt;
  ALTER TABLE new_attempt RENAME TO attempt;

  -- Everything that happened to a task. Rows are added and never changed; they go with their task.
  CREATE TABLE change (
    task INTEGER NOT NULL REFERENCES task (sequence) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    change TEXT NOT NULL,
    state TEXT NOT NULL,
    attempt INTEGER,
    worker_id TEXT,
    note TEXT,
    PRIMARY KEY (task, number)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE batch (
    id TEXT PRIMARY KEY,
    description TEXT NOT NULL,
    benchmark TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER,
    pending INTEGER NOT NULL DEFAULT 0,
    assigned INTEGER NOT NULL DEFAULT 0,
    running INTEGER NOT NULL DEFAULT 0,
    completed INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    cancelled INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX batch_by_time ON batch (created_at);
  CREATE INDEX batch_open ON batch (id) WHERE ended_at IS NULL;

  -- Workers that the operator drains.
  CREATE TABLE drained_worker (id TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;

  CREATE INDEX task_by_batch ON task (batch, state, sequence) WHERE batch IS NOT NULL;
  -- What statistics and retention read: it holds all that they ask for.
  CREATE INDEX task_by_end ON task (ended_at, state, completed_by, benchmark, waited_ms, execution_seconds)
    WHERE ended_at IS NOT NULL;

  -- Counts that are kept instead of counted: counting a million rows takes longer than everything else at a start.
  CREATE TABLE task_count (state TEXT PRIMARY KEY, number INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO task_count (state, number) SELECT value, (SELECT COUNT(*) FROM task WHERE state = value)
    FROM json_each('["pending","assigned","running","completed","failed","cancelled"]');
  CREATE TRIGGER task_came AFTER INSERT ON task BEGIN
    UPDATE task_count SET number = number + 1 WHERE state = NEW.state;
    UPDATE batch SET
      pending = pending + (NEW.state = 'pending'), assigned = assigned + (NEW.state = 'assigned'),
      running = running + (NEW.state = 'running'), completed = completed + (NEW.state = 'completed'),
      failed = failed + (NEW.state = 'failed'), cancelled = cancelled + (NEW.state = 'cancelled'),
      ended_at = CASE WHEN NEW.ended_at IS NOT NULL AND pending + assigned + running = 0 THEN NEW.ended_at END
      WHERE id = NEW.batch;
  END;
  CREATE TRIGGER task_moved AFTER UPDATE OF state ON task WHEN OLD.state <> NEW.state BEGIN
    UPDATE task_count SET number = number - 1 WHERE state = OLD.state;
    UPDATE task_count SET number = number + 1 WHERE state = NEW.state;
    UPDATE batch SET
      pending = pending + (NEW.state = 'pending') - (OLD.state = 'pending'),
      assigned = assigned + (NEW.state = 'assigned') - (OLD.state = 'assigned'),
      running = running + (NEW.state = 'running') - (OLD.state = 'running'),
      completed = completed + (NEW.state = 'completed') - (OLD.state = 'completed'),
      failed = failed + (NEW.state = 'failed') - (OLD.state = 'failed'),
      cancelled = cancelled + (NEW.state = 'cancelled') - (OLD.state = 'cancelled'),
      started_at = COALESCE(started_at, CASE WHEN NEW.state = 'running' THEN NEW.updated_at END)
      WHERE id = NEW.batch;
    UPDATE batch SET ended_at = CASE WHEN pending + assigned + running = 0 THEN NEW.updated_at END
      WHERE id = NEW.batch;
  END;
  -- A batch counts what it ever had; only the counts of all tasks are of those that are there.
  CREATE TRIGGER task_gone AFTER DELETE ON task BEGIN
    UPDATE task_count SET number = number - 1 WHERE state = OLD.state;
  END;
  `,
  `
  -- Runs that were called off or given up and that may go on at their workers, where they keep a slot.
  CREATE TABLE remaining_run (
    task_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    worker_id TEXT NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (task_id, number)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- What a declared benchmark gave, by name; null where nothing was told.
  ALTER TABLE task ADD COLUMN results TEXT;
  `,
];

/**
 * Brings the database to the newest version. Foreign keys must not be enforced
 * meanwhile: a step may rebuild a table that others refer to.
 *
 * @throws UserError `TASK_DATABASE_NEWER` for a file that a later release wrote; it is not touched.
 */
export function migrateTasks(database: DatabaseSync, path: string): void {
  migrate(
    database,
    TASK_MIGRATIONS,
    (version) =>
      new UserError(
        'TASK_DATABASE_NEWER',
        said`the task database ${path} was written by a newer elastic-tui (its version is ${version}, this program knows up to ${TASK_MIGRATIONS.length}): start that one, or move the file away`,
      ),
  );
}
