import type { Counters, Event, EventOf } from './events.ts';
import { isLogged, logLine } from './log-line.ts';
import { addToSeries, type Bucket, queueInSeries } from './series.ts';
import type { Incident, Snapshot } from './snapshot.ts';
import type { Table } from './table.ts';
import { isFinal, openAttempt, type Task, type TaskState } from './task.ts';
import { recordUptime } from './uptime.ts';
import {
  AVERAGED_PINGS,
  newWorker,
  type Performance,
  type PingReport,
  RECENT_PINGS,
  type Worker,
  withFailure,
} from './worker.ts';

/** A worker counts as watched while it was pinged within so many intervals. */
const WATCHED_INTERVALS = 2;
const KEPT_INCIDENTS = 100;
const KEPT_LOG_LINES = 1_000;
/** Finished tasks that stay in the snapshot; trimmed in batches of `TRIM_SLACK`, since trimming costs the whole table. */
const KEPT_FINISHED_TASKS = 500;
const TRIM_SLACK = 100;

/** The snapshot after an event. The only place where what can be seen changes. */
export function reduce(snapshot: Snapshot, event: Event): Snapshot {
  const next = withQueue(apply({ ...snapshot, at: Math.max(snapshot.at, event.at) }, event), snapshot);
  return withLog(withIncident(next, event), event);
}

function apply(snapshot: Snapshot, event: Event): Snapshot {
  switch (event.type) {
    case 'master-started':
      return {
        ...snapshot,
        version: event.version,
        settings: event.settings,
        startedAt: event.at,
        counters: event.counters ?? snapshot.counters,
      };
    case 'worker-configured':
      return configure(snapshot, event);
    case 'worker-pinged':
      return pinged(snapshot, event);
    case 'worker-status-changed':
      return statusChanged(snapshot, event);
    case 'worker-health-checked':
      return changeWorker(snapshot, event.workerId, (worker) => ({
        ...worker,
        health: event.health,
        medianMs: event.medianMs,
        statusReport: event.statusReport ?? worker.statusReport,
      }));
    case 'worker-performance-restored':
      return changeWorker(snapshot, event.workerId, (worker) => ({
        ...worker,
        performance: event.performance,
        tasksCompleted: Math.max(worker.tasksCompleted, runsIn(event.performance)),
      }));
    case 'task-changed':
      return taskChanged(snapshot, event);
    case 'task-counts-restored':
      return countsRestored(snapshot, event);
    case 'problem-raised': {
      const since = snapshot.problems.find(({ id }) => id === event.id)?.since ?? event.at;
      const others = snapshot.problems.filter(({ id }) => id !== event.id);
      return { ...snapshot, problems: [...others, { id: event.id, message: event.message, since }] };
    }
    case 'problem-cleared':
      return { ...snapshot, problems: snapshot.problems.filter(({ id }) => id !== event.id) };
    case 'noticed':
      return snapshot;
  }
}

/** A new stretch of the series begins with the queue as it is; it grows where tasks come. */
function withQueue(snapshot: Snapshot, before: Snapshot): Snapshot {
  const { series, at } = snapshot;
  const { pending } = snapshot.tasks.counts;
  if (series === before.series && pending <= before.tasks.counts.pending) return snapshot;
  const queued = queueInSeries(series, at, pending);
  return queued === series ? snapshot : { ...snapshot, series: queued };
}

function configure(snapshot: Snapshot, { at, config, restored }: EventOf<'worker-configured'>): Snapshot {
  const known = snapshot.workers.get(config.id);
  const worker = known
    ? { ...known, config }
    : {
        ...newWorker(config, at),
        ...(restored ?? {}),
        ...(restored?.uptime && {
          uptime: recordUptime(restored.uptime, { at, status: 'unknown', watchedMs: 0 }),
        }),
        inFlight: inFlightOn(config.id, snapshot.tasks.known),
      };
  return { ...snapshot, workers: snapshot.workers.set(config.id, worker) };
}

/** A worker that comes after its tasks were restored, as embedded ones do, finds them. */
function inFlightOn(workerId: string, tasks: Table<Task>): string[] {
  const own: string[] = [];
  for (const task of tasks) if (openAttempt(task)?.workerId === workerId) own.push(task.id);
  return own;
}

function pinged(snapshot: Snapshot, { at, workerId, outcome }: EventOf<'worker-pinged'>): Snapshot {
  const watchedMs = WATCHED_INTERVALS * (snapshot.settings?.pingIntervalMs ?? 0);
  const seen = changeWorker(snapshot, workerId, (worker) => {
    const pingMs = outcome.ok ? outcome.latencyMs : null;
    const common = {
      ...worker,
      lastPingAt: at,
      recentPings: [...worker.recentPings.slice(1 - RECENT_PINGS), pingMs],
      uptime: recordUptime(worker.uptime, { at, status: worker.status, watchedMs }),
    };
    if (!outcome.ok) {
      const { failure } = outcome;
      const recentFailures = withFailure(worker.recentFailures, failure, at);
      return { ...common, failures: worker.failures + 1, lastFailure: failure, recentFailures };
    }
    return {
      ...common,
      failures: 0,
      lastGoodPingAt: at,
      answered: [...worker.answered.slice(1 - AVERAGED_PINGS), outcome.latencyMs],
      report: withoutEndedTask(outcome.report, snapshot.tasks.known),
    };
  });
  return {
    ...seen,
    counters: count(seen.counters, { totalPings: 1, [outcome.ok ? 'goodPings' : 'failedPings']: 1 }),
    series: addToSeries(
      seen.series,
      at,
      outcome.ok ? { goodPings: 1, latencyMs: outcome.latencyMs } : { failedPings: 1 },
    ),
  };
}

function statusChanged(snapshot: Snapshot, event: EventOf<'worker-status-changed'>): Snapshot {
  const { at, workerId, to, milestone } = event;
  const changed = changeWorker(snapshot, workerId, (worker) => ({
    ...worker,
    status: to,
    since: at,
    uptime: recordUptime(worker.uptime, { at, status: to, watchedMs: 0 }),
    discovered: worker.discovered || to === 'active',
    lost: milestone === 'lost' || (worker.lost && to !== 'active'),
  }));
  return milestone === null ? changed : { ...changed, counters: count(changed.counters, { [milestone]: 1 }) };
}

/** The database is never behind: after a crash worker_state.json may be. */
function countsRestored(snapshot: Snapshot, { counts }: EventOf<'task-counts-restored'>): Snapshot {
  const { tasksCompleted, tasksFailed, tasksDistributed } = snapshot.counters;
  const counters = {
    ...snapshot.counters,
    tasksCompleted: Math.max(tasksCompleted, counts.completed),
    tasksFailed: Math.max(tasksFailed, counts.failed),
    tasksDistributed: Math.max(tasksDistributed, counts.completed + counts.running),
  };
  return { ...snapshot, counters, tasks: { ...snapshot.tasks, counts } };
}

function runsIn(performance: Readonly<Record<string, Performance>>): number {
  return Object.values(performance).reduce((sum, { runs }) => sum + runs, 0);
}

function taskChanged(snapshot: Snapshot, event: EventOf<'task-changed'>): Snapshot {
  const { at, change, task, from } = event;
  const counts = { ...snapshot.tasks.counts };
  // Restored tasks are in the counts that were restored with them.
  if (change !== 'restored') {
    if (from !== null) counts[from] -= 1;
    counts[task.state] += 1;
  }
  const known = trimmed(snapshot.tasks.known.set(task.id, task), counts);
  const counted: Snapshot = {
    ...snapshot,
    tasks: { counts, known },
    workers: occupy(snapshot.workers, snapshot.tasks.known.get(task.id), task),
  };
  switch (change) {
    case 'sent':
      return { ...counted, counters: count(counted.counters, { tasksDistributed: 1 }) };
    case 'requeued':
      return credited(counted, task);
    case 'completed':
      return ended(credited(counted, task), at, { tasksCompleted: 1 }, { completed: 1 });
    case 'failed':
      return ended(credited(counted, task), at, { tasksFailed: 1 }, { failed: 1 });
    default:
      return counted;
  }
}

function ended(
  snapshot: Snapshot,
  at: number,
  counters: Partial<Counters>,
  counts: Partial<Bucket>,
): Snapshot {
  return {
    ...snapshot,
    counters: count(snapshot.counters, counters),
    series: addToSeries(snapshot.series, at, counts),
  };
}

/**
 * A ping may tell of a task whose answer overtook it: what has ended does not take a slot. Only the worker's own answer
 * counts as its end; after a timeout the worker may well still be busy with it.
 */
function withoutEndedTask(report: PingReport, known: Table<Task>): PingReport {
  if (report.currentTask === null) return report;
  const { taskId } = report.currentTask;
  const [, id = taskId, number = '1'] = known.has(taskId) ? [] : (/^(.+)\.(\d+)$/.exec(taskId) ?? []);
  const attempt = known.get(id)?.attempts.find((candidate) => candidate.number === Number(number));
  const ended = attempt?.outcome === 'completed' || attempt?.outcome === 'failed';
  return ended ? { ...report, currentTask: null } : report;
}

/** The worker of the attempt that just ended gets the credit or the blame, if either is due. */
function credited(snapshot: Snapshot, task: Task): Snapshot {
  const attempt = task.attempts.at(-1);
  if (attempt === undefined) return snapshot;
  return changeWorker(snapshot, attempt.workerId, (before) => {
    const report = before.report && withoutEndedTask(before.report, snapshot.tasks.known);
    const worker = { ...before, report };
    if (attempt.outcome === 'completed') {
      const performance = learned(worker.performance, task);
      return { ...worker, tasksCompleted: worker.tasksCompleted + 1, performance };
    }
    const blamed = attempt.outcome === 'failed' || attempt.outcome === 'timeout';
    return blamed ? { ...worker, tasksFailed: worker.tasksFailed + 1 } : worker;
  });
}

/** Past runs with one more counted in. A plain mean: the scheduler's issue makes it forget. */
function learned(
  performance: Readonly<Record<string, Performance>>,
  task: Task,
): Readonly<Record<string, Performance>> {
  const seconds = task.result?.executionSeconds ?? null;
  if (seconds === null) return performance;
  const { runs, meanSeconds } = performance[task.benchmark] ?? { runs: 0, meanSeconds: 0 };
  return {
    ...performance,
    [task.benchmark]: { runs: runs + 1, meanSeconds: meanSeconds + (seconds - meanSeconds) / (runs + 1) },
  };
}

/** Invariant: a worker's `inFlight` holds exactly the known tasks whose open attempt is on it. */
function occupy(workers: Table<Worker>, before: Task | undefined, after: Task): Table<Worker> {
  const was = before && openAttempt(before)?.workerId;
  const is = openAttempt(after)?.workerId;
  if (was === is) return workers;
  let next = workers;
  const left = was === undefined ? undefined : next.get(was);
  if (left) next = next.set(left.id, { ...left, inFlight: left.inFlight.filter((id) => id !== after.id) });
  const entered = is === undefined ? undefined : next.get(is);
  if (entered) next = next.set(entered.id, { ...entered, inFlight: [...entered.inFlight, after.id] });
  return next;
}

function trimmed(tasks: Table<Task>, counts: Readonly<Record<TaskState, number>>): Table<Task> {
  const unfinished = counts.pending + counts.assigned + counts.running;
  const surplus = tasks.size - unfinished - KEPT_FINISHED_TASKS;
  if (surplus <= TRIM_SLACK) return tasks;
  const final = [...tasks].filter(({ state }) => isFinal(state));
  const oldest = final.sort((a, b) => a.updatedAt - b.updatedAt).slice(0, surplus);
  const dropped = new Set(oldest.map(({ id }) => id));
  return tasks.without((_, id) => dropped.has(id));
}

function changeWorker(snapshot: Snapshot, id: string, change: (worker: Worker) => Worker): Snapshot {
  const worker = snapshot.workers.get(id);
  if (worker === undefined) return snapshot;
  return { ...snapshot, workers: snapshot.workers.set(id, change(worker)) };
}

function count(counters: Counters, plus: Partial<Counters>): Counters {
  const next: Record<keyof Counters, number> = { ...counters };
  for (const key of Object.keys(plus) as (keyof Counters)[]) next[key] += plus[key] ?? 0;
  return next;
}

function withIncident(snapshot: Snapshot, event: Event): Snapshot {
  if (!isIncident(event)) return snapshot;
  return { ...snapshot, incidents: [...snapshot.incidents.slice(1 - KEPT_INCIDENTS), event] };
}

function isIncident(event: Event): event is Incident {
  switch (event.type) {
    case 'worker-status-changed':
    case 'problem-raised':
    case 'problem-cleared':
      return true;
    case 'noticed':
      return event.level === 'error' || event.level === 'warn';
    case 'task-changed':
      return event.change !== 'restored' && event.change !== 'assigned' && event.change !== 'sent';
    default:
      return false;
  }
}

function withLog(snapshot: Snapshot, event: Event): Snapshot {
  const line = logLine(event);
  if (line === null || !isLogged(line.level, snapshot.settings?.logLevel ?? 'info')) return snapshot;
  return { ...snapshot, log: [...snapshot.log.slice(1 - KEPT_LOG_LINES), line] };
}
