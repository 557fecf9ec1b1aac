import type { RestoredWorker } from '#model/events.ts';
import type { Worker, WorkerConfig } from '#model/worker.ts';
import { type Watch, type WatchOptions, watchWorker } from './watch-worker.ts';

/**
 * A worker that leaves stays at least so long: a task that was given to it just before is in the snapshot only once
 * that has been written to the disk.
 */
const LEAVE_AFTER_MS = 1_000;

/** A worker to watch, and what an earlier run left of it. */
interface WatchedWorker {
  readonly config: WorkerConfig;
  readonly restored: RestoredWorker | null;
}

export interface WorkerMonitor {
  start(workers: readonly WatchedWorker[]): void;
  /**
   * Watches one more worker. One that is watched already goes on under its new configuration, also where it was
   * leaving; at another address it is unknown until it has answered there.
   */
  add(config: WorkerConfig, restored: RestoredWorker | null): void;
  /**
   * Workers are not configured any more: they get no new tasks, and each is watched until the last of those that it has
   * has ended; then it goes. One that dies meanwhile is found out as any other, and its tasks go elsewhere.
   */
  remove(workerIds: readonly string[]): void;
  /** The intervals have changed. */
  retime(): void;
  /** Ends all timers. Answers that still come are ignored. */
  stop(): Promise<void>;
}

interface Watched {
  readonly config: WorkerConfig;
  readonly watch: Watch;
}

/**
 * MEMORIA 1: knows which workers live. It pings each, moves it between the states of model/worker-transition.ts, judges
 * its health, and tells all of it on the bus.
 *
 * A worker that dies is inactive after at most `failures × interval` where it refuses, and `failures × (interval +
 * deadline)` where it hangs, with deadline = min(HTTP_TIMEOUT, interval). No worker's ping waits for another's.
 */
export function createWorkerMonitor(options: Omit<WatchOptions, 'config'>): WorkerMonitor {
  const { bus, clock, current } = options;
  const watched = new Map<string, Watched>();
  /** Workers that leave, with the group that began to leave together. */
  const leaving = new Map<string, symbol>();
  /** How to call off the first chance to go of the groups that have not had it yet. */
  const cancels = new Map<symbol, () => void>();

  function add(config: WorkerConfig, restored: RestoredWorker | null): void {
    const before = watched.get(config.id);
    leaving.delete(config.id);
    bus.publish({ type: 'worker-configured', at: clock.now(), config, restored });
    if (before !== undefined && isAskedAlike(before.config, config)) {
      watched.set(config.id, { config, watch: before.watch });
      return;
    }
    before?.watch.end();
    watched.set(config.id, { config, watch: watchWorker({ ...options, config }) });
  }

  /** Those that may go, all at once: a whole fleet may be replaced by another. */
  function goWhereFree(): void {
    const gone: Worker[] = [];
    for (const [id, group] of leaving) {
      const worker = current().workers.get(id);
      if (cancels.has(group) || worker === undefined || worker.inFlight.length > 0) continue;
      gone.push(worker);
      leaving.delete(id);
      watched.get(id)?.watch.end();
      watched.delete(id);
    }
    if (gone.length > 0) bus.publish({ type: 'workers-removed', at: clock.now(), workers: gone });
  }

  const unsubscribe = bus.subscribe((event) => {
    if (event.type === 'task-changed' && leaving.size > 0) goWhereFree();
  });

  return {
    start(workers) {
      for (const { config, restored } of workers) add(config, restored);
    },
    add,
    remove(workerIds) {
      const ids = workerIds.filter((id) => watched.has(id) && !leaving.has(id));
      if (ids.length === 0) return;
      const group = Symbol('group');
      for (const id of ids) leaving.set(id, group);
      bus.publish({ type: 'workers-leaving', at: clock.now(), workerIds: ids });
      const cancel = clock.after(LEAVE_AFTER_MS, () => {
        cancels.delete(group);
        goWhereFree();
      });
      cancels.set(group, cancel);
    },
    retime() {
      for (const { watch } of watched.values()) watch.retime();
    },
    async stop() {
      unsubscribe();
      for (const cancel of cancels.values()) cancel();
      leaving.clear();
      for (const { watch } of watched.values()) watch.end();
      watched.clear();
    },
  };
}

/** Whether both are reached in the same way, so that the watch over one is that over the other. */
function isAskedAlike(one: WorkerConfig, other: WorkerConfig): boolean {
  return one.url === other.url && one.tokenFile === other.tokenFile;
}
