import type { Task } from './task.ts';

/** Waiting this long is worth one step of priority. */
export const AGING_MS = 10 * 60_000;

/**
 * Where a task stands in the queue: the smallest goes first, equals in the order of acceptance.
 *
 * A task rises by one step of priority for every `AGING_MS` that it has waited, without a bound. Every task rises at the
 * same speed, so the order of two tasks never changes while they wait, and a step is no more than a head start: of
 * two tasks the one that came d steps × 10 minutes earlier goes first though it is d steps less urgent. Nothing is
 * starved: a task of priority 1 waits for no more urgent one that was accepted more than 9 × 10 minutes after it. In a
 * stream a shorter task may go before one that is as urgent and came a little earlier: task-monitor/balancer.ts.
 */
export function queueRank({ priority, createdAt }: Pick<Task, 'priority' | 'createdAt'>): number {
  return createdAt - priority * AGING_MS;
}

/** How many milliseconds a task of that rank has waited by `now`, which is of the clock that the rank was made with. */
export function waitedMs(rank: number, { priority }: Pick<Task, 'priority'>, now: number): number {
  return now - rank - priority * AGING_MS;
}

/** The order of the queue, for `sort`. */
export function inQueueOrder(a: Task, b: Task): number {
  return queueRank(a) - queueRank(b) || a.sequence - b.sequence;
}

/** The priority that a waiting task has risen to by `now`, with its fraction. */
export function agedPriority(
  { priority, createdAt }: Pick<Task, 'priority' | 'createdAt'>,
  now: number,
): number {
  return priority + Math.max(0, now - createdAt) / AGING_MS;
}
