import type { Clock } from '#model/clock.ts';
import { takesTasks } from '#model/health.ts';
import { Table } from '#model/table.ts';
import { foreignTasks, slotsOf, type Worker } from '#model/worker.ts';

/** A worker that was not reached again and again is left alone for longer and longer, up to this. */
const LONGEST_REST_MS = 60_000;
const FIRST_REST_MS = 1_000;

/** What has the slot of a run that nobody waits for any more. */
export function remainsOf(wire: string): string {
  return `remains of ${wire}`;
}

/** A worker that tasks may be sent to. */
export interface Candidate {
  readonly worker: Worker;
  readonly slots: number;
  /** How many more it takes now. */
  readonly free: number;
  /** Tasks that are not ours and take a slot there or wait there for one, as far as the last ping tells. */
  readonly foreign: number;
  /** When that was first told, in monotonic milliseconds. */
  readonly foreignSince: number;
  /** Our tasks that have a slot there. */
  readonly runs: readonly Run[];
}

/** What is expected of a task that has a slot. */
export interface Run {
  /** Monotonic milliseconds. */
  readonly since: number;
  /** From `since` to its end; null where there is nothing to go by. */
  readonly expectedSeconds: number | null;
}

/**
 * Which slots are taken. A slot is taken at the moment of the decision, long before the assignment is committed and the
 * snapshot shows it: that is what keeps a worker from ever getting more than its slots.
 */
export interface Occupancy {
  /** Tasks in flight over the whole fleet. */
  readonly total: number;
  take(workerId: string, taskId: string): void;
  release(workerId: string, taskId: string): void;
  /**
   * Keeps tasks away from a worker that could not be reached or may be busy unseen, until it has answered a ping
   * again. From the second time in a row on that is not enough: its pings may be good while it takes no task.
   */
  rest(worker: Worker): void;
  /** A task reached the worker: what was wrong before is over. */
  reached(workerId: string): void;
  /** Workers that take tasks and do not rest, those without a free slot too. Good until the next call of anything here. */
  candidates(fleet: Table<Worker>): readonly Candidate[];
}

interface Rest {
  /** The worker's last good ping when the rest began. */
  readonly pingedAt: number | null;
  /** Monotonic milliseconds. */
  readonly atLeastUntil: number;
}

/** What is known of a worker; what follows from the snapshot is looked at again only when that has changed. */
interface Known extends Candidate {
  worker: Worker;
  takesTasks: boolean;
  slots: number;
  free: number;
  foreign: number;
  foreignSince: number;
  runs: readonly Run[];
  readonly taken: Map<string, Run>;
}

/** `expect` says what is expected of a task that takes a slot just now. */
export function createOccupancy(clock: Clock, expect: (taskId: string, workerId: string) => Run): Occupancy {
  const known = new Map<string, Known>();
  const taken = new Map<string, Map<string, Run>>();
  const resting = new Map<string, Rest>();
  /** Rests in a row. */
  const rests = new Map<string, number>();
  let total = 0;
  let fleet: Table<Worker> = Table.empty();
  let candidates: readonly Known[] = [];

  function isResting(worker: Worker): boolean {
    const rest = resting.get(worker.id);
    if (rest === undefined) return false;
    if (rest.pingedAt === worker.lastGoodPingAt || clock.monotonic() < rest.atLeastUntil) return true;
    resting.delete(worker.id);
    return false;
  }

  function takenOn(workerId: string): Map<string, Run> {
    const tasks = taken.get(workerId) ?? new Map<string, Run>();
    taken.set(workerId, tasks);
    return tasks;
  }

  /** A run that was called off and that a ping shows has its slot already. */
  function foreignOn({ worker, taken }: Known): number {
    const shown = worker.report?.currentTask?.taskId;
    const isOurs = shown !== undefined && taken.has(remainsOf(shown));
    return isOurs ? worker.foreign : foreignTasks(worker);
  }

  function recount(state: Known): void {
    const foreign = foreignOn(state);
    if (state.foreign === 0 || foreign === 0) state.foreignSince = clock.monotonic();
    state.foreign = foreign;
    state.runs = [...state.taken.values()];
    state.free = Math.max(0, state.slots - state.taken.size - state.foreign);
  }

  function recountOn(workerId: string): void {
    const state = known.get(workerId);
    if (state !== undefined) recount(state);
  }

  /** Whether it is new, became one that takes tasks, or ceased to be. */
  function look(worker: Worker): boolean {
    const before = known.get(worker.id);
    if (before?.worker === worker) return false;
    const state = before ?? newKnown(worker, takenOn(worker.id));
    known.set(worker.id, state);
    const took = state.takesTasks;
    state.worker = worker;
    state.takesTasks = takesTasks(worker);
    state.slots = slotsOf(worker);
    recount(state);
    return before === undefined || took !== state.takesTasks;
  }

  function refresh(now: Table<Worker>): void {
    let changed = now.size !== fleet.size;
    for (const worker of now.changedSince(fleet)) changed = look(worker) || changed;
    fleet = now;
    if (!changed) return;
    // Invariant: `known` has exactly the workers of the fleet, so that one in place of another is noticed as new.
    for (const id of known.keys()) if (!now.has(id)) known.delete(id);
    candidates = [...now].flatMap(({ id }) => {
      const state = known.get(id);
      return state?.takesTasks ? [state] : [];
    });
  }

  return {
    get total() {
      return total;
    },
    take(workerId, taskId) {
      const tasks = takenOn(workerId);
      if (tasks.has(taskId)) return;
      tasks.set(taskId, expect(taskId, workerId));
      total += 1;
      recountOn(workerId);
    },
    release(workerId, taskId) {
      if (!taken.get(workerId)?.delete(taskId)) return;
      total -= 1;
      recountOn(workerId);
    },
    rest(worker) {
      const before = rests.get(worker.id) ?? 0;
      rests.set(worker.id, before + 1);
      const ms = before === 0 ? 0 : Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** before);
      resting.set(worker.id, { pingedAt: worker.lastGoodPingAt, atLeastUntil: clock.monotonic() + ms });
    },
    reached(workerId) {
      rests.delete(workerId);
    },
    candidates(now) {
      if (now !== fleet) refresh(now);
      return resting.size === 0 ? candidates : candidates.filter(({ worker }) => !isResting(worker));
    },
  };
}

function newKnown(worker: Worker, taken: Map<string, Run>): Known {
  return {
    // Nothing has been looked at.
    worker: { ...worker },
    takesTasks: false,
    slots: 0,
    free: 0,
    foreign: 0,
    foreignSince: 0,
    runs: [],
    taken,
  };
}
