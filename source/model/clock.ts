/** Time as the program sees it. Everything that waits or dates takes one, so that a test can run a day in a second. */
export interface Clock {
  /** Wall-clock time in Unix milliseconds. May jump when the system's clock is set: for dating only. */
  now(): number;
  /** Milliseconds that never run backwards, from an arbitrary origin: for measuring durations. */
  monotonic(): number;
  /** Runs `run` once after `ms` milliseconds; the function returned calls it off. */
  after(ms: number, run: () => void): () => void;
}

/** A source of uniform random numbers in [0, 1). */
export type Random = () => number;
