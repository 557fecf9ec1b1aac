import type { Clock } from '#model/clock.ts';

/** A timer that fires this much after its time was held up: the process was suspended or busy. */
const LATE_MS = 100;
/** What has arrived meanwhile gets this long to be read. */
const GRACE_MS = 100;

/**
 * Runs `passed` once `ms` milliseconds have gone by; the function returned calls it off. After a suspension timers
 * fire before sockets are read, so an answer that is already here would count as none: a late timer looks once more.
 */
export function deadline(clock: Clock, ms: number, passed: () => void): () => void {
  // What is left of a deadline may be less than nothing: a suspension came before.
  const left = Math.max(0, ms);
  const due = clock.monotonic() + left;
  let cancel = clock.after(left, () => {
    if (clock.monotonic() - due < LATE_MS) passed();
    else cancel = clock.after(GRACE_MS, passed);
  });
  return () => cancel();
}
