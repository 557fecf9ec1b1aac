/**
 * The journal, step by step. Append only: a migration that shipped is never edited. `user_version` in the file counts
 * those that ran.
 */
export const JOURNAL_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE task (
    -- Never used again, not even after the newest row was pruned: it names the output file.
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id TEXT,
    benchmark TEXT NOT NULL,
    params TEXT NOT NULL,
    accepted_at INTEGER NOT NULL,
    started_at INTEGER,
    -- How often a program was started for it.
    starts INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'queued'
      CHECK (state IN ('queued', 'running', 'completed', 'failed', 'timeout', 'cancelled', 'lost')),
    ended_at INTEGER,
    seconds REAL,
    return_code INTEGER,
    error TEXT,
    results TEXT,
    -- What /execute answers. The body comes last, since it is long: what does not ask for it does not read past it.
    status INTEGER,
    body TEXT
  ) STRICT;
  CREATE UNIQUE INDEX task_by_id ON task (task_id) WHERE task_id IS NOT NULL;
  CREATE INDEX task_unfinished ON task (row) WHERE ended_at IS NULL;
  CREATE INDEX task_ended ON task (ended_at, row) WHERE ended_at IS NOT NULL;
  `,
];
