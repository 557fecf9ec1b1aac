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

/** Resolves when nobody follows the master any more and no task is unfinished, or when `ended` does. */
export async function untilUnneeded(
  master: Pick<Master, 'store' | 'clients'>,
  { clock, ended }: { readonly clock: Clock; readonly ended: Promise<unknown> },
): Promise<void> {
  let isOver = false;
  void ended.finally(() => {
    isOver = true;
  });
  while (!isOver && isNeeded(needsOf(master))) {
    await Promise.race([ended, new Promise<void>((resolve) => clock.after(LOOK_MS, resolve))]);
  }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
