import type { Event } from './events.ts';
import { type Counts, type Load, recorded } from './series.ts';
import type { Snapshot } from './snapshot.ts';
import { watchedMs } from './uptime.ts';
import { foreignTasks, slotsOf, type Worker } from './worker.ts';

/** `after`, which came of `before` by the event, with what it means for the last hour and day. */
export function withSeries(after: Snapshot, before: Snapshot, event: Event): Snapshot {
  const counts = countsOf(event);
  const former = before.series.load;
  const load = loadAfter(after, before, event);
  if (counts === null && load === former) return after;
  const happening = { at: event.at, load, counts: counts ?? {}, watchedMs: watchedMs(after) };
  return { ...after, series: recorded(after.series, happening) };
}

function countsOf(event: Event): Counts | null {
  switch (event.type) {
    case 'worker-pinged':
      return event.outcome.ok ? { latencyMs: event.outcome.latencyMs } : { failedPings: 1 };
    case 'task-changed':
      if (event.change === 'completed') return { completed: 1 };
      return event.change === 'failed' ? { failed: 1 } : null;
    default:
      return null;
  }
}

/** The same object where nothing changed. Looks at the workers of the event alone: a fleet may have 10 000. */
function loadAfter(after: Snapshot, before: Snapshot, event: Event): Load {
  const former = before.series.load;
  const { pending } = after.tasks.counts;
  let { busy, slots } = former;
  if (after.workers !== before.workers) {
    for (const id of workersOf(event, before)) {
      const [was, is] = [slotsUsed(before.workers.get(id)), slotsUsed(after.workers.get(id))];
      busy += is.busy - was.busy;
      slots += is.slots - was.slots;
    }
  }
  const same = busy === former.busy && slots === former.slots && pending === former.pending;
  return same ? former : { busy, slots, pending };
}

/** All whose slots, or what runs there, the event may change. */
function workersOf(event: Event, { tasks }: Snapshot): Iterable<string> {
  switch (event.type) {
    case 'worker-configured':
      return [event.config.id];
    case 'workers-removed':
      return new Set(event.workers.map(({ id }) => id));
    case 'task-changed': {
      // Also where it ran, should that attempt be missing now.
      const former = tasks.known.get(event.task.id)?.attempts.at(-1);
      return new Set([...(former ? [former] : []), ...event.task.attempts].map(({ workerId }) => workerId));
    }
    default:
      return 'workerId' in event ? [event.workerId] : [];
  }
}

/** A worker that does not answer has no slots that could be used. */
function slotsUsed(worker: Worker | undefined): { readonly busy: number; readonly slots: number } {
  if (worker?.status !== 'active') return { busy: 0, slots: 0 };
  const slots = slotsOf(worker);
  return { slots, busy: Math.min(slots, worker.inFlight.length + foreignTasks(worker)) };
}
