import { startedAt, type Task } from '#model/task.ts';
import type { Fact } from '#ui/lines/facts.ts';
import { type Line, span } from '#ui/lines/line.ts';
import type { ViewContext } from '#ui/views/view.ts';

const BAR = 20;
/** A run that takes longer than expected is not over before its worker says so. */
const ALMOST = 0.99;

/** `share` of `width` cells, 0–1, as a bar. */
export function barOf(share: number, width: number): Line {
  const done = Math.floor(Math.min(1, Math.max(0, share)) * width);
  return [span('█'.repeat(done), 'accent'), span('░'.repeat(width - done), 'muted')];
}

/** How far a running task is. */
interface Progress {
  /** 0–1. */
  readonly share: number;
  /** Milliseconds to its end; null where even that cannot be guessed. */
  readonly leftMs: number | null;
  /** Whether the share is a guess from the runs before it, and not what its worker tells. */
  readonly estimated: boolean;
}

/** By the worker's word, else by how long such a task is expected to run; null where neither is known. */
export function progressOf(task: Task, { live, now }: Pick<ViewContext, 'live' | 'now'>): Progress | null {
  const start = startedAt(task);
  if (task.state !== 'running' || start === null || live === null || live.taskId !== task.id) return null;
  const elapsed = Math.max(0, now - start);
  if (live.progress !== null) {
    const { progress } = live;
    return {
      share: progress,
      leftMs: progress === 0 ? null : (elapsed * (1 - progress)) / progress,
      estimated: false,
    };
  }
  if (live.expectedSeconds === null || live.expectedSeconds <= 0) return null;
  const expected = live.expectedSeconds * 1_000;
  const leftMs = elapsed < expected ? expected - elapsed : null;
  return { share: Math.min(ALMOST, elapsed / expected), leftMs, estimated: true };
}

/** The bar of a running task with its estimated end; no value where nothing is known. */
export function progressFact(task: Task, context: ViewContext): Fact {
  const { t, format } = context;
  const label = t('batch.progress');
  const progress = progressOf(task, context);
  if (progress === null) return { label, values: [] };
  const { share, leftMs, estimated } = progress;
  const bar = barOf(share, BAR)
    .map(({ text }) => text)
    .join('');
  const end =
    leftMs === null ? t('batch.no-end') : t('task.ends-about', { duration: format.duration(leftMs) });
  const percent = `${estimated ? '~' : ''}${format.percent(share)}`;
  return { label, values: [{ text: bar, style: 'accent' }, { text: `${percent}, ${end}` }] };
}
