import { batchSize } from './batch.ts';
import type { CallFailure } from './call-failure.ts';
import type { Event, EventOf } from './events.ts';
import { said } from './said.ts';
import type { LogLevel, SettingChange } from './settings.ts';
import { lastError, lastWorker, type Task } from './task.ts';
import type { TaskChange } from './task-history.ts';
import type { Health } from './worker.ts';

export type LogFields = Readonly<Record<string, string | number | boolean>>;

/** One line of the log, in the file and on the screen. English. */
export interface LogLine {
  readonly at: number;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

/** The order of levels, most severe first. */
const SEVERITY: Record<LogLevel, number> = { error: 0, warn: 1, info: 2, debug: 3 };

/** Whether a line of `level` belongs in a log kept at `threshold`. */
export function isLogged(level: LogLevel, threshold: LogLevel): boolean {
  return SEVERITY[level] <= SEVERITY[threshold];
}

const FAILURES: Record<CallFailure['reason'], readonly [alone: string, of: (detail: string) => string]> = {
  refused: [said`connection refused`, (detail) => said`connection refused: ${detail}`],
  timeout: [said`no answer in time`, (detail) => said`no answer in time: ${detail}`],
  unreachable: [said`unreachable`, (detail) => said`unreachable: ${detail}`],
  reset: [said`connection reset`, (detail) => said`connection reset: ${detail}`],
  'name-not-found': [said`name not found`, (detail) => said`name not found: ${detail}`],
  'http-status': [said`HTTP status`, (detail) => said`HTTP status ${detail}`],
  'bad-body': [said`answer not understood`, (detail) => said`answer not understood: ${detail}`],
  'too-large': [said`answer too large`, (detail) => said`answer too large: ${detail}`],
  other: [said`failed`, (detail) => said`failed: ${detail}`],
};

/** A failure as a person reads it in a log: `connection refused`, `HTTP status 503`. */
export function failureText({ reason, detail }: CallFailure): string {
  const [alone, of] = FAILURES[reason];
  return detail === '' ? alone : of(detail);
}

/** The log line of an event, or null where it makes none. */
export function logLine(event: Event): LogLine | null {
  const parts = describe(event);
  if (parts === null) return null;
  const [level, message, fields] = parts;
  return { at: event.at, level, message, fields };
}

type Parts = readonly [level: LogLevel, message: string, fields: LogFields];

function describe(event: Event): Parts | null {
  switch (event.type) {
    case 'master-started':
      return [
        'info',
        'master started',
        { version: event.version, dir: event.settings.dir, workers: event.settings.workers.length },
      ];
    case 'worker-configured':
      return ['info', 'worker configured', { worker: event.config.id, url: event.config.url }];
    case 'settings-changed':
      return ['info', 'configuration changed', changeFields(event.changes)];
    case 'workers-leaving':
      return ['info', 'not configured any more: no new tasks', { workers: event.workerIds.join(',') }];
    case 'workers-removed':
      return ['info', 'removed', { workers: event.workers.map(({ id }) => id).join(',') }];
    case 'worker-pinged':
      return event.outcome.ok
        ? ['debug', 'ping answered', { worker: event.workerId, ms: round(event.outcome.latencyMs) }]
        : [
            event.expected ? 'debug' : 'warn',
            'ping failed',
            { worker: event.workerId, reason: failureText(event.outcome.failure) },
          ];
    case 'worker-status-changed':
      return describeStatus(event);
    case 'worker-health-checked':
      return ['debug', 'health checked', { worker: event.workerId, ...healthFields(event.health) }];
    case 'task-changed':
      return describeTask(event);
    case 'problem-raised':
      return ['error', event.message, { problem: event.id }];
    case 'problem-cleared':
      return ['info', 'problem over', { problem: event.id }];
    case 'noticed':
      return [event.level, event.message, event.fields ?? {}];
    case 'task-counts-restored': {
      const { pending, assigned, running, completed, failed } = event.counts;
      return ['info', 'tasks restored', { pending, in_flight: assigned + running, completed, failed }];
    }
    case 'batch-submitted': {
      const { batch, tasks } = event;
      return ['info', 'batch submitted', { batch: batch.id, benchmark: batch.benchmark, tasks }];
    }
    case 'tasks-pruned': {
      const tasks = batchSize(event.removed);
      return ['debug', 'old tasks removed', { tasks, batches: event.batches.length }];
    }
    case 'worker-drained':
      if (event.restored) return null;
      return [
        'info',
        event.drained ? 'worker drained' : 'worker takes tasks again',
        { worker: event.workerId },
      ];
    case 'worker-refused':
      return [
        'error',
        'worker refused a task: check its token',
        { worker: event.workerId, reason: `HTTP status ${event.httpStatus}` },
      ];
    case 'worker-set-aside': {
      const { failed, completed, taskId, error, until, since } = event.aside;
      const seconds = Math.round((until - since) / 1_000);
      const fields = { worker: event.workerId, seconds, failed, completed, task: taskId, error };
      return ['warn', 'worker set aside: it fails tasks in which others succeed', fields];
    }
    case 'worker-taken-back':
      return ['info', 'worker gets another chance', { worker: event.workerId }];
    case 'tasks-added':
    case 'runs-measured':
    case 'batches-restored':
    case 'worker-performance-restored':
      return null;
  }
}

/** A whole fleet may change at once: so many values are in one line, then only their number. */
const LOGGED_CHANGES = 20;

/** Each key with what it was and what it is; one that is nothing shows as `-`. */
function changeFields(changes: readonly SettingChange[]): LogFields {
  const when = { 'at-restart': ', from the next start on', 'at-worker-start': ', for workers that start' };
  const fields = changes.slice(0, LOGGED_CHANGES).map(({ key, from, to, applies }) => {
    const text = `${from || '-'} to ${to || '-'}${applies === undefined ? '' : when[applies]}`;
    return [key.replace(/^WORKER (?=.)/, ''), text] as const;
  });
  const more = changes.length - fields.length;
  return { ...Object.fromEntries(fields), ...(more > 0 && { more }) };
}

function describeStatus(event: EventOf<'worker-status-changed'>): Parts {
  const { workerId, from, to, milestone, failure, failures, maxFailures } = event;
  const fields: LogFields = {
    worker: workerId,
    from,
    to,
    ...(milestone === null ? {} : { milestone }),
    ...(failure === null ? {} : { reason: failureText(failure), failures, max_failures: maxFailures }),
  };
  return [to === 'active' ? 'info' : to === 'inactive' ? 'error' : 'warn', `worker ${to}`, fields];
}

function healthFields(health: Health): LogFields {
  const reasons = health.reasons.map(({ code }) => code).join(',');
  return { health: health.state, ...(reasons === '' ? {} : { reasons }) };
}

const TASK_LEVELS: Partial<Record<TaskChange, LogLevel>> = {
  failed: 'error',
  requeued: 'warn',
  uncertain: 'warn',
  duplicate: 'warn',
  // One line tells of all of them.
  restored: 'debug',
};

function describeTask({ change, task, note, attempt: about }: EventOf<'task-changed'>): Parts {
  const named = task.attempts.find(({ number }) => number === about);
  const worker = named?.workerId ?? lastWorker(task);
  const attempt = named?.number ?? task.attempts.length;
  const fields: LogFields = {
    task: task.id,
    benchmark: task.benchmark,
    ...(worker === null ? {} : { worker }),
    ...(attempt === 0 ? {} : { attempt }),
    ...resultFields(change, task),
    ...(note === undefined ? {} : { note }),
  };
  const level = TASK_LEVELS[change] ?? 'info';
  return [level, `task ${change}`, fields];
}

function resultFields(change: EventOf<'task-changed'>['change'], task: Task): LogFields {
  if (change === 'completed' && task.result !== null) {
    const { executionSeconds, particleCollisions, wallCollisions } = task.result;
    return {
      ...(executionSeconds === null ? {} : { seconds: Math.round(executionSeconds * 1_000) / 1_000 }),
      ...(particleCollisions === null ? {} : { particle_collisions: particleCollisions }),
      ...(wallCollisions === null ? {} : { wall_collisions: wallCollisions }),
    };
  }
  const error =
    change === 'failed' || change === 'requeued' || change === 'uncertain' ? lastError(task) : null;
  return error === null ? {} : { error };
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
