import type { RestoredWorker } from '#model/events.ts';
import type { WorkerConfig } from '#model/worker.ts';
import { type WatchOptions, watchWorker } from './watch-worker.ts';

/** A worker to watch, and what an earlier run left of it. */
interface WatchedWorker {
  readonly config: WorkerConfig;
  readonly restored: RestoredWorker | null;
}

export interface WorkerMonitor {
  start(workers: readonly WatchedWorker[]): void;
  /** Watches one more worker; one that is watched already goes on under its new configuration. */
  add(config: WorkerConfig, restored: RestoredWorker | null): void;
  /** Ends all timers. Answers that still come are ignored. */
  stop(): Promise<void>;
}

/**
 * MEMORIA 1: knows which workers live. It pings each, moves it between the states of model/worker-transition.ts, judges
 * its health, and tells all of it on the bus.
 *
 * A worker that dies is inactive after at most `failures × interval` where it refuses, and `failures × (interval +
 * deadline)` where it hangs, with deadline = min(HTTP_TIMEOUT, interval). No worker's ping waits for another's.
 */
export function createWorkerMonitor(options: Omit<WatchOptions, 'config'>): WorkerMonitor {
  const watches = new Map<string, () => void>();

  function add(config: WorkerConfig, restored: RestoredWorker | null): void {
    watches.get(config.id)?.();
    options.bus.publish({ type: 'worker-configured', at: options.clock.now(), config, restored });
    watches.set(config.id, watchWorker({ ...options, config }));
  }

  return {
    start(workers) {
      for (const { config, restored } of workers) add(config, restored);
    },
    add,
    async stop() {
      for (const end of watches.values()) end();
      watches.clear();
    },
  };
}
