import type { Bus } from '#bus/bus.ts';
import type { Clock } from '#model/clock.ts';
import type { Snapshot } from '#model/snapshot.ts';
import type { Performance } from '#model/worker.ts';
import type { LoadedTasks } from './roles.ts';

export interface KnownWorkersOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly current: () => Snapshot;
}

/** What the database knows of workers, told whenever one is configured: at the start, and when it comes later or again. */
export interface KnownWorkers {
  /** Takes what was read at the start, and tells it of the workers that are there by then. */
  restore(loaded: Pick<LoadedTasks, 'performance' | 'drained'>): void;
  close(): void;
}

export function createKnownWorkers({ bus, clock, current }: KnownWorkersOptions): KnownWorkers {
  const performances = new Map<string, Readonly<Record<string, Performance>>>();
  const drained = new Set<string>();

  function tell(workerId: string): void {
    const worker = current().workers.get(workerId);
    if (worker === undefined) return;
    const at = clock.now();
    const performance = performances.get(workerId);
    // One that was only configured anew has learned since.
    if (performance !== undefined && Object.keys(worker.performance).length === 0) {
      bus.publish({ type: 'worker-performance-restored', at, workerId, performance });
    }
    if (drained.has(workerId) && !worker.drained) {
      bus.publish({ type: 'worker-drained', at, workerId, drained: true, restored: true });
    }
  }

  const unsubscribe = bus.subscribe((event) => {
    if (event.type === 'worker-configured') tell(event.config.id);
    else if (event.type === 'workers-removed') {
      for (const { id, performance } of event.workers) performances.set(id, performance);
    } else if (event.type === 'worker-drained') {
      if (event.drained) drained.add(event.workerId);
      else drained.delete(event.workerId);
    }
  });

  return {
    restore(loaded) {
      for (const [id, performance] of Object.entries(loaded.performance)) performances.set(id, performance);
      for (const id of loaded.drained) drained.add(id);
      for (const id of new Set([...performances.keys(), ...drained])) tell(id);
    },
    close: unsubscribe,
  };
}
