import type { Bus } from '#bus/bus.ts';
import type { Clock } from '#model/clock.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { createShownSnapshot } from './shown-snapshot.ts';
import type { Store } from './store.ts';

export interface LocalStore extends Store {
  /** The picture as of the last event, not of the last notification: what the monitors decide on. */
  current(): Snapshot;
  /** Ends the subscription to the bus and all timers. */
  close(): void;
}

export interface LocalStoreOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly dispatch: Store['dispatch'];
  readonly query: Store['query'];
}

/**
 * The store of a screen in the master's own process. Must be the first subscriber of the bus, so that whoever
 * hears an event later finds it in `current()`.
 */
export function createLocalStore({ bus, clock, dispatch, query }: LocalStoreOptions): LocalStore {
  const picture = createShownSnapshot(clock);
  const unsubscribe = bus.subscribe(picture.apply);
  return {
    current: picture.current,
    getSnapshot: picture.getSnapshot,
    subscribe: picture.subscribe,
    dispatch,
    query,
    close() {
      unsubscribe();
      picture.close();
    },
  };
}
