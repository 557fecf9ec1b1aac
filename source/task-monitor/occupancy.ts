import type { Clock } from '#model/clock.ts';
import { takesTasks } from '#model/health.ts';
import { runsForeignTask, slotsOf, type Worker } from '#model/worker.ts';
import type { Candidate } from './balancer.ts';

/** A worker that was not reached again and again is left alone for longer and longer, up to this. */
const LONGEST_REST_MS = 60_000;
const FIRST_REST_MS = 1_000;

/**
 * Which slots are taken. A slot is taken at the moment of the decision, long before the assignment is committed and the
 * snapshot shows it: that is what keeps a worker from ever getting more than its slots.
 */
export interface Occupancy {
  /** Tasks in flight over the whole fleet. */
  readonly total: number;
  take(workerId: string, taskId: string): void;
  release(workerId: string, taskId: string): void;
  /**
   * Keeps tasks away from a worker that could not be reached or may be busy unseen, until it has answered a ping
   * again. From the second time in a row on that is not enough: its pings may be good while it takes no task.
   */
  rest(worker: Worker): void;
  /** A task reached the worker: what was wrong before is over. */
  reached(workerId: string): void;
  /** Workers that take tasks and do not rest, with their free slots; those without one too. */
  candidates(fleet: Iterable<Worker>): Map<string, Candidate>;
}

interface Rest {
  /** The worker's last good ping when the rest began. */
  readonly pingedAt: number | null;
  /** Monotonic milliseconds. */
  readonly atLeastUntil: number;
}

export function createOccupancy(clock: Clock): Occupancy {
  const taken = new Map<string, Set<string>>();
  const resting = new Map<string, Rest>();
  /** Rests in a row. */
  const rests = new Map<string, number>();
  let total = 0;

  function isResting(worker: Worker): boolean {
    const rest = resting.get(worker.id);
    if (rest === undefined) return false;
    if (rest.pingedAt === worker.lastGoodPingAt || clock.monotonic() < rest.atLeastUntil) return true;
    resting.delete(worker.id);
    return false;
  }

  return {
    get total() {
      return total;
    },
    take(workerId, taskId) {
      const tasks = taken.get(workerId) ?? new Set();
      if (tasks.has(taskId)) return;
      taken.set(workerId, tasks.add(taskId));
      total += 1;
    },
    release(workerId, taskId) {
      if (taken.get(workerId)?.delete(taskId)) total -= 1;
    },
    rest(worker) {
      const before = rests.get(worker.id) ?? 0;
      rests.set(worker.id, before + 1);
      const ms = before === 0 ? 0 : Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** before);
      resting.set(worker.id, { pingedAt: worker.lastGoodPingAt, atLeastUntil: clock.monotonic() + ms });
    },
    reached(workerId) {
      rests.delete(workerId);
    },
    candidates(fleet) {
      const found = new Map<string, Candidate>();
      for (const worker of fleet) {
        if (!takesTasks(worker) || isResting(worker)) continue;
        const used = (taken.get(worker.id)?.size ?? 0) + (runsForeignTask(worker) ? 1 : 0);
        found.set(worker.id, { worker, free: Math.max(0, slotsOf(worker) - used) });
      }
      return found;
    },
  };
}
