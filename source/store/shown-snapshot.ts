import type { Clock } from '#model/clock.ts';
import type { Event } from '#model/events.ts';
import { reduce } from '#model/reduce.ts';
import { EMPTY_SNAPSHOT, isNotable, type Snapshot } from '#model/snapshot.ts';
import type { Store } from './store.ts';

/** Screens are told at most this often of what happens by itself. */
const NOTABLE_MS = 250;
/**
 * Single pings and health checks wait for the turn of the second, when the screen's own clock is drawn anyway: nobody
 * reads a sparkline four times a second.
 */
const ROUTINE_MS = 1_000;
/** Timers may fire a moment early: before the turn of the second the screen would have to draw once more after it. */
const PAST_THE_TURN_MS = 5;

/** What is known, and what a screen has been shown of it. */
export interface ShownSnapshot extends Pick<Store, 'getSnapshot' | 'subscribe'> {
  /** The picture as of the last event, not of the last notification. */
  current(): Snapshot;
  /** Something happened. */
  apply(event: Event): void;
  /** All that is known is another picture: shown at once. */
  replace(snapshot: Snapshot): void;
  /** Ends all timers; nobody is told of anything any more. */
  close(): void;
}

/** Begins with the empty snapshot. */
export function createShownSnapshot(clock: Clock): ShownSnapshot {
  const listeners = new Set<() => void>();
  let current = EMPTY_SNAPSHOT;
  let shown = EMPTY_SNAPSHOT;
  let shownAt = Number.NEGATIVE_INFINITY;
  let due = Number.POSITIVE_INFINITY;
  let cancelTimer = () => {};

  function show(): void {
    cancelTimer();
    due = Number.POSITIVE_INFINITY;
    shownAt = clock.monotonic();
    shown = current;
    for (const listener of listeners) listener();
  }

  function showBy(moment: number): void {
    if (moment >= due) return;
    cancelTimer();
    due = moment;
    cancelTimer = clock.after(Math.max(0, moment - clock.monotonic()), show);
  }

  return {
    current: () => current,
    apply(event) {
      current = reduce(current, event);
      showBy(isNotable(event) ? shownAt + NOTABLE_MS : clock.monotonic() + untilTheTurn(clock.now()));
    },
    replace(snapshot) {
      current = snapshot;
      show();
    },
    getSnapshot() {
      // Nobody has been shown anything yet: the first picture is the newest one.
      if (listeners.size === 0) shown = current;
      return shown;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      cancelTimer();
      listeners.clear();
    },
  };
}

function untilTheTurn(now: number): number {
  return ROUTINE_MS - (now % ROUTINE_MS) + PAST_THE_TURN_MS;
}
