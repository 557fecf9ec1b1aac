import type { Event } from '#model/events.ts';

type EventListener = (event: Event) => void;

/** The in-process bus on which everything that happens is told. */
export interface Bus {
  /** Tells every subscriber, in the order of subscription, before it returns. */
  publish(event: Event): void;
  /** Returns the function that ends the subscription. */
  subscribe(listener: EventListener): () => void;
}

/**
 * Invariant: every subscriber sees every event in the same order. An event published while another is being told
 * waits until that one has reached everybody.
 */
export function createBus(): Bus {
  const listeners = new Set<EventListener>();
  const waiting: Event[] = [];
  let telling = false;

  function tell(): void {
    telling = true;
    try {
      for (let event = waiting.shift(); event !== undefined; event = waiting.shift()) {
        for (const listener of listeners) listener(event);
      }
    } finally {
      telling = false;
    }
  }

  return {
    publish(event) {
      waiting.push(event);
      if (!telling) tell();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
