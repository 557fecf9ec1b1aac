import type { Clock } from '#model/clock.ts';
import type { Task } from '#model/task.ts';

/** How much the newest gap counts in the mean. */
const NEWEST = 0.3;

/** How often new tasks come; those that were submitted together come as one. */
export interface Arrivals {
  note(task: Pick<Task, 'createdAt'>): void;
  /**
   * For how long no new task is to be expected: the mean time between the last arrivals (exponentially weighted), or the
   * time since the last one where that is longer. Infinity before the second arrival.
   */
  calmSeconds(): number;
}

export function createArrivals(clock: Clock): Arrivals {
  let last: { readonly createdAt: number; readonly at: number } | null = null;
  let meanMs = Number.POSITIVE_INFINITY;
  return {
    note({ createdAt }) {
      const at = clock.monotonic();
      if (last !== null && last.createdAt !== createdAt) {
        const gap = at - last.at;
        meanMs = Number.isFinite(meanMs) ? meanMs + NEWEST * (gap - meanMs) : gap;
      }
      last = { createdAt, at };
    },
    calmSeconds: () => Math.max(meanMs, clock.monotonic() - (last?.at ?? clock.monotonic())) / 1_000,
  };
}
