import TinyQueue from 'tinyqueue';
import type { Task } from '#model/task.ts';
import { type Cohort, createCohort, type Entry } from './cohort.ts';
import type { Durations } from './durations.ts';

/** Tasks whose ranks differ by less count as equally old: of these, long ones go first. */
const COHORT_MS = 1_000;
/** How many cohorts behind the head's are looked into for a task that goes before it. */
const LOOKED_INTO = 16;

/** Tasks that may go to the same workers, as the balancer sees them. */
export interface Lane {
  /** The same for all tasks that may go to the same workers. */
  readonly key: string;
  /** The one whose turn it is: the longest of those that are equally old and urgent. */
  readonly head: Entry;
  /** The shortest of the head's equals. */
  readonly smallest: Entry;
  /** The largest of the head's equals that is not larger than `limit`. */
  within(limit: number): Entry | undefined;
  /** The same of those that come after the head's equals: of the next ones that have such a task. */
  behind(limit: number): Entry | undefined;
  /**
   * The shortest of the head and of the next ones of its priority that came no more than `ms` after it. Of those that
   * are equally old only the longest is looked at: they go in that order.
   */
  shortestAfter(ms: number): Entry;
}

/**
 * The pending tasks in the order of their ranks (model/aging.ts), to the second; in the same second the longest first,
 * then in the order of acceptance. Tasks that may go to the same workers stand in one lane, so that one for a busy
 * worker is in nobody's way, and finding the next one looks at the head of each lane only.
 */
export interface PendingQueue {
  readonly size: number;
  /** Adds a task; one of that id that stands there already gives way to it. The smallest rank goes first. */
  push(task: Task, rank: number): void;
  /** Takes a task out, wherever it stands. */
  remove(id: string): void;
  /** Expected seconds of all that wait, on workers as fast as the fleet's mean; without what was never run. */
  expectedSeconds(): number;
  /**
   * Offers lanes in the order of their heads. The task that is given back leaves the queue; a lane that is refused is
   * left alone for this time, since what holds for its head holds for the rest. `done` ends it.
   */
  offer(place: (lane: Lane) => Task | 'refused' | 'done'): void;
}

interface StoredLane {
  readonly benchmark: string;
  /** By the second of their ranks, ascending; none is empty for longer than until somebody looks. */
  readonly cohorts: { readonly second: number; readonly cohort: Cohort }[];
  revision: number;
}

interface Standing {
  readonly entry: Entry;
  readonly key: string;
  readonly cohort: Cohort;
}

export function createPendingQueue(durations: Pick<Durations, 'sizeOf' | 'revisionOf' | 'of'>): PendingQueue {
  const lanes = new Map<string, StoredLane>();
  const standing = new Map<string, Standing>();
  /** Sizes of all that wait, by benchmark. */
  const work = new Map<string, number>();

  function addWork(benchmark: string, size: number): void {
    work.set(benchmark, (work.get(benchmark) ?? 0) + size);
  }

  function cohortOf(lane: StoredLane, second: number): Cohort {
    const { cohorts } = lane;
    let at = cohorts.length;
    while (at > 0 && (cohorts[at - 1]?.second ?? 0) > second) at -= 1;
    const before = cohorts[at - 1];
    if (before?.second === second) return before.cohort;
    const cohort = createCohort();
    cohorts.splice(at, 0, { second, cohort });
    return cohort;
  }

  function drop({ entry, cohort }: Standing): void {
    standing.delete(entry.task.id);
    cohort.remove(entry);
    addWork(entry.task.benchmark, -entry.size);
    if (standing.size === 0) work.clear();
  }

  function remeasured(lane: StoredLane): void {
    const revision = durations.revisionOf(lane.benchmark);
    if (revision === lane.revision) return;
    lane.revision = revision;
    for (const { cohort } of lane.cohorts) {
      cohort.measure((task) => {
        const size = durations.sizeOf(task);
        addWork(task.benchmark, size - (standing.get(task.id)?.entry.size ?? size));
        return size;
      });
    }
  }

  function headOf(key: string): Head[] {
    const lane = lanes.get(key);
    if (lane === undefined) return [];
    while (lane.cohorts[0]?.cohort.size === 0) lane.cohorts.shift();
    const [first] = lane.cohorts;
    if (first === undefined) {
      lanes.delete(key);
      return [];
    }
    remeasured(lane);
    const head = first.cohort.largest();
    if (head === undefined) return [];
    const seconds = head.size * durations.of(lane.benchmark).secondsPerSize;
    return [{ key, lane, head, second: first.second, seconds }];
  }

  return {
    get size() {
      return standing.size;
    },
    push(task, rank) {
      const before = standing.get(task.id);
      if (before !== undefined) drop(before);
      const key = laneOf(task);
      const { benchmark } = task;
      const lane = lanes.get(key) ?? { benchmark, cohorts: [], revision: durations.revisionOf(benchmark) };
      lanes.set(key, lane);
      const cohort = cohortOf(lane, Math.floor(rank / COHORT_MS));
      const entry = { task, rank, size: durations.sizeOf(task) };
      cohort.add(entry);
      standing.set(task.id, { entry, key, cohort });
      addWork(benchmark, entry.size);
    },
    remove(id) {
      const found = standing.get(id);
      if (found !== undefined) drop(found);
    },
    expectedSeconds() {
      let seconds = 0;
      for (const [benchmark, size] of work) seconds += size * durations.of(benchmark).secondsPerSize;
      return Math.max(0, seconds);
    },
    offer(place) {
      const heads = new TinyQueue([...lanes.keys()].flatMap(headOf), inOrder);
      for (let next = heads.pop(); next !== undefined; next = heads.pop()) {
        const answer = place(viewOf(next));
        if (answer === 'done') return;
        if (answer === 'refused') continue;
        const taken = standing.get(answer.id);
        if (taken !== undefined) drop(taken);
        for (const head of headOf(next.key)) heads.push(head);
      }
    },
  };
}

interface Head {
  readonly key: string;
  readonly lane: StoredLane;
  readonly head: Entry;
  readonly second: number;
  readonly seconds: number;
}

function inOrder(a: Head, b: Head): number {
  return a.second - b.second || b.seconds - a.seconds || a.head.task.sequence - b.head.task.sequence;
}

function viewOf({ key, lane, head }: Head): Lane {
  return {
    key,
    head,
    get smallest() {
      return lane.cohorts[0]?.cohort.smallest() ?? head;
    },
    within: (limit) => lane.cohorts[0]?.cohort.largestWithin(limit),
    shortestAfter(ms) {
      let shortest = head;
      for (const { second, cohort } of lane.cohorts.slice(1, 1 + LOOKED_INTO)) {
        if (second * COHORT_MS > head.rank + ms) break;
        const entry = cohort.largest();
        if (entry === undefined || entry.rank > head.rank + ms) continue;
        if (entry.task.priority === head.task.priority && entry.size < shortest.size) shortest = entry;
      }
      return shortest;
    },
    behind(limit) {
      for (const { cohort } of lane.cohorts.slice(1, 1 + LOOKED_INTO)) {
        const entry = cohort.largestWithin(limit);
        if (entry !== undefined) return entry;
      }
      return undefined;
    },
  };
}

/** All that decides which workers a task may go to. */
function laneOf({ wantedWorker, labels, benchmark, attempts }: Task): string {
  const ranOn = [...new Set(attempts.map(({ workerId }) => workerId))].sort();
  return JSON.stringify([wantedWorker, labels.toSorted(), benchmark, ranOn]);
}
