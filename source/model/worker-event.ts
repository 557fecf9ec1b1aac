import type { Event, EventOf } from './events.ts';
import { type Ring, withValue } from './ring.ts';

/** What happened to one worker, its tasks left aside. Small: each worker keeps a few. */
export type WorkerEvent = EventOf<
  'worker-status-changed' | 'worker-drained' | 'worker-refused' | 'worker-set-aside' | 'worker-taken-back'
>;

/** How many of them each worker keeps, however much happens to others. */
export const KEPT_WORKER_EVENTS = 12;

/**
 * The event, where it belongs in the history of its worker: not what an earlier run had left, and not that a known worker
 * answered again after a start of the master, which says nothing of the worker.
 */
export function workerEventOf(event: Event): WorkerEvent | null {
  switch (event.type) {
    case 'worker-status-changed':
      return event.from === 'unknown' && event.to === 'active' && event.milestone === null ? null : event;
    case 'worker-drained':
      return event.restored ? null : event;
    case 'worker-refused':
    case 'worker-set-aside':
    case 'worker-taken-back':
      return event;
    default:
      return null;
  }
}

/** The worker with the event as its newest. */
export function withWorkerEvent<W extends { readonly events: Ring<WorkerEvent> }>(
  worker: W,
  event: WorkerEvent,
): W {
  return { ...worker, events: withValue(worker.events, event) };
}
