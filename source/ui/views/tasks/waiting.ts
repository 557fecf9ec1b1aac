import { isHealthy, takesTasks } from '#model/health.ts';
import type { Snapshot } from '#model/snapshot.ts';
import type { Table } from '#model/table.ts';
import type { Task } from '#model/task.ts';
import { freeSlotsOf, hasBenchmark, slotsOf, type Worker } from '#model/worker.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { healthCell } from '#ui/views/workers/health-text.ts';

/** What the fleet can take just now, counted once for all the tasks that wait for it. */
export interface Capacity {
  readonly workers: Table<Worker>;
  /** Workers that tasks may be sent to. */
  readonly healthy: number;
  /** Healthy ones that take no new tasks. */
  readonly draining: number;
  /** Slots of the healthy workers, and how many of them are free; without those set aside, while there are others. */
  readonly slots: number;
  readonly free: number;
  /** Workers set aside that have a free slot, which stays empty as long as others can take tasks. */
  readonly asideFree: number;
  /** What the healthy workers announce; null where one of them does not say, and is trusted with everything. */
  readonly benchmarks: ReadonlySet<string> | null;
  /** The labels of each worker, those that several share once. */
  readonly labels: readonly (readonly string[])[];
  /** Tasks assigned or running, over the whole fleet. */
  readonly inFlight: number;
  /** ORCHESTRATOR_MAX_CONCURRENT_TASKS; null: the slots decide. */
  readonly limit: number | null;
}

export function capacityOf({ workers, tasks, settings }: Snapshot): Capacity {
  const inFlight = tasks.counts.assigned + tasks.counts.running;
  const limit = settings?.maxConcurrentTasks ?? null;
  return { ...workers.derived(fleetCapacity), workers, inFlight, limit };
}

function fleetCapacity(workers: Table<Worker>): Omit<Capacity, 'workers' | 'inFlight' | 'limit'> {
  const trusted = { workers: 0, slots: 0, free: 0 };
  const aside = { workers: 0, slots: 0, free: 0 };
  let asideFree = 0;
  let draining = 0;
  let benchmarks: Set<string> | null = new Set();
  const labelled = new Map<string, readonly string[]>();
  for (const worker of workers) {
    const { labels } = worker.config;
    labelled.set(labels.length === 0 ? '' : labels.join('\n'), labels);
    if (!takesTasks(worker)) {
      if (isHealthy(worker)) draining += 1;
      continue;
    }
    const group = worker.aside === null ? trusted : aside;
    const free = freeSlotsOf(worker);
    group.workers += 1;
    group.slots += slotsOf(worker);
    group.free += free;
    if (worker.aside !== null && free > 0) asideFree += 1;
    const announced = worker.statusReport?.benchmarks ?? [];
    if (announced.length === 0) benchmarks = null;
    else for (const name of announced) benchmarks?.add(name);
  }
  const { slots, free } = trusted.workers > 0 ? trusted : aside;
  return {
    healthy: trusted.workers + aside.workers,
    draining,
    slots,
    free,
    asideFree: trusted.workers > 0 ? asideFree : 0,
    benchmarks,
    labels: [...labelled.values()],
  };
}

/** A task that a free worker gets is sent within this time. */
const SENT_WITHIN_MS = 2_000;

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
  | { readonly code: 'drained'; readonly workers: number }
  | { readonly code: 'slots-taken'; readonly slots: number; readonly taken: number }
  | { readonly code: 'aside'; readonly slots: number; readonly workers: number }
  | { readonly code: 'limit'; readonly limit: number }
  | { readonly code: 'kept' }
  | { readonly code: 'turn' };

type Waiting = Pick<Task, 'wantedWorker' | 'notBefore' | 'benchmark'> &
  Partial<Pick<Task, 'labels' | 'startAt' | 'updatedAt'>>;

/** What a person would have to change, or wait for, first. The limit is named only where it alone holds the task back. */
export function waitReason(task: Waiting, capacity: Capacity, now: number): WaitReason {
  const { wantedWorker, notBefore, benchmark, labels = [], startAt = null, updatedAt = now } = task;
  if (startAt !== null && startAt > now) return { code: 'start', until: startAt };
  if (notBefore !== null && notBefore > now) return { code: 'backoff', until: notBefore };
  if (labels.length > 0 && !capacity.labels.some((own) => labels.every((label) => own.includes(label)))) {
    return { code: 'no-labels', labels };
  }
  const blocked =
    wantedWorker === null
      ? fleetReason(benchmark, capacity)
      : workerReason(wantedWorker, benchmark, capacity);
  if (blocked !== null) return blocked;
  const { limit, inFlight, slots, free } = capacity;
  if (limit !== null && inFlight >= limit) return { code: 'limit', limit };
  // What is to go to a free worker has gone by then; who does not go is kept for one that is busy.
  const since = Math.max(updatedAt, startAt ?? 0, notBefore ?? 0);
  return slots > free && now - since > SENT_WITHIN_MS ? { code: 'kept' } : { code: 'turn' };
}

function fleetReason(
  benchmark: string,
  { workers, healthy, draining, slots, free, asideFree, benchmarks }: Capacity,
): WaitReason | null {
  if (workers.size === 0) return { code: 'no-worker' };
  if (healthy === 0 && draining > 0) return { code: 'drained', workers: draining };
  if (healthy === 0) return { code: 'no-healthy', total: workers.size };
  if (benchmarks !== null && !benchmarks.has(benchmark)) return { code: 'no-benchmark', benchmark };
  if (free > 0) return null;
  return asideFree > 0
    ? { code: 'aside', slots, workers: asideFree }
    : { code: 'slots-taken', slots, taken: slots };
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
    case 'drained':
      return t('wait.drained', { workers: reason.workers });
    case 'slots-taken':
      return t('wait.slots-taken', { taken: reason.taken, slots: reason.slots });
    case 'aside':
      return t('wait.aside', { slots: reason.slots, workers: reason.workers });
    case 'limit':
      return t('wait.limit', { limit: reason.limit });
    case 'kept':
      return t('wait.kept');
    case 'turn':
      return t('wait.turn');
  }
}
