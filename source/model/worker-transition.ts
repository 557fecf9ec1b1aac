import type { WorkerStatus } from './worker.ts';

/** What a transition means for the fleet's counters (files.md): first good ping ever, each fall to inactive, each return. */
export type Milestone = 'discovered' | 'lost' | 'recovered';

/** The part of a worker that decides its next state. */
export interface TransitionState {
  readonly status: WorkerStatus;
  /** Failed pings in a row, the one just seen included. */
  readonly failures: number;
  /** Whether it ever answered, across restarts. */
  readonly discovered: boolean;
  /** Whether it is counted as lost and has not returned, across restarts. */
  readonly lost: boolean;
}

export interface Transition {
  readonly to: WorkerStatus;
  readonly milestone: Milestone | null;
}

/**
 * The state after one ping, or null if it stays.
 *
 *   unknown  ── good ──▶ active      (discovered, if it never answered before)
 *   active, unknown ── failed ──▶ unstable
 *   unknown, active, unstable ── `maxFailures` failed in a row ──▶ inactive   (lost, if it was ever active)
 *   unstable, inactive ── good ──▶ active      (recovered, if it was lost)
 *
 * A worker that was lost before the master restarted is not lost a second time in the same outage.
 */
export function nextStatus(state: TransitionState, good: boolean, maxFailures: number): Transition | null {
  const { status, failures, discovered, lost } = state;
  if (good) {
    if (status === 'active') return null;
    if (!discovered) return { to: 'active', milestone: 'discovered' };
    return { to: 'active', milestone: lost ? 'recovered' : null };
  }
  if (status === 'inactive') return null;
  if (failures >= maxFailures) return { to: 'inactive', milestone: discovered && !lost ? 'lost' : null };
  return status === 'unstable' ? null : { to: 'unstable', milestone: null };
}
