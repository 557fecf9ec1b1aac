import { type Attempt, type Task, wireId } from '#model/task.ts';

/** An id that reads like that of another task's later attempt. */
const LATER_ATTEMPT = /^(.+)\.([2-9]|[1-9]\d+)$/;

/**
 * The attempts that stay before the next one on a worker, and that one's number. A worker that was not reached gets
 * the same attempt again; any other attempt is a new one, and so is the first after a retry by hand: the one before was called
 * off at its worker, perhaps ahead of its request. Of the attempts in a row that reached nobody, one a worker
 * stays, so that a task that waits for days for a fleet behind a wall does not grow without bound.
 *
 * A number whose id on the wire belongs to another task is passed over: `a.2` may be the second attempt of task `a` or
 * a task of that name, and a worker knows a run only by its id.
 */
export async function nextAttempt(
  task: Task,
  workerId: string,
  find: (id: string) => Promise<Task | null>,
): Promise<{ readonly number: number; readonly earlier: readonly Attempt[] }> {
  const last = task.attempts.at(-1);
  const reached = task.attempts.findLastIndex(({ outcome }) => outcome !== 'not-sent');
  const earlier = task.attempts.filter((attempt, index) => index <= reached || attempt.workerId !== workerId);
  const isAgain = last?.outcome === 'not-sent' && last.workerId === workerId;
  if (isAgain && last.number >= task.countedFrom) return { number: last.number, earlier };
  let number = (last?.number ?? 0) + 1;
  while (await isTaken(task.id, number, find)) number += 1;
  return { number, earlier };
}

async function isTaken(
  taskId: string,
  number: number,
  find: (id: string) => Promise<Task | null>,
): Promise<boolean> {
  if (number > 1) return (await find(wireId(taskId, number))) !== null;
  const [, otherId, otherNumber] = LATER_ATTEMPT.exec(taskId) ?? [];
  if (otherId === undefined) return false;
  const other = await find(otherId);
  return other?.attempts.some((attempt) => attempt.number === Number(otherNumber)) ?? false;
}
