import TinyQueue from 'tinyqueue';
import type { Task } from '#model/task.ts';

/**
 * The pending tasks: highest priority first, then oldest. Tasks that may go to the same workers stand in one lane, so
 * that one for a busy worker is in nobody's way, and finding the next one looks at the head of each lane only.
 */
export interface PendingQueue {
  readonly size: number;
  push(task: Task): void;
  /**
   * Offers tasks in order. Taken ones leave the queue; the lane of a refused one is left alone for this time, since
   * what holds for its head holds for the rest. `done` ends it.
   */
  offer(place: (task: Task) => 'taken' | 'refused' | 'done'): void;
}

export function createPendingQueue(): PendingQueue {
  const lanes = new Map<string, TinyQueue<Task>>();
  let size = 0;
  return {
    get size() {
      return size;
    },
    push(task) {
      const key = laneOf(task);
      const lane = lanes.get(key);
      if (lane === undefined) lanes.set(key, new TinyQueue([task], inOrder));
      else lane.push(task);
      size += 1;
    },
    offer(place) {
      const heads = new TinyQueue(
        [...lanes].flatMap(([key, lane]) => headOf(key, lane)),
        (a, b) => inOrder(a.head, b.head),
      );
      for (let next = heads.pop(); next !== undefined; next = heads.pop()) {
        const { key, lane, head } = next;
        const answer = place(head);
        if (answer === 'done') return;
        if (answer === 'refused') continue;
        lane.pop();
        size -= 1;
        if (lane.length === 0) lanes.delete(key);
        for (const entry of headOf(key, lane)) heads.push(entry);
      }
    },
  };
}

/** The order of the queue. */
function inOrder(a: Task, b: Task): number {
  return b.priority - a.priority || a.sequence - b.sequence;
}

function headOf(key: string, lane: TinyQueue<Task>) {
  const head = lane.peek();
  return head === undefined ? [] : [{ key, lane, head }];
}

/** All that decides which workers a task may go to. */
function laneOf({ wantedWorker, benchmark, attempts }: Task): string {
  const ranOn = [...new Set(attempts.map(({ workerId }) => workerId))].sort();
  return JSON.stringify([wantedWorker, benchmark, ranOn]);
}
