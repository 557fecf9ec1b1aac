import TinyQueue from 'tinyqueue';
import type { Clock } from '#model/clock.ts';

/** A wall clock may be set: the time that is left is looked at again at least this often. */
const LOOK_AGAIN_MS = 30_000;

/** Things to do at times of a clock's `now`, any number of them on one timer. */
export interface Alarms {
  /** Runs `ring` once `at`, in milliseconds of that clock, has come. There is no calling it off: `ring` has to look. */
  set(at: number, ring: () => void): void;
  /** Lets go of all. */
  close(): void;
}

interface Alarm {
  readonly at: number;
  readonly ring: () => void;
}

export function createAlarms(clock: Clock): Alarms {
  let waiting = new TinyQueue<Alarm>([], (a, b) => a.at - b.at);
  let cancel = () => {};

  function wait(): void {
    cancel();
    const next = waiting.peek();
    if (next === undefined) return;
    cancel = clock.after(Math.min(LOOK_AGAIN_MS, Math.max(0, next.at - clock.now())), ring);
  }

  function ring(): void {
    for (let next = waiting.peek(); next !== undefined && next.at <= clock.now(); next = waiting.peek()) {
      waiting.pop();
      next.ring();
    }
    wait();
  }

  return {
    set(at, toRing) {
      const first = waiting.peek();
      waiting.push({ at, ring: toRing });
      if (first === undefined || at < first.at) wait();
    },
    close() {
      cancel();
      waiting = new TinyQueue<Alarm>([], (a, b) => a.at - b.at);
    },
  };
}
