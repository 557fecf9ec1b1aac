import type { Bus } from '#bus/bus.ts';
import type { Clock } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';
import { said } from '#model/said.ts';
import type { Settings } from '#model/settings.ts';
import { isFinal, TASK_STATES } from '#model/task.ts';
import type { TaskStore } from './roles.ts';

/** From one look for old tasks to the next, while there are none. */
const LOOK_MS = 60_000;
/** Between two steps, so that everybody else gets at the database. */
const PAUSE_MS = 50;
/** Tasks that go in one step: a few milliseconds of the database's thread. */
const STEP = 200;

export interface RetentionOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly settings: Pick<Settings, 'taskRetentionMs' | 'taskRetentionCount'>;
  readonly store: Pick<TaskStore, 'prune'>;
}

/** Removes finished tasks that are too old or too many, in small steps, until the function returned is called. */
export function startRetention({ bus, clock, settings, store }: RetentionOptions): () => void {
  let ended = false;
  let cancel = clock.after(LOOK_MS, () => void step());

  async function step(): Promise<void> {
    let wait = LOOK_MS;
    // As they are now: they may be changed while the master runs.
    const { taskRetentionMs, taskRetentionCount } = settings;
    try {
      const endedBefore = taskRetentionMs === null ? null : clock.now() - taskRetentionMs;
      const { removed, batches, more } = await store.prune({
        endedBefore,
        keep: taskRetentionCount,
        step: STEP,
      });
      if (ended) return;
      const any = TASK_STATES.some((state) => isFinal(state) && removed[state] > 0);
      if (any) bus.publish({ type: 'tasks-pruned', at: clock.now(), removed, batches });
      if (more) wait = PAUSE_MS;
    } catch (error) {
      if (ended) return;
      const message = said`old tasks could not be removed: ${messageOf(error)}`;
      bus.publish({ type: 'noticed', at: clock.now(), level: 'warn', message });
    }
    cancel = clock.after(wait, () => void step());
  }

  return () => {
    ended = true;
    cancel();
  };
}
