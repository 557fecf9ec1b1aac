import { newestFirst, type Ring, ringOf } from './ring.ts';

/** How many pings the sparkline shows. */
export const RECENT_PINGS = 60;
/** How many answered pings the average covers. */
export const AVERAGED_PINGS = 10;

/** How a worker answered of late. */
export interface RecentPings {
  /** The last 60 pings: latency in ms, null for a failed one. */
  readonly recentPings: Ring<number | null>;
  /** Latencies in ms of the last 10 answered pings. */
  readonly answered: Ring<number>;
}

/** The rings with what there is already, oldest first. */
export function recentPings(recent: readonly (number | null)[], answered: readonly number[]): RecentPings {
  return { recentPings: ringOf(RECENT_PINGS, recent, 0), answered: ringOf(AVERAGED_PINGS, answered, 0) };
}

/** Mean latency in ms of the last 10 answered pings, or null before the first. */
export function averageLatencyMs({ answered }: Pick<RecentPings, 'answered'>): number | null {
  if (answered.taken === 0) return null;
  let sum = 0;
  for (const ms of newestFirst(answered)) sum += ms;
  return sum / answered.taken;
}
