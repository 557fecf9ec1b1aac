import { isFinal, TASK_STATES, type TaskState } from './task.ts';

type Counts = Readonly<Record<TaskState, number>>;

/** What the tasks of a batch have in common. Times are Unix milliseconds. */
export interface NewBatch {
  readonly id: string;
  readonly description: string;
  readonly benchmark: string;
  readonly createdAt: number;
}

/** How many of a batch had ended at a moment: what its throughput is measured between. */
interface BatchMark {
  readonly at: number;
  readonly ended: number;
}

/** Tasks that were asked for together, seen as a whole. Tasks that retention removed stay in its counts. */
export interface Batch extends NewBatch {
  readonly counts: Counts;
  /** When the first of its tasks was sent; null before. */
  readonly startedAt: number | null;
  /** When the last of them ended; null while one has not. */
  readonly endedAt: number | null;
  /** Oldest first, of the last minutes; only what this run of the master saw. */
  readonly marks: readonly BatchMark[];
}

/** What a person wants to know of a batch. */
export interface BatchProgress {
  readonly total: number;
  /** Completed, failed or cancelled. */
  readonly ended: number;
  /** `ended` of `total`, 0–1. */
  readonly share: number;
  /** Tasks that end in a minute; null while too few have ended to tell. */
  readonly perMinute: number | null;
  /** When the last one will have ended at that speed; null where nothing is known, or all have ended. */
  readonly endsAt: number | null;
}

/** The speed is that of the last minutes, so that it follows a fleet that grows or shrinks. */
const WINDOW_MS = 5 * 60_000;
/** Marks closer together than this would only take room. */
const MARK_MS = 5_000;

/** How many tasks it has. */
export function batchSize(counts: Counts): number {
  return TASK_STATES.reduce((sum, state) => sum + counts[state], 0);
}

function endedOf(counts: Counts): number {
  return TASK_STATES.reduce((sum, state) => sum + (isFinal(state) ? counts[state] : 0), 0);
}

/** Progress, speed and end, as of `now`. Speed: what ended since the oldest mark, over the time since then. */
export function batchProgress({ counts, marks }: Batch, now: number): BatchProgress {
  const total = batchSize(counts);
  const ended = endedOf(counts);
  const oldest = marks.find(({ at }) => now - at <= WINDOW_MS) ?? marks.at(-1);
  const elapsed = oldest === undefined ? 0 : now - oldest.at;
  const gone = oldest === undefined ? 0 : ended - oldest.ended;
  const perMs = elapsed > 0 && gone > 0 ? gone / elapsed : null;
  return {
    total,
    ended,
    share: total === 0 ? 0 : ended / total,
    perMinute: perMs === null ? null : perMs * 60_000,
    endsAt: perMs === null || ended === total ? null : now + (total - ended) / perMs,
  };
}

/** The batch after one of its tasks came (`from` null) or moved from one state to another. */
export function withMove(
  batch: Batch,
  move: { readonly from: TaskState | null; readonly to: TaskState },
  at: number,
): Batch {
  const counts = { ...batch.counts };
  if (move.from !== null) counts[move.from] -= 1;
  counts[move.to] += 1;
  const started = batch.startedAt ?? (move.to === 'running' ? at : null);
  const unfinished = counts.pending + counts.assigned + counts.running > 0;
  return {
    ...batch,
    counts,
    startedAt: started,
    endedAt: unfinished ? null : (batch.endedAt ?? at),
    marks: marked(batch, { at, ended: endedOf(counts) }),
  };
}

/**
 * The first mark is where it began, when the first of its tasks was sent; of a batch that was under way when this master
 * began, the first end that it sees: a speed needs a time in which nothing was left out.
 */
function marked({ marks, counts, startedAt }: Batch, mark: BatchMark): readonly BatchMark[] {
  const last = marks.at(-1);
  if (last === undefined) {
    if (mark.ended === 0) return [];
    const before = endedOf(counts);
    return [before === 0 && startedAt !== null ? { at: startedAt, ended: 0 } : mark];
  }
  if (mark.at - last.at < MARK_MS) return marks;
  return [...marks.filter(({ at }) => mark.at - at <= WINDOW_MS), mark];
}
