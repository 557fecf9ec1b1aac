import type { Clock } from '#model/clock.ts';

export interface FakeClock extends Clock {
  /**
   * Lets `ms` milliseconds pass, running what falls due in order. Between any two timers the microtasks run and
   * the event loop turns once, so that promises settle as they would in real time.
   */
  advance(ms: number): Promise<void>;
  /** As `advance`, without letting promises settle in between: for purely synchronous code. */
  advanceSync(ms: number): void;
  /** Lets time pass without running anything, as while the process is suspended: what fell due runs at the next `advance`. */
  suspend(ms: number): void;
  /** Sets the wall clock, as an administrator would; the monotonic one goes on. */
  setNow(ms: number): void;
  /** Timers that wait. */
  readonly pending: number;
}

interface Timer {
  readonly due: number;
  readonly run: () => void;
}

/** A clock that stands still until it is told to go on. */
export function fakeClock(startAt = Date.UTC(2026, 10, 23, 21, 42, 7)): FakeClock {
  const timers = new Set<Timer>();
  let elapsed = 0;
  let origin = startAt;

  function next(until: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of timers) {
      if (timer.due <= until && (first === undefined || timer.due < first.due)) first = timer;
    }
    return first;
  }

  function fire(timer: Timer): void {
    timers.delete(timer);
    elapsed = Math.max(elapsed, timer.due);
    timer.run();
  }

  return {
    now: () => origin + elapsed,
    monotonic: () => elapsed,
    after(ms, run) {
      const timer = { due: elapsed + Math.max(0, ms), run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      const until = elapsed + ms;
      await turn();
      for (let timer = next(until); timer !== undefined; timer = next(until)) {
        fire(timer);
        await turn();
      }
      elapsed = until;
    },
    advanceSync(ms) {
      const until = elapsed + ms;
      for (let timer = next(until); timer !== undefined; timer = next(until)) fire(timer);
      elapsed = until;
    },
    suspend(ms) {
      elapsed += ms;
    },
    setNow(ms) {
      origin = ms - elapsed;
    },
    get pending() {
      return timers.size;
    },
  };
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
