import { type Batch, batchProgress } from '#model/batch.ts';
import { isHealthy } from '#model/health.ts';
import { failureText, type LogLine } from '#model/log-line.ts';
import { averageLatencyMs } from '#model/recent-pings.ts';
import type { Snapshot } from '#model/snapshot.ts';
import type { TaskState } from '#model/task.ts';
import type { HistoryEntry } from '#model/task-history.ts';
import {
  foreignTasks,
  freeSlotsOf,
  type HealthReason,
  type HealthWarning,
  isDraining,
  slotsOf,
  WORKER_STATUSES,
  type Worker,
  type WorkerStatus,
} from '#model/worker.ts';

/*
 * What the commands say with --json: snake_case, times as Unix milliseconds, null where nothing is known. Described in
 * docs/command-line.md, which a test makes from the schema that these records are checked against.
 */

/** A worker, as a master sees it or as the state file knew it. */
export interface WorkerRecord {
  readonly id: string;
  readonly url: string | null;
  readonly status: WorkerStatus;
  readonly healthy: boolean;
  readonly drained: boolean | null;
  readonly since_ms: number | null;
  readonly last_ping_at_ms: number | null;
  readonly last_good_ping_at_ms: number | null;
  readonly average_latency_ms: number | null;
  readonly consecutive_failures: number;
  readonly slots: number | null;
  readonly slots_free: number | null;
  readonly tasks_running: number | null;
  readonly tasks_foreign: number | null;
  readonly tasks_completed: number;
  readonly tasks_failed: number;
  readonly labels: readonly string[];
  readonly problems: readonly string[];
}

export function workerRecord(worker: Worker): WorkerRecord {
  return {
    id: worker.id,
    url: worker.config.url,
    status: worker.status,
    healthy: isHealthy(worker),
    drained: isDraining(worker),
    since_ms: worker.since,
    last_ping_at_ms: worker.lastPingAt,
    last_good_ping_at_ms: worker.lastGoodPingAt,
    average_latency_ms: rounded(averageLatencyMs(worker)),
    consecutive_failures: worker.failures,
    slots: slotsOf(worker),
    slots_free: freeSlotsOf(worker),
    tasks_running: worker.inFlight.length,
    tasks_foreign: foreignTasks(worker),
    tasks_completed: worker.tasksCompleted,
    tasks_failed: worker.tasksFailed,
    labels: worker.config.labels,
    problems: problemsOf(worker),
  };
}

function problemsOf({ status, health, lastFailure, aside }: Worker): readonly string[] {
  const failure = status === 'active' || lastFailure === null ? [] : [failureText(lastFailure)];
  const reasons = health.reasons.filter(({ code }) => code !== 'not-active').map(problemText);
  const set = aside === null ? [] : [`set aside: it failed ${aside.failed} tasks that others complete`];
  return [...failure, ...reasons, ...set, ...health.warnings.map(problemText)];
}

function problemText(problem: HealthReason | HealthWarning): string {
  switch (problem.code) {
    case 'not-active':
      return problem.status;
    case 'ping-overdue':
      return `no good ping for ${Math.round(problem.ageMs / 1_000)} s`;
    case 'status-failed':
      return `status: ${failureText(problem.failure)}`;
    case 'no-python':
      return 'no Python 3 there';
    case 'not-authorized':
      return `it refuses our token (HTTP status ${problem.httpStatus})`;
    case 'no-docker':
      return 'no container engine there';
    case 'slow':
      return `slow: ${Math.round(problem.recentMs)} ms instead of ${Math.round(problem.medianMs)}`;
    case 'other-id':
      return `it calls itself ${problem.reported}`;
  }
}

/** How many workers are in which state. */
export function workerSums(workers: readonly WorkerRecord[]) {
  const of = (status: WorkerStatus) => workers.filter((worker) => worker.status === status).length;
  const [unknown = 0, active = 0, unstable = 0, inactive = 0] = WORKER_STATUSES.map(of);
  return {
    total: workers.length,
    unknown,
    active,
    unstable,
    inactive,
    healthy: workers.filter(({ healthy }) => healthy).length,
    drained: workers.filter(({ drained }) => drained === true).length,
  };
}

/** A batch as of `now`. */
export function batchRecord(batch: Batch, now: number) {
  const { total, ended, share, perMinute, endsAt } = batchProgress(batch, now);
  return {
    batch: batch.id,
    benchmark: batch.benchmark,
    description: batch.description,
    created_at_ms: batch.createdAt,
    started_at_ms: batch.startedAt,
    ended_at_ms: batch.endedAt,
    total,
    ended,
    share: rounded(share),
    tasks_per_minute: rounded(perMinute),
    ends_at_ms: endsAt === null ? null : Math.round(endsAt),
    tasks: countsRecord(batch.counts),
  };
}

/** Tasks by state. */
export function countsRecord(counts: Readonly<Record<TaskState, number>>) {
  const { pending, assigned, running, completed, failed, cancelled } = counts;
  return { pending, assigned, running, completed, failed, cancelled };
}

export function historyRecord({ at, change, state, attempt, workerId, note }: HistoryEntry) {
  return { at_ms: at, change, state, attempt, worker: workerId, note };
}

export function problemRecords({ problems }: Snapshot) {
  return problems.map(({ id, message, since }) => ({ id, message, since_ms: since }));
}

export function logRecord({ at, level, message, fields }: LogLine) {
  return { at_ms: at, level, message, fields };
}

/** To thousandths: what is finer says nothing, and is long. */
function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1_000) / 1_000;
}
