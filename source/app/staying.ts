import type { Clock } from '#model/clock.ts';
import type { Master } from './compose.ts';

/** What a master without a screen is still needed for. */
export interface Needs {
  /** Tasks that have not ended. */
  readonly tasks: number;
  /** Screens and scripts of other processes that follow it. */
  readonly clients: number;
}

/** From one look at what a master is needed for to the next. */
const LOOK_MS = 250;
/** A screen whose connection broke is back within this time, and whoever waited for one task sends the next. */
const GRACE_MS = 3_000;

export function needsOf({ store, clients }: Pick<Master, 'store' | 'clients'>): Needs {
  const { pending, assigned, running } = store.getSnapshot().tasks.counts;
  return { tasks: pending + assigned + running, clients: clients() };
}

export function isNeeded({ tasks, clients }: Needs): boolean {
  return tasks > 0 || clients > 0;
}

/** `3 tasks unfinished, 1 screen attached` */
export function needsText({ tasks, clients }: Needs): string {
  return `${counted(tasks, 'task')} unfinished, ${counted(clients, 'screen')} attached`;
}

/** Resolves when for a while nobody has followed the master and no task was unfinished, or when `ended` does. */
export async function untilUnneeded(
  master: Pick<Master, 'store' | 'clients'>,
  { clock, ended }: { readonly clock: Clock; readonly ended: Promise<unknown> },
): Promise<void> {
  let isOver = false;
  const over = ended.then(() => {
    isOver = true;
  });
  let neededAt = clock.monotonic();
  while (!isOver && clock.monotonic() - neededAt < GRACE_MS) {
    await Promise.race([over, new Promise<void>((resolve) => clock.after(LOOK_MS, resolve))]);
    if (isNeeded(needsOf(master))) neededAt = clock.monotonic();
  }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
