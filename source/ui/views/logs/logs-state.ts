import type { LogLine } from '#model/log-line.ts';
import type { LogLevel } from '#model/settings.ts';
import { isHole, positionOf, readableLines, wantedLines } from './log-list.ts';

/** Lines that stay readable although the log has dropped them. */
const MAX_HELD = 2_000;

/** What is being read while new lines go on coming. Lines are known by identity. */
interface Reading {
  /** What could be read at the last step; holds `selected` and `top`. */
  readonly held: readonly LogLine[];
  /** The last line there was when reading began. */
  readonly since: LogLine;
  readonly selected: LogLine;
  /** First row on the screen. */
  readonly top: LogLine;
}

/** How the log is looked at. */
export interface LogsState {
  /** Null: the end of the log is followed. */
  readonly reading: Reading | null;
  /** Least level shown. */
  readonly level: LogLevel;
  readonly filter: string;
  /** True while the filter is being typed. */
  readonly editing: boolean;
  /** True while the whole selected line fills the view. */
  readonly open: boolean;
  /** First line of the open details. */
  readonly detailTop: number;
}

export type LogsAction =
  | 'down'
  | 'up'
  | 'top'
  | 'follow'
  | 'page-down'
  | 'page-up'
  | 'enter'
  | 'back'
  | 'filter'
  | 'level'
  | 'next-match'
  | 'previous-match'
  | 'pager';

export const INITIAL_LOGS: LogsState = {
  reading: null,
  level: 'debug',
  filter: '',
  editing: false,
  open: false,
  detailTop: 0,
};

/** The order in which `l` goes through the least level shown. */
const NEXT_LEVEL: Readonly<Record<LogLevel, LogLevel>> = {
  debug: 'info',
  info: 'warn',
  warn: 'error',
  error: 'debug',
};

/** What the log looks like at the moment of a key or a drawing. */
export interface LogsContext {
  readonly log: readonly LogLine[];
  /** Rows on the screen. */
  readonly page: number;
  /** The largest `detailTop` that leaves no row blank; 0 while no details are open. */
  readonly detailEnd: number;
}

/** What is on the screen. */
export interface Window {
  readonly lines: readonly LogLine[];
  /** How many there are with those that nobody wants to see. */
  readonly total: number;
  /** Of the selected line, -1 where there is none. */
  readonly index: number;
  /** Of the first row. */
  readonly top: number;
  /** Lines below the last row that came after reading began. */
  readonly unseen: number;
}

/** The lines that are wanted and which of them are on the screen. */
export function windowOf(state: LogsState, { log, page }: Pick<LogsContext, 'log' | 'page'>): Window {
  const { reading } = state;
  const readable = readableLines(reading?.held ?? null, log);
  const lines = wantedLines(readable, state);
  const total = countOf(readable);
  if (reading === null) {
    return { lines, total, index: lines.length - 1, top: Math.max(0, lines.length - page), unseen: 0 };
  }
  if (lines.length === 0) return { lines, total, index: -1, top: 0, unseen: 0 };
  const index = positionOf(reading.selected, lines, reading.held);
  // Only what is held fills the page: were it for new lines too, the rows would move when those come.
  const held = new Set(reading.held);
  const count = lines.findLastIndex((line) => held.has(line)) + 1;
  const top = topFor(positionOf(reading.top, lines, reading.held), { index, page, count });
  const fresh = new Set(readable.slice(readable.lastIndexOf(reading.since) + 1));
  const unseen = lines.slice(top + page).filter((line) => fresh.has(line) && !isHole(line)).length;
  return { lines, total, index, top, unseen };
}

/** How many lines there are, without the holes between them. */
export function countOf(lines: readonly LogLine[]): number {
  return lines.filter((line) => !isHole(line)).length;
}

/** The first row so that the selected one is on the screen and the page is full where it can be. */
function topFor(
  wanted: number,
  { index, page, count }: Readonly<Record<'index' | 'page' | 'count', number>>,
): number {
  const lowest = Math.max(0, index - page + 1);
  const highest = Math.max(lowest, Math.min(index, count - page));
  return Math.min(Math.max(wanted, lowest), highest);
}

/** The state after an action. */
export function reduceLogs(state: LogsState, action: LogsAction, context: LogsContext): LogsState {
  const half = Math.max(1, Math.floor(context.page / 2));
  switch (action) {
    case 'down':
      return moved(state, 1, context);
    case 'up':
      return moved(state, -1, context);
    case 'page-down':
      return moved(state, half, context);
    case 'page-up':
      return moved(state, -half, context);
    case 'top':
      return moved(state, Number.NEGATIVE_INFINITY, context);
    case 'follow':
      return state.open ? moved(state, Number.POSITIVE_INFINITY, context) : { ...state, reading: null };
    case 'enter':
      return opened(state, context);
    case 'back':
      return state.open ? { ...state, open: false } : { ...state, filter: '' };
    case 'filter':
      return { ...state, open: false, editing: true };
    case 'level':
      return { ...state, level: NEXT_LEVEL[state.level] };
    case 'next-match':
      return toMatch(state, 1, context);
    case 'previous-match':
      return toMatch(state, -1, context);
    case 'pager':
      return state;
  }
}

/** Up begins to read; down past the last line ends it. */
function moved(state: LogsState, by: number, context: LogsContext): LogsState {
  if (state.open) {
    return { ...state, detailTop: Math.min(Math.max(0, state.detailTop + by), context.detailEnd) };
  }
  const { lines, index, top } = windowOf(state, context);
  const last = lines.length - 1;
  if (by > 0 && index + by >= last) return { ...state, reading: null };
  const next = Math.max(0, index + by);
  return { ...state, reading: readingAt(next, top, { lines, state, context }) };
}

/** While a filter is set every line shown is a match, but for the holes. An open line gives way to the next one. */
function toMatch(state: LogsState, by: 1 | -1, context: LogsContext): LogsState {
  if (state.filter === '') return state;
  const { lines, index, top } = windowOf(state, context);
  const ahead = by > 0 ? lines.slice(index + 1) : lines.slice(0, Math.max(0, index)).reverse();
  const found = ahead.find((line) => !isHole(line));
  if (found === undefined) return state;
  const next = lines.indexOf(found);
  return { ...state, detailTop: 0, reading: readingAt(next, top, { lines, state, context }) };
}

/** The line that a click fell on. */
export function selectRow(state: LogsState, row: number, context: LogsContext): LogsState {
  const { lines, top } = windowOf(state, context);
  if (state.open || lines[top + row] === undefined) return state;
  return { ...state, reading: readingAt(top + row, top, { lines, state, context }) };
}

function opened(state: LogsState, context: LogsContext): LogsState {
  if (state.open) return state;
  const { lines, index, top } = windowOf(state, context);
  const reading = readingAt(index, top, { lines, state, context });
  return reading === null ? state : { ...state, reading, open: true, detailTop: 0 };
}

interface Scene {
  readonly lines: readonly LogLine[];
  readonly state: LogsState;
  readonly context: LogsContext;
}

/** Null where there is nothing to read. */
function readingAt(index: number, top: number, { lines, state, context }: Scene): Reading | null {
  const selected = lines[index];
  const first = lines[topFor(top, { index, page: context.page, count: lines.length })];
  const readable = readableLines(state.reading?.held ?? null, context.log);
  const since = state.reading?.since ?? readable.at(-1);
  if (selected === undefined || first === undefined || since === undefined) return null;
  return { held: heldAround(first, readable), since, selected, top: first };
}

/** All that can be read, or as much of it around the screen as is kept. */
function heldAround(top: LogLine, readable: readonly LogLine[]): readonly LogLine[] {
  if (readable.length <= MAX_HELD) return readable;
  const start = Math.max(0, readable.indexOf(top) - MAX_HELD / 2);
  return readable.slice(start, start + MAX_HELD);
}
