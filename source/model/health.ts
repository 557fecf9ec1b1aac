import type { CallFailure } from './call-failure.ts';
import { newestFirst } from './ring.ts';
import {
  type Health,
  type HealthReason,
  type HealthWarning,
  isDraining,
  type StatusReport,
  type Worker,
} from './worker.ts';

/** How many times its own median a worker's pings must take to be called slow. */
export const SLOW_FACTOR = 5;
/** How many of the latest answered pings must be slow together, so that one hiccup does not count. */
const SLOW_PINGS = 3;

/** A worker that refused us for want of a right is tried again after this: a token may have been put right meanwhile. */
const REFUSAL_MS = 60_000;

/** What GET /status gave, or why it gave nothing; null where it was not asked because the worker is not active. */
export type StatusProbe =
  | { readonly ok: true; readonly report: StatusReport }
  | { readonly ok: false; readonly failure: CallFailure }
  | null;

export interface HealthInput {
  readonly worker: Worker;
  readonly probe: StatusProbe;
  /** Median latency in ms of the last hour, or null while there are too few pings to judge. */
  readonly medianMs: number | null;
  readonly now: number;
  readonly healthTimeoutMs: number;
}

/** The verdict on a worker: healthy only if it is active, its last good ping is recent, and /status answers. */
export function judgeHealth({ worker, probe, medianMs, now, healthTimeoutMs }: HealthInput): Health {
  const reasons: HealthReason[] = [];
  if (worker.status !== 'active') reasons.push({ code: 'not-active', status: worker.status });
  const age = worker.lastGoodPingAt === null ? null : now - worker.lastGoodPingAt;
  if (age !== null && age > healthTimeoutMs) reasons.push({ code: 'ping-overdue', ageMs: age });
  if (probe !== null && !probe.ok) reasons.push({ code: 'status-failed', failure: probe.failure });
  if (probe?.ok && runsNothing(probe.report)) reasons.push({ code: 'no-python' });
  const { refusal } = worker;
  // One from the future, by a clock that was set back, is not remembered for hours.
  if (refusal !== null && Math.abs(now - refusal.at) < REFUSAL_MS) {
    reasons.push({ code: 'not-authorized', httpStatus: refusal.httpStatus });
  }
  const asked = probe !== null || reasons.length > 0;
  return {
    state: reasons.length > 0 ? 'unhealthy' : asked ? 'healthy' : 'unknown',
    reasons,
    warnings: warningsOf(worker, medianMs),
    checkedAt: now,
  };
}

/** Without Python a worker may still have benchmarks that need none, and says so. */
function runsNothing({ pythonAvailable, benchmarks }: StatusReport): boolean {
  return !pythonAvailable && benchmarks.length === 0;
}

function warningsOf(worker: Worker, medianMs: number | null): HealthWarning[] {
  const warnings: HealthWarning[] = [];
  if (worker.status !== 'active' || worker.report === null) return warnings;
  if (!worker.report.dockerAvailable) warnings.push({ code: 'no-docker' });
  const recent = [...newestFirst(worker.answered).take(SLOW_PINGS)];
  const recentMs = Math.min(...recent);
  if (medianMs !== null && recent.length === SLOW_PINGS && recentMs >= SLOW_FACTOR * medianMs) {
    warnings.push({ code: 'slow', recentMs, medianMs });
  }
  if (worker.report.workerId !== worker.id) {
    warnings.push({ code: 'other-id', reported: worker.report.workerId });
  }
  return warnings;
}

export function isHealthy(worker: Worker): boolean {
  return worker.status === 'active' && worker.health.state === 'healthy';
}

/** Whether new tasks may be sent there. */
export function takesTasks(worker: Worker): boolean {
  return isHealthy(worker) && !isDraining(worker);
}
