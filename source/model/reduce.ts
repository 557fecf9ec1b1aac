import { withFailure } from './call-failure.ts';
import type { Event, EventOf, RestoredWorker } from './events.ts';
import { isLogged, logLine } from './log-line.ts';
import { recentPings as pingsOf } from './recent-pings.ts';
import { withSeries } from './record.ts';
import {
  batchesRestored,
  batchSubmitted,
  changeWorker,
  count,
  countsRestored,
  runsIn,
  taskChanged,
  tasksAdded,
  tasksPruned,
  withoutEndedTask,
} from './reduce-tasks.ts';
import { ringOf, withValue } from './ring.ts';
import { LATE_MS, seriesOf } from './series.ts';
import type { Incident, Snapshot } from './snapshot.ts';
import type { Table } from './table.ts';
import { openAttempt, type Task } from './task.ts';
import { recordUptime, watchedMs } from './uptime.ts';
import { foreignIn, type Health, newWorker, reconfigured, type Worker } from './worker.ts';
import { KEPT_WORKER_EVENTS, withWorkerEvent, workerEventOf } from './worker-event.ts';
import { runsAt } from './worker-run.ts';

/** The snapshot after an event. The only place where what can be seen changes. */
export function reduce(snapshot: Snapshot, event: Event): Snapshot {
  const at = pictureTime(snapshot.at, event.at);
  const next = withSeries(apply({ ...snapshot, at }, event), snapshot, event);
  return withLog(withIncident(withOwnEvent(next, event), event), event);
}

/** The newest of both; but after a clock was set back, a time that has not come yet must not make an old picture look new. */
function pictureTime(before: number, at: number): number {
  return before - at > LATE_MS ? at : Math.max(before, at);
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
        series: event.history ? { ...snapshot.series, ...seriesOf(event.history) } : snapshot.series,
      };
    case 'settings-changed':
      return { ...snapshot, settings: event.settings };
    case 'worker-configured':
      return configure(snapshot, event);
    case 'workers-leaving':
      return event.workerIds.reduce(
        (next, id) => changeWorker(next, id, (worker) => ({ ...worker, leaving: true })),
        snapshot,
      );
    case 'workers-removed': {
      const gone = new Set(event.workers.map(({ id }) => id));
      return { ...snapshot, workers: snapshot.workers.without((_, id) => gone.has(id)) };
    }
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
    case 'batch-submitted':
      return batchSubmitted(snapshot, event);
    case 'runs-measured':
      return { ...snapshot, tasks: { ...snapshot.tasks, runs: event.statistics } };
    case 'tasks-added':
      return tasksAdded(snapshot, event);
    case 'batches-restored':
      return batchesRestored(snapshot, event);
    case 'tasks-pruned':
      return tasksPruned(snapshot, event);
    case 'worker-drained':
      return changeWorker(snapshot, event.workerId, (worker) => ({ ...worker, drained: event.drained }));
    case 'worker-refused':
      return refused(snapshot, event);
    case 'worker-set-aside':
      return changeWorker(snapshot, event.workerId, (worker) => ({ ...worker, aside: event.aside }));
    case 'worker-taken-back':
      return changeWorker(snapshot, event.workerId, (worker) => ({ ...worker, aside: null }));
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

function configure(snapshot: Snapshot, { at, config, restored }: EventOf<'worker-configured'>): Snapshot {
  const known = snapshot.workers.get(config.id);
  const worker = known
    ? reconfigured(known, config, at)
    : {
        ...newWorker(config, at),
        ...(restored && pastOf(restored, at)),
        inFlight: inFlightOn(config.id, snapshot.tasks.known),
        runs: runsAt(config.id, snapshot.tasks.known),
      };
  return { ...snapshot, workers: snapshot.workers.set(config.id, worker) };
}

/** What an earlier run left of a worker. */
function pastOf(
  { recentPings, answered, uptime, events, ...rest }: RestoredWorker,
  at: number,
): Partial<Worker> {
  return {
    ...rest,
    ...pingsOf(recentPings, answered),
    ...(uptime && { uptime: recordUptime(uptime, { at, status: 'unknown', watchedMs: 0 }) }),
    ...(events && { events: ringOf(KEPT_WORKER_EVENTS, events) }),
  };
}

/** A worker that comes after its tasks were restored, as embedded ones do, finds them. */
function inFlightOn(workerId: string, tasks: Table<Task>): string[] {
  const own: string[] = [];
  for (const task of tasks) if (openAttempt(task)?.workerId === workerId) own.push(task.id);
  return own;
}

function pinged(snapshot: Snapshot, { at, workerId, outcome }: EventOf<'worker-pinged'>): Snapshot {
  const seen = changeWorker(snapshot, workerId, (worker) => {
    const pingMs = outcome.ok ? outcome.latencyMs : null;
    const common = {
      ...worker,
      lastPingAt: at,
      recentPings: withValue(worker.recentPings, pingMs),
      uptime: recordUptime(worker.uptime, { at, status: worker.status, watchedMs: watchedMs(snapshot) }),
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
      answered: withValue(worker.answered, outcome.latencyMs),
      report: withoutEndedTask(outcome.report, snapshot.tasks.known),
      foreign: foreignIn(outcome.report, worker.inFlight.length),
    };
  });
  return {
    ...seen,
    counters: count(seen.counters, { totalPings: 1, [outcome.ok ? 'goodPings' : 'failedPings']: 1 }),
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

/** Unhealthy from this moment on, not from the next health check: no second task must go there meanwhile. */
function refused(snapshot: Snapshot, { at, workerId, httpStatus }: EventOf<'worker-refused'>): Snapshot {
  return changeWorker(snapshot, workerId, (worker) => {
    const others = worker.health.reasons.filter(({ code }) => code !== 'not-authorized');
    const health: Health = {
      ...worker.health,
      state: 'unhealthy',
      reasons: [...others, { code: 'not-authorized', httpStatus }],
    };
    return { ...worker, health, refusal: { httpStatus, at } };
  });
}

/** A worker keeps what happens to it: of the fleet's last incidents a large fleet soon leaves none of a quiet one. */
function withOwnEvent(snapshot: Snapshot, event: Event): Snapshot {
  const own = workerEventOf(event);
  return own === null
    ? snapshot
    : changeWorker(snapshot, own.workerId, (worker) => withWorkerEvent(worker, own));
}

function withIncident(snapshot: Snapshot, event: Event): Snapshot {
  if (!isIncident(event)) return snapshot;
  return { ...snapshot, incidents: withValue(snapshot.incidents, event) };
}

function isIncident(event: Event): event is Incident {
  switch (event.type) {
    case 'worker-status-changed':
    case 'problem-raised':
    case 'problem-cleared':
    case 'batch-submitted':
    case 'worker-refused':
    case 'worker-set-aside':
    case 'worker-taken-back':
    case 'workers-leaving':
    case 'workers-removed':
    case 'settings-changed':
      return true;
    case 'worker-drained':
      return !event.restored;
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
  return { ...snapshot, log: withValue(snapshot.log, line) };
}
