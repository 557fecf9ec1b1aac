import type { DatabaseSync } from 'node:sqlite';
import { ATTEMPT_COLUMNS, BATCH_COLUMNS, HISTORY_COLUMNS, TASK_COLUMNS } from './task-rows.ts';

/** Past runs of a worker that its mean is made of: enough to be steady, few enough to follow a change. */
const REMEMBERED_RUNS = 50;

/** Past runs of a worker that durations are learnt from at a start. */
const LEARNT_RUNS = 20;

/** The columns that `taskOf` reads. A file that no master has migrated yet has no `results`. */
export function taskColumns(database: DatabaseSync): string {
  const found = database.prepare("SELECT 1 FROM pragma_table_info('task') WHERE name = 'results'").get();
  return `${TASK_COLUMNS}, ${found === undefined ? 'NULL AS results' : 'results'}`;
}

/** Columns of `task` that are given once. */
const IDENTITY = [
  'sequence',
  'id',
  'benchmark',
  'parameters',
  'priority',
  'wanted_worker',
  'labels',
  'start_at',
  'deadline',
  'timeout_ms',
  'retries',
  'batch',
  'description',
  'created_at',
];
/** Columns of `task` that change. */
const STATE = [
  'state',
  'failure',
  'counted_from',
  'cancel_at',
  'updated_at',
  'ended_at',
  'waited_ms',
  'not_before',
  'completed_by',
  'execution_seconds',
  'result',
  'results',
];

/**
 * What is asked of a task database that is only looked at. None of it needs what versions after the second have added: a
 * file that no master has migrated yet can be read.
 */
export function prepareReading(database: DatabaseSync) {
  const columns = taskColumns(database);
  return {
    history: database.prepare(`
      SELECT ${HISTORY_COLUMNS} FROM change WHERE task = (SELECT sequence FROM task WHERE id = ?)
      ORDER BY number DESC LIMIT ?`),
    attempts: database.prepare(`SELECT ${ATTEMPT_COLUMNS} FROM attempt WHERE task = ? ORDER BY number`),
    byId: database.prepare(`SELECT ${columns} FROM task WHERE id = ?`),
    bySequence: database.prepare(`SELECT ${columns} FROM task WHERE sequence = ?`),
    sequences: database.prepare(
      'SELECT sequence FROM task WHERE state = ? AND sequence < ? ORDER BY sequence DESC LIMIT ?',
    ),
    batchSequences: database.prepare(`
      SELECT sequence FROM task WHERE batch = ? AND state = ? AND sequence < ?
      ORDER BY sequence DESC LIMIT ?`),
    counts: database.prepare('SELECT state, number FROM task_count'),
    // One step of a walk along the index from one worker and benchmark to the next, past all their runs: the next
    // benchmark of the worker, else the next worker. As one comparison of pairs it would read all the worker's runs.
    nextRuns: database.prepare(`
      SELECT * FROM (
        SELECT completed_by AS worker, benchmark FROM task
        WHERE completed_by = ?1 AND benchmark > ?2 AND execution_seconds IS NOT NULL
        ORDER BY benchmark LIMIT 1)
      UNION ALL SELECT * FROM (
        SELECT completed_by AS worker, benchmark FROM task
        WHERE completed_by > ?1 AND execution_seconds IS NOT NULL
        ORDER BY completed_by, benchmark LIMIT 1)
      LIMIT 1`),
    batch: database.prepare(`SELECT ${BATCH_COLUMNS} FROM batch WHERE id = ?`),
  };
}

/** Everything that is asked of the task database, prepared once. Every question is answered from an index. */
export type Statements = ReturnType<typeof prepareStatements>;

export function prepareStatements(database: DatabaseSync) {
  const columns = [...IDENTITY, ...STATE];
  return {
    ...prepareReading(database),
    insert: database.prepare(`
      INSERT INTO task (${columns.join(', ')}) VALUES (${columns.map((name) => `:${name}`).join(', ')})
      ON CONFLICT (id) DO NOTHING`),
    save: database.prepare(`
      UPDATE task SET ${STATE.map((name) => `${name} = :${name}`).join(', ')}
      WHERE sequence = :sequence AND id = :id`),
    change: database.prepare(`
      INSERT INTO change (task, number, at, change, state, attempt, worker_id, note)
      VALUES (:task, (SELECT COALESCE(MAX(number), 0) + 1 FROM change WHERE task = :task), :at, :change, :state,
        :attempt, :worker_id, :note)`),
    attempt: database.prepare(`
      INSERT INTO attempt (task, number, worker_id, assigned_at, sent_at, ended_at, outcome, error)
      VALUES (:task, :number, :worker_id, :assigned_at, :sent_at, :ended_at, :outcome, :error)
      ON CONFLICT (task, number) DO UPDATE SET worker_id = excluded.worker_id, assigned_at = excluded.assigned_at,
        sent_at = excluded.sent_at, ended_at = excluded.ended_at, outcome = excluded.outcome, error = excluded.error`),
    storedAttempts: database.prepare('SELECT COUNT(*) AS number FROM attempt WHERE task = ?'),
    dropAttempts: database.prepare(
      'DELETE FROM attempt WHERE task = ? AND number NOT IN (SELECT value FROM json_each(?))',
    ),
    lastSequence: database.prepare('SELECT MAX(sequence) AS sequence FROM task'),
    runs: database.prepare(`
      SELECT COUNT(*) AS runs, AVG(execution_seconds) AS mean FROM (
        SELECT execution_seconds FROM task
        WHERE completed_by = ? AND benchmark = ? AND execution_seconds IS NOT NULL
        ORDER BY updated_at DESC LIMIT ${REMEMBERED_RUNS})`),
    lastRuns: database.prepare(`
      SELECT parameters, execution_seconds AS seconds FROM task
      WHERE completed_by = ? AND benchmark = ? AND execution_seconds IS NOT NULL
      ORDER BY updated_at DESC LIMIT ${LEARNT_RUNS}`),
    insertBatch: database.prepare(`
      INSERT INTO batch (id, description, benchmark, created_at) VALUES (:id, :description, :benchmark, :created_at)
      ON CONFLICT (id) DO NOTHING`),
    dropEmptyBatch: database.prepare(`
      DELETE FROM batch WHERE id = ? AND pending + assigned + running + completed + failed + cancelled = 0`),
    batches: database.prepare(`SELECT ${BATCH_COLUMNS} FROM batch ORDER BY created_at DESC LIMIT ?`),
    openBatches: database.prepare(`
      SELECT ${BATCH_COLUMNS} FROM batch WHERE ended_at IS NULL AND pending + assigned + running > 0`),
    // Read from the index alone.
    finishedRuns: database.prepare(`
      SELECT benchmark, completed_by, state, ended_at, waited_ms, execution_seconds FROM task
      WHERE ended_at IS NOT NULL ORDER BY ended_at DESC LIMIT ?`),
    drain: database.prepare('INSERT INTO drained_worker (id, at) VALUES (?, ?) ON CONFLICT (id) DO NOTHING'),
    undrain: database.prepare('DELETE FROM drained_worker WHERE id = ?'),
    drained: database.prepare('SELECT id FROM drained_worker'),
    keepRun: database.prepare(`
      INSERT INTO remaining_run (task_id, number, worker_id, until) VALUES (?, ?, ?, ?)
      ON CONFLICT (task_id, number) DO UPDATE SET worker_id = excluded.worker_id, until = excluded.until`),
    forgetRun: database.prepare('DELETE FROM remaining_run WHERE task_id = ? AND number = ?'),
    remaining: database.prepare('SELECT task_id, number, worker_id, until FROM remaining_run'),
    pruneByAge: database.prepare(`
      DELETE FROM task WHERE sequence IN (
        SELECT sequence FROM task WHERE ended_at IS NOT NULL AND ended_at < ? ORDER BY ended_at LIMIT ?)
      RETURNING state, batch`),
    pruneOldest: database.prepare(`
      DELETE FROM task WHERE sequence IN (
        SELECT sequence FROM task WHERE ended_at IS NOT NULL ORDER BY ended_at LIMIT ?)
      RETURNING state, batch`),
    pruneBatch: database.prepare(`
      DELETE FROM batch WHERE id = ? AND ended_at IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM task WHERE task.batch = batch.id)`),
  };
}
