const SHORTEST_PAUSE_MS = 5;
/** But as long as one look takes, where that is longer. */
const LONGEST_PAUSE_MS = 25;

/**
 * Waits until `probe` returns something other than undefined, null or false, looking again and again; gives it back.
 * Fails with `what` and the last error of the probe once `withinMs` have passed: a bound for a broken
 * program, never a time that a working one is expected to take.
 */
export async function until<T>(
  what: string,
  probe: () => T | Promise<T>,
  withinMs = 60_000,
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = performance.now() + withinMs;
  let lastError: unknown;
  for (;;) {
    const askedAt = performance.now();
    try {
      const seen = await probe();
      if (seen !== undefined && seen !== null && seen !== false)
        return seen as NonNullable<Exclude<T, false>>;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    const now = performance.now();
    if (now > deadline) {
      throw new Error(`waited ${withinMs} ms in vain for: ${what}`, { cause: lastError });
    }
    // What is waited for needs the processor more than who waits.
    const cost = now - askedAt;
    const pause = Math.max(SHORTEST_PAUSE_MS, Math.min(4 * cost, Math.max(LONGEST_PAUSE_MS, cost)));
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
