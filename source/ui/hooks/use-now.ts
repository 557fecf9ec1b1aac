import { useEffect, useState } from 'react';
import type { Clock } from '#model/clock.ts';

const SECOND = 1_000;
/** A picture that comes by itself at the turn of the second must not make a second one just after it. */
const AFTER_THE_TURN = 20;

/**
 * Wall-clock time at this drawing. Draws again just after the next full second, unless something else did before:
 * every drawing puts it off, so that an idle screen is drawn once a second, never twice.
 */
export function useNow(clock: Clock): number {
  const [, draw] = useState(0);
  const now = clock.now();
  useEffect(() => {
    const wait = SECOND - (now % SECOND) + AFTER_THE_TURN;
    return clock.after(wait, () => draw((count) => count + 1));
  });
  return now;
}
