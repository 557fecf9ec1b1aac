import type { Clock } from '#model/clock.ts';

/** The longest wait that setTimeout takes; anything longer would fire at once. */
const LONGEST_MS = 2_147_483_647;

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, Math.min(ms, LONGEST_MS));
    return () => clearTimeout(timer);
  },
};
