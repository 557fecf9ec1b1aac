import { isHealthy } from '#model/health.ts';
import type { Snapshot } from '#model/snapshot.ts';
import type { Table } from '#model/table.ts';
import { slotsOf, type Worker } from '#model/worker.ts';
import { widthOf } from '#ui/lines/line.ts';

/** How a fleet is, at any time of the clock. */
export interface FleetCounts {
  readonly total: number;
  readonly active: number;
  readonly healthy: number;
  /** Tasks that all of them together run at once. */
  readonly slots: number;
  /** The workers that are inactive, in the order of the configuration. */
  readonly inactive: readonly Worker[];
}

/** Counted once for a fleet as it is, however many lines tell of it and keys come meanwhile. */
export function fleetCounts({ workers }: Pick<Snapshot, 'workers'>): FleetCounts {
  return workers.derived(counted);
}

/** Cells of the longest name in a fleet. */
export function longestName({ workers }: Pick<Snapshot, 'workers'>): number {
  return workers.derived(widestName);
}

function widestName(workers: Table<Worker>): number {
  let widest = 0;
  for (const { id } of workers) widest = Math.max(widest, widthOf(id));
  return widest;
}

function counted(workers: Table<Worker>): FleetCounts {
  let active = 0;
  let healthy = 0;
  let slots = 0;
  const inactive: Worker[] = [];
  for (const worker of workers) {
    if (worker.status === 'active') active += 1;
    if (worker.status === 'inactive') inactive.push(worker);
    if (isHealthy(worker)) healthy += 1;
    slots += slotsOf(worker);
  }
  return { total: workers.size, active, healthy, slots, inactive };
}
