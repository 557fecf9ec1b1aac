import { queueRank } from '#model/aging.ts';
import type { Clock } from '#model/clock.ts';
import type { Task } from '#model/task.ts';
import { type Alarms, createAlarms } from './alarms.ts';
import type { Durations } from './durations.ts';
import { createPendingQueue, type PendingQueue } from './queue.ts';
import { LONGEST_BACKOFF_MS } from './retry.ts';

/** Where pending tasks are until they are placed: in the queue, or outside it until their time has come. */
export interface WaitingRoom extends Pick<PendingQueue, 'size' | 'offer' | 'expectedSeconds'> {
  /** A pending task comes in, or comes back. */
  enter(task: Task): void;
  leave(id: string): void;
  /** Nobody comes in from outside any more. */
  close(): void;
}

export interface WaitingRoomOptions {
  readonly clock: Clock;
  readonly alarms: Alarms;
  readonly durations: Durations;
  /** Somebody new stands in the queue. */
  readonly onReady: () => void;
}

export function createWaitingRoom(options: WaitingRoomOptions): WaitingRoom {
  const { clock, alarms, durations, onReady } = options;
  const backoffs = createAlarms({ ...clock, now: clock.monotonic });
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

  /** Its backoff is over. */
  function come(task: Task): void {
    if (outside.get(task.id) !== task) return;
    if ((task.startAt ?? 0) > clock.now()) {
      alarms.set(task.startAt ?? 0, () => come(task));
      return;
    }
    outside.delete(task.id);
    stand(task);
  }

  return {
    get size() {
      return queue.size;
    },
    offer: (place) => queue.offer(place),
    expectedSeconds: () => queue.expectedSeconds(),
    enter(task) {
      // A duration, which a wall clock that is set must not lengthen; what the caller asked for is a time of that clock.
      const backoffMs = Math.min((task.notBefore ?? 0) - clock.now(), LONGEST_BACKOFF_MS);
      outside.set(task.id, task);
      if (backoffMs <= 0) come(task);
      else backoffs.set(clock.monotonic() + backoffMs, () => come(task));
    },
    leave(id) {
      outside.delete(id);
      queue.remove(id);
    },
    close: backoffs.close,
  };
}
