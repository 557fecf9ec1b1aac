import { describe, expect, test } from 'vitest';
import { isHealthy, judgeHealth, SLOW_FACTOR, type StatusProbe } from '#model/health.ts';
import { recentPings } from '#model/recent-pings.ts';
import type { StatusReport, Worker } from '#model/worker.ts';
import { activeWorker, NOW, sampleReport, sampleWorker } from './samples.ts';

const STATUS: StatusReport = {
  dockerImage: 'particle-simulation:latest',
  imageAvailable: true,
  benchmarks: ['benchmark.py'],
  pythonAvailable: true,
};
const ANSWERED: StatusProbe = { ok: true, report: STATUS };
const TIMEOUT = { reason: 'timeout', detail: '' } as const;

function judge(worker: Worker, probe: StatusProbe = ANSWERED, medianMs: number | null = null) {
  return judgeHealth({ worker, probe, medianMs, now: NOW, healthTimeoutMs: 30_000 });
}

describe('health', () => {
  test('active, answered lately and /status answers: healthy', () => {
    expect(judge(activeWorker())).toEqual({ state: 'healthy', reasons: [], warnings: [], checkedAt: NOW });
  });

  test.each(['unknown', 'unstable', 'inactive'] as const)(
    'a worker that is %s is unhealthy and says so',
    (status) => {
      const { state, reasons } = judge(sampleWorker({ status }), null);
      expect(state).toBe('unhealthy');
      expect(reasons).toEqual([{ code: 'not-active', status }]);
    },
  );

  test('an active worker whose /status was not asked yet is unknown, not healthy', () => {
    expect(judge(activeWorker(), null).state).toBe('unknown');
  });

  test('a last good ping older than the limit makes unhealthy, one exactly at the limit does not', () => {
    expect(judge(activeWorker({ lastGoodPingAt: NOW - 30_000 })).state).toBe('healthy');
    expect(judge(activeWorker({ lastGoodPingAt: NOW - 30_001 })).reasons).toEqual([
      { code: 'ping-overdue', ageMs: 30_001 },
    ]);
  });

  test('a /status that fails makes unhealthy and keeps its reason', () => {
    const { state, reasons } = judge(activeWorker(), { ok: false, failure: TIMEOUT });
    expect(state).toBe('unhealthy');
    expect(reasons).toEqual([{ code: 'status-failed', failure: TIMEOUT }]);
  });

  test.each([
    ['just now', 0, 'unhealthy'],
    ['a minute ago', -60_000, 'healthy'],
    ['by a clock that was set back since', 86_400_000, 'healthy'],
  ])('a worker that refused us %s is as it should be', (_, sinceNow, state) => {
    const refused = activeWorker({ refusal: { httpStatus: 401, at: NOW + sinceNow } });
    expect(judge(refused).state).toBe(state);
  });

  test('a worker without Python 3 is unhealthy where it could run nothing', () => {
    const probe: StatusProbe = { ok: true, report: { ...STATUS, benchmarks: [], pythonAvailable: false } };
    expect(judge(activeWorker(), probe).reasons).toEqual([{ code: 'no-python' }]);
  });

  test('a worker without Python 3 is healthy where it has a benchmark that needs none', () => {
    const report = { ...STATUS, benchmarks: ['benchmark.js'], pythonAvailable: false };
    expect(judge(activeWorker(), { ok: true, report }).state).toBe('healthy');
  });

  test('all reasons are told, in the order in which a person should read them', () => {
    const worker = sampleWorker({ status: 'unstable', lastGoodPingAt: NOW - 60_000 });
    const codes = judge(worker, { ok: false, failure: TIMEOUT }).reasons.map(({ code }) => code);
    expect(codes).toEqual(['not-active', 'ping-overdue', 'status-failed']);
  });

  test('a missing Docker is a warning and leaves the worker healthy', () => {
    const { state, warnings } = judge(activeWorker({ report: sampleReport({ dockerAvailable: false }) }));
    expect(state).toBe('healthy');
    expect(warnings).toEqual([{ code: 'no-docker' }]);
  });

  test('another id than the configured one is a warning', () => {
    const { warnings } = judge(activeWorker({ report: sampleReport({ workerId: 'impostor' }) }));
    expect(warnings).toEqual([{ code: 'other-id', reported: 'impostor' }]);
  });

  test('five times slower than its own median is slow, a little less is not', () => {
    const slow = 10 * SLOW_FACTOR;
    expect(SLOW_FACTOR).toBe(5);
    expect(judge(activeWorker(recentPings([], [slow, slow, slow])), ANSWERED, 10).warnings).toEqual([
      { code: 'slow', recentMs: slow, medianMs: 10 },
    ]);
    expect(judge(activeWorker(recentPings([], [slow, slow, slow - 0.1])), ANSWERED, 10).warnings).toEqual([]);
  });

  test('one slow ping among quick ones is a hiccup', () => {
    expect(judge(activeWorker(recentPings([], [10, 10, 900])), ANSWERED, 10).warnings).toEqual([]);
    expect(judge(activeWorker(recentPings([], [900])), ANSWERED, 10).warnings).toEqual([]);
  });

  test('without a median nothing is slow', () => {
    expect(judge(activeWorker(recentPings([], [900, 900, 900])), ANSWERED, null).warnings).toEqual([]);
  });

  test('a worker that is not active is not warned about: what it said is old', () => {
    const worker = activeWorker({ status: 'unstable', report: sampleReport({ dockerAvailable: false }) });
    expect(judge(worker, null).warnings).toEqual([]);
  });

  test('tasks go only to active workers that were judged healthy', () => {
    const health = judge(activeWorker());
    expect(isHealthy(activeWorker({ health }))).toBe(true);
    expect(isHealthy(activeWorker({ health, status: 'unstable' }))).toBe(false);
    expect(isHealthy(activeWorker())).toBe(false);
  });
});
