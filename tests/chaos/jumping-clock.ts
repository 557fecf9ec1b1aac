import { systemClock } from '#app/system-clock.ts';
import type { Clock } from '#model/clock.ts';

/** The machine's time, whose wall clock can be set; what is measured and waited for goes on as it did. */
export function jumpingClock(): Clock & { jump(ms: number): void } {
  let offset = 0;
  return {
    ...systemClock,
    now: () => systemClock.now() + offset,
    jump(ms) {
      offset += ms;
    },
  };
}
