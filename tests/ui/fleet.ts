import type { Event } from '#model/events.ts';
import { reduce } from '#model/reduce.ts';
import type { Settings } from '#model/settings.ts';
import { EMPTY_SNAPSHOT, type Snapshot } from '#model/snapshot.ts';
import type { Attempt, Task } from '#model/task.ts';
import type { Health, PingReport, WorkerConfig } from '#model/worker.ts';

/** The moment at which the fleet below is looked at. */
export const NOW = new Date(2026, 10, 23, 21, 42, 7).getTime();

export const SETTINGS: Settings = {
  dir: '/srv/prod',
  workers: [],
  embeddedWorkers: 2,
  pingIntervalMs: 5_000,
  healthCheckIntervalMs: 10_000,
  maxPingFailures: 5,
  healthTimeoutMs: 30_000,
  httpTimeoutMs: 10_000,
  taskTimeoutMs: 60_000,
  retryAttempts: 3,
  maxConcurrentTasks: null,
  sweepLimit: 100_000,
  taskRetentionMs: 30 * 86_400_000,
  taskRetentionCount: 1_000_000,
  taskDefaults: { particles: 100, steps: 500, seed: 42 },
  benchmarks: { python: 'benchmark.py', cython: 'benchmark_cython.py' },
  shell: { command: ['ssh'], user: null },
  logFile: '/srv/prod/logs/elastic_orchestrator.log',
  logLevel: 'info',
  stateFile: '/srv/prod/logs/worker_state.json',
  dataDir: '/srv/prod/logs',
  entries: [
    { key: 'ELASTIC_PING_INTERVAL', value: '5', source: 'default' },
    { key: 'ELASTIC_HEALTH_CHECK_INTERVAL', value: '10', source: '.env' },
    { key: 'HTTP_TIMEOUT', value: '10', source: 'environment' },
    { key: 'ORCHESTRATOR_RETRY_ATTEMPTS', value: '3', source: 'config_workers.json' },
    { key: 'ORCHESTRATOR_MAX_CONCURRENT_TASKS', value: '', source: 'default' },
    { key: 'WORKER_01_IP', value: '172.20.10.3', source: '.env' },
  ],
  warnings: [],
};

export function workerConfig(id: string, host: string, port = 8080): WorkerConfig {
  return {
    id,
    url: `http://${host}:${port}`,
    host,
    port,
    slots: null,
    labels: [],
    tokenFile: null,
    origin: 'configured',
  };
}

export function pingReport(workerId: string, over: Partial<PingReport> = {}): PingReport {
  return {
    workerId,
    dockerAvailable: true,
    currentTask: null,
    capabilities: [],
    slots: null,
    slotsFree: null,
    queued: 0,
    draining: false,
    message: '',
    ...over,
  };
}

const HEALTHY: Health = { state: 'healthy', reasons: [], warnings: [], checkedAt: NOW };

/** A healthy, active worker: its events up to `at`. */
export function healthyWorker(
  config: WorkerConfig,
  at: number,
  latencies: readonly number[] = [12],
): Event[] {
  return [
    { type: 'worker-configured', at: at - 60_000, config, restored: null },
    ...latencies.map(
      (latencyMs, index): Event => ({
        type: 'worker-pinged',
        at: at - (latencies.length - index) * 1_000,
        workerId: config.id,
        outcome: { ok: true, latencyMs, report: pingReport(config.id) },
      }),
    ),
    {
      type: 'worker-status-changed',
      at: at - 50_000,
      workerId: config.id,
      from: 'unknown',
      to: 'active',
      milestone: 'discovered',
      failure: null,
      failures: 0,
      maxFailures: 5,
    },
    {
      type: 'worker-health-checked',
      at: at - 500,
      workerId: config.id,
      health: HEALTHY,
      medianMs: 12,
      statusReport: {
        dockerImage: 'particle-simulation:latest',
        imageAvailable: true,
        benchmarks: ['benchmark.py', 'benchmark_cython.py'],
        pythonAvailable: true,
      },
    },
  ];
}

/** The events of a worker that stopped answering: `failures` failed pings, and the change of state they made. */
export function failingWorker(config: WorkerConfig, failures: number, at: number): Event[] {
  const to = failures >= 5 ? 'inactive' : 'unstable';
  const failure = { reason: 'refused', detail: '' } as const;
  return [
    ...Array.from(
      { length: failures },
      (_, index): Event => ({
        type: 'worker-pinged',
        at: at - (failures - index) * 5_000,
        workerId: config.id,
        outcome: { ok: false, failure },
      }),
    ),
    {
      type: 'worker-status-changed',
      at,
      workerId: config.id,
      from: 'active',
      to,
      milestone: to === 'inactive' ? 'lost' : null,
      failure,
      failures,
      maxFailures: 5,
    },
    {
      type: 'worker-health-checked',
      at,
      workerId: config.id,
      health: {
        state: 'unhealthy',
        reasons: [{ code: 'not-active', status: to }],
        warnings: [],
        checkedAt: at,
      },
      medianMs: 12,
      statusReport: null,
    },
  ];
}

export function attempt(over: Partial<Attempt> = {}): Attempt {
  return {
    number: 1,
    workerId: 'worker-01',
    assignedAt: NOW - 4_000,
    sentAt: NOW - 3_990,
    endedAt: null,
    outcome: null,
    error: null,
    ...over,
  };
}

export function task(over: Partial<Task> = {}): Task {
  return {
    id: '7f3a91c2-5d1e-4c7a-9d43-0a1b2c3d4e5f',
    sequence: 1,
    benchmark: 'benchmark.py',
    parameters: { NUM_PARTICULAS: 100, NUM_PASOS: 500, SEMILLA: 42 },
    priority: 1,
    wantedWorker: null,
    labels: [],
    startAt: null,
    deadline: null,
    timeoutMs: null,
    retries: null,
    batch: null,
    description: '',
    state: 'pending',
    failure: null,
    createdAt: NOW - 5_000,
    updatedAt: NOW - 5_000,
    attempts: [],
    result: null,
    notBefore: null,
    countedFrom: 1,
    cancelAt: null,
    ...over,
  };
}

/** What the screen knows after these events. */
export function snapshotOf(events: readonly Event[], from: Snapshot = EMPTY_SNAPSHOT): Snapshot {
  return events.reduce(reduce, from);
}

/** What the screen knows after these events in the order of their times; workers stay in that of the configuration. */
export function snapshotInOrder(events: readonly Event[]): Snapshot {
  return snapshotOf(events.toSorted((a, b) => momentOf(a) - momentOf(b)));
}

function momentOf({ type, at }: Event): number {
  return type === 'worker-configured' ? 0 : at;
}

/** A small fleet in every state, with tasks in every state that matters. */
export function exampleFleet(): Snapshot {
  return snapshotInOrder(exampleEvents());
}

function exampleEvents(settings: Partial<Settings> = {}): Event[] {
  const [one, two, three, four] = [
    workerConfig('worker-01', '172.20.10.3'),
    workerConfig('worker-02', '172.20.10.9'),
    workerConfig('worker-03', '10.0.0.7'),
    workerConfig('worker-04', '10.0.0.8'),
  ] as const;
  const done = task({
    state: 'completed',
    updatedAt: NOW - 1_000,
    attempts: [attempt({ outcome: 'completed', endedAt: NOW - 1_000 })],
    result: { particleCollisions: 171, wallCollisions: 112, executionSeconds: 1.92, output: 'done\n' },
  });
  const running = task({
    id: 'b2c4d6e8-0000-4000-8000-000000000002',
    sequence: 2,
    state: 'running',
    parameters: { NUM_PARTICULAS: 200, NUM_PASOS: 800, SEMILLA: 49 },
    attempts: [attempt({ sentAt: NOW - 2_000 })],
  });
  const pending = task({ id: 'sweep-a.17', sequence: 3, priority: 5, wantedWorker: 'worker-03' });
  const failed = task({
    id: 'broken-1',
    sequence: 4,
    state: 'failed',
    updatedAt: NOW - 2_500,
    attempts: [
      attempt({ outcome: 'failed', endedAt: NOW - 3_000, error: 'HTTP status 500: MemoryError' }),
      attempt({
        number: 2,
        workerId: 'worker-02',
        outcome: 'timeout',
        endedAt: NOW - 2_500,
        error: 'no answer within 60 s',
      }),
    ],
  });
  const started = { version: '0.1.0', settings: { ...SETTINGS, ...settings }, counters: null };
  return [
    { type: 'master-started', at: NOW - 3_600_000, ...started },
    ...healthyWorker(one, NOW, [12, 11, 13, 40, 12, 12]),
    ...healthyWorker(two, NOW - 20_000),
    ...healthyWorker(three, NOW - 240_000),
    { type: 'worker-configured', at: NOW - 1_000, config: four, restored: null },
    ...failingWorker(three, 5, NOW - 180_000),
    ...failingWorker(two, 2, NOW - 9_000),
    {
      type: 'task-changed',
      at: NOW - 5_000,
      change: 'submitted',
      task: { ...done, state: 'pending', attempts: [], result: null },
      from: null,
    },
    {
      type: 'task-changed',
      at: NOW - 5_000,
      change: 'submitted',
      task: { ...running, state: 'pending', attempts: [] },
      from: null,
    },
    { type: 'task-changed', at: NOW - 5_000, change: 'submitted', task: pending, from: null },
    {
      type: 'task-changed',
      at: NOW - 5_000,
      change: 'submitted',
      task: { ...failed, state: 'pending', attempts: [] },
      from: null,
    },
    { type: 'task-changed', at: NOW - 2_500, change: 'failed', task: failed, from: 'pending' },
    { type: 'task-changed', at: NOW - 2_000, change: 'sent', task: running, from: 'pending' },
    { type: 'task-changed', at: NOW - 1_000, change: 'completed', task: done, from: 'pending' },
  ];
}

/** The fleet above, and enough tasks in every state to fill a list: a queue, retries, a wanted worker, a full history. */
export function busyFleet(settings: Partial<Settings> = {}): Snapshot {
  return snapshotInOrder(busyEvents(settings));
}

export function busyEvents(settings: Partial<Settings> = {}): Event[] {
  const five = workerConfig('worker-05', '10.0.0.9');
  const queue = Array.from({ length: 12 }, (_, index) =>
    task({
      id: `0${index.toString(16)}5a9b1c-5d1e-4c7a-9d43-0a1b2c3d4e5f`,
      sequence: 100 + index,
      benchmark: index % 3 === 0 ? 'benchmark_cython.py' : 'benchmark.py',
      parameters: { NUM_PARTICULAS: 100 * (index + 1), NUM_PASOS: 1_000, SEMILLA: 42 + index },
      priority: index < 2 ? 8 : 1,
      wantedWorker: index === 4 ? 'worker-03' : null,
      createdAt: NOW - 75_000 + index * 1_000,
    }),
  );
  const retried = task({
    id: 'retry-me-once',
    sequence: 90,
    priority: 3,
    createdAt: NOW - 200_000,
    description: 'the sweep of the second chapter, run again with more steps',
    notBefore: NOW + 8_000,
    attempts: [
      attempt({
        sentAt: NOW - 30_000,
        endedAt: NOW - 28_500,
        outcome: 'failed',
        error: 'HTTP status 500: MemoryError',
      }),
    ],
  });
  const finished = Array.from({ length: 30 }, (_, index) => {
    const endedAt = NOW - 20_000 - index * 4_000;
    return task({
      id: `f${index.toString(16).padStart(2, '0')}e77d0-5d1e-4c7a-9d43-0a1b2c3d4e5f`,
      sequence: 60 - index,
      state: index % 9 === 5 ? 'cancelled' : 'completed',
      createdAt: endedAt - 60_000,
      updatedAt: endedAt,
      attempts: [
        attempt({
          workerId: 'worker-05',
          sentAt: endedAt - 900 - index * 700,
          endedAt,
          outcome: 'completed',
        }),
      ],
      result: {
        particleCollisions: 171 + index * 37,
        wallCollisions: index % 7 === 3 ? null : 112 + index,
        executionSeconds: 0.9 + index * 0.7,
        output: '  Progreso: 100 / 1000 pasos completados...\n',
      },
    });
  });
  const tasks = [...queue, retried, ...finished];
  return [
    ...exampleEvents(settings),
    ...healthyWorker(five, NOW, [31, 30, 33]),
    ...tasks.map(
      (known): Event => ({
        type: 'task-changed',
        at: NOW - 300_000,
        change: 'restored',
        task: known,
        from: null,
      }),
    ),
    {
      type: 'task-counts-restored',
      at: NOW - 300_000,
      counts: { pending: 13, assigned: 0, running: 0, completed: 12_033, failed: 40, cancelled: 3 },
    },
  ];
}
