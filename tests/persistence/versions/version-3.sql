-- As version 3 wrote it: made by that release, not by hand.
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
  , labels TEXT NOT NULL DEFAULT '[]', start_at INTEGER, deadline INTEGER, timeout_ms INTEGER, retries INTEGER, batch TEXT, failure TEXT, counted_from INTEGER NOT NULL DEFAULT 1, cancel_at INTEGER, ended_at INTEGER, waited_ms INTEGER) STRICT;
CREATE TABLE "attempt" (
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
CREATE TABLE drained_worker (id TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE task_count (state TEXT PRIMARY KEY, number INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE remaining_run (
    task_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    worker_id TEXT NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (task_id, number)
  ) STRICT, WITHOUT ROWID;
INSERT INTO task (sequence, id, benchmark, parameters, priority, wanted_worker, description, state, created_at, updated_at, not_before, completed_by, execution_seconds, result, labels, start_at, deadline, timeout_ms, retries, batch, failure, counted_from, cancel_at, ended_at, waited_ms) VALUES (1, 'task-1', 'benchmark.py', '{"NUM_PARTICULAS":100,"NUM_PASOS":500,"SEMILLA":1}', 1, NULL, '', 'completed', 1001, 3000, NULL, 'worker-01', 1.5, '{"particleCollisions":171,"wallCollisions":112,"executionSeconds":1.5,"output":"done\n"}', '[]', NULL, NULL, NULL, NULL, NULL, NULL, 1, NULL, 3000, 1000);
INSERT INTO task (sequence, id, benchmark, parameters, priority, wanted_worker, description, state, created_at, updated_at, not_before, completed_by, execution_seconds, result, labels, start_at, deadline, timeout_ms, retries, batch, failure, counted_from, cancel_at, ended_at, waited_ms) VALUES (2, 'task-2', 'benchmark.py', '{"NUM_PARTICULAS":100,"NUM_PASOS":500,"SEMILLA":2}', 1, NULL, '', 'failed', 1002, 3100, NULL, NULL, NULL, NULL, '[]', NULL, NULL, NULL, NULL, NULL, 'attempts', 1, NULL, 3100, 999);
INSERT INTO task (sequence, id, benchmark, parameters, priority, wanted_worker, description, state, created_at, updated_at, not_before, completed_by, execution_seconds, result, labels, start_at, deadline, timeout_ms, retries, batch, failure, counted_from, cancel_at, ended_at, waited_ms) VALUES (3, 'task-3', 'benchmark.py', '{"NUM_PARTICULAS":100,"NUM_PASOS":500,"SEMILLA":3}', 1, NULL, '', 'pending', 1003, 1003, NULL, NULL, NULL, NULL, '[]', NULL, NULL, NULL, NULL, NULL, NULL, 1, NULL, NULL, NULL);
INSERT INTO task (sequence, id, benchmark, parameters, priority, wanted_worker, description, state, created_at, updated_at, not_before, completed_by, execution_seconds, result, labels, start_at, deadline, timeout_ms, retries, batch, failure, counted_from, cancel_at, ended_at, waited_ms) VALUES (4, 'task-4', 'benchmark.py', '{"NUM_PARTICULAS":100,"NUM_PASOS":500,"SEMILLA":4}', 1, NULL, '', 'running', 1004, 2001, NULL, NULL, NULL, NULL, '[]', NULL, NULL, NULL, NULL, 'b', NULL, 1, NULL, NULL, NULL);
INSERT INTO task (sequence, id, benchmark, parameters, priority, wanted_worker, description, state, created_at, updated_at, not_before, completed_by, execution_seconds, result, labels, start_at, deadline, timeout_ms, retries, batch, failure, counted_from, cancel_at, ended_at, waited_ms) VALUES (5, 'task-5', 'benchmark.py', '{"NUM_PARTICULAS":100,"NUM_PASOS":500,"SEMILLA":5}', 1, NULL, '', 'pending', 1005, 1005, NULL, NULL, NULL, NULL, '["gpu"]', 5000, 900000, 7000, 2, 'b', NULL, 1, NULL, NULL, NULL);
INSERT INTO attempt (task, number, worker_id, assigned_at, sent_at, ended_at, outcome, error) VALUES (1, 1, 'worker-01', 2000, 2001, 3000, 'completed', NULL);
INSERT INTO attempt (task, number, worker_id, assigned_at, sent_at, ended_at, outcome, error) VALUES (2, 1, 'worker-01', 2000, 2001, 3100, 'failed', 'no memory');
INSERT INTO attempt (task, number, worker_id, assigned_at, sent_at, ended_at, outcome, error) VALUES (4, 1, 'worker-01', 2000, 2001, NULL, NULL, NULL);
INSERT INTO change (task, number, at, change, state, attempt, worker_id, note) VALUES (1, 1, 1001, 'submitted', 'pending', NULL, NULL, NULL);
INSERT INTO change (task, number, at, change, state, attempt, worker_id, note) VALUES (1, 2, 2000, 'assigned', 'assigned', 1, 'worker-01', NULL);
INSERT INTO change (task, number, at, change, state, attempt, worker_id, note) VALUES (1, 3, 2001, 'sent', 'running', 1, 'worker-01', NULL);
INSERT INTO change (task, number, at, change, state, attempt, worker_id, note) VALUES (1, 4, 3000, 'completed', 'completed', 1, 'worker-01', NULL);
INSERT INTO change (task, number, at, change, state, attempt, worker_id, note) VALUES (2, 1, 1002, 'submitted', 'pending', NULL, NULL, NULL);
INSERT INTO change (task, number, at, change, state, attempt, worker_id, note) VALUES (2, 2, 3100, 'failed', 'failed', 1, 'worker-01', 'no memory');
INSERT INTO change (task, number, at, change, state, attempt, worker_id, note) VALUES (3, 1, 1003, 'submitted', 'pending', NULL, NULL, NULL);
INSERT INTO change (task, number, at, change, state, attempt, worker_id, note) VALUES (4, 1, 1004, 'submitted', 'pending', NULL, NULL, NULL);
INSERT INTO change (task, number, at, change, state, attempt, worker_id, note) VALUES (4, 2, 2001, 'sent', 'running', 1, 'worker-01', NULL);
INSERT INTO change (task, number, at, change, state, attempt, worker_id, note) VALUES (5, 1, 1005, 'submitted', 'pending', NULL, NULL, NULL);
INSERT INTO batch (id, description, benchmark, created_at, started_at, ended_at, pending, assigned, running, completed, failed, cancelled) VALUES ('b', 'all', 'benchmark.py', 1000, 2001, NULL, 1, 0, 1, 0, 0, 0);
INSERT INTO drained_worker (id, at) VALUES ('worker-02', 2500);
INSERT INTO task_count (state, number) VALUES ('assigned', 0);
INSERT INTO task_count (state, number) VALUES ('cancelled', 0);
INSERT INTO task_count (state, number) VALUES ('completed', 1);
INSERT INTO task_count (state, number) VALUES ('failed', 1);
INSERT INTO task_count (state, number) VALUES ('pending', 2);
INSERT INTO task_count (state, number) VALUES ('running', 1);
INSERT INTO remaining_run (task_id, number, worker_id, until) VALUES ('task-2', 1, 'worker-01', 9000);
CREATE INDEX task_by_state ON task (state, sequence);
CREATE INDEX task_by_run ON task (completed_by, benchmark, updated_at, execution_seconds)
    WHERE completed_by IS NOT NULL AND execution_seconds IS NOT NULL;
CREATE INDEX batch_by_time ON batch (created_at);
CREATE INDEX batch_open ON batch (id) WHERE ended_at IS NULL;
CREATE INDEX task_by_batch ON task (batch, state, sequence) WHERE batch IS NOT NULL;
CREATE INDEX task_by_end ON task (ended_at, state, completed_by, benchmark, waited_ms, execution_seconds)
    WHERE ended_at IS NOT NULL;
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
CREATE TRIGGER task_gone AFTER DELETE ON task BEGIN
    UPDATE task_count SET number = number - 1 WHERE state = OLD.state;
  END;
PRAGMA user_version = 3;
