import type { Counters, RestoredWorker } from '#model/events.ts';
import { AVERAGED_PINGS, RECENT_PINGS } from '#model/recent-pings.ts';
import type { History } from '#model/series.ts';
import { type Strip, stripOf } from '#model/uptime.ts';
import { KEPT_WORKER_EVENTS } from '#model/worker-event.ts';
import { restoredHistory } from './history-document.ts';
import { isObject, type JsonObject } from './json-object.ts';
import { workerEventOf } from './worker-event-text.ts';

/** What goes on across restarts of the master. */
export interface RestoredState {
  readonly counters: Counters;
  /** By id, also of workers that are no longer configured. */
  readonly workers: ReadonlyMap<string, RestoredWorker>;
  /** Missing where the file has none. */
  readonly history?: History;
}

/** Unix milliseconds from here on; below, seconds. */
const LEAST_MILLISECONDS = 100_000_000_000;

/**
 * Reads a document of ours or of the old program, which has no version, no `_ms` keys, and whatever else. A value of
 * a wrong type is as if it were not there. `now`: no moment can be later.
 */
export function restoredState(document: JsonObject, now: number): RestoredState {
  const workers = new Map<string, RestoredWorker>();
  for (const part of [document.former_workers, document.workers]) {
    if (!isObject(part)) continue;
    for (const [id, entry] of Object.entries(part)) {
      if (isObject(entry)) workers.set(id, restoredWorker(id, entry, now));
    }
  }
  const counters = restoredCounters(isObject(document.stats) ? document.stats : {});
  return { counters, workers, ...restoredHistory(document.history, now) };
}

function restoredWorker(id: string, entry: JsonObject, now: number): RestoredWorker {
  const lastPingAt = moment(entry, 'last_ping', now);
  const lastGoodPingAt = moment(entry, 'last_successful_ping', now);
  const tasksCompleted = count(entry.total_tasks_completed);
  const { status } = entry;
  const discovered =
    flag(entry.discovered) ??
    (lastGoodPingAt !== null || tasksCompleted > 0 || status === 'active' || status === 'unstable');
  return {
    discovered,
    lost: flag(entry.lost) ?? (discovered && status === 'inactive'),
    lastPingAt,
    lastGoodPingAt,
    recentPings: list(entry.recent_pings_ms, isPing).slice(-RECENT_PINGS),
    answered: list(entry.answered_pings_ms, isDuration).slice(-AVERAGED_PINGS),
    tasksCompleted,
    tasksFailed: count(entry.total_tasks_failed),
    ...restoredUptime(entry, now),
    ...restoredEvents(id, entry, now),
  };
}

/** Nothing where the moment is missing: then nobody knows of which time the strips are. */
function restoredUptime(entry: JsonObject, now: number): Pick<RestoredWorker, 'uptime'> {
  const { uptime_ms: at, uptime_hour: hour, uptime_day: day } = entry;
  if (!isDuration(at) || at === 0) return {};
  const strip = (text: unknown, name: Strip) => stripOf(typeof text === 'string' ? text : '', name);
  return { uptime: { at: Math.min(at, now), hour: strip(hour, 'hour'), day: strip(day, 'day') } };
}

/** Nothing where the file has none, as those of older versions. One that cannot be understood is left out. */
function restoredEvents(id: string, { events }: JsonObject, now: number): Pick<RestoredWorker, 'events'> {
  if (!Array.isArray(events)) return {};
  return {
    events: events.flatMap((text: unknown) => workerEventOf(id, text, now) ?? []).slice(-KEPT_WORKER_EVENTS),
  };
}

function restoredCounters(stats: JsonObject): Counters {
  return {
    totalPings: count(stats.total_pings),
    goodPings: count(stats.successful_pings),
    failedPings: count(stats.failed_pings),
    discovered: count(stats.workers_discovered),
    lost: count(stats.workers_lost),
    recovered: count(stats.workers_recovered),
    tasksDistributed: count(stats.tasks_distributed),
    tasksCompleted: count(stats.tasks_completed),
    tasksFailed: count(stats.tasks_failed),
  };
}

/** The moment of `<key>_ms`, else that of `<key>`: local time without a zone, or a number as some wrote it. */
function moment(entry: JsonObject, key: string, now: number): number | null {
  const exact = entry[`${key}_ms`];
  const written = entry[key];
  const at = isDuration(exact)
    ? exact
    : typeof written === 'string'
      ? Date.parse(written)
      : unixTime(written);
  return Number.isFinite(at) && at > 0 ? Math.min(Math.round(at), now) : null;
}

function unixTime(value: unknown): number {
  if (!isDuration(value)) return Number.NaN;
  return value < LEAST_MILLISECONDS ? value * 1_000 : value;
}

function count(value: unknown): number {
  return isDuration(value) ? Math.floor(Math.min(value, Number.MAX_SAFE_INTEGER)) : 0;
}

function flag(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function list<T>(value: unknown, isItem: (item: unknown) => item is T): T[] {
  return Array.isArray(value) ? value.filter((item: unknown) => isItem(item)) : [];
}

function isDuration(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isPing(value: unknown): value is number | null {
  return value === null || isDuration(value);
}
