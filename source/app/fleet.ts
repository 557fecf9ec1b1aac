import { isDeepStrictEqual } from 'node:util';
import type { Bus } from '#bus/bus.ts';
import type { Clock } from '#model/clock.ts';
import type { RestoredWorker } from '#model/events.ts';
import type { Settings } from '#model/settings.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { pastOf } from '#persistence/worker-state-document.ts';
import type { WorkerMonitor } from '#worker-monitor/worker-monitor.ts';
import { type EmbeddedWorkers, startEmbeddedWorkers } from './embedded-workers.ts';

export interface FleetOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly current: () => Snapshot;
  readonly monitor: Pick<WorkerMonitor, 'add' | 'remove'>;
  /** The folder of embedded workers. */
  readonly dir: string;
  /** The program of elastic-worker. */
  readonly program: URL;
  /** What is known of workers that are not there now; those that go are added. */
  readonly former: Map<string, RestoredWorker>;
  /** Who keeps connections to workers. */
  readonly callers: readonly { forget(workerId: string): void }[];
}

export interface Fleet {
  /** Makes the fleet what the settings say. Resolves when the workers that it starts have been started. */
  follow(settings: Pick<Settings, 'workers' | 'embeddedWorkers'>): Promise<void>;
  /** Ends the embedded workers; resolves when the last one is gone. */
  stop(): Promise<void>;
}

/**
 * Which workers there are: those of the configuration, or, where it names none, embedded ones. Whoever has to go, of
 * either kind, first ends the tasks that it has; only then an embedded one's process is ended.
 */
export function createFleet(options: FleetOptions): Fleet {
  const { bus, clock, current, monitor, dir, program, former, callers } = options;
  const restoredOf = (id: string) => former.get(id) ?? null;
  let embedded: EmbeddedWorkers | null = null;
  let underWay = Promise.resolve();

  const unsubscribe = bus.subscribe((event) => {
    if (event.type !== 'workers-removed') return;
    for (const worker of event.workers) {
      former.set(worker.id, pastOf(worker));
      for (const caller of callers) caller.forget(worker.id);
      if (worker.config.origin === 'embedded') void embedded?.end(worker.id);
    }
  });

  function followConfigured({ workers }: Pick<Settings, 'workers'>): void {
    const ids = new Set(workers.map(({ id }) => id));
    for (const config of workers) {
      const known = current().workers.get(config.id);
      if (known === undefined || known.leaving || !isDeepStrictEqual(known.config, config)) {
        monitor.add(config, restoredOf(config.id));
      }
    }
    const gone = [...current().workers].filter(
      ({ id, config }) => config.origin === 'configured' && !ids.has(id),
    );
    monitor.remove(gone.map(({ id }) => id));
  }

  async function followEmbedded(count: number): Promise<void> {
    if (embedded === null) {
      if (count === 0) return;
      embedded = await startEmbeddedWorkers({
        bus,
        clock,
        count,
        dir,
        program,
        onReady: (config) => monitor.add(config, restoredOf(config.id)),
      });
      return;
    }
    const surplus = embedded.want(count);
    const watched = surplus.filter((id) => current().workers.get(id)?.config.origin === 'embedded');
    monitor.remove(watched);
    for (const id of surplus) if (!watched.includes(id)) void embedded.end(id);
  }

  return {
    follow(settings) {
      followConfigured(settings);
      const count = settings.workers.length === 0 ? settings.embeddedWorkers : 0;
      underWay = underWay.then(() => followEmbedded(count));
      return underWay;
    },
    async stop() {
      unsubscribe();
      await underWay;
      await embedded?.stop();
    },
  };
}
