import type { Task } from '#model/task.ts';
import { EMPTY_LINE, type Line, line, span, wrap } from '#ui/lines/line.ts';
import { markWords, wantedWords } from '#ui/list/match-marks.ts';
import type { ViewContext } from '#ui/views/view.ts';
import {
  isSearched,
  type OutputLine,
  type OutputReading,
  outputOf,
  type WantedLine,
  wantedOutput,
} from './output.ts';

/** Lines of the output of a task that has ended, from its end. */
const SHOWN_OUTPUT = 200;
/** Rows of what a running task prints, from the end. */
const TAIL = 20;
/** The marker before the match that was gone to. */
const MARGIN = 2;

/** The output of a task as it is drawn under its details. */
interface OutputBlock {
  /** Empty where nothing is known of it. */
  readonly lines: readonly Line[];
  /** Row of the match that was gone to; null where none was. */
  readonly match: number | null;
}

/** The newest lines, which are the ones asked for; while it is searched all that match, with the matches marked. */
export function outputBlock(task: Task, context: ViewContext, reading: OutputReading): OutputBlock {
  const all = reading.held ?? outputOf(task, context.live);
  if (isSearched(reading)) return searchedBlock(all, context, reading);
  const { t, area } = context;
  const lines = [...Map.groupBy(all, ({ stream }) => stream)].flatMap(([stream, own]) => {
    const [limit, most] = stream === 'output' ? [SHOWN_OUTPUT, Number.POSITIVE_INFINITY] : [TAIL, TAIL];
    const rows = own.slice(-limit).flatMap(({ text }) => wrap(text, area.columns));
    return [EMPTY_LINE, line(t(`task.${stream}`), 'strong'), ...rows.slice(-most).map((row) => line(row))];
  });
  return { lines, match: null };
}

function searchedBlock(
  all: readonly OutputLine[],
  { t, area }: ViewContext,
  reading: OutputReading,
): OutputBlock {
  const { filter, held, at } = reading;
  const wanted = wantedOutput(all, filter);
  if (wanted.length === 0) {
    const none = wrap(t('output.none-match', { filter }), area.columns).map((row) => line(row, 'muted'));
    return {
      lines: all.length === 0 ? [] : [EMPTY_LINE, line(t('task.output'), 'strong'), ...none],
      match: null,
    };
  }
  const words = wantedWords(filter);
  const drawn = (each: WantedLine): Line[] => {
    const isMatch = held !== null && each.place === at;
    return wrap(each.text, Math.max(1, area.columns - MARGIN)).map((row, index) => [
      isMatch && index === 0 ? span('▸ ', 'accent') : span('  '),
      ...markWords(line(row), words),
    ]);
  };
  const lines: Line[] = [];
  let match: number | null = null;
  for (const [stream, own] of Map.groupBy(wanted, (each) => each.stream)) {
    lines.push(EMPTY_LINE, line(t(`task.${stream}`), 'strong'));
    for (const each of own) {
      if (held !== null && each.place === at) match = lines.length;
      lines.push(...drawn(each));
    }
  }
  return { lines, match };
}
