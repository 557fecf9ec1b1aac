import TinyQueue from 'tinyqueue';
import type { Clock } from '#model/clock.ts';

/** A clock for long simulations: jumps from one timer to the next. */
export interface EventClock extends Clock {
  /** Runs what falls due until nothing waits or `isOver` says so. Promises settle after each moment. */
  run(isOver: () => boolean): Promise<void>;
}

interface Timer {
  readonly due: number;
  readonly order: number;
  run: (() => void) | null;
}

const ORIGIN = Date.UTC(2026, 10, 23, 21, 42, 7);

export function eventClock(): EventClock {
  const timers = new TinyQueue<Timer>([], (a, b) => a.due - b.due || a.order - b.order);
  let elapsed = 0;
  let order = 0;
  return {
    now: () => ORIGIN + Math.floor(elapsed),
    monotonic: () => elapsed,
    after(ms, run) {
      order += 1;
      const timer: Timer = { due: elapsed + Math.max(0, ms), order, run };
      timers.push(timer);
      return () => {
        timer.run = null;
      };
    },
    async run(isOver) {
      await turn();
      while (!isOver()) {
        const timer = timers.pop();
        if (timer === undefined) return;
        if (timer.run === null) continue;
        elapsed = timer.due;
        timer.run();
        await turn();
      }
    },
  };
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
