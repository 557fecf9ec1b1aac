import type { SettingEntry } from '#model/settings.ts';
import {
  benchmarkExecutor,
  commandLine,
  integer,
  logLevel,
  name,
  orNever,
  orNothing,
  path,
  seconds,
  token,
  truth,
  userName,
  type ValueKind,
  words,
} from './value-kinds.ts';

/** One key of .env: all that is known of it, in one place. */
export interface Key<T> {
  readonly name: string;
  /** As it would be written in .env; empty: nothing. */
  readonly fallback: string;
  readonly kind: ValueKind<T>;
  /** Its name in the `orchestrator` block of config_workers.json, if it has one there. */
  readonly json?: string;
  /**
   * May be changed from the screen: whatever is written there removes nothing, starts no program and names no file.
   */
  readonly safe?: true;
  /** When a change counts; missing: at once. */
  readonly applies?: NonNullable<SettingEntry['applies']>;
}

const DAY = 86_400;
const MAX_SEED = 2 ** 32 - 1;

/**
 * Every key but the numbered ones of the workers, in the order of the documentation. Settings, errors, warnings
 * and what the configuration view shows are made from it.
 */
export const KEYS = {
  embeddedWorkers: safe('ELASTIC_EMBEDDED_WORKERS', '2', integer(0, 64)),
  pingInterval: safe('ELASTIC_PING_INTERVAL', '5', seconds(0.01, DAY)),
  healthCheckInterval: safe('ELASTIC_HEALTH_CHECK_INTERVAL', '10', seconds(0.01, DAY)),
  maxPingFailures: safe('ELASTIC_MAX_PING_FAILURES', '5', integer(1, 1_000)),
  healthTimeout: safe('ELASTIC_HEALTH_TIMEOUT', '30', seconds(0.01, 7 * DAY)),
  httpTimeout: safe('HTTP_TIMEOUT', '10', seconds(0.01, 3_600)),
  taskTimeout: safe('TASK_TIMEOUT', '60', seconds(0.01, 7 * DAY)),
  retryAttempts: {
    ...safe('ORCHESTRATOR_RETRY_ATTEMPTS', '3', integer(0, 100)),
    json: 'retry_attempts',
  },
  maxConcurrentTasks: {
    ...safe('ORCHESTRATOR_MAX_CONCURRENT_TASKS', '', orNothing(integer(1, 100_000))),
    json: 'max_concurrent_tasks',
  },
  orchestratorTimeout: { ...key('ORCHESTRATOR_TIMEOUT', '5', seconds(0.01, DAY)), json: 'timeout' },
  sweepLimit: safe('TASK_SWEEP_LIMIT', '100000', integer(1, 1_000_000)),
  taskRetentionDays: key('TASK_RETENTION_DAYS', '30', orNever(integer(1, 36_500))),
  taskRetentionCount: key('TASK_RETENTION_COUNT', '1000000', orNever(integer(1, 100_000_000))),
  particles: safe('DEFAULT_NUM_PARTICLES', '100', integer(1, 1_000_000)),
  steps: safe('DEFAULT_NUM_STEPS', '500', integer(1, 1_000_000_000)),
  seed: safe('DEFAULT_SEED', '42', integer(0, MAX_SEED)),
  benchmarkPython: key('BENCHMARK_PYTHON', 'benchmark.py', name),
  benchmarkCython: key('BENCHMARK_CYTHON', 'benchmark_cython.py', name),
  dockerImageName: later('at-worker-start', key('DOCKER_IMAGE_NAME', 'particle-simulation', name)),
  dockerImageTag: later('at-worker-start', key('DOCKER_IMAGE_TAG', 'latest', name)),
  sshCommand: key('ELASTIC_SSH_COMMAND', 'ssh', commandLine),
  sshUser: key('ELASTIC_SSH_USER', '', orNothing(userName)),
  logFile: later('at-restart', key('ELASTIC_LOG_FILE', 'logs/elastic_orchestrator.log', path)),
  workerLogDir: later('at-worker-start', key('WORKER_LOG_DIR', 'logs', path)),
  stateFile: later('at-restart', key('WORKER_STATE_FILE', 'logs/worker_state.json', path)),
  logLevel: safe('LOG_LEVEL', 'info', logLevel),
  debugMode: later('at-worker-start', key('DEBUG_MODE', 'false', truth)),
  verboseOutput: later('at-worker-start', key('VERBOSE_OUTPUT', 'true', truth)),
} as const satisfies Record<string, Key<unknown>>;

/** The keys that only elastic-worker reads, from the same file. */
export const WORKER_KEYS = {
  token: key('WORKER_TOKEN', '', orNothing(token)),
  benchmarkExecutor: key('BENCHMARK_EXECUTOR', 'process', benchmarkExecutor),
  containerEngine: key('CONTAINER_ENGINE', '', orNothing(path)),
  containerArgs: key('CONTAINER_ARGS', '', words),
} as const satisfies Record<string, Key<unknown>>;

/** The three keys of a worker with a number; the number is as written, leading zeros and all. */
export const NUMBERED_KEY = /^WORKER_(\d{1,6})_(IP|ID|PORT)$/;
export const DEFAULT_WORKER_PORT = 8080;

function safe<T>(keyName: string, fallback: string, kind: ValueKind<T>): Key<T> {
  return { ...key(keyName, fallback, kind), safe: true };
}

function later<T>(applies: NonNullable<SettingEntry['applies']>, of: Key<T>): Key<T> {
  return { ...of, applies };
}

function key<T>(keyName: string, fallback: string, kind: ValueKind<T>): Key<T> {
  return { name: keyName, fallback, kind };
}
