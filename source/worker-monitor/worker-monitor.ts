import type { RestoredWorker } from '#model/events.ts';
import type { WorkerConfig } from '#model/worker.ts';
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
   * The worker is not configured any more: it gets no new tasks, and is watched until the last of those that it has has
   * ended; then it goes. One that dies meanwhile is found out as any other, and its tasks go elsewhere.
   */
  remove(workerId: string): void;
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
  /** Workers that leave, and how to call off their first chance to go; null once it is over. */
  const leaving = new Map<string, (() => void) | null>();

  function add(config: WorkerConfig, restored: RestoredWorker | null): void {
    const before = watched.get(config.id);
    leaving.get(config.id)?.();
    leaving.delete(config.id);
    bus.publish({ type: 'worker-configured', at: clock.now(), config, restored });
    if (before !== undefined && isAskedAlike(before.config, config)) {
      watched.set(config.id, { config, watch: before.watch });
      return;
    }
    before?.watch.end();
    watched.set(config.id, { config, watch: watchWorker({ ...options, config }) });
  }

  function goIfFree(workerId: string): void {
    const worker = current().workers.get(workerId);
    if (worker !== undefined && worker.inFlight.length > 0) return;
    leaving.delete(workerId);
    watched.get(workerId)?.watch.end();
    watched.delete(workerId);
    if (worker !== undefined) bus.publish({ type: 'worker-removed', at: clock.now(), worker });
  }

  const unsubscribe = bus.subscribe((event) => {
    if (event.type !== 'task-changed') return;
    for (const [workerId, cancel] of leaving) if (cancel === null) goIfFree(workerId);
  });

  return {
    start(workers) {
      for (const { config, restored } of workers) add(config, restored);
    },
    add,
    remove(workerId) {
      if (!watched.has(workerId) || leaving.has(workerId)) return;
      bus.publish({ type: 'worker-leaving', at: clock.now(), workerId });
      const cancel = clock.after(LEAVE_AFTER_MS, () => {
        leaving.set(workerId, null);
        goIfFree(workerId);
      });
      leaving.set(workerId, cancel);
    },
    retime() {
      for (const { watch } of watched.values()) watch.retime();
    },
    async stop() {
      unsubscribe();
      for (const cancel of leaving.values()) cancel?.();
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
