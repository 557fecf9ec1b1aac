import type { Settings } from '#model/settings.ts';
import type { Attempt, Task } from '#model/task.ts';
import {
  newWorker,
  type PingOutcome,
  type PingReport,
  type Worker,
  type WorkerConfig,
} from '#model/worker.ts';

export const NOW = Date.UTC(2026, 10, 23, 21, 42, 7);

export function sampleConfig(id = 'worker-01', over: Partial<WorkerConfig> = {}): WorkerConfig {
  return {
    id,
    url: 'http://172.20.10.3:8080',
    host: '172.20.10.3',
    port: 8080,
    slots: null,
    labels: [],
    tokenFile: null,
    origin: 'configured',
    ...over,
  };
}

export function sampleReport(over: Partial<PingReport> = {}): PingReport {
  return {
    workerId: 'worker-01',
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

export function sampleWorker(over: Partial<Worker> = {}): Worker {
  return { ...newWorker(sampleConfig(), NOW), ...over };
}

/** An active worker that has just answered. */
export function activeWorker(over: Partial<Worker> = {}): Worker {
  return sampleWorker({
    status: 'active',
    discovered: true,
    lastPingAt: NOW,
    lastGoodPingAt: NOW,
    report: sampleReport(),
    ...over,
  });
}

export function goodPing(latencyMs = 12, over: Partial<PingReport> = {}): PingOutcome {
  return { ok: true, latencyMs, report: sampleReport(over) };
}

export const REFUSED: PingOutcome = { ok: false, failure: { reason: 'refused', detail: '' } };

export function sampleAttempt(over: Partial<Attempt> = {}): Attempt {
  return {
    number: 1,
    workerId: 'worker-01',
    assignedAt: NOW,
    sentAt: null,
    endedAt: null,
    outcome: null,
    error: null,
    ...over,
  };
}

export function sampleTask(over: Partial<Task> = {}): Task {
  return {
    id: 't-1',
    sequence: 1,
    benchmark: 'benchmark.py',
    parameters: { NUM_PARTICULAS: 100 },
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
    createdAt: NOW,
    updatedAt: NOW,
    attempts: [],
    result: null,
    notBefore: null,
    countedFrom: 1,
    cancelAt: null,
    ...over,
  };
}

export const SAMPLE_SETTINGS: Settings = {
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
  entries: [],
  warnings: [],
};
