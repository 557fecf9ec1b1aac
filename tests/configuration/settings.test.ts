import { join } from 'node:path';
import { expect, test } from 'vitest';
import { KEYS } from '#configuration/keys.ts';
import { loadSettings } from '#configuration/settings.ts';
import type { SettingSource } from '#model/settings.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { folderWith, load, type Written } from './written.ts';

async function entryOf(key: string, written: Written): Promise<readonly [string, SettingSource] | undefined> {
  const entry = (await load(written)).entries.find((candidate) => candidate.key === key);
  return entry && [entry.value, entry.source];
}

test('with no file at all, the defaults are in force', async () => {
  const dir = await temporaryFolder();
  expect(await loadSettings({ dir, environment: {} })).toEqual({
    dir,
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
    logFile: join(dir, 'logs/elastic_orchestrator.log'),
    logLevel: 'info',
    stateFile: join(dir, 'logs/worker_state.json'),
    dataDir: join(dir, 'logs'),
    entries: Object.values(KEYS).map(({ name, fallback }) =>
      expect.objectContaining({ key: name, value: fallback, source: 'default' }),
    ),
    warnings: [],
  });
});

test.each([
  ['ELASTIC_EMBEDDED_WORKERS', '0', { embeddedWorkers: 0 }],
  ['ELASTIC_PING_INTERVAL', '0.2', { pingIntervalMs: 200 }],
  ['ELASTIC_HEALTH_CHECK_INTERVAL', '.5', { healthCheckIntervalMs: 500 }],
  ['ELASTIC_MAX_PING_FAILURES', '3', { maxPingFailures: 3 }],
  ['ELASTIC_HEALTH_TIMEOUT', '60', { healthTimeoutMs: 60_000 }],
  ['HTTP_TIMEOUT', '2.5', { httpTimeoutMs: 2_500 }],
  ['TASK_TIMEOUT', '3600', { taskTimeoutMs: 3_600_000 }],
  ['ORCHESTRATOR_RETRY_ATTEMPTS', '0', { retryAttempts: 0 }],
  ['ORCHESTRATOR_MAX_CONCURRENT_TASKS', '10', { maxConcurrentTasks: 10 }],
  ['TASK_SWEEP_LIMIT', '500', { sweepLimit: 500 }],
  ['TASK_RETENTION_DAYS', '7', { taskRetentionMs: 7 * 86_400_000 }],
  ['TASK_RETENTION_DAYS', 'never', { taskRetentionMs: null }],
  ['TASK_RETENTION_COUNT', '5000', { taskRetentionCount: 5_000 }],
  ['TASK_RETENTION_COUNT', 'Never', { taskRetentionCount: null }],
  ['DEFAULT_NUM_PARTICLES', '7', { taskDefaults: { particles: 7, steps: 500, seed: 42 } }],
  ['DEFAULT_NUM_STEPS', '7', { taskDefaults: { particles: 100, steps: 7, seed: 42 } }],
  ['DEFAULT_SEED', '4294967295', { taskDefaults: { particles: 100, steps: 500, seed: 4_294_967_295 } }],
  ['BENCHMARK_PYTHON', 'mine.py', { benchmarks: { python: 'mine.py', cython: 'benchmark_cython.py' } }],
  ['ELASTIC_SSH_COMMAND', 'ssh  -p 2222', { shell: { command: ['ssh', '-p', '2222'], user: null } }],
  ['ELASTIC_SSH_USER', 'root', { shell: { command: ['ssh'], user: 'root' } }],
  ['BENCHMARK_CYTHON', 'mine.py', { benchmarks: { python: 'benchmark.py', cython: 'mine.py' } }],
  ['ELASTIC_LOG_FILE', '/var/log/elastic.log', { logFile: '/var/log/elastic.log' }],
  ['WORKER_STATE_FILE', '/run/state.json', { stateFile: '/run/state.json' }],
  ['LOG_LEVEL', 'DEBUG', { logLevel: 'debug' }],
  ['LOG_LEVEL', 'Warning', { logLevel: 'warn' }],
  ['LOG_LEVEL', 'CRITICAL', { logLevel: 'error' }],
] as const)(
  '%s=%s is in force from .env, and from the environment over another value there',
  async (key, value, expected) => {
    expect(await load({ dotenv: `${key}=${value}` })).toMatchObject(expected);
    const settings = await load({ dotenv: `${key}=not this`, environment: { [key]: value } });
    expect(settings).toMatchObject(expected);
    expect(settings.entries).toContainEqual(expect.objectContaining({ key, value, source: 'environment' }));
  },
);

test.each(['true', 'FALSE', '1', '0', 'Yes', 'no'])('a yes or no may be written as %s', async (value) => {
  expect(await entryOf('DEBUG_MODE', { dotenv: `DEBUG_MODE=${value}` })).toEqual([value, '.env']);
});

test.each([
  ['timeout', 'ORCHESTRATOR_TIMEOUT', 7],
  ['retry_attempts', 'ORCHESTRATOR_RETRY_ATTEMPTS', 7],
  ['max_concurrent_tasks', 'ORCHESTRATOR_MAX_CONCURRENT_TASKS', '7'],
])(
  'the first source of environment, .env, config_workers.json and default that has orchestrator.%s wins',
  async (name, key, value) => {
    const json = { orchestrator: { [name]: value } };
    const dotenv = `${key}=8`;
    const fallback = Object.values(KEYS).find((candidate) => candidate.name === key)?.fallback;
    expect(await entryOf(key, { json, dotenv, environment: { [key]: '9' } })).toEqual(['9', 'environment']);
    expect(await entryOf(key, { json, dotenv })).toEqual(['8', '.env']);
    expect(await entryOf(key, { json })).toEqual(['7', 'config_workers.json']);
    expect(await entryOf(key, { json: { orchestrator: { [name]: null } } })).toEqual([fallback, 'default']);
  },
);

test('an empty value is as good as none: the next source decides', async () => {
  const written = { environment: { TASK_TIMEOUT: ' ' }, dotenv: 'TASK_TIMEOUT=7\nHTTP_TIMEOUT=\n' };
  expect(await entryOf('TASK_TIMEOUT', written)).toEqual(['7', '.env']);
  expect(await entryOf('HTTP_TIMEOUT', written)).toEqual(['10', 'default']);
});

test('.env may have comments, quotes, export, Windows line ends and a byte-order mark', async () => {
  const dotenv =
    '\uFEFFELASTIC_PING_INTERVAL=3 # every three\r\n#TASK_TIMEOUT=1\r\nexport HTTP_TIMEOUT="4"\r\n';
  expect(await load({ dotenv })).toMatchObject({
    pingIntervalMs: 3_000,
    httpTimeoutMs: 4_000,
    taskTimeoutMs: 60_000,
  });
});

test('the entries are all keys in the order of the documentation, then the workers', async () => {
  const { entries } = await load({ dotenv: 'WORKER_02_IP=10.0.0.2\nWORKER_01_IP=10.0.0.1\nTASK_TIMEOUT=7' });
  expect(entries.map(({ key }) => key)).toEqual([
    ...Object.values(KEYS).map(({ name }) => name),
    'WORKER worker-01',
    'WORKER worker-02',
  ]);
  expect(entries.at(-1)).toEqual({ key: 'WORKER worker-02', value: 'http://10.0.0.2:8080', source: '.env' });
});

test('a relative folder is taken from the current one', async () => {
  const settings = await loadSettings({ dir: 'tests', environment: {} });
  expect(settings.dir).toBe(join(process.cwd(), 'tests'));
});

test.each([
  ['.env', 'ELASTIC_PING_INTERVALL=3', 'ELASTIC_PING_INTERVAL'],
  ['.env', 'elastic_ping_interval=3', 'ELASTIC_PING_INTERVAL'],
  ['.env', 'WORKER_07_PROT=3', 'WORKER_07_PORT'],
  ['.env', 'ORCHESTRATOR_RETRYATTEMPTS=3', 'ORCHESTRATOR_RETRY_ATTEMPTS'],
  ['environment', 'ELASTIC_LOGFILE=x', 'ELASTIC_LOG_FILE'],
])('a key in %s like %s is a warning with the nearest known key', async (where, line, nearest) => {
  const [key = '', value = ''] = line.split('=');
  const written = where === '.env' ? { dotenv: line } : { environment: { [key]: value } };
  const dir = await folderWith(written);
  const { warnings } = await loadSettings({ dir, environment: written.environment ?? {} });
  const file = where === '.env' ? join(dir, '.env') : where;
  expect(warnings).toEqual([`${file}: ${key} is no known key and is ignored; the nearest is ${nearest}`]);
});

test('a line of .env that begins with a key and has no = is a warning with its number', async () => {
  const { warnings } = await load({ dotenv: '# fine\n\nELASTIC_PING_INTERVAL 3\nHTTP_TIMEOUT=3\n' });
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain(
    '.env: line 3 begins with ELASTIC_PING_INTERVAL but is not of the form KEY=value',
  );
});

test("keys of other programs are nobody's business", async () => {
  const { warnings } = await load({ dotenv: 'DATABASE_URL=x\nMY_WORKER_1=x', environment: { PATH: '/bin' } });
  expect(warnings).toEqual([]);
});

test('a health timeout shorter than the ping interval is a warning', async () => {
  const { warnings } = await load({ dotenv: 'ELASTIC_HEALTH_TIMEOUT=3' });
  expect(warnings).toEqual([
    expect.stringContaining('ELASTIC_HEALTH_TIMEOUT (3 s) is shorter than ELASTIC_PING_INTERVAL (5 s)'),
  ]);
});

test('what may be changed from the screen is told with what may be written there, and is nothing that could do harm', async () => {
  const { entries } = await load({ dotenv: 'WORKER_01_IP=10.0.0.1\n' });
  const byKey = new Map(entries.map((entry) => [entry.key, entry]));
  expect(byKey.get('TASK_TIMEOUT')?.kind).toEqual({ type: 'seconds', least: 0.01, most: 604_800 });
  expect(byKey.get('ORCHESTRATOR_MAX_CONCURRENT_TASKS')?.kind).toEqual({
    type: 'integer',
    least: 1,
    most: 100_000,
  });
  expect(byKey.get('LOG_LEVEL')?.kind).toEqual({
    type: 'choice',
    choices: ['error', 'warn', 'info', 'debug'],
    also: ['critical', 'warning'],
  });
  expect(entries.flatMap(({ key, kind }) => (kind === undefined ? [key] : []))).toEqual([
    'ORCHESTRATOR_TIMEOUT',
    'TASK_RETENTION_DAYS',
    'TASK_RETENTION_COUNT',
    'BENCHMARK_PYTHON',
    'BENCHMARK_CYTHON',
    'DOCKER_IMAGE_NAME',
    'DOCKER_IMAGE_TAG',
    'ELASTIC_SSH_COMMAND',
    'ELASTIC_SSH_USER',
    'ELASTIC_LOG_FILE',
    'WORKER_LOG_DIR',
    'WORKER_STATE_FILE',
    'DEBUG_MODE',
    'VERBOSE_OUTPUT',
    'WORKER worker-01',
  ]);
  expect(entries.flatMap(({ key, applies }) => (applies === 'at-restart' ? [key] : []))).toEqual([
    'ELASTIC_LOG_FILE',
    'WORKER_STATE_FILE',
  ]);
});
