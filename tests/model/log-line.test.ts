import { describe, expect, test } from 'vitest';
import { CALL_FAILURES } from '#model/call-failure.ts';
import type { Event } from '#model/events.ts';
import { failureText, isLogged, logLine } from '#model/log-line.ts';
import {
  goodPing,
  NOW,
  REFUSED,
  SAMPLE_SETTINGS,
  sampleAttempt,
  sampleConfig,
  sampleTask,
} from './samples.ts';

function lineOf(event: Event) {
  const line = logLine(event);
  return line && [line.level, line.message, line.fields];
}

describe('the log line of an event', () => {
  test('carries the time of the event', () => {
    expect(logLine({ type: 'problem-cleared', at: NOW, id: 'log-file' })?.at).toBe(NOW);
  });

  test('single good pings only at debug, failed ones are warnings with their reason', () => {
    expect(
      lineOf({ type: 'worker-pinged', at: NOW, workerId: 'worker-01', outcome: goodPing(12.345) }),
    ).toEqual(['debug', 'ping answered', { worker: 'worker-01', ms: 12.3 }]);
    expect(lineOf({ type: 'worker-pinged', at: NOW, workerId: 'worker-01', outcome: REFUSED })).toEqual([
      'warn',
      'ping failed',
      { worker: 'worker-01', reason: 'connection refused' },
    ]);
  });

  test('failures of a worker that is inactive already are at debug: a dead fleet must not fill the log', () => {
    const event: Event = {
      type: 'worker-pinged',
      at: NOW,
      workerId: 'worker-01',
      outcome: REFUSED,
      expected: true,
    };
    expect(logLine(event)?.level).toBe('debug');
  });

  test.each([
    ['active', 'info'],
    ['unstable', 'warn'],
    ['inactive', 'error'],
  ] as const)('a change to %s is %s, with why and how often', (to, level) => {
    const isActive = to === 'active';
    const line = lineOf({
      type: 'worker-status-changed',
      at: NOW,
      workerId: 'worker-01',
      from: isActive ? 'inactive' : 'active',
      to,
      milestone: isActive ? 'recovered' : null,
      failure: isActive ? null : { reason: 'timeout', detail: '' },
      failures: isActive ? 0 : 2,
      maxFailures: 5,
    });
    expect(line).toEqual([
      level,
      `worker ${to}`,
      isActive
        ? { worker: 'worker-01', from: 'inactive', to, milestone: 'recovered' }
        : {
            worker: 'worker-01',
            from: 'active',
            to,
            reason: 'no answer in time',
            failures: 2,
            max_failures: 5,
          },
    ]);
  });

  test('a health check is at debug and names its reasons', () => {
    const health = {
      state: 'unhealthy',
      reasons: [{ code: 'not-active', status: 'unstable' }, { code: 'no-python' }],
      warnings: [],
      checkedAt: NOW,
    } as const;
    const checked = {
      type: 'worker-health-checked',
      at: NOW,
      workerId: 'worker-01',
      medianMs: null,
    } as const;
    expect(lineOf({ ...checked, health, statusReport: null })).toEqual([
      'debug',
      'health checked',
      { worker: 'worker-01', health: 'unhealthy', reasons: 'not-active,no-python' },
    ]);
  });

  test('a completed task tells worker, time and counts', () => {
    const task = sampleTask({
      state: 'completed',
      attempts: [sampleAttempt({ outcome: 'completed' })],
      result: { particleCollisions: 171, wallCollisions: 112, executionSeconds: 1.92, output: 'long' },
    });
    expect(lineOf({ type: 'task-changed', at: NOW, change: 'completed', task, from: 'running' })).toEqual([
      'info',
      'task completed',
      {
        task: 't-1',
        benchmark: 'benchmark.py',
        worker: 'worker-01',
        attempt: 1,
        seconds: 1.92,
        particle_collisions: 171,
        wall_collisions: 112,
      },
    ]);
  });

  test('counts that nobody knows are left out', () => {
    const result = { particleCollisions: null, wallCollisions: null, executionSeconds: null, output: '' };
    const task = sampleTask({ state: 'completed', result });
    const line = logLine({ type: 'task-changed', at: NOW, change: 'completed', task, from: 'running' });
    expect(Object.keys(line?.fields ?? {})).toEqual(['task', 'benchmark']);
  });

  test.each([
    ['requeued', 'warn'],
    ['uncertain', 'warn'],
    ['failed', 'error'],
  ] as const)('a task that is %s is %s and tells the error', (change, level) => {
    const task = sampleTask({ attempts: [sampleAttempt({ outcome: 'failed', error: 'exit code 1' })] });
    const line = logLine({ type: 'task-changed', at: NOW, change, task, from: 'running' });
    expect(line).toMatchObject({ level, message: `task ${change}`, fields: { error: 'exit code 1' } });
  });

  test('a task that runs again does not repeat the error of its last attempt', () => {
    const task = sampleTask({ attempts: [sampleAttempt({ outcome: 'failed', error: 'exit code 1' })] });
    const line = logLine({ type: 'task-changed', at: NOW, change: 'sent', task, from: 'assigned' });
    expect(line?.fields).not.toHaveProperty('error');
  });

  test('start, configuration, problems and notices', () => {
    expect(
      lineOf({
        type: 'master-started',
        at: NOW,
        version: '1.2.3',
        settings: SAMPLE_SETTINGS,
        counters: null,
      }),
    ).toEqual(['info', 'master started', { version: '1.2.3', dir: '/srv/prod', workers: 0 }]);
    expect(lineOf({ type: 'worker-configured', at: NOW, config: sampleConfig(), restored: null })).toEqual([
      'info',
      'worker configured',
      { worker: 'worker-01', url: 'http://172.20.10.3:8080' },
    ]);
    expect(lineOf({ type: 'problem-raised', at: NOW, id: 'log-file', message: 'disk full' })).toEqual([
      'error',
      'disk full',
      { problem: 'log-file' },
    ]);
    expect(
      lineOf({ type: 'noticed', at: NOW, level: 'warn', message: 'moved aside', fields: { file: 'x' } }),
    ).toEqual(['warn', 'moved aside', { file: 'x' }]);
  });

  test('what is restored at a start is one line, not one a task', () => {
    const counts = { pending: 3, assigned: 1, running: 1, completed: 500, failed: 2, cancelled: 0 };
    expect(lineOf({ type: 'task-counts-restored', at: NOW, counts })).toEqual([
      'info',
      'tasks restored',
      { pending: 3, in_flight: 2, completed: 500, failed: 2 },
    ]);
    const restored: Event = {
      type: 'task-changed',
      at: NOW,
      change: 'restored',
      task: sampleTask(),
      from: null,
    };
    expect(logLine(restored)?.level).toBe('debug');
  });
});

test('every reason of a failure has words, and its detail follows them', () => {
  const texts = CALL_FAILURES.map((reason) => failureText({ reason, detail: '' }));
  expect(new Set(texts).size).toBe(CALL_FAILURES.length);
  expect(failureText({ reason: 'http-status', detail: '503' })).toBe('HTTP status 503');
  expect(failureText({ reason: 'bad-body', detail: 'not JSON' })).toBe('answer not understood: not JSON');
});

test.each([
  ['error', 'error', true],
  ['warn', 'error', false],
  ['error', 'debug', true],
  ['debug', 'info', false],
  ['info', 'info', true],
] as const)('a line of level %s in a log kept at %s: %s', (level, threshold, logged) => {
  expect(isLogged(level, threshold)).toBe(logged);
});

test('each value that changed is in one line, with when it counts', () => {
  const line = logLine({
    type: 'settings-changed',
    at: NOW,
    settings: SAMPLE_SETTINGS,
    changes: [
      { key: 'TASK_TIMEOUT', from: '60', to: '' },
      { key: 'WORKER gpu', from: '', to: 'http://10.0.0.1:8080' },
      { key: 'ELASTIC_LOG_FILE', from: 'a.log', to: 'b.log', applies: 'at-restart' },
    ],
  });
  expect(line).toMatchObject({
    level: 'info',
    message: 'configuration changed',
    fields: {
      TASK_TIMEOUT: '60 to -',
      gpu: '- to http://10.0.0.1:8080',
      ELASTIC_LOG_FILE: 'a.log to b.log, from the next start on',
    },
  });
});

test('of a fleet that is replaced, one line has the first changes and the number of the others', () => {
  const changes = Array.from({ length: 10_000 }, (_, index) => ({
    key: `WORKER w${index}`,
    from: 'a',
    to: '',
  }));
  const line = logLine({ type: 'settings-changed', at: NOW, settings: SAMPLE_SETTINGS, changes });
  expect(Object.keys(line?.fields ?? {})).toHaveLength(21);
  expect(line?.fields).toMatchObject({ w0: 'a to -', w19: 'a to -', more: 9_980 });
});
