import type { SettingKind } from './setting-kind.ts';
import type { WorkerConfig } from './worker.ts';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/** Where a value in force came from; the first of these that has it wins. */
export type SettingSource = 'environment' | '.env' | 'config_workers.json' | 'default';

/** One configured value as a person sees it. */
export interface SettingEntry {
  /** The name in .env, for example `ELASTIC_PING_INTERVAL`; in config_workers.json it may have another. */
  readonly key: string;
  /** As written, in the unit of the file (seconds unless named otherwise); empty where nothing is set. */
  readonly value: string;
  readonly source: SettingSource;
  /** When a change of it counts; missing: at once. */
  readonly applies?: 'at-restart' | 'at-worker-start';
  /** What the files say by now and what counts from the next start of the master on; missing: the same. */
  readonly pending?: string;
  /** What may be written into it from the screen; missing: it is changed in its file alone. */
  readonly kind?: SettingKind;
}

/** What became of one entry when the files were read again. Empty: not set, or a worker that is not there. */
export interface SettingChange {
  readonly key: string;
  readonly from: string;
  readonly to: string;
  /** When it counts; missing: at once. */
  readonly applies?: NonNullable<SettingEntry['applies']>;
}

/** Everything the master is told, validated. Durations are milliseconds, paths absolute. */
export interface Settings {
  /** The folder of .env, config_workers.json, logs/ and the task database. */
  readonly dir: string;
  readonly workers: readonly WorkerConfig[];
  /** How many workers to start here when none is configured. */
  readonly embeddedWorkers: number;
  /** From one ping of a worker to its next. */
  readonly pingIntervalMs: number;
  /** From one health check to the next. */
  readonly healthCheckIntervalMs: number;
  /** Consecutive failed pings that make a worker inactive. */
  readonly maxPingFailures: number;
  /** Without a good ping for longer, a worker is unhealthy. */
  readonly healthTimeoutMs: number;
  /** Connect and answer, pings included (a ping never outlives its interval). */
  readonly httpTimeoutMs: number;
  /** One execution of a task. */
  readonly taskTimeoutMs: number;
  /** Retries of a task after its first attempt. */
  readonly retryAttempts: number;
  /** Tasks in flight over the whole fleet; null: the workers' slots decide. */
  readonly maxConcurrentTasks: number | null;
  /** How many tasks one submission may make. */
  readonly sweepLimit: number;
  /** Finished tasks are removed after this; null: never. */
  readonly taskRetentionMs: number | null;
  /** How many finished tasks are kept; null: any number. */
  readonly taskRetentionCount: number | null;
  /** What the dispatch form starts with. */
  readonly taskDefaults: { readonly particles: number; readonly steps: number; readonly seed: number };
  /** Names sent to the worker. */
  readonly benchmarks: { readonly python: string; readonly cython: string };
  /** How a shell on a worker's machine is opened from the screen; no user: the one that the program chooses. */
  readonly shell: { readonly command: readonly string[]; readonly user: string | null };
  readonly logFile: string;
  readonly logLevel: LogLevel;
  readonly stateFile: string;
  /** Where the task database and the master's lock live. */
  readonly dataDir: string;
  /** Every key with its value and origin, in the order of the documentation. */
  readonly entries: readonly SettingEntry[];
  /** What is not wrong but looks like a mistake, one sentence each. */
  readonly warnings: readonly string[];
}
