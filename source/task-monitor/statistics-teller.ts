import type { Bus } from '#bus/bus.ts';
import type { Clock } from '#model/clock.ts';
import type { TaskStore } from './roles.ts';

/** Told of at most this often: reading ten thousand runs takes the database's thread some tens of milliseconds. */
const TELL_MS = 10_000;

export interface StatisticsTellerOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly store: Pick<TaskStore, 'statistics'>;
}

/** Tells of the times of the last runs: at once, then after tasks have ended, until the function returned is called. */
export function startStatisticsTeller({ bus, clock, store }: StatisticsTellerOptions): () => void {
  let due = false;
  let ended = false;
  let cancel = () => {};

  async function tell(): Promise<void> {
    due = false;
    // A database that cannot be read now can be later: the next end of a task asks again.
    const statistics = await store.statistics().catch(() => null);
    if (statistics !== null && !ended) bus.publish({ type: 'runs-measured', at: clock.now(), statistics });
  }

  const unsubscribe = bus.subscribe((event) => {
    if (event.type !== 'task-changed' || (event.change !== 'completed' && event.change !== 'failed')) return;
    if (due) return;
    due = true;
    cancel = clock.after(TELL_MS, () => void tell());
  });
  void tell();
  return () => {
    ended = true;
    unsubscribe();
    cancel();
  };
}
