import { takesTasks } from '#model/health.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { openAttempt, type Task } from '#model/task.ts';
import { foreignTasks, freeSlotsOf, hasBenchmark, hasLabels, slotsOf, type Worker } from '#model/worker.ts';

/**
 * When a worker is expected to have a slot for one more task. `about`: in `ms`, 0 where it is overdue; `least`: then at
 * the earliest, since tasks that any worker may take wait as well.
 */
export type ExpectedWait =
  | { readonly code: 'free' }
  | { readonly code: 'about' | 'least'; readonly ms: number }
  | { readonly code: 'unknown' };

const UNKNOWN: ExpectedWait = { code: 'unknown' };

/**
 * What is to be expected of `worker` for a task of `priority`: its runs last as long as those before them did on average,
 * and its slots take, one after the other, what waits for it with at least that priority. Of tasks of others, and of
 * benchmarks that never ran, nobody knows how long they last.
 */
export function expectedWait(
  worker: Worker,
  priority: number,
  snapshot: Snapshot,
  now: number,
): ExpectedWait {
  const { counts, known } = snapshot.tasks;
  const limit = snapshot.settings?.maxConcurrentTasks ?? null;
  if (!takesTasks(worker) || (limit !== null && counts.assigned + counts.running >= limit)) return UNKNOWN;
  const isAhead = (task: Task) =>
    task.state === 'pending' &&
    task.priority >= priority &&
    Math.max(task.notBefore ?? 0, task.startAt ?? 0) <= now;
  const lasts = (benchmark: string) => usualMs(worker, benchmark, snapshot);
  const slots = slotEnds(worker, (id) => remainingMs(known.get(id), lasts, now));
  let isShared = false;
  for (const task of known) {
    if (!isAhead(task)) continue;
    if (task.wantedWorker === worker.id) take(slots, lasts(task.benchmark));
    else if (task.wantedWorker === null) isShared ||= suits(task, worker);
  }
  const ms = Math.min(...slots);
  if (!Number.isFinite(ms)) return UNKNOWN;
  if (ms === 0 && freeSlotsOf(worker) > 0) return { code: 'free' };
  return { code: isShared ? 'least' : 'about', ms };
}

/** When each slot is free, in ms from now; infinite where nobody knows. */
function slotEnds(worker: Worker, remaining: (taskId: string) => number): number[] {
  const taken = [
    ...worker.inFlight.map(remaining),
    ...Array<number>(foreignTasks(worker)).fill(Number.POSITIVE_INFINITY),
  ].sort((a, b) => a - b);
  const slots = slotsOf(worker);
  // What waits on the worker itself takes the slots of those that are done first.
  if (taken.length > slots) return taken.slice(taken.length - slots);
  return [...Array<number>(slots - taken.length).fill(0), ...taken];
}

/** The slot that is free first is taken for `ms`. */
function take(slots: number[], ms: number): void {
  const first = slots.indexOf(Math.min(...slots));
  if (first >= 0) slots[first] = (slots[first] ?? 0) + ms;
}

function remainingMs(task: Task | undefined, lasts: (benchmark: string) => number, now: number): number {
  if (task === undefined) return Number.POSITIVE_INFINITY;
  const sentAt = openAttempt(task)?.sentAt ?? now;
  return Math.max(0, sentAt + lasts(task.benchmark) - now);
}

/** Mean of the runs on this worker, else the median of those on all; infinite where there were none. */
function usualMs({ performance }: Worker, benchmark: string, { tasks }: Snapshot): number {
  const own = performance[benchmark];
  if (own !== undefined) return own.meanSeconds * 1_000;
  const all = tasks.runs?.byBenchmark.find(({ name }) => name === benchmark);
  return all?.ran?.median ?? Number.POSITIVE_INFINITY;
}

function suits({ benchmark, labels }: Task, worker: Worker): boolean {
  return hasBenchmark(worker, benchmark) && hasLabels(worker, labels);
}
