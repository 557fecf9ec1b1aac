import { describe, expect, test } from 'vitest';
import { isDraining } from '#model/worker.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { sampleConfig } from '../model/samples.ts';
import { attempt, task } from '../ui/fleet.ts';
import { fleetOf, moodyFleet, openMonitor } from './start.ts';

const RUNNING = task({ id: 'long', state: 'running', attempts: [attempt({ workerId: 'worker-001' })] });
const ENDED = task({
  id: 'long',
  state: 'completed',
  attempts: [attempt({ workerId: 'worker-001', endedAt: 1, outcome: 'completed' })],
});

function scene(size = 2) {
  const clock = fakeClock();
  const fleet = moodyFleet(clock);
  const opened = openMonitor({ clock, ...fleet });
  opened.monitor.start(fleetOf(size));
  return { clock, fleet, ...opened };
}

describe('a worker that is not configured any more', () => {
  test('is gone in a moment where it runs nothing, and is asked for nothing more', async () => {
    const { clock, fleet, monitor, current, events } = scene();
    await clock.advance(20_000);
    monitor.remove(['worker-001']);
    await clock.advance(1_000);
    expect([...current().workers].map(({ id }) => id)).toEqual(['worker-002']);
    expect(events.at(-1)).toMatchObject({ type: 'workers-removed', workers: [{ id: 'worker-001' }] });
    const asked = fleet.pingsOf('worker-001').length;
    await clock.advance(60_000);
    expect(fleet.pingsOf('worker-001')).toHaveLength(asked);
    expect(fleet.pingsOf('worker-002').length).toBeGreaterThan(asked);
  });

  test('stays, gets nothing new and is watched until the task that it has has ended', async () => {
    const { clock, fleet, monitor, bus, worker, current } = scene();
    await clock.advance(20_000);
    bus.publish({ type: 'task-changed', at: clock.now(), change: 'sent', task: RUNNING, from: 'assigned' });
    monitor.remove(['worker-001']);
    const asked = fleet.pingsOf('worker-001').length;
    await clock.advance(60_000);
    expect(worker('worker-001')).toMatchObject({ leaving: true, status: 'active', inFlight: ['long'] });
    expect(isDraining(worker('worker-001'))).toBe(true);
    expect(fleet.pingsOf('worker-001').length).toBe(asked + 12);
    bus.publish({ type: 'task-changed', at: clock.now(), change: 'completed', task: ENDED, from: 'running' });
    expect(current().workers.has('worker-001')).toBe(false);
    await clock.advance(60_000);
    expect(fleet.pingsOf('worker-001').length).toBe(asked + 12);
  });

  test('has its last task credited to it before it goes', async () => {
    const { clock, monitor, bus, eventsOf } = scene();
    bus.publish({ type: 'task-changed', at: clock.now(), change: 'sent', task: RUNNING, from: 'assigned' });
    monitor.remove(['worker-001']);
    await clock.advance(5_000);
    bus.publish({ type: 'task-changed', at: clock.now(), change: 'completed', task: ENDED, from: 'running' });
    expect(eventsOf('workers-removed')).toMatchObject([
      { workers: [{ id: 'worker-001', tasksCompleted: 1 }] },
    ]);
  });

  test('a task that is written down just after it began to leave still holds it', async () => {
    const { clock, monitor, bus, current } = scene();
    await clock.advance(10_000);
    monitor.remove(['worker-001']);
    await clock.advance(500);
    bus.publish({ type: 'task-changed', at: clock.now(), change: 'sent', task: RUNNING, from: 'assigned' });
    await clock.advance(30_000);
    expect(current().workers.get('worker-001')).toMatchObject({ leaving: true, inFlight: ['long'] });
  });

  test('that comes back before it has gone stays as if nothing had been', async () => {
    const { clock, fleet, monitor, worker } = scene();
    await clock.advance(20_000);
    monitor.remove(['worker-001']);
    monitor.add(sampleConfig('worker-001'), null);
    const asked = fleet.pingsOf('worker-001').length;
    await clock.advance(50_000);
    expect(worker('worker-001')).toMatchObject({ leaving: false, status: 'active' });
    expect(fleet.pingsOf('worker-001').length).toBe(asked + 10);
  });

  test('goes together with all the others, but for those that are busy', async () => {
    const { clock, monitor, bus, current, eventsOf } = scene(300);
    await clock.advance(5_000);
    bus.publish({ type: 'task-changed', at: clock.now(), change: 'sent', task: RUNNING, from: 'assigned' });
    monitor.remove([...current().workers].map(({ id }) => id));
    await clock.advance(1_000);
    expect(eventsOf('workers-leaving')).toHaveLength(1);
    expect(eventsOf('workers-removed').map(({ workers }) => workers.length)).toEqual([299]);
    expect([...current().workers].map(({ id }) => id)).toEqual(['worker-001']);
  });

  test('and is not known at all, changes nothing', async () => {
    const { clock, monitor, events } = scene();
    await clock.advance(2_000);
    const told = events.length;
    monitor.remove(['worker-009']);
    expect(events).toHaveLength(told);
  });
});

describe('a worker that is configured anew', () => {
  test('at another address is unknown until it has answered there, and keeps what it did', async () => {
    const { clock, monitor, bus, worker, eventsOf } = scene();
    await clock.advance(20_000);
    bus.publish({ type: 'task-changed', at: clock.now(), change: 'sent', task: RUNNING, from: 'assigned' });
    bus.publish({ type: 'task-changed', at: clock.now(), change: 'completed', task: ENDED, from: 'running' });
    monitor.add(sampleConfig('worker-001', { url: 'http://10.0.0.9:8080' }), null);
    expect(worker('worker-001')).toMatchObject({
      status: 'unknown',
      health: { state: 'unknown' },
      report: null,
      statusReport: null,
      tasksCompleted: 1,
      config: { url: 'http://10.0.0.9:8080' },
    });
    await clock.advance(5_000);
    expect(worker('worker-001').status).toBe('active');
    expect(
      eventsOf('worker-status-changed').filter(({ milestone }) => milestone === 'discovered'),
    ).toHaveLength(2);
  });

  test('with other labels alone is pinged at the same times as before', async () => {
    const { clock, fleet, monitor, worker } = scene();
    await clock.advance(22_000);
    monitor.add(sampleConfig('worker-001', { labels: ['gpu'] }), null);
    await clock.advance(50_000);
    const times = fleet.pingsOf('worker-001').slice(1);
    expect(worker('worker-001')).toMatchObject({ status: 'active', config: { labels: ['gpu'] } });
    expect(new Set(times.slice(1).map((at, index) => at - (times[index] ?? 0)))).toEqual(new Set([5_000]));
  });
});

describe('intervals that change', () => {
  test('count from then on, for every worker at its own phase', async () => {
    const { clock, fleet, monitor, settings } = scene(200);
    await clock.advance(30_000);
    Object.assign(settings, { pingIntervalMs: 1_000 });
    monitor.retime();
    const before = fleet.pings.length;
    await clock.advance(10_000);
    expect(fleet.pings.length - before).toBe(200 * 10);
    const last = fleet.pings.slice(-200).map(({ at }) => Math.floor(at / 100));
    const tenths = last.map((tenth) => last.filter((other) => other === tenth).length);
    expect(Math.max(...tenths)).toBeLessThan(50);
  });

  test('made longer, leave no worker without a ping for longer than the new one', async () => {
    const { clock, fleet, monitor, settings } = scene(50);
    await clock.advance(30_000);
    Object.assign(settings, { pingIntervalMs: 20_000 });
    monitor.retime();
    const at = clock.monotonic();
    await clock.advance(40_000);
    for (const { config } of fleetOf(50)) {
      const since = fleet.pingsOf(config.id).filter((pinged) => pinged > at);
      expect(since).toHaveLength(2);
      expect((since[0] ?? 0) - at).toBeLessThanOrEqual(20_000);
    }
  });

  test('leave the median of the last hour as it is', async () => {
    const { clock, monitor, settings, worker } = scene();
    await clock.advance(120_000);
    expect(worker('worker-001').medianMs).toBe(3);
    Object.assign(settings, { pingIntervalMs: 60_000, healthCheckIntervalMs: 5_000 });
    monitor.retime();
    await clock.advance(6_000);
    expect(worker('worker-001').medianMs).toBe(3);
  });
});

test('the failures that make a worker inactive, and the deadline of a ping, count as soon as they change', async () => {
  const clock = fakeClock();
  const fleet = moodyFleet(clock, (_, now) => (now < 20_000 ? 'answers' : 'hangs'));
  const { monitor, settings, worker } = openMonitor({ clock, ...fleet });
  monitor.start(fleetOf(1));
  await clock.advance(20_000);
  Object.assign(settings, { maxPingFailures: 1, httpTimeoutMs: 700 });
  await clock.advance(10_000);
  expect(worker('worker-001').status).toBe('inactive');
  expect(fleet.pings.at(-1)?.deadlineMs).toBe(700);
});
