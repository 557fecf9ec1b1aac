import { queueRank } from '#model/aging.ts';
import type { Clock } from '#model/clock.ts';
import type { Task } from '#model/task.ts';
import type { Alarms } from './alarms.ts';
import type { Durations } from './durations.ts';
import { createPendingQueue, type PendingQueue } from './queue.ts';
import { LONGEST_BACKOFF_MS } from './retry.ts';

/** Where pending tasks are until they are placed: in the queue, or outside it until their time has come. */
export interface WaitingRoom extends Pick<PendingQueue, 'size' | 'offer' | 'expectedSeconds'> {
  /** A pending task comes in, or comes back. */
  enter(task: Task): void;
  leave(id: string): void;
}

export interface WaitingRoomOptions {
  readonly clock: Clock;
  readonly alarms: Alarms;
  readonly durations: Durations;
  /** Somebody new stands in the queue. */
  readonly onReady: () => void;
}

export function createWaitingRoom({ clock, alarms, durations, onReady }: WaitingRoomOptions): WaitingRoom {
  const queue = createPendingQueue(durations);
  /** Those whose time has not come. */
  const outside = new Map<string, Task>();

  /**
   * The rank by the monotonic clock: a wall clock that is set must not let new tasks overtake old ones for hours. A task
   * that comes from the future, by a clock that was set back, is as old as one that was accepted just now.
   */
  function rankOf(task: Task): number {
    const age = Math.max(0, clock.now() - task.createdAt);
    return queueRank({ priority: task.priority, createdAt: clock.monotonic() - age });
  }

  function stand(task: Task): void {
    queue.push(task, rankOf(task));
    onReady();
  }

  return {
    get size() {
      return queue.size;
    },
    offer: (place) => queue.offer(place),
    expectedSeconds: () => queue.expectedSeconds(),
    enter(task) {
      const now = clock.now();
      // A wall clock that was set back must not lengthen a backoff; what the caller asked for is a time of that clock.
      const backoff = Math.min(task.notBefore ?? 0, now + LONGEST_BACKOFF_MS);
      const at = Math.max(backoff, task.startAt ?? 0);
      if (at <= now) {
        outside.delete(task.id);
        stand(task);
        return;
      }
      outside.set(task.id, task);
      alarms.set(at, () => {
        if (outside.get(task.id) !== task) return;
        outside.delete(task.id);
        stand(task);
      });
    },
    leave(id) {
      outside.delete(id);
      queue.remove(id);
    },
  };
}
