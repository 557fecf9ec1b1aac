import { isFinal, type Task } from '#model/task.ts';
import type { LiveTask } from '#ui/hooks/use-live-output.ts';
import type { Translate } from '#ui/i18n/translate.ts';
import { rowFilter } from '#ui/list/list-state.ts';

/** A line that the program printed, and to where. */
export interface OutputLine {
  readonly stream: OutputStream;
  readonly text: string;
}

/** By the end of the name of its title. */
type OutputStream = 'output' | 'errors' | 'output-so-far' | 'errors-so-far';

/** How the output of one task is read, as the log is: with a filter, and from match to match while more comes. */
export interface OutputReading {
  /** Whose output it is; null: nobody's yet. */
  readonly taskId: string | null;
  readonly filter: string;
  /** True while the filter is being typed. */
  readonly editing: boolean;
  /** The output as it was when somebody went to a match: it must not move while it is read. Null: as it comes. */
  readonly held: readonly OutputLine[] | null;
  /** The place of that match among `held`. */
  readonly at: number;
}

export const NOT_READ: OutputReading = { taskId: null, filter: '', editing: false, held: null, at: -1 };

/** The reading of this task's output: another one's is none of it. */
export function readingOf(reading: OutputReading, taskId: string): OutputReading {
  return reading.taskId === taskId ? reading : { ...NOT_READ, taskId };
}

/** Whether only what matches is shown, or a match was gone to: the output is shown with a margin for the marker then. */
export function isSearched({ filter, held }: OutputReading): boolean {
  return filter !== '' || held !== null;
}

/** All that is known of what a task printed; where both are told, standard error stands after standard output. */
export function outputOf(task: Task, live: LiveTask | null): readonly OutputLine[] {
  const isOver = isFinal(task.state);
  const kept = isOver ? (task.result?.output ?? '') : '';
  if (kept !== '') return linesOf('output', kept);
  if ((!isOver && task.state !== 'running') || live === null || live.taskId !== task.id) return [];
  if (isOver) return [...linesOf('output', live.stdout), ...linesOf('errors', live.stderr)];
  return [...linesOf('output-so-far', live.stdout), ...linesOf('errors-so-far', live.stderr)];
}

function linesOf(stream: OutputStream, text: string): OutputLine[] {
  const printed = text.trimEnd();
  return printed === '' ? [] : printed.split('\n').map((line) => ({ stream, text: line }));
}

/** A line that the filter lets through, with its place in the whole output. */
export interface WantedLine extends OutputLine {
  readonly place: number;
}

/** The lines that are wanted, in their order. */
export function wantedOutput(lines: readonly OutputLine[], filter: string): readonly WantedLine[] {
  const passes = rowFilter(filter);
  return lines.flatMap((line, place) => (filter === '' || passes([line.text]) ? [{ ...line, place }] : []));
}

/** The reading at the next match, or the one before it; the same where there is none. `fresh`: all that is known now. */
export function toMatch(reading: OutputReading, by: 1 | -1, fresh: readonly OutputLine[]): OutputReading {
  const { filter, held, at } = reading;
  const lines = held === null || goesOn(held, fresh) ? fresh : held;
  const places = wantedOutput(lines, filter).map(({ place }) => place);
  const found =
    by > 0 ? places.find((place) => place > at) : places.findLast((place) => held === null || place < at);
  return found === undefined ? reading : { ...reading, held: lines, at: found };
}

/** Whether what is known now is what was held, and more: then every place stays. The last line may not have been whole. */
function goesOn(held: readonly OutputLine[], fresh: readonly OutputLine[]): boolean {
  const isSame = ({ stream, text }: OutputLine, other: OutputLine | undefined) =>
    stream === other?.stream && text === other.text;
  return fresh.length >= held.length && held.slice(0, -1).every((line, place) => isSame(line, fresh[place]));
}

/** Output as plain text for a pager, each stream under its title where there is more than one. */
export function outputText(lines: readonly OutputLine[], t: Translate): string {
  const streams = [...Map.groupBy(lines, ({ stream }) => stream)];
  const text = streams.map(([stream, own]) => {
    const body = own.map((line) => `${line.text}\n`).join('');
    return streams.length === 1 ? body : `${t(`task.${stream}`)}\n\n${body}`;
  });
  return text.join('\n');
}
