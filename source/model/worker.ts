import type { AnnouncedBenchmark } from './benchmark-parameter.ts';
import { type CallFailure, RECENT_FAILURES, type RepeatedFailure } from './call-failure.ts';
import { type RecentPings, recentPings } from './recent-pings.ts';
import { type Ring, ringOf } from './ring.ts';
import { NO_UPTIME, type Uptime } from './uptime.ts';
import { KEPT_WORKER_EVENTS, type WorkerEvent } from './worker-event.ts';
import { KEPT_WORKER_RUNS, type WorkerRun } from './worker-run.ts';

/** The four states of a worker, as worker_state.json names them. */
export const WORKER_STATUSES = ['unknown', 'active', 'unstable', 'inactive'] as const;
export type WorkerStatus = (typeof WORKER_STATUSES)[number];

/** What a person configured about a worker. */
export interface WorkerConfig {
  readonly id: string;
  /** Base URL without a trailing slash, for example `http://172.20.10.3:8080`. */
  readonly url: string;
  /** For display and worker_state.json. */
  readonly host: string;
  readonly port: number;
  /** Upper bound on what the worker announces; null: what it announces, or 1. */
  readonly slots: number | null;
  readonly labels: readonly string[];
  /** File that holds the worker's bearer token. */
  readonly tokenFile: string | null;
  readonly origin: 'configured' | 'embedded';
}

/** A task that a worker says it is running: the last one started there, whoever sent it. */
export interface CurrentTask {
  readonly taskId: string;
  readonly benchmark: string;
}

/** What a worker tells of its machine. What it does not tell is null. */
export interface MachineFacts {
  readonly cpuCount: number | null;
  /** Mean number of processes that wanted to run in the last minute. */
  readonly loadAverage1m: number | null;
  readonly memoryBytesTotal: number | null;
  readonly memoryBytesFree: number | null;
  readonly diskBytesTotal: number | null;
  readonly diskBytesFree: number | null;
  readonly uptimeSeconds: number | null;
  /** Of programs on it, by name. */
  readonly versions: Readonly<Record<string, string>>;
}

/** What a worker says of itself in a good ping, validated and free of control characters. */
export interface PingReport {
  readonly workerId: string;
  readonly dockerAvailable: boolean;
  readonly currentTask: CurrentTask | null;
  readonly capabilities: readonly string[];
  /** Tasks it runs at once; null where it does not say (version 1). */
  readonly slots: number | null;
  /** Of these, how many are free; null where it does not say. */
  readonly slotsFree: number | null;
  /** Tasks that wait on the worker itself. */
  readonly queued: number;
  /** Whether it takes no new tasks because somebody told it so. */
  readonly draining: boolean;
  readonly message: string;
  /** Missing where it tells nothing of its machine (version 1). */
  readonly machine?: MachineFacts;
}

/**
 * Abilities that a worker announces: `tasks` GET /v2/tasks/:id, `cancel` DELETE on it, `output` its output as it comes,
 * `idempotent` that one id never runs twice there.
 */
export type Capability = 'tasks' | 'cancel' | 'output' | 'idempotent' | 'catalogue';

/** What a worker says in /status. */
export interface StatusReport {
  readonly dockerImage: string;
  readonly imageAvailable: boolean;
  /** Benchmark names it announces, without empty ones. */
  readonly benchmarks: readonly string[];
  /** Of these, the ones whose parameters it announces too; missing where it announces none (version 1). */
  readonly announced?: readonly AnnouncedBenchmark[];
  /** False only where the worker says that it cannot run its benchmarks for want of Python 3. */
  readonly pythonAvailable: boolean;
}

/** The outcome of one ping. `latencyMs` is from sending to the last byte of the body. */
export type PingOutcome =
  | { readonly ok: true; readonly latencyMs: number; readonly report: PingReport }
  | { readonly ok: false; readonly failure: CallFailure };

/** Why a worker is not healthy, in the order in which a person should read it. */
export type HealthReason =
  | { readonly code: 'not-active'; readonly status: WorkerStatus }
  | { readonly code: 'ping-overdue'; readonly ageMs: number }
  | { readonly code: 'status-failed'; readonly failure: CallFailure }
  | { readonly code: 'no-python' }
  /** It answered a task with 401 or 403: its token, or ours, is not configured as it should be. */
  | { readonly code: 'not-authorized'; readonly httpStatus: number };

/** Worth showing, but no reason to keep tasks away. */
export type HealthWarning =
  | { readonly code: 'no-docker' }
  | { readonly code: 'slow'; readonly recentMs: number; readonly medianMs: number }
  | { readonly code: 'other-id'; readonly reported: string };

/** `unknown` until the first check: it is never shown as healthy. */
export interface Health {
  readonly state: 'unknown' | 'healthy' | 'unhealthy';
  readonly reasons: readonly HealthReason[];
  readonly warnings: readonly HealthWarning[];
  readonly checkedAt: number | null;
}

/** Past runs of one benchmark on one worker. */
export interface Performance {
  readonly runs: number;
  /** Mean of the worker's own `execution_time`, in seconds. */
  readonly meanSeconds: number;
}

/** Why a worker gets no tasks for a while: it failed those that others succeed in. Times are Unix milliseconds. */
export interface SetAside {
  readonly since: number;
  /** It gets another chance then. */
  readonly until: number;
  /** Tasks of late that it failed, and that it completed. */
  readonly failed: number;
  readonly completed: number;
  /** The last of those that it failed, and how. Plain text. */
  readonly taskId: string;
  readonly error: string;
}

/** Everything the master knows of one worker. Times are Unix milliseconds. */
export interface Worker extends RecentPings {
  readonly id: string;
  readonly config: WorkerConfig;
  readonly status: WorkerStatus;
  /** When `status` was entered; for `unknown`, when the worker was configured. */
  readonly since: number;
  /** True from the first good ping ever, across restarts. */
  readonly discovered: boolean;
  /** True from the fall to inactive that was counted as lost until the return, across restarts. */
  readonly lost: boolean;
  /** Failed pings in a row. */
  readonly failures: number;
  readonly lastFailure: CallFailure | null;
  /** The last different ones. */
  readonly recentFailures: Ring<RepeatedFailure>;
  readonly lastPingAt: number | null;
  readonly lastGoodPingAt: number | null;
  /** Median latency in ms of the last hour; null until there are enough pings to judge. */
  readonly medianMs: number | null;
  /** How it was in the last hour and day. */
  readonly uptime: Uptime;
  /** What happened to it last. */
  readonly events: Ring<WorkerEvent>;
  /** What of ours ended there last, of those that this run of the master knows of. */
  readonly runs: Ring<WorkerRun>;
  readonly health: Health;
  readonly report: PingReport | null;
  readonly statusReport: StatusReport | null;
  /** The last 401 or 403 that it answered a task with; null where there was none, or a task was taken since. */
  readonly refusal: { readonly httpStatus: number; readonly at: number } | null;
  /** The operator's wish: no new tasks for it. Kept across restarts of the master. */
  readonly drained: boolean;
  /** Not configured any more: it stays until the tasks that it has have ended. */
  readonly leaving: boolean;
  /** Null where it is not set aside. */
  readonly aside: SetAside | null;
  /** Tasks of others that have a slot there or wait for one, as far as what the last ping said of slots tells. */
  readonly foreign: number;
  /** Ids of our tasks that are assigned to it or running there. */
  readonly inFlight: readonly string[];
  readonly tasksCompleted: number;
  readonly tasksFailed: number;
  readonly performance: Readonly<Record<string, Performance>>;
}

const UNKNOWN_HEALTH: Health = { state: 'unknown', reasons: [], warnings: [], checkedAt: null };

/** A worker as it is when it is first configured. */
export function newWorker(config: WorkerConfig, at: number): Worker {
  return {
    id: config.id,
    config,
    status: 'unknown',
    since: at,
    discovered: false,
    lost: false,
    failures: 0,
    lastFailure: null,
    recentFailures: ringOf(RECENT_FAILURES),
    lastPingAt: null,
    lastGoodPingAt: null,
    ...recentPings([], []),
    medianMs: null,
    uptime: NO_UPTIME,
    events: ringOf(KEPT_WORKER_EVENTS),
    runs: ringOf(KEPT_WORKER_RUNS),
    health: UNKNOWN_HEALTH,
    report: null,
    statusReport: null,
    refusal: null,
    drained: false,
    leaving: false,
    aside: null,
    foreign: 0,
    inFlight: [],
    tasksCompleted: 0,
    tasksFailed: 0,
    performance: {},
  };
}

/** Whether a worker says that it can do something. What it does not announce it cannot do: version 1 announces nothing. */
export function can({ report }: Pick<Worker, 'report'>, capability: Capability): boolean {
  return report?.capabilities.includes(capability) ?? false;
}

/** Whether it gets no new tasks: by the operator's wish, by its own, or because it is not configured any more. */
export function isDraining({
  drained,
  leaving,
  report,
}: Pick<Worker, 'drained' | 'leaving' | 'report'>): boolean {
  return drained || leaving || (report?.draining ?? false);
}

/**
 * The worker under a new configuration. At another address it is another machine until it has answered: what was known
 * of its state goes, what it did stays.
 */
export function reconfigured(worker: Worker, config: WorkerConfig, at: number): Worker {
  const known = { ...worker, config, leaving: false };
  if (config.url === worker.config.url) return known;
  const { status, failures, health, report, statusReport, refusal, foreign, medianMs } = newWorker(
    config,
    at,
  );
  return { ...known, status, since: at, failures, health, report, statusReport, refusal, foreign, medianMs };
}

/** Whether it has all the labels that a task asks for. */
export function hasLabels({ config }: Pick<Worker, 'config'>, labels: readonly string[]): boolean {
  return labels.every((label) => config.labels.includes(label));
}

/** Tasks it may run at once: what it announces (1 where it does not), capped by the configuration; version 1 has 1 unless configured. */
export function slotsOf(worker: Worker): number {
  const announced = worker.report?.slots ?? null;
  const { slots: cap } = worker.config;
  if (announced === null) return cap ?? 1;
  return cap === null ? announced : Math.min(cap, announced);
}

/** True while a task that is not ours runs there, as far as the last ping tells. */
export function runsForeignTask(worker: Worker): boolean {
  const current = worker.report?.currentTask ?? null;
  return current !== null && !worker.inFlight.some((id) => isWireIdOf(current.taskId, id));
}

/** Tasks that are not ours and have a slot there or wait for one, as far as the last ping tells. */
export function foreignTasks(worker: Worker): number {
  return Math.max(worker.foreign, runsForeignTask(worker) ? 1 : 0);
}

/** The same from what a ping says of slots, beside the tasks that we have there at that time. */
export function foreignIn({ slots, slotsFree, queued }: PingReport, inFlight: number): number {
  return slots === null || slotsFree === null ? 0 : Math.max(0, slots - slotsFree + queued - inFlight);
}

/** Slots that are neither taken by our tasks nor, as far as the last ping tells, by somebody else's. */
export function freeSlotsOf(worker: Worker): number {
  return Math.max(0, slotsOf(worker) - worker.inFlight.length - foreignTasks(worker));
}

/** Whether `wireId` names an attempt of task `taskId`: the id itself, or `<id>.2`, `<id>.3`, … */
export function isWireIdOf(wireId: string, taskId: string): boolean {
  return (
    wireId === taskId || (wireId.startsWith(`${taskId}.`) && /^\d+$/.test(wireId.slice(taskId.length + 1)))
  );
}

/**
 * Whether it has a benchmark. Version 1 runs benchmark.py for every name it does not know, so a worker that says what it
 * has is believed; one that does not say is trusted.
 */
export function hasBenchmark({ statusReport }: Worker, benchmark: string): boolean {
  const announced = statusReport?.benchmarks ?? [];
  return announced.length === 0 || announced.includes(benchmark);
}
