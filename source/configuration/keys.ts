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
}

const DAY = 86_400;
const MAX_SEED = 2 ** 32 - 1;

/**
 * Every key but the numbered ones of the workers, in the order of the documentation. Settings, errors, warnings
 * and what the configuration view shows are made from it.
 */
export const KEYS = {
  embeddedWorkers: key('ELASTIC_EMBEDDED_WORKERS', '2', integer(0, 64)),
  pingInterval: key('ELASTIC_PING_INTERVAL', '5', seconds(0.01, DAY)),
  healthCheckInterval: key('ELASTIC_HEALTH_CHECK_INTERVAL', '10', seconds(0.01, DAY)),
  maxPingFailures: key('ELASTIC_MAX_PING_FAILURES', '5', integer(1, 1_000)),
  healthTimeout: key('ELASTIC_HEALTH_TIMEOUT', '30', seconds(0.01, 7 * DAY)),
  httpTimeout: key('HTTP_TIMEOUT', '10', seconds(0.01, 3_600)),
  taskTimeout: key('TASK_TIMEOUT', '60', seconds(0.01, 7 * DAY)),
  retryAttempts: {
    ...key('ORCHESTRATOR_RETRY_ATTEMPTS', '3', integer(0, 100)),
    json: 'retry_attempts',
  },
  maxConcurrentTasks: {
    ...key('ORCHESTRATOR_MAX_CONCURRENT_TASKS', '', orNothing(integer(1, 100_000))),
    json: 'max_concurrent_tasks',
  },
  orchestratorTimeout: { ...key('ORCHESTRATOR_TIMEOUT', '5', seconds(0.01, DAY)), json: 'timeout' },
  sweepLimit: key('TASK_SWEEP_LIMIT', '100000', integer(1, 1_000_000)),
  taskRetentionDays: key('TASK_RETENTION_DAYS', '30', orNever(integer(1, 36_500))),
  taskRetentionCount: key('TASK_RETENTION_COUNT', '1000000', orNever(integer(1, 100_000_000))),
  particles: key('DEFAULT_NUM_PARTICLES', '100', integer(1, 1_000_000)),
  steps: key('DEFAULT_NUM_STEPS', '500', integer(1, 1_000_000_000)),
  seed: key('DEFAULT_SEED', '42', integer(0, MAX_SEED)),
  benchmarkPython: key('BENCHMARK_PYTHON', 'benchmark.py', name),
  benchmarkCython: key('BENCHMARK_CYTHON', 'benchmark_cython.py', name),
  dockerImageName: key('DOCKER_IMAGE_NAME', 'particle-simulation', name),
  dockerImageTag: key('DOCKER_IMAGE_TAG', 'latest', name),
  sshCommand: key('ELASTIC_SSH_COMMAND', 'ssh', commandLine),
  sshUser: key('ELASTIC_SSH_USER', '', orNothing(userName)),
  logFile: key('ELASTIC_LOG_FILE', 'logs/elastic_orchestrator.log', path),
  workerLogDir: key('WORKER_LOG_DIR', 'logs', path),
  stateFile: key('WORKER_STATE_FILE', 'logs/worker_state.json', path),
  logLevel: key('LOG_LEVEL', 'info', logLevel),
  debugMode: key('DEBUG_MODE', 'false', truth),
  verboseOutput: key('VERBOSE_OUTPUT', 'true', truth),
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

function key<T>(keyName: string, fallback: string, kind: ValueKind<T>): Key<T> {
  return { name: keyName, fallback, kind };
}
