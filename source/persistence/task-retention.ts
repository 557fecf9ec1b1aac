import { NO_TASKS } from '#model/snapshot.ts';
import { isFinal, TASK_STATES, type TaskState } from '#model/task.ts';
import type { Statements } from './task-statements.ts';

/** What may go: only finished tasks ever do. */
export interface Retention {
  /** What ended before this moment may go, Unix milliseconds; null: nothing is too old. */
  readonly endedBefore: number | null;
  /** How many finished tasks may stay; null: any number. */
  readonly keep: number | null;
  /** At most this many go in one step, so that nobody waits long for the database. */
  readonly step: number;
}

/** What went. */
export interface Pruned {
  readonly removed: Readonly<Record<TaskState, number>>;
  /** Batches of which nothing is left. */
  readonly batches: readonly string[];
  /** Whether there may be more to remove. */
  readonly more: boolean;
}

/** Removes finished tasks that are too old or too many, the oldest first, with all that belongs to them. */
export function prune(statements: Statements, { endedBefore, keep, step }: Retention): Pruned {
  const gone = endedBefore === null ? [] : statements.pruneByAge.all(endedBefore, step);
  const surplus = keep === null ? 0 : finished(statements) - keep;
  const left = step - gone.length;
  if (surplus > 0 && left > 0) gone.push(...statements.pruneOldest.all(Math.min(surplus, left)));
  const removed: Record<TaskState, number> = { ...NO_TASKS };
  const touched = new Set<string>();
  for (const { state, batch } of gone) {
    const known = TASK_STATES.find((name) => name === state);
    if (known !== undefined) removed[known] += 1;
    if (typeof batch === 'string') touched.add(batch);
  }
  const batches = [...touched].filter((id) => statements.pruneBatch.run(id).changes > 0);
  return { removed, batches, more: gone.length >= step };
}

function finished(statements: Statements): number {
  return statements.counts
    .all()
    .filter(({ state }) => TASK_STATES.some((name) => name === state && isFinal(name)))
    .reduce((sum, { number }) => sum + Number(number), 0);
}
