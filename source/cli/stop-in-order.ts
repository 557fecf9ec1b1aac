import type { Master } from '#app/compose.ts';
import { type Ending, endingText } from '#app/program-ending.ts';
import { systemClock } from '#app/system-clock.ts';

/** How long the end in order of everything may take before the process ends all the same. */
const STOP_WITHIN_MS = 15_000;

/** Ends in order, but never hangs: what is committed is safe whatever happens here. `others` end at the same time. */
export async function stopInOrder(
  master: Master,
  end: Ending,
  others: readonly Promise<unknown>[] = [],
): Promise<void> {
  let cancel = () => {};
  const late = new Promise<void>((resolve) => {
    cancel = systemClock.after(STOP_WITHIN_MS, resolve);
  });
  await Promise.race([Promise.all([master.stop(endingText(end)), ...others]), late]);
  cancel();
}
