import type { MessageKey } from '#ui/i18n/en.ts';

/** Every key of .env whose meaning can be told. Each must have a text in both languages: `keyMeaning` would not compile. */
const KNOWN_KEYS = [
  'ELASTIC_EMBEDDED_WORKERS',
  'ELASTIC_PING_INTERVAL',
  'ELASTIC_HEALTH_CHECK_INTERVAL',
  'ELASTIC_MAX_PING_FAILURES',
  'ELASTIC_HEALTH_TIMEOUT',
  'HTTP_TIMEOUT',
  'TASK_TIMEOUT',
  'ORCHESTRATOR_RETRY_ATTEMPTS',
  'ORCHESTRATOR_MAX_CONCURRENT_TASKS',
  'TASK_SWEEP_LIMIT',
  'TASK_RETENTION_DAYS',
  'TASK_RETENTION_COUNT',
  'ORCHESTRATOR_TIMEOUT',
  'DEFAULT_NUM_PARTICLES',
  'DEFAULT_NUM_STEPS',
  'DEFAULT_SEED',
  'BENCHMARK_PYTHON',
  'BENCHMARK_CYTHON',
  'DOCKER_IMAGE_NAME',
  'DOCKER_IMAGE_TAG',
  'ELASTIC_SSH_COMMAND',
  'ELASTIC_SSH_USER',
  'ELASTIC_LOG_FILE',
  'WORKER_LOG_DIR',
  'WORKER_STATE_FILE',
  'LOG_LEVEL',
  'DEBUG_MODE',
  'VERBOSE_OUTPUT',
] as const;

const NUMBERED_KEY = /^WORKER_\d+_(IP|ID|PORT)$/;
const NUMBERED_MEANINGS: Readonly<Record<string, MessageKey>> = {
  IP: 'meaning.WORKER_NN_IP',
  ID: 'meaning.WORKER_NN_ID',
  PORT: 'meaning.WORKER_NN_PORT',
};
/** How the configuration names a worker as a whole, wherever its parts were written. */
const WORKER = /^WORKER \S/;

/** The text that says what a key means, or null for one that is not known. */
export function keyMeaning(key: string): MessageKey | null {
  const known = KNOWN_KEYS.find((each) => each === key);
  if (known !== undefined) return `meaning.${known}`;
  if (WORKER.test(key)) return 'meaning.WORKER';
  return NUMBERED_MEANINGS[NUMBERED_KEY.exec(key)?.[1] ?? ''] ?? null;
}
