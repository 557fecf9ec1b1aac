import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Event } from '#model/events.ts';
import { valuesOf } from '#model/ring.ts';
import {
  activeShare,
  NO_UPTIME,
  recordUptime,
  STRIP_LENGTH,
  stripOf,
  stripText,
  type Uptime,
  uptimeStrip,
} from '#model/uptime.ts';
import { WORKER_STATUSES, type WorkerStatus } from '#model/worker.ts';
import {
  failingWorker,
  healthyWorker,
  NOW,
  pingReport,
  SETTINGS,
  snapshotOf,
  workerConfig,
} from '../ui/fleet.ts';

const MINUTE = 60_000;
const START = 1_000_000 * MINUTE;
const INTERVAL = 5_000;

function historyOf(...seen: readonly (readonly [minutes: number, status: WorkerStatus])[]): Uptime {
  return seen.reduce(
    (uptime, [minutes, status]) =>
      recordUptime(uptime, { at: START + minutes * MINUTE, status, watchedMs: 2 * INTERVAL }),
    NO_UPTIME,
  );
}

describe('the history of a worker', () => {
  test('has the worst state of each minute, and gaps where nobody watched', () => {
    const uptime = historyOf(
      [0, 'active'],
      [0.1, 'unstable'],
      [0.2, 'active'],
      [1, 'active'],
      [4, 'inactive'],
    );
    expect(uptime.hour.slice(-6)).toBe('-ua--i');
    expect(uptime.day.slice(-2)).toBe('-i');
  });

  test('has no gaps where pings are rarer than minutes', () => {
    const seen = [0, 5, 10].reduce(
      (uptime, minutes) =>
        recordUptime(uptime, { at: START + minutes * MINUTE, status: 'active', watchedMs: 10 * MINUTE }),
      NO_UPTIME,
    );
    expect(seen.hour.slice(-12)).toBe('-aaaaaaaaaaa');
  });

  test('has a gap up to now where nothing is heard of it any more', () => {
    const uptime = historyOf([0, 'active']);
    expect(uptimeStrip(uptime, 'hour', START + 3 * MINUTE).slice(-5)).toBe('-a---');
    expect(uptimeStrip(uptime, 'hour', START + 500 * MINUTE)).toBe('-'.repeat(60));
    expect(uptimeStrip(uptime, 'hour', START - MINUTE)).toBe(uptime.hour);
  });

  test('does not move when the clock is set back, and goes on from there', () => {
    const uptime = historyOf([5, 'active'], [1, 'unstable']);
    expect(uptime.hour.slice(-2)).toBe('-u');
    expect(uptime.at).toBe(START + 1 * MINUTE);
    expect(historyOf([5, 'active'], [1, 'unstable'], [2, 'active']).hour.slice(-3)).toBe('-ua');
  });

  test('does not go back for what only comes late', () => {
    expect(historyOf([5, 'active'], [4.5, 'active']).at).toBe(START + 5 * MINUTE);
  });

  test('keeps its length, and what was seen last is never better than it was', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 3_000 }), fc.constantFrom(...WORKER_STATUSES)), {
          maxLength: 30,
        }),
        (seen) => {
          const uptime = historyOf(...seen);
          expect([uptime.hour.length, uptime.day.length]).toEqual([STRIP_LENGTH.hour, STRIP_LENGTH.day]);
          expect(`${uptime.hour}${uptime.day}`).toMatch(/^[-aui]*$/);
          const last = seen.at(-1)?.[1] ?? 'unknown';
          const rank = ['unknown', 'active', 'unstable', 'inactive'].indexOf(last);
          expect('-aui'.indexOf(uptime.hour.at(-1) ?? '')).toBeGreaterThanOrEqual(rank);
        },
      ),
    );
  });

  test('counts only what was watched', () => {
    expect(activeShare('--aaui')).toBe(0.5);
    expect(activeShare('---')).toBeNull();
  });

  test('is found again in a file as it was, and anything else in its place is a gap', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[-aui]{60}$/), (strip) => {
        expect(stripOf(stripText(strip), 'hour')).toBe(strip);
      }),
    );
    expect(stripText(`${'-'.repeat(12)}${'a'.repeat(48)}`)).toBe('12-48a');
    expect(stripOf('3a', 'hour')).toBe(`${'-'.repeat(57)}aaa`);
    for (const odd of ['x', '9999999a', '-', 'aaa']) expect(stripOf(odd, 'hour')).toBe('-'.repeat(60));
    expect(stripOf('9999a', 'hour')).toBe('a'.repeat(60));
  });
});

describe('in the picture', () => {
  const config = workerConfig('worker-01', '10.0.0.1');
  const worker = (events: readonly Event[]) => {
    const found = snapshotOf([
      { type: 'master-started', at: NOW - MINUTE, version: '1', settings: SETTINGS, counters: null },
      ...events,
    ]).workers.get('worker-01');
    if (found === undefined) throw new Error('no worker');
    return found;
  };

  test('pings and changes of state are written', () => {
    expect(worker(healthyWorker(config, NOW)).uptime.hour.endsWith('-a')).toBe(true);
    const failing = worker([...healthyWorker(config, NOW), ...failingWorker(config, 5, NOW)]);
    expect(failing.uptime.hour.endsWith('i')).toBe(true);
    expect(valuesOf(failing.recentFailures)).toEqual([
      { at: NOW - 5_000, failure: { reason: 'refused', detail: '' }, count: 5 },
    ]);
  });

  test('the time in which the master was down is a gap, and what was before it stays', () => {
    const uptime = { at: NOW - 10 * MINUTE, hour: 'a'.repeat(60), day: 'a'.repeat(96) };
    const restored = {
      discovered: true,
      lost: false,
      lastPingAt: NOW - 10 * MINUTE,
      lastGoodPingAt: NOW - 10 * MINUTE,
      recentPings: [],
      answered: [],
      tasksCompleted: 0,
      tasksFailed: 0,
      uptime,
    };
    const { hour } = worker([
      { type: 'worker-configured', at: NOW, config, restored },
      {
        type: 'worker-status-changed',
        at: NOW + 1,
        workerId: 'worker-01',
        from: 'unknown',
        to: 'active',
        milestone: null,
        failure: null,
        failures: 0,
        maxFailures: 5,
      },
      {
        type: 'worker-pinged',
        at: NOW + 2,
        workerId: 'worker-01',
        outcome: { ok: true, latencyMs: 1, report: pingReport('worker-01') },
      },
    ]).uptime;
    expect(hour).toBe(`${'a'.repeat(50)}${'-'.repeat(9)}a`);
  });
});
