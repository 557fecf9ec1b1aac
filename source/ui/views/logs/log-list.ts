import { isLogged, type LogLine } from '#model/log-line.ts';
import type { LogLevel } from '#model/settings.ts';
import { type FilterFields, rowFilter } from '#ui/list/list-state.ts';
import { fieldText } from './log-text.ts';

/** What stands where lines are missing that are no longer kept in memory. */
const HOLE_AT = -1;

export function isHole({ at }: LogLine): boolean {
  return at === HOLE_AT;
}

/** Which lines are wanted. */
export interface LogFilter {
  /** Least level shown. */
  readonly level: LogLevel;
  readonly filter: string;
}

/**
 * What can be read: the lines as they were when reading began, then those that came since. The log in the snapshot
 * keeps only the newest; what is being read must not go away with the oldest. Lines are told apart by identity,
 * since several may have come in the same millisecond with the same text.
 */
export function readableLines(held: readonly LogLine[] | null, log: readonly LogLine[]): readonly LogLine[] {
  const lastHeld = held?.at(-1);
  if (held === null || lastHeld === undefined || held === log) return log;
  const seam = log.lastIndexOf(lastHeld);
  if (seam >= 0) return seam === log.length - 1 ? held : [...held, ...log.slice(seam + 1)];
  return log.length === 0 ? held : [...held, newHole(), ...log];
}

/** An object of its own each time, like every line: there may be several in what is held. */
function newHole(): LogLine {
  return { at: HOLE_AT, level: 'error', message: '', fields: {} };
}

/** The lines that are wanted. A hole is always shown. */
export function wantedLines(lines: readonly LogLine[], { level, filter }: LogFilter): readonly LogLine[] {
  if (level === 'debug' && filter === '') return lines;
  const passes = rowFilter(filter);
  return lines.filter(
    (line) =>
      isHole(line) ||
      (isLogged(line.level, level) && (filter === '' || passes(textsOf(line), () => fieldsOf(line)))),
  );
}

/**
 * Where `line` stands among the wanted lines. If it is not wanted: where the next line held stands that is, else
 * the last one held. New lines play no part, so that it does not move when they come.
 */
export function positionOf(line: LogLine, wanted: readonly LogLine[], held: readonly LogLine[]): number {
  const own = wanted.indexOf(line);
  if (own >= 0) return own;
  const after = new Set(held.slice(held.indexOf(line) + 1));
  const next = wanted.findIndex((each) => after.has(each));
  if (next >= 0) return next;
  const before = new Set(held);
  return Math.max(
    0,
    wanted.findLastIndex((each) => before.has(each)),
  );
}

function textsOf({ level, message, fields }: LogLine): string[] {
  return [level, message, ...Object.entries(fields).map(([key, value]) => `${key}=${fieldText(value)}`)];
}

/** What a filter may name: `level:warn`, `worker:worker-02`, `task:7f3a91c2`. */
export const LOG_FIELDS = ['level', 'worker', 'task'] as const;

function fieldsOf({ level, fields }: LogLine): FilterFields {
  const own = (name: 'worker' | 'task') => (fields[name] === undefined ? [] : [String(fields[name])]);
  return { level: [level], worker: own('worker'), task: own('task') };
}
