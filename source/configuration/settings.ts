import { join, resolve } from 'node:path';
import { UserError } from '#model/errors.ts';
import { said } from '#model/said.ts';
import type { SettingEntry, Settings } from '#model/settings.ts';
import { plainLine } from '#model/text.ts';
import { type Findings, type Found, readValue, wrong } from './found.ts';
import { KEYS, type Key } from './keys.ts';
import { type Environment, findValue, readSources } from './sources.ts';
import { type ConfiguredWorker, mergeWorkers } from './workers.ts';

export interface LoadSettingsInput {
  /** The folder of .env and config_workers.json; relative to the current one. */
  readonly dir: string;
  /** The real environment variables, as in `process.env`. */
  readonly environment: Environment;
}

/**
 * The settings in force: environment over .env over config_workers.json over defaults, key by key. Throws one
 * `UserError` (`CONFIGURATION_INVALID`) whose message has a line for each thing that is wrong.
 */
export async function loadSettings(input: LoadSettingsInput): Promise<Settings> {
  const dir = resolve(input.dir);
  const findings: Findings = { errors: [], warnings: [] };
  const sources = await readSources(dir, input.environment, findings);
  const found = new Map(Object.values(KEYS).map((key) => [key.name, findValue(sources, key)] as const));
  for (const key of Object.values(KEYS)) {
    const value = found.get(key.name);
    if (value !== undefined) readValue<unknown>(value, key.kind, findings);
  }
  const workers = mergeWorkers(sources, dir, findings);
  const settings = assemble({ dir, found, workers, warnings: findings.warnings });
  checkTogether(settings, findings);
  const message = findings.errors.join('\n');
  if (message !== '') throw new UserError('CONFIGURATION_INVALID', message);
  return settings;
}

interface Parts {
  readonly dir: string;
  readonly found: ReadonlyMap<string, Found>;
  readonly workers: readonly ConfiguredWorker[];
  readonly warnings: readonly string[];
}

/** Where a value is wrong its default stands in, so that all that is wrong can be found before anything is refused. */
function assemble({ dir, found, workers, warnings }: Parts): Settings {
  function value<T>(key: Key<T>): T {
    const written = key.kind.parse(found.get(key.name)?.text ?? key.fallback);
    // Null is a value: some keys may say “none”.
    const parsed = written === undefined ? key.kind.parse(key.fallback) : written;
    if (parsed === undefined) throw new Error(`the default of ${key.name} is not valid`);
    return parsed;
  }
  return {
    dir,
    workers: workers.map(({ config }) => config),
    embeddedWorkers: value(KEYS.embeddedWorkers),
    pingIntervalMs: value(KEYS.pingInterval),
    healthCheckIntervalMs: value(KEYS.healthCheckInterval),
    maxPingFailures: value(KEYS.maxPingFailures),
    healthTimeoutMs: value(KEYS.healthTimeout),
    httpTimeoutMs: value(KEYS.httpTimeout),
    taskTimeoutMs: value(KEYS.taskTimeout),
    retryAttempts: value(KEYS.retryAttempts),
    maxConcurrentTasks: value<number | null>(KEYS.maxConcurrentTasks),
    sweepLimit: value(KEYS.sweepLimit),
    taskRetentionMs: milliseconds(value<number | null>(KEYS.taskRetentionDays)),
    taskRetentionCount: value<number | null>(KEYS.taskRetentionCount),
    taskDefaults: {
      particles: value(KEYS.particles),
      steps: value(KEYS.steps),
      seed: value(KEYS.seed),
    },
    benchmarks: { python: value(KEYS.benchmarkPython), cython: value(KEYS.benchmarkCython) },
    shell: { command: value<readonly string[]>(KEYS.sshCommand), user: value<string | null>(KEYS.sshUser) },
    logFile: resolve(dir, value(KEYS.logFile)),
    logLevel: value(KEYS.logLevel),
    stateFile: resolve(dir, value(KEYS.stateFile)),
    dataDir: join(dir, 'logs'),
    entries: [...keyEntries(found), ...workers.map(workerEntry)],
    warnings,
  };
}

function milliseconds(days: number | null): number | null {
  return days === null ? null : days * 86_400_000;
}

function keyEntries(found: Parts['found']): SettingEntry[] {
  return Object.values(KEYS).flatMap((key) => {
    const value = found.get(key.name);
    return value === undefined ? [] : [keyEntry(key, value)];
  });
}

/** A key as a person sees it, with the value found. */
export function keyEntry(
  { name, safe, applies, kind }: Key<unknown>,
  { text, source }: Pick<Found, 'text' | 'source'>,
): SettingEntry {
  return {
    key: name,
    value: plainLine(text),
    source,
    ...(applies !== undefined && { applies }),
    ...(safe && kind.shape !== undefined && { kind: kind.shape }),
  };
}

function workerEntry({ config, source }: ConfiguredWorker): SettingEntry {
  return { key: `WORKER ${config.id}`, value: config.url, source };
}

/** What is right alone and wrong together. */
function checkTogether(settings: Settings, { errors, warnings }: Findings): void {
  const { logFile, stateFile, healthTimeoutMs, pingIntervalMs } = settings;
  if (logFile === stateFile) {
    const is = said`${plainLine(logFile)}, as is WORKER_STATE_FILE`;
    errors.push(wrong(KEYS.logFile.name, is, said`a file of its own`));
  }
  if (healthTimeoutMs < pingIntervalMs) {
    warnings.push(
      said`${KEYS.healthTimeout.name} (${healthTimeoutMs / 1_000} s) is shorter than ${KEYS.pingInterval.name} (${pingIntervalMs / 1_000} s): every worker will be unhealthy between two pings`,
    );
  }
}
