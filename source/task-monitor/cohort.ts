import type { Task } from '#model/task.ts';

/** A task that waits in the queue. */
export interface Entry {
  readonly task: Task;
  readonly rank: number;
  /** How much there is to do, in the unit of its benchmark. */
  size: number;
}

/** From here on sorting all is cheaper than putting each into its place. */
const FEW = 16;

/** Tasks of one lane that are equally old and equally urgent, in the order of their sizes. */
export interface Cohort {
  readonly size: number;
  add(entry: Entry): void;
  /** The largest; of equal ones, the one accepted first. */
  largest(): Entry | undefined;
  /** The smallest; of equal ones, the one accepted first. */
  smallest(): Entry | undefined;
  /** The largest of those that are not larger than `limit`. */
  largestWithin(limit: number): Entry | undefined;
  remove(entry: Entry): void;
  /** Measures all anew. */
  measure(sizeOf: (task: Task) => number): void;
}

/**
 * Kept sorted, the largest last; new ones are sorted in when somebody looks, so that many that come together cost one
 * sort. What is removed stays where it is until somebody looks.
 */
export function createCohort(): Cohort {
  let sorted: Entry[] = [];
  let fresh: Entry[] = [];
  const gone = new Set<Entry>();

  function takeOut(): void {
    if (gone.size < FEW && fresh.length === 0) {
      for (const entry of gone) sorted.splice(placeOf(sorted, entry) - 1, 1);
    } else {
      sorted = sorted.filter((entry) => !gone.has(entry));
      fresh = fresh.filter((entry) => !gone.has(entry));
    }
    gone.clear();
  }

  function tidy(): Entry[] {
    if (gone.size > 0) takeOut();
    if (fresh.length === 0) return sorted;
    if (fresh.length < FEW && sorted.length > 0) {
      for (const entry of fresh) sorted.splice(placeOf(sorted, entry), 0, entry);
    } else {
      sorted = [...sorted, ...fresh].sort(bySize);
    }
    fresh = [];
    return sorted;
  }

  function largestWithin(limit: number): Entry | undefined {
    const all = tidy();
    const end = firstBeyond(all, (entry) => entry.size > limit);
    return end === 0 ? undefined : all[end - 1];
  }

  return {
    get size() {
      return sorted.length + fresh.length - gone.size;
    },
    add: (entry) => fresh.push(entry),
    largest: () => tidy().at(-1),
    smallest: () => largestWithin(tidy()[0]?.size ?? 0),
    largestWithin,
    remove(entry) {
      if (fresh.length === 0 && gone.size === 0 && sorted.at(-1) === entry) sorted.pop();
      else gone.add(entry);
    },
    measure(sizeOf) {
      const all = tidy();
      for (const entry of all) entry.size = sizeOf(entry.task);
      all.sort(bySize);
    },
  };
}

function bySize(a: Entry, b: Entry): number {
  return a.size - b.size || b.task.sequence - a.task.sequence;
}

function placeOf(sorted: readonly Entry[], entry: Entry): number {
  return firstBeyond(sorted, (other) => bySize(other, entry) > 0);
}

/** Where the entries begin of which `isBeyond` is true: binary search. */
function firstBeyond(sorted: readonly Entry[], isBeyond: (entry: Entry) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = sorted[middle];
    if (entry !== undefined && isBeyond(entry)) high = middle;
    else low = middle + 1;
  }
  return low;
}
