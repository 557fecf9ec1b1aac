import type { EventOf } from '#model/events.ts';
import type { PingOutcome, Worker } from '#model/worker.ts';
import { nextStatus } from '#model/worker-transition.ts';

export interface SeenPing {
  /** The worker, the ping counted in. */
  readonly worker: Worker;
  readonly outcome: PingOutcome;
  readonly maxFailures: number;
  readonly at: number;
}

/** What a ping means for a worker's state, or null where it stays. */
export function statusChange(seen: SeenPing): EventOf<'worker-status-changed'> | null {
  const { worker, outcome, maxFailures, at } = seen;
  const transition = nextStatus(worker, outcome.ok, maxFailures);
  if (transition === null) return null;
  return {
    type: 'worker-status-changed',
    at,
    workerId: worker.id,
    from: worker.status,
    to: transition.to,
    milestone: transition.milestone,
    failure: outcome.ok ? null : outcome.failure,
    failures: worker.failures,
    maxFailures,
  };
}
