import { isFinal, TASK_STATES, type TaskState } from '#model/task.ts';
import { fleetCounts } from '#ui/fleet-counts.ts';
import { type Line, lineWidth, padEnd, span, spread, widthOf } from '#ui/lines/line.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { TASK_SIGNS } from './task-text.ts';
import { capacityOf, heldByLimit } from './waiting.ts';

const GAP = span('  ');
const NOTE_GAP = span('   ');

/** States that are shown even when no task is in them, so that the line stays as it is while numbers change. */
const ALWAYS: readonly TaskState[] = ['pending', 'running', 'completed', 'failed'];

/**
 * How many tasks there are in each state, how many of the finished ones the list holds where that is not all, and
 * what holds the queue back, no worker or the limit on tasks in flight. Where room is short, words go before numbers.
 */
export function countsLine(context: ViewContext, tab: TaskState | null): Line {
  const width = context.area.columns - 2;
  const [words, signs] = [
    countSpans(context, { words: true, tab }),
    countSpans(context, { words: false, tab }),
  ];
  const [last, lastShort] = lastNotes(context);
  const [long, short] = heldNotes(context);
  const candidates: (readonly [Line, Line])[] = [
    [[...words, ...last], long],
    [[...words, ...last], short],
    [[...words, ...lastShort], short],
    [[...signs, ...lastShort], short],
    [signs, short],
  ];
  const [left, right] = candidates.find(([a, b]) => lineWidth(a) + lineWidth(b) <= width) ?? [signs, []];
  return [span(' '), ...spread(left, right, width)];
}

interface Look {
  readonly words: boolean;
  /** The state whose tasks are listed; its count stands out. */
  readonly tab: TaskState | null;
}

function countSpans(context: ViewContext, { words, tab }: Look): Line {
  const { t, format } = context;
  const counts = shownCounts(context, tab);
  const cells = steadyCells(context);
  const wordOf = (state: TaskState, count: number) => t(`task-count.${state}`, { count });
  return TASK_STATES.filter((state) => ALWAYS.includes(state) || counts[state] > 0 || state === tab).flatMap(
    (state, index) => {
      const { glyph, style: sign } = TASK_SIGNS[state];
      const isTab = state === tab;
      const style = isTab ? 'selected' : counts[state] > 0 ? 'strong' : 'muted';
      const number = format.count(counts[state]).padStart(words ? (cells[state] ?? 0) : 0);
      const plural = widthOf(wordOf(state, 2));
      return [
        ...(index === 0 ? [] : [GAP]),
        span(glyph, counts[state] > 0 ? sign : 'muted'),
        span(` ${number}`, style),
        ...(words
          ? [span(` ${padEnd(wordOf(state, counts[state]), plural)}`, isTab ? 'selected' : 'muted')]
          : []),
      ];
    },
  );
}

/**
 * What is on its way to a worker is told with what runs, as at the top: it is for moments, and would move all that stands
 * behind it. Of a tab it is the rows that are counted.
 */
function shownCounts({ snapshot }: ViewContext, tab: TaskState | null): Readonly<Record<TaskState, number>> {
  const { counts } = snapshot.tasks;
  if (tab === 'assigned') return counts;
  const running = counts.running + (tab === 'running' ? 0 : counts.assigned);
  return { ...counts, running, assigned: 0 };
}

/** Cells that numbers take at least which go up and down. */
function steadyCells({ snapshot }: ViewContext): Readonly<Partial<Record<TaskState, number>>> {
  return { pending: 3, running: String(fleetCounts(snapshot).slots).length };
}

/** How many of the finished tasks are listed, in full and in short; both empty where all are. */
function lastNotes({ snapshot, older, t, format }: ViewContext): readonly [Line, Line] {
  const { counts, known } = snapshot.tasks;
  const total = counts.completed + counts.failed + counts.cancelled;
  let shown = 0;
  for (const { state } of known) if (isFinal(state)) shown += 1;
  for (const { id } of older) if (!known.has(id)) shown += 1;
  if (shown >= total) return [[], []];
  const values = { shown: format.count(shown), total: format.count(total) };
  return [
    [NOTE_GAP, span(t('task-count.last', values), 'muted')],
    [NOTE_GAP, span(t('task-count.last-short', values), 'muted')],
  ];
}

/** What holds the queue back, in full and in short; both empty where nothing does. */
function heldNotes({ snapshot, now, t }: ViewContext): readonly [Line, Line] {
  const capacity = capacityOf(snapshot);
  if (capacity.healthy === 0 && snapshot.tasks.counts.pending > 0) {
    const note = [NOTE_GAP, span(t('task-count.stopped'), 'warning')];
    return [note, note];
  }
  if (capacity.limit === null || !heldByLimit(snapshot.tasks.known, capacity, now)) return [[], []];
  const values = { limit: capacity.limit };
  return [
    [NOTE_GAP, span(t('task-count.limit', values), 'warning')],
    [NOTE_GAP, span(t('task-count.limit-short', values), 'warning')],
  ];
}
