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
/** Rows of what a running task prints, from the end: as many as there is room for between these, so that the newest is seen. */
const TAIL = 20;
const LEAST_TAIL = 5;
/** An empty line and the title of a stream. */
const TITLE_ROWS = 2;
/** The marker before the match that was gone to. */
const MARGIN = 2;

/** The output of a task as it is drawn under its details. */
interface OutputBlock {
  /** Empty where nothing is known of it. */
  readonly lines: readonly Line[];
  /** Row of the match that was gone to; null where none was. */
  readonly match: number | null;
}

/** The newest lines, which are the ones asked for, in about `room` rows while more come; while it is searched all that match, with the matches marked. */
export function outputBlock(
  task: Task,
  context: ViewContext,
  { reading, room }: { readonly reading: OutputReading; readonly room: number },
): OutputBlock {
  const all = reading.held ?? outputOf(task, context.live);
  if (isSearched(reading)) return searchedBlock(all, context, reading);
  const { t, area } = context;
  const streams = Map.groupBy(all, ({ stream }) => stream);
  const tail = Math.floor(room / Math.max(1, streams.size)) - TITLE_ROWS;
  const lines = [...streams].flatMap(([stream, own]) => {
    const isOver = stream === 'output' || stream === 'errors';
    const rows = own.slice(isOver ? -SHOWN_OUTPUT : -TAIL).flatMap(({ text }) => wrap(text, area.columns));
    const shown = isOver ? rows : rows.slice(-Math.min(TAIL, Math.max(LEAST_TAIL, tail)));
    return [EMPTY_LINE, line(t(`task.${stream}`), 'strong'), ...shown.map((row) => line(row))];
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
