import { LATE_MS } from './series.ts';
import type { Settings } from './settings.ts';
import type { WorkerStatus } from './worker.ts';

/**
 * How a worker was in each stretch of time, a letter a stretch, oldest first: `a`ctive, `u`nstable, `i`nactive, or `-`
 * where nobody watched. A stretch has the worst state that was seen in it. Both strips have a fixed length.
 */
export interface Uptime {
  /** When it was last written, Unix milliseconds; the last letter of each strip is the stretch of this moment. */
  readonly at: number;
  /** The last hour, a minute a letter. */
  readonly hour: string;
  /** The last day, a quarter of an hour a letter. */
  readonly day: string;
}

export type Strip = 'hour' | 'day';

const GAP = '-';
/** From best to worst; a gap says less than any. */
const LETTERS = '-aui';
const LETTER_OF: Readonly<Record<WorkerStatus, string>> = {
  unknown: GAP,
  active: 'a',
  unstable: 'u',
  inactive: 'i',
};
const STRETCH_MS: Readonly<Record<Strip, number>> = { hour: 60_000, day: 900_000 };
/** Letters of each strip. */
export const STRIP_LENGTH: Readonly<Record<Strip, number>> = { hour: 60, day: 96 };

/** Nobody watched a worker, or the fleet, that was not pinged within so many intervals. */
const WATCHED_INTERVALS = 2;

/** After a longer time than this without a ping nobody watched. */
export function watchedMs({
  settings,
}: {
  readonly settings: Pick<Settings, 'pingIntervalMs'> | null;
}): number {
  return WATCHED_INTERVALS * (settings?.pingIntervalMs ?? 0);
}

/** Before anything was seen. */
export const NO_UPTIME: Uptime = {
  at: 0,
  hour: GAP.repeat(STRIP_LENGTH.hour),
  day: GAP.repeat(STRIP_LENGTH.day),
};

/**
 * The history with `status` seen at time `at`. What passed since the last look counts as watched, in the state it had,
 * up to `watchedMs`; after a longer time nobody watched.
 */
export function recordUptime(
  uptime: Uptime,
  {
    at,
    status,
    watchedMs,
  }: { readonly at: number; readonly status: WorkerStatus; readonly watchedMs: number },
): Uptime {
  const letter = LETTER_OF[status];
  // A clock set back must not move the strips: what is seen then counts as now, and they go on from there.
  const now = uptime.at - at > LATE_MS ? at : Math.max(at, uptime.at);
  const isWatched = now - uptime.at <= watchedMs;
  const hour = written(uptime, 'hour', { now, letter, isWatched });
  const day = written(uptime, 'day', { now, letter, isWatched });
  return now === uptime.at && hour === uptime.hour && day === uptime.day ? uptime : { at: now, hour, day };
}

function written(
  uptime: Uptime,
  strip: Strip,
  { now, letter, isWatched }: { readonly now: number; readonly letter: string; readonly isWatched: boolean },
): string {
  const passed = Math.max(0, stretchesBetween(uptime.at, now, strip));
  const last = uptime[strip].at(-1) ?? GAP;
  if (passed === 0) {
    return LETTERS.indexOf(letter) <= LETTERS.indexOf(last)
      ? uptime[strip]
      : uptime[strip].slice(0, -1) + letter;
  }
  const length = STRIP_LENGTH[strip];
  const between = (isWatched ? last : GAP).repeat(Math.min(passed - 1, length));
  return (uptime[strip] + between + letter).slice(-length);
}

function stretchesBetween(from: number, to: number, strip: Strip): number {
  return Math.floor(to / STRETCH_MS[strip]) - Math.floor(from / STRETCH_MS[strip]);
}

/** The strip as of `now`: what passed since it was written is not known. */
export function uptimeStrip(uptime: Uptime, strip: Strip, now: number): string {
  const passed = Math.max(0, stretchesBetween(uptime.at, now, strip));
  const length = STRIP_LENGTH[strip];
  return (uptime[strip] + GAP.repeat(Math.min(passed, length))).slice(-length);
}

/** Stretches in which it was active and nothing else, among those in which somebody watched; 0–1, null where nobody did. */
export function activeShare(strip: string): number | null {
  const watched = strip.replaceAll(GAP, '').length;
  return watched === 0 ? null : strip.replaceAll(/[^a]/g, '').length / watched;
}

/** A strip as short text for a file: `12-48a` for twelve gaps and 48 active stretches. */
export function stripText(strip: string): string {
  return strip.replaceAll(/(.)\1*/g, (run, letter: string) => `${run.length}${letter}`);
}

/** The strip that `stripText` wrote, with gaps before it where it is too short; gaps where it is no such text. */
export function stripOf(text: string, strip: Strip): string {
  const length = STRIP_LENGTH[strip];
  if (!/^(?:\d{1,4}[-aui])*$/.test(text)) return GAP.repeat(length);
  const letters = text.replaceAll(/(\d+)(.)/g, (_, count: string, letter: string) =>
    letter.repeat(Math.min(Number(count), length)),
  );
  return letters.padStart(length, GAP).slice(-length);
}
