import type { Bus } from '#bus/bus.ts';
import type { Clock } from '#model/clock.ts';
import { said } from '#model/said.ts';

/** Clients that were dropped make at most one line in the log within this time. */
const NOTICE_MS = 10_000;

/** Tells of clients that were dropped, however many there are, in a line now and then. */
export interface DropNotice {
  drop(why: string): void;
  /** Tells of those that nobody has been told of yet. */
  close(): void;
}

/** The first makes a line at once; the others make one, with their number and why the last one was, when the time is over. */
export function createDropNotice(bus: Bus, clock: Clock): DropNotice {
  let untold = 0;
  let last = '';
  let cancel: (() => void) | null = null;

  function tell(): void {
    cancel = null;
    if (untold === 0) return;
    const others = untold === 1 ? {} : { more: untold - 1 };
    untold = 0;
    cancel = clock.after(NOTICE_MS, tell);
    bus.publish({
      type: 'noticed',
      at: clock.now(),
      level: 'warn',
      message: said`a client was dropped`,
      fields: { why: last, ...others },
    });
  }

  return {
    drop(why) {
      untold += 1;
      last = why;
      if (cancel === null) tell();
    },
    close() {
      cancel?.();
      tell();
      cancel?.();
    },
  };
}
