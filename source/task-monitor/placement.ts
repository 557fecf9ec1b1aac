import type { Settings } from '#model/settings.ts';
import type { Snapshot } from '#model/snapshot.ts';
import type { Task } from '#model/task.ts';
import type { Worker } from '#model/worker.ts';
import type { Arrivals } from './arrivals.ts';
import type { Balancer } from './balancer.ts';
import type { Occupancy } from './occupancy.ts';
import type { PendingQueue } from './queue.ts';

/** What a task is kept for is looked at again after no less and no more than this. */
const SHORTEST_HOLD_MS = 100;
const LONGEST_HOLD_MS = 5_000;

export interface PlacementOptions {
  readonly settings: Pick<Settings, 'maxConcurrentTasks'>;
  readonly current: () => Snapshot;
  readonly waiting: Pick<PendingQueue, 'offer' | 'expectedSeconds'>;
  readonly occupancy: Pick<Occupancy, 'candidates' | 'total'>;
  readonly arrivals: Pick<Arrivals, 'calmSeconds'>;
  readonly balancer: Balancer;
  /** Sends a task to a worker; its slot is taken when this returns. */
  readonly dispatch: (task: Task, worker: Worker) => void;
}

/**
 * Sends every waiting task for which the balancer has a worker, as many as slots and the limit allow. Gives back after
 * how many milliseconds it is worth looking again though nothing has happened; null where it is not.
 */
export function place(options: PlacementOptions): number | null {
  const { settings, current, waiting, occupancy, arrivals, balancer, dispatch } = options;
  const limit = settings.maxConcurrentTasks ?? Number.POSITIVE_INFINITY;
  const candidates = occupancy.candidates(current().workers);
  let free = 0;
  for (const candidate of candidates) free += candidate.free;
  let again: number | null = null;
  if (free === 0) return again;
  waiting.offer((lane) => {
    if (free === 0 || occupancy.total >= limit) return 'done';
    const waitingSeconds = waiting.expectedSeconds();
    const choice = balancer(lane, { candidates, waitingSeconds, calmSeconds: arrivals.calmSeconds(), limit });
    if (choice.kind === 'none') return 'refused';
    if (choice.kind === 'hold') {
      const ms = Math.min(LONGEST_HOLD_MS, Math.max(SHORTEST_HOLD_MS, choice.forMs));
      again = Math.min(again ?? ms, ms);
      return 'refused';
    }
    free -= 1;
    dispatch(choice.task, choice.candidate.worker);
    return choice.task;
  });
  return again;
}
