-- As version 1 shipped it.
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
INSERT INTO task VALUES (1, 'task-1', 'benchmark.py', '{"NUM_PARTICULAS":100,"NUM_PASOS":500,"SEMILLA":1}', 1, NULL,
  '', 'completed', 1001, 3000, NULL, 'worker-01', 1.5,
  '{"particleCollisions":171,"wallCollisions":112,"executionSeconds":1.5,"output":"done"}');
INSERT INTO task VALUES (2, 'task-2', 'benchmark.py', '{"NUM_PARTICULAS":100,"NUM_PASOS":500,"SEMILLA":2}', 1, NULL,
  '', 'failed', 1002, 3100, NULL, NULL, NULL, NULL);
INSERT INTO task VALUES (3, 'task-3', 'benchmark.py', '{"NUM_PARTICULAS":100,"NUM_PASOS":500,"SEMILLA":3}', 1, NULL,
  '', 'pending', 1003, 1003, NULL, NULL, NULL, NULL);
INSERT INTO attempt VALUES (1, 1, 'worker-01', 2000, 2001, 3000, 'completed', NULL);
PRAGMA user_version = 1;
