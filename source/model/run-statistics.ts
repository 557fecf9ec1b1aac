/** One finished task, as far as statistics need it. */
export interface FinishedRun {
  readonly benchmark: string;
  /** The worker that completed it; null for what failed or was cancelled. */
  readonly workerId: string | null;
  readonly state: string;
  readonly endedAt: number;
  /** From when it might have been sent to when it was; null where it never was. */
  readonly waitedMs: number | null;
  /** The worker's own measure; null where it has none. */
  readonly seconds: number | null;
}

/** The middle of some durations, and what 95 of 100 stay under. Milliseconds. */
export interface Spread {
  readonly median: number;
  readonly p95: number;
}

/** What is known of the runs of one benchmark, or of one worker. */
export interface RunGroup {
  /** The benchmark's name or the worker's id. */
  readonly name: string;
  readonly completed: number;
  /** Always 0 for a worker: a task that failed failed on several. */
  readonly failed: number;
  /** Null where nothing was measured. */
  readonly waited: Spread | null;
  readonly ran: Spread | null;
  /** Completed tasks a minute, over the time in which the runs that are seen ended, a minute at least. */
  readonly perMinute: number;
}

/** The runs that ended last, seen together. */
export interface RunStatistics {
  /** When the first and the last of them ended, Unix milliseconds; null where there is none. */
  readonly since: number | null;
  readonly until: number | null;
  readonly tasks: number;
  readonly byBenchmark: readonly RunGroup[];
  readonly byWorker: readonly RunGroup[];
}

/** How many of the last finished tasks the statistics are made of: enough for a p95, few enough to be read at once. */
export const STATISTICS_TASKS = 10_000;

/** Groups finished tasks by benchmark and by worker; the groups with most completed tasks first. */
export function runStatistics(runs: readonly FinishedRun[]): RunStatistics {
  const ends = runs.map(({ endedAt }) => endedAt);
  const since = ends.reduce<number | null>((first, at) => (first === null ? at : Math.min(first, at)), null);
  const until = ends.reduce<number | null>((last, at) => (last === null ? at : Math.max(last, at)), null);
  const minutes = since === null || until === null ? 1 : Math.max(1, (until - since) / 60_000);
  return {
    since,
    until,
    tasks: runs.length,
    byBenchmark: groupsOf(runs, minutes, ({ benchmark }) => benchmark),
    byWorker: groupsOf(runs, minutes, ({ workerId }) => workerId),
  };
}

function groupsOf(
  runs: readonly FinishedRun[],
  minutes: number,
  nameOf: (run: FinishedRun) => string | null,
): RunGroup[] {
  const byName = Map.groupBy(runs, nameOf);
  byName.delete(null);
  return [...byName]
    .map(([name, own]) => groupOf(name ?? '', own, minutes))
    .sort((a, b) => b.completed - a.completed || (a.name < b.name ? -1 : 1));
}

function groupOf(name: string, runs: readonly FinishedRun[], minutes: number): RunGroup {
  const completed = runs.filter(({ state }) => state === 'completed');
  return {
    name,
    completed: completed.length,
    failed: runs.filter(({ state }) => state === 'failed').length,
    waited: spreadOf(runs.flatMap(({ waitedMs }) => (waitedMs === null ? [] : [waitedMs]))),
    ran: spreadOf(completed.flatMap(({ seconds }) => (seconds === null ? [] : [seconds * 1_000]))),
    perMinute: completed.length / minutes,
  };
}

/** Nearest-rank percentiles. */
export function spreadOf(values: readonly number[]): Spread | null {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  const [median, p95] = [rank(0.5), rank(0.95)];
  return median === undefined || p95 === undefined ? null : { median, p95 };
}
