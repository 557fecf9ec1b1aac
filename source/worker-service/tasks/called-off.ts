/** So many ids are kept. A request that is overtaken comes within seconds, so that the oldest go first. */
const KEPT = 10_000;

/**
 * Ids that were called off before they came: a cancellation goes over a connection of its own and may overtake the request
 * that it is about. In memory only: when a worker ends, so do the connections over which such a request could still come.
 */
export interface CalledOff {
  add(taskId: string): void;
  has(taskId: string): boolean;
  /** It came, or had come before. */
  delete(taskId: string): void;
}

export function createCalledOff(kept = KEPT): CalledOff {
  const ids = new Set<string>();
  return {
    add(taskId) {
      ids.delete(taskId);
      ids.add(taskId);
      for (const oldest of ids) {
        if (ids.size <= kept) break;
        ids.delete(oldest);
      }
    },
    has: (taskId) => ids.has(taskId),
    delete(taskId) {
      ids.delete(taskId);
    },
  };
}
