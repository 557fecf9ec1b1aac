import TinyQueue from 'tinyqueue';
import type { Task } from '#model/task.ts';

/**
 * The pending tasks in the order of their ranks (model/aging.ts). Tasks that may go to the same workers stand in one
 * lane, so that one for a busy worker is in nobody's way, and finding the next one looks at the head of each lane only.
 */
export interface PendingQueue {
  readonly size: number;
  /** Adds a task; one of that id that stands there already gives way to it. The smallest rank goes first. */
  push(task: Task, rank: number): void;
  /** Takes a task out, wherever it stands. */
  remove(id: string): void;
  /**
   * Offers tasks in order. Taken ones leave the queue; the lane of a refused one is left alone for this time, since
   * what holds for its head holds for the rest. `done` ends it.
   */
  offer(place: (task: Task) => 'taken' | 'refused' | 'done'): void;
}

interface Place {
  readonly task: Task;
  readonly rank: number;
}

type Lane = TinyQueue<Place>;

export function createPendingQueue(): PendingQueue {
  const lanes = new Map<string, Lane>();
  /** The place that stands for each id: another one in a lane was left behind, and is passed over. */
  const standing = new Map<string, Place>();

  function headOf(key: string): { key: string; lane: Lane; head: Place }[] {
    const lane = lanes.get(key);
    if (lane === undefined) return [];
    for (let head = lane.peek(); head !== undefined; head = lane.peek()) {
      if (standing.get(head.task.id) === head) return [{ key, lane, head }];
      lane.pop();
    }
    lanes.delete(key);
    return [];
  }

  return {
    get size() {
      return standing.size;
    },
    push(task, rank) {
      const place = { task, rank };
      standing.set(task.id, place);
      const key = laneOf(task);
      const lane = lanes.get(key);
      if (lane === undefined) lanes.set(key, new TinyQueue([place], inOrder));
      else lane.push(place);
    },
    remove(id) {
      standing.delete(id);
    },
    offer(place) {
      const heads = new TinyQueue([...lanes.keys()].flatMap(headOf), (a, b) => inOrder(a.head, b.head));
      for (let next = heads.pop(); next !== undefined; next = heads.pop()) {
        const { key, lane, head } = next;
        const answer = place(head.task);
        if (answer === 'done') return;
        if (answer === 'refused') continue;
        lane.pop();
        standing.delete(head.task.id);
        for (const entry of headOf(key)) heads.push(entry);
      }
    },
  };
}

function inOrder(a: Place, b: Place): number {
  return a.rank - b.rank || a.task.sequence - b.task.sequence;
}

/** All that decides which workers a task may go to. */
function laneOf({ wantedWorker, labels, benchmark, attempts }: Task): string {
  const ranOn = [...new Set(attempts.map(({ workerId }) => workerId))].sort();
  return JSON.stringify([wantedWorker, labels.toSorted(), benchmark, ranOn]);
}
