import { describe, expect, test } from 'vitest';
import type { RestoredWorker } from '#model/events.ts';
import type { StatusAnswer } from '#worker-client/worker-client.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { goodPing, sampleConfig } from '../model/samples.ts';
import { fleetOf, type Mood, moodyFleet, openMonitor } from './start.ts';

const ALONE = [{ config: sampleConfig(), restored: null }];

describe('what the monitor tells', () => {
  test('from configuration to the first good ping: in this order, and once', async () => {
    const clock = fakeClock();
    const fleet = moodyFleet(clock);
    const { monitor, events, worker } = openMonitor({ clock, ...fleet });
    monitor.start(ALONE);
    await clock.advance(1_100);
    const told = events.map((event) =>
      event.type === 'worker-health-checked' ? `health ${event.health.state}` : event.type,
    );
    expect(told.slice(0, 5)).toEqual([
      'worker-configured',
      'worker-pinged',
      'worker-status-changed',
      'health unknown',
      'health healthy',
    ]);
    expect(worker()).toMatchObject({
      status: 'active',
      health: { state: 'healthy' },
      statusReport: { dockerImage: 'x' },
    });
  });

  test('the whole life of a worker: states, milestones, counters and reasons', async () => {
    const clock = fakeClock();
    let mood: Mood = 'refuses';
    const fleet = moodyFleet(clock, () => mood);
    const { monitor, eventsOf, current, worker } = openMonitor({
      clock,
      ...fleet,
      settings: { maxPingFailures: 2 },
    });
    monitor.start(ALONE);
    for (const next of ['answers', 'refuses', 'answers', 'hangs', 'answers'] as const) {
      await clock.advance(30_000);
      mood = next;
    }
    await clock.advance(30_000);
    const lines = eventsOf('worker-status-changed').map(
      ({ from, to, milestone, failure, failures }) =>
        `${from} → ${to}, ${milestone}, ${failure?.reason ?? 'no failure'}, ${failures} of 2`,
    );
    expect(lines).toEqual([
      'unknown → unstable, null, refused, 1 of 2',
      'unstable → inactive, null, refused, 2 of 2',
      'inactive → active, discovered, no failure, 0 of 2',
      'active → unstable, null, refused, 1 of 2',
      'unstable → inactive, lost, refused, 2 of 2',
      'inactive → active, recovered, no failure, 0 of 2',
      'active → unstable, null, timeout, 1 of 2',
      'unstable → inactive, lost, timeout, 2 of 2',
      'inactive → active, recovered, no failure, 0 of 2',
    ]);
    expect(current().counters).toMatchObject({ discovered: 1, lost: 2, recovered: 2 });
    expect(worker().health.state).toBe('healthy');
  });

  test('a worker is judged anew at the moment its state changes', async () => {
    const clock = fakeClock();
    let mood: Mood = 'answers';
    const fleet = moodyFleet(clock, () => mood);
    const { monitor, events } = openMonitor({
      clock,
      ...fleet,
      settings: { healthCheckIntervalMs: 3_600_000 },
    });
    monitor.start(ALONE);
    await clock.advance(10_000);
    mood = 'refuses';
    await clock.advance(30_000);
    mood = 'answers';
    await clock.advance(5_001);
    const following = events.flatMap((event, index) => {
      const next = events[index + 1];
      if (event.type !== 'worker-status-changed') return [];
      return [next?.type === 'worker-health-checked' ? `${event.to}: ${next.health.state}` : 'nothing'];
    });
    expect(following).toEqual([
      'active: unknown',
      'unstable: unhealthy',
      'inactive: unhealthy',
      'active: unknown',
    ]);
    expect(events.at(-1)).toMatchObject({ type: 'worker-health-checked', health: { state: 'healthy' } });
  });

  test('what an earlier run left is told with the configuration, and is lost or discovered only once', async () => {
    const restored: RestoredWorker = {
      discovered: true,
      lost: true,
      lastPingAt: 1,
      lastGoodPingAt: 1,
      recentPings: [],
      answered: [],
      tasksCompleted: 7,
      tasksFailed: 0,
    };
    const clock = fakeClock();
    let mood: Mood = 'refuses';
    const fleet = moodyFleet(clock, () => mood);
    const { monitor, eventsOf, worker } = openMonitor({ clock, ...fleet, settings: { maxPingFailures: 1 } });
    monitor.start([{ config: sampleConfig(), restored }]);
    expect(worker()).toMatchObject({ status: 'unknown', tasksCompleted: 7 });
    await clock.advance(10_000);
    mood = 'answers';
    await clock.advance(10_000);
    expect(eventsOf('worker-status-changed').map(({ milestone }) => milestone)).toEqual([null, 'recovered']);
  });
});

describe('health checks', () => {
  test('ask active workers for /status once an interval, and nobody else', async () => {
    const clock = fakeClock();
    const fleet = moodyFleet(clock, (id) => (id === 'worker-001' ? 'answers' : 'refuses'));
    const { monitor, worker } = openMonitor({ clock, ...fleet });
    monitor.start(fleetOf(2));
    await clock.advance(100_500);
    expect(new Set(fleet.statusCalls.map(({ id }) => id))).toEqual(new Set(['worker-001']));
    // One when it became active, then one an interval.
    expect(fleet.statusCalls.length).toBeGreaterThanOrEqual(11);
    expect(fleet.statusCalls.length).toBeLessThanOrEqual(12);
    expect(worker('worker-002').health).toMatchObject({
      state: 'unhealthy',
      reasons: [{ code: 'not-active', status: 'inactive' }],
    });
  });

  test('a /status that hangs is asked for again only after its deadline, and makes unhealthy', async () => {
    const clock = fakeClock();
    const fleet = moodyFleet(clock);
    let asked = 0;
    let atOnce = 0;
    let most = 0;
    const client = {
      async status(_: unknown, deadlineMs: number) {
        asked += 1;
        atOnce += 1;
        most = Math.max(most, atOnce);
        await new Promise<void>((resolve) => clock.after(deadlineMs, resolve));
        atOnce -= 1;
        return { ok: false, failure: { reason: 'timeout', detail: '' } } as const;
      },
    };
    const { monitor, worker } = openMonitor({
      clock,
      pinger: fleet.pinger,
      client,
      settings: { healthCheckIntervalMs: 2_000, httpTimeoutMs: 10_000 },
    });
    monitor.start(ALONE);
    await clock.advance(60_000);
    expect(most).toBe(1);
    expect(asked).toBeLessThanOrEqual(7);
    expect(worker()).toMatchObject({
      status: 'active',
      health: { state: 'unhealthy', reasons: [{ code: 'status-failed', failure: { reason: 'timeout' } }] },
    });
  });

  test('an answer of /status that comes after the fall does not make healthy', async () => {
    const clock = fakeClock();
    let mood: Mood = 'answers';
    const fleet = moodyFleet(clock, () => mood);
    const client = {
      async status(config: Parameters<typeof fleet.client.status>[0]) {
        const answer = await fleet.client.status(config);
        await new Promise<void>((resolve) => clock.after(8_000, resolve));
        return answer;
      },
    };
    const { monitor, worker, eventsOf } = openMonitor({ clock, pinger: fleet.pinger, client });
    monitor.start(ALONE);
    await clock.advance(1_000);
    mood = 'refuses';
    await clock.advance(9_000);
    expect(eventsOf('worker-health-checked').map(({ health }) => health.state)).not.toContain('healthy');
    expect(worker()).toMatchObject({ status: 'unstable', health: { state: 'unhealthy' } });
  });

  test('a worker five times slower than its own median of the last hour is shown as slow, until it is not', async () => {
    const clock = fakeClock();
    const fleet = moodyFleet(clock);
    let latencyMs = 10;
    const pinger = { ping: async () => goodPing(latencyMs) };
    const { monitor, worker } = openMonitor({ clock, pinger, client: fleet.client });
    monitor.start(ALONE);
    await clock.advance(50_000);
    expect(worker().medianMs).toBeNull();
    await clock.advance(600_000);
    expect(worker()).toMatchObject({ medianMs: 10, health: { state: 'healthy', warnings: [] } });
    latencyMs = 50;
    await clock.advance(30_000);
    expect(worker().health).toMatchObject({
      state: 'healthy',
      warnings: [{ code: 'slow', recentMs: 50, medianMs: 10 }],
    });
    latencyMs = 12;
    await clock.advance(15_000);
    expect(worker().health.warnings).toEqual([]);
  });
});

describe('the monitor', () => {
  test('stopped, it leaves no timer, asks nobody and tells nothing of what still comes', async () => {
    const clock = fakeClock();
    const fleet = moodyFleet(clock, () => 'hangs');
    const { monitor, events } = openMonitor({ clock, ...fleet });
    monitor.start(fleetOf(20));
    await clock.advance(1_000);
    expect(fleet.pings.length).toBeGreaterThanOrEqual(20);
    await monitor.stop();
    const [asked, told] = [fleet.pings.length, events.length];
    await clock.advance(60_000);
    expect([fleet.pings.length, events.length]).toEqual([asked, told]);
    expect(clock.pending).toBe(0);
  });

  test('stopped while /status is asked, it tells nothing of the answer', async () => {
    const clock = fakeClock();
    const { pinger } = moodyFleet(clock);
    const asked = Promise.withResolvers<StatusAnswer>();
    const { monitor, events } = openMonitor({ clock, pinger, client: { status: () => asked.promise } });
    monitor.start(ALONE);
    await clock.advance(1_100);
    await monitor.stop();
    const told = events.length;
    asked.resolve({ ok: false, failure: { reason: 'timeout', detail: '' } });
    await clock.advance(1);
    expect(events.slice(told)).toEqual([]);
  });

  test('watches a worker that is added later', async () => {
    const clock = fakeClock();
    const fleet = moodyFleet(clock);
    const { monitor, worker } = openMonitor({ clock, ...fleet });
    monitor.start([]);
    await clock.advance(7_777);
    monitor.add(sampleConfig('local-01'), null);
    await clock.advance(1_100);
    expect(worker('local-01').status).toBe('active');
  });

  test('a worker that is added again is watched once, under its new configuration', async () => {
    const clock = fakeClock();
    const fleet = moodyFleet(clock);
    const { monitor, worker } = openMonitor({ clock, ...fleet });
    monitor.start(ALONE);
    await clock.advance(10_000);
    monitor.add(sampleConfig('worker-01', { slots: 4 }), null);
    await clock.advance(1_000);
    const before = fleet.pings.length;
    await clock.advance(50_000);
    expect(fleet.pings.length - before).toBe(10);
    expect(worker()).toMatchObject({ status: 'active', config: { slots: 4 } });
  });
});
