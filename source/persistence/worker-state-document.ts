import type { RestoredWorker } from '#model/events.ts';
import { isHealthy } from '#model/health.ts';
import { localTime } from '#model/local-time.ts';
import { averageLatencyMs } from '#model/recent-pings.ts';
import { valuesOf } from '#model/ring.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { stripText, type Uptime } from '#model/uptime.ts';
import { freeSlotsOf, type Worker } from '#model/worker.ts';
import { historyDocument } from './history-document.ts';
import { workerEventText } from './worker-event-text.ts';

/** Of larger fleets the file is written without indentation: it is half the size. */
const INDENTED_WORKERS = 200;
/** Workers in a piece of the text: it is made in less than a millisecond. */
const PIECE_WORKERS = 32;

/**
 * What worker_state.json says, with every key that it had as deployed and a few of ours. Averages and rates are 0
 * while there is nothing to average. Durations are seconds unless the key ends in `_ms`.
 */
export function stateDocument(snapshot: Snapshot, now: number): Readonly<Record<string, unknown>> {
  return {
    ...headOf(now),
    workers: Object.fromEntries([...snapshot.workers].map((worker) => [worker.id, workerEntry(worker)])),
    ...figuresOf(snapshot, now),
  };
}

function headOf(now: number): Readonly<Record<string, unknown>> {
  return { version: 2, ...time('timestamp', now) };
}

function figuresOf(snapshot: Snapshot, now: number): Readonly<Record<string, unknown>> {
  const { counters, startedAt, tasks, series } = snapshot;
  const { counts } = tasks;
  return {
    stats: {
      total_pings: counters.totalPings,
      successful_pings: counters.goodPings,
      failed_pings: counters.failedPings,
      workers_discovered: counters.discovered,
      workers_lost: counters.lost,
      workers_recovered: counters.recovered,
      tasks_distributed: counters.tasksDistributed,
      tasks_completed: counters.tasksCompleted,
      tasks_failed: counters.tasksFailed,
      ...time('uptime_start', startedAt === 0 ? null : startedAt),
    },
    task_stats: {
      total_tasks: Object.values(counts).reduce((sum, count) => sum + count, 0),
      ...counts,
      queue_size: counts.pending,
    },
    history: historyDocument(series, now),
  };
}

/** What the next start is to find of a worker. */
export function pastOf(worker: Worker): RestoredWorker {
  const { discovered, lost, lastPingAt, lastGoodPingAt, tasksCompleted, tasksFailed, uptime } = worker;
  return {
    ...{ discovered, lost, lastPingAt, lastGoodPingAt, tasksCompleted, tasksFailed, uptime },
    recentPings: valuesOf(worker.recentPings),
    answered: valuesOf(worker.answered),
    events: valuesOf(worker.events),
  };
}

/** The part of a worker that is read back, as the file has it. */
export function historyEntry(worker: RestoredWorker): Readonly<Record<string, unknown>> {
  return {
    ...time('last_ping', worker.lastPingAt),
    ...time('last_successful_ping', worker.lastGoodPingAt),
    total_tasks_completed: worker.tasksCompleted,
    total_tasks_failed: worker.tasksFailed,
    discovered: worker.discovered,
    lost: worker.lost,
    recent_pings_ms: worker.recentPings.map((ms) => (ms === null ? null : rounded(ms, 3))),
    answered_pings_ms: worker.answered.map((ms) => rounded(ms, 3)),
    ...uptimeEntry(worker.uptime),
    ...(worker.events && { events: worker.events.map(workerEventText) }),
  };
}

/** A stretch of time each, the last one that of `uptime_ms`: `12-48a` is twelve unwatched minutes, then 48 active ones. */
function uptimeEntry(uptime: Uptime | undefined): Readonly<Record<string, unknown>> {
  if (uptime === undefined || uptime.at === 0) return {};
  return { uptime_ms: uptime.at, uptime_hour: stripText(uptime.hour), uptime_day: stripText(uptime.day) };
}

/**
 * The whole file as text: `stateDocument` with the workers that are not there now. A large fleet comes in many pieces, so
 * that its megabytes need not be made in one go; they all tell of the same snapshot.
 */
export function* stateText(
  snapshot: Snapshot,
  former: Iterable<readonly [string, RestoredWorker]>,
  now: number,
): Generator<string, void> {
  const gone = [...former].filter(([id]) => !snapshot.workers.has(id));
  if (snapshot.workers.size + gone.length <= INDENTED_WORKERS) {
    const formerWorkers = Object.fromEntries(gone.map(([id, worker]) => [id, historyEntry(worker)]));
    yield indented({ ...stateDocument(snapshot, now), former_workers: formerWorkers });
    return;
  }
  yield `{${membersOf(headOf(now))},"workers":{`;
  yield* entryPieces(snapshot.workers.entries(), workerEntry);
  yield `},${membersOf(figuresOf(snapshot, now))},"former_workers":{`;
  yield* entryPieces(gone, historyEntry);
  yield '}}\n';
}

/** For people, as deployed, with lists of numbers on one line. */
function indented(document: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify(document, null, 2);
  // A raw newline is never part of a JSON string, so that nothing inside one is touched.
  const flat = text.replaceAll(/\[\n[^[\]{}"]*\]/g, (list) => list.replaceAll(/\s+/g, ' '));
  return `${flat}\n`;
}

/** A JSON object without its braces. */
function membersOf(value: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(value).slice(1, -1);
}

/** The members of an object that has an entry a worker. */
function* entryPieces<T>(
  workers: Iterable<readonly [string, T]>,
  entryOf: (worker: T) => unknown,
): Generator<string, void> {
  let piece: string[] = [];
  let separator = '';
  for (const [id, worker] of workers) {
    piece.push(`${separator}${JSON.stringify(id)}:${JSON.stringify(entryOf(worker))}`);
    separator = ',';
    if (piece.length < PIECE_WORKERS) continue;
    yield piece.join('');
    piece = [];
  }
  yield piece.join('');
}

function workerEntry(worker: Worker): Readonly<Record<string, unknown>> {
  const { config, tasksCompleted, tasksFailed } = worker;
  const tasks = tasksCompleted + tasksFailed;
  return {
    id: worker.id,
    ip: config.host,
    port: config.port,
    status: worker.status,
    ...historyEntry(pastOf(worker)),
    consecutive_failures: worker.failures,
    average_response_time: rounded((averageLatencyMs(worker) ?? 0) / 1_000, 6),
    is_healthy: isHealthy(worker),
    current_task: currentTask(worker),
    is_available: isHealthy(worker) && freeSlotsOf(worker) > 0,
    average_task_time: averageTaskSeconds(worker),
    success_rate: tasks === 0 ? 0 : rounded(tasksCompleted / tasks, 6),
  };
}

/** The id of the task that it runs: one of ours, or else the one that it told of in its last ping. */
function currentTask(worker: Worker): string | null {
  const reported = worker.status === 'active' ? worker.report?.currentTask?.taskId : undefined;
  return worker.inFlight[0] ?? reported ?? null;
}

function averageTaskSeconds({ performance }: Worker): number {
  let runs = 0;
  let seconds = 0;
  for (const past of Object.values(performance)) {
    runs += past.runs;
    seconds += past.runs * past.meanSeconds;
  }
  return runs === 0 ? 0 : rounded(seconds / runs, 6);
}

/** A moment as scripts parse it, local time without a zone, and beside it as we read it back. */
function time(key: string, at: number | null): Readonly<Record<string, unknown>> {
  return { [key]: at === null ? null : localTime(at), [`${key}_ms`]: at };
}

function rounded(value: number, decimals: number): number {
  return Math.round(value * 10 ** decimals) / 10 ** decimals;
}
