import { takesTasks } from '#model/health.ts';
import type { Snapshot } from '#model/snapshot.ts';
import type { Table } from '#model/table.ts';
import type { Task } from '#model/task.ts';
import { freeSlotsOf, hasBenchmark, hasLabels, slotsOf, type Worker } from '#model/worker.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { healthCell } from '#ui/views/workers/health-text.ts';

/** What the fleet can take just now, counted once for all the tasks that wait for it. */
export interface Capacity {
  readonly workers: Table<Worker>;
  /** Workers that tasks may be sent to. */
  readonly healthy: number;
  /** Slots of the workers that are used, and how many of them are free. */
  readonly slots: number;
  readonly free: number;
  /** What the healthy workers announce; null where one of them does not say, and is trusted with everything. */
  readonly benchmarks: ReadonlySet<string> | null;
  /** Healthy workers that are not set aside; all of them where every one is. */
  readonly used: readonly Worker[];
  /** Healthy workers with a free slot that is not used, since they failed tasks that others succeed in. */
  readonly aside: readonly Worker[];
  /** Of each benchmark, the busy worker that is faster than every free one, as far as past runs tell. */
  readonly faster: ReadonlyMap<string, Worker>;
  /** Tasks assigned or running, over the whole fleet. */
  readonly inFlight: number;
  /** ORCHESTRATOR_MAX_CONCURRENT_TASKS; null: the slots decide. */
  readonly limit: number | null;
}

export function capacityOf({ workers, tasks, settings }: Snapshot): Capacity {
  const takers = [...workers].filter(takesTasks);
  const trusted = takers.filter(({ aside }) => aside === null);
  let benchmarks: Set<string> | null = new Set();
  for (const { statusReport } of takers) {
    const announced = statusReport?.benchmarks ?? [];
    benchmarks = announced.length === 0 ? null : (benchmarks?.union(new Set(announced)) ?? null);
  }
  // Those that are set aside are used where nobody else may run a task.
  const used = trusted.length === 0 ? takers : trusted;
  const aside = used === takers ? [] : takers.filter((one) => one.aside !== null && freeSlotsOf(one) > 0);
  const slots = used.reduce((sum, worker) => sum + slotsOf(worker), 0);
  const free = used.reduce((sum, worker) => sum + freeSlotsOf(worker), 0);
  const healthy = takers.length;
  const inFlight = tasks.counts.assigned + tasks.counts.running;
  const limit = settings?.maxConcurrentTasks ?? null;
  const faster = fasterThanFree(used);
  return { workers, healthy, slots, free, benchmarks, used, aside, faster, inFlight, limit };
}

function fasterThanFree(takers: readonly Worker[]): ReadonlyMap<string, Worker> {
  const free = new Map<string, number>();
  const busy = new Map<string, { readonly worker: Worker; readonly seconds: number }>();
  for (const worker of takers) {
    const isFree = freeSlotsOf(worker) > 0;
    for (const [benchmark, { meanSeconds: seconds }] of Object.entries(worker.performance)) {
      if (isFree) free.set(benchmark, Math.min(seconds, free.get(benchmark) ?? seconds));
      else if (seconds < (busy.get(benchmark)?.seconds ?? Infinity)) busy.set(benchmark, { worker, seconds });
    }
  }
  const faster = new Map<string, Worker>();
  for (const [benchmark, { worker, seconds }] of busy) {
    // Of a free worker that never ran it nothing is known.
    if (seconds < (free.get(benchmark) ?? 0)) faster.set(benchmark, worker);
  }
  return faster;
}

/** Why a task that is not final and not in flight has not been sent. */
export type WaitReason =
  | { readonly code: 'backoff'; readonly until: number }
  | { readonly code: 'start'; readonly until: number }
  | { readonly code: 'no-labels'; readonly labels: readonly string[] }
  | { readonly code: 'worker-unknown'; readonly workerId: string }
  | { readonly code: 'worker-not-healthy'; readonly worker: Worker }
  | { readonly code: 'worker-busy'; readonly worker: Worker }
  | { readonly code: 'no-benchmark'; readonly benchmark: string }
  | { readonly code: 'no-worker' }
  | { readonly code: 'no-healthy'; readonly total: number }
  | { readonly code: 'slots-taken'; readonly slots: number; readonly taken: number }
  | { readonly code: 'aside'; readonly worker: Worker; readonly until: number }
  /** The master keeps a task for a busy worker where that is done with it sooner; else it is about to be sent. */
  | { readonly code: 'faster'; readonly worker: Worker }
  | { readonly code: 'limit'; readonly limit: number }
  | { readonly code: 'turn' };

type Waiting = Pick<Task, 'wantedWorker' | 'notBefore' | 'benchmark'> &
  Partial<Pick<Task, 'labels' | 'startAt'>>;

/** What a person would have to change, or wait for, first. The limit is named only where it alone holds the task back. */
export function waitReason(
  { wantedWorker, notBefore, benchmark, labels = [], startAt = null }: Waiting,
  capacity: Capacity,
  now: number,
): WaitReason {
  if (startAt !== null && startAt > now) return { code: 'start', until: startAt };
  if (notBefore !== null && notBefore > now) return { code: 'backoff', until: notBefore };
  if (labels.length > 0 && ![...capacity.workers].some((worker) => hasLabels(worker, labels))) {
    return { code: 'no-labels', labels };
  }
  const blocked =
    wantedWorker === null
      ? fleetReason(benchmark, capacity)
      : workerReason(wantedWorker, benchmark, capacity);
  if (blocked !== null) return blocked;
  const { limit, inFlight } = capacity;
  if (limit !== null && inFlight >= limit) return { code: 'limit', limit };
  const worker = wantedWorker === null ? capacity.faster.get(benchmark) : undefined;
  return worker === undefined || !hasLabels(worker, labels) ? { code: 'turn' } : { code: 'faster', worker };
}

function fleetReason(
  benchmark: string,
  { workers, healthy, slots, free, benchmarks, used, aside }: Capacity,
): WaitReason | null {
  if (workers.size === 0) return { code: 'no-worker' };
  if (healthy === 0) return { code: 'no-healthy', total: workers.size };
  if (benchmarks !== null && !benchmarks.has(benchmark)) return { code: 'no-benchmark', benchmark };
  const worker = aside.find((one) => hasBenchmark(one, benchmark));
  const isLastResort = worker !== undefined && !used.some((one) => hasBenchmark(one, benchmark));
  if (free > 0 || isLastResort) return null;
  if (worker !== undefined && worker.aside !== null) {
    return { code: 'aside', worker, until: worker.aside.until };
  }
  return { code: 'slots-taken', slots, taken: slots };
}

function workerReason(workerId: string, benchmark: string, { workers }: Capacity): WaitReason | null {
  const worker = workers.get(workerId);
  if (worker === undefined) return { code: 'worker-unknown', workerId };
  // Its health says as well that it is drained.
  if (!takesTasks(worker)) return { code: 'worker-not-healthy', worker };
  if (!hasBenchmark(worker, benchmark)) return { code: 'no-benchmark', benchmark };
  return freeSlotsOf(worker) === 0 ? { code: 'worker-busy', worker } : null;
}

const OWN_REASONS: ReadonlySet<WaitReason['code']> = new Set([
  'backoff',
  'start',
  'no-labels',
  'worker-unknown',
  'worker-not-healthy',
  'no-benchmark',
]);

/** Whether nothing but its turn keeps a task from being sent. */
export function isAboutToGo({ code }: WaitReason): boolean {
  return code === 'turn' || code === 'faster';
}

/** Whether it is this task alone that waits for it, while others may go on. */
export function isOwnReason({ code }: WaitReason): boolean {
  return OWN_REASONS.has(code);
}

/** Whether ORCHESTRATOR_MAX_CONCURRENT_TASKS is what holds the queue back: a task waits that a worker has a slot for. */
export function heldByLimit(queued: Iterable<Task>, capacity: Capacity, now: number): boolean {
  const { limit, inFlight, free } = capacity;
  if (limit === null || inFlight < limit || free === 0) return false;
  for (const task of queued) {
    if (task.state === 'pending' && waitReason(task, capacity, now).code === 'limit') return true;
  }
  return false;
}

/** The reason as it stands after “waits”. */
export function waitText(reason: WaitReason, context: Pick<ViewContext, 't' | 'format' | 'now'>): string {
  const { t, format } = context;
  switch (reason.code) {
    case 'backoff':
      return t('wait.backoff', { time: format.time(reason.until) });
    case 'start':
      return t('wait.start', { time: format.dateTime(reason.until) });
    case 'no-labels':
      return t('wait.no-labels', { labels: reason.labels.join(', ') });
    case 'worker-unknown':
      return t('wait.worker-unknown', { worker: reason.workerId });
    case 'worker-not-healthy': {
      const health = healthCell(reason.worker, context).text;
      return t('wait.worker-not-healthy', { worker: reason.worker.id, health });
    }
    case 'worker-busy':
      return t('wait.worker-busy', { worker: reason.worker.id, slots: slotsOf(reason.worker) });
    case 'no-benchmark':
      return t('wait.no-benchmark', { benchmark: reason.benchmark });
    case 'no-worker':
      return t('wait.no-worker');
    case 'no-healthy':
      return t('wait.no-healthy', { healthy: 0, total: reason.total });
    case 'slots-taken':
      return t('wait.slots-taken', { taken: reason.taken, slots: reason.slots });
    case 'aside':
      return t('wait.aside', { worker: reason.worker.id, time: format.time(reason.until) });
    case 'faster':
      return t('wait.faster', { worker: reason.worker.id });
    case 'limit':
      return t('wait.limit', { limit: reason.limit });
    case 'turn':
      return t('wait.turn');
  }
}
