import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fakeClock } from '../helpers/fake-clock.ts';
import { sampleConfig } from '../model/samples.ts';
import { fleetOf, type INTERVALS, type Mood, moodyFleet, openMonitor } from './start.ts';

const ALONE = [{ config: sampleConfig(), restored: null }];

/** When the worker was found inactive after it died at `diesAt`. */
async function inactiveAfter(dies: {
  mood: Mood;
  at: number;
  id: string;
  settings: Partial<typeof INTERVALS>;
}) {
  const clock = fakeClock();
  const fleet = moodyFleet(clock, (_, now) => (now < dies.at ? 'answers' : dies.mood));
  const { monitor, eventsOf, settings } = openMonitor({ clock, ...fleet, settings: dies.settings });
  monitor.start([{ config: sampleConfig(dies.id), restored: null }]);
  await clock.advance(dies.at);
  const deathAt = clock.now();
  const { maxPingFailures, pingIntervalMs } = settings;
  await clock.advance(2 * maxPingFailures * pingIntervalMs + 2 * pingIntervalMs);
  await monitor.stop();
  const inactive = eventsOf('worker-status-changed').find(({ to }) => to === 'inactive');
  return { settings, tookMs: inactive === undefined ? Number.POSITIVE_INFINITY : inactive.at - deathAt };
}

describe('a worker that dies is found', () => {
  const death = fc.record({
    id: fc.string({ minLength: 1, maxLength: 20 }),
    at: fc.integer({ min: 1_000, max: 60_000 }),
    settings: fc.record({
      pingIntervalMs: fc.constantFrom(200, 1_000, 5_000),
      httpTimeoutMs: fc.constantFrom(100, 1_500, 10_000),
      maxPingFailures: fc.integer({ min: 1, max: 6 }),
    }),
  });

  test('inactive after at most failures × interval where it refuses', async () => {
    await fc.assert(
      fc.asyncProperty(death, async (dies) => {
        const { settings, tookMs } = await inactiveAfter({ ...dies, mood: 'refuses' });
        // What was under way when it died was still answered.
        expect(tookMs).toBeLessThanOrEqual(settings.maxPingFailures * settings.pingIntervalMs + 3);
        expect(tookMs).toBeGreaterThan((settings.maxPingFailures - 1) * settings.pingIntervalMs - 1);
      }),
      { numRuns: 40 },
    );
  });

  test('inactive after at most failures × (interval + deadline) where it hangs', async () => {
    await fc.assert(
      fc.asyncProperty(death, async (dies) => {
        const { settings, tookMs } = await inactiveAfter({ ...dies, mood: 'hangs' });
        const deadlineMs = Math.min(settings.httpTimeoutMs, settings.pingIntervalMs);
        expect(tookMs).toBeLessThanOrEqual(settings.maxPingFailures * (settings.pingIntervalMs + deadlineMs));
      }),
      { numRuns: 40 },
    );
  });

  test('with the default settings: 25 s where it refuses, 50 s where it hangs', async () => {
    const refuses = await inactiveAfter({ mood: 'refuses', at: 20_000, id: 'worker-01', settings: {} });
    const hangs = await inactiveAfter({ mood: 'hangs', at: 20_000, id: 'worker-01', settings: {} });
    expect(refuses.tookMs).toBeLessThanOrEqual(25_000);
    expect(hangs.tookMs).toBeLessThanOrEqual(50_000);
  });
});

describe('the pings of a fleet', () => {
  test('come to each worker once an interval, at its own phase', async () => {
    const clock = fakeClock();
    const fleet = moodyFleet(clock);
    const { monitor } = openMonitor({ clock, ...fleet });
    monitor.start(fleetOf(50));
    await clock.advance(60_000);
    for (const { config } of fleetOf(50)) {
      const [first = 0, second = 0, ...rest] = fleet.pingsOf(config.id);
      expect(first).toBeLessThan(1_000);
      expect(second - first).toBeLessThanOrEqual(5_000);
      expect(
        rest.map((at, index) => at - (index + 1) * 5_000 - second).every((off) => Math.abs(off) < 0.001),
      ).toBe(true);
      expect(rest.length).toBeGreaterThanOrEqual(10);
    }
  });

  test('a hundred hanging and a hundred refusing workers delay no one, and nobody is asked twice at once', async () => {
    const clock = fakeClock();
    const moods: readonly Mood[] = ['answers', 'hangs', 'refuses'];
    const moodOf = (id: string) => moods[Number(id.slice(-3)) % 3] ?? 'answers';
    const fleet = moodyFleet(clock, moodOf);
    const { monitor, current } = openMonitor({ clock, ...fleet });
    monitor.start(fleetOf(300));
    await clock.advance(60_000);
    for (const { id, status } of current().workers) {
      const times = fleet.pingsOf(id);
      expect(Math.max(...times.slice(1).map((at, index) => at - (times[index] ?? 0)))).toBeLessThanOrEqual(
        5_000.001,
      );
      expect(status).toBe(moodOf(id) === 'answers' ? 'active' : 'inactive');
    }
    expect(fleet.mostAtOnce()).toBe(1);
  });

  test('have a deadline that never outlives the interval', async () => {
    for (const [httpTimeoutMs, deadlineMs] of [
      [2_000, 2_000],
      [10_000, 5_000],
    ] as const) {
      const clock = fakeClock();
      const fleet = moodyFleet(clock);
      const { monitor } = openMonitor({ clock, ...fleet, settings: { httpTimeoutMs } });
      monitor.start(ALONE);
      await clock.advance(6_000);
      expect(new Set(fleet.pings.map((ping) => ping.deadlineMs))).toEqual(new Set([deadlineMs]));
    }
  });

  test('make no burst when a suspended process wakes up, and all are asked within an interval', async () => {
    const clock = fakeClock();
    const fleet = moodyFleet(clock);
    const { monitor } = openMonitor({ clock, ...fleet });
    monitor.start(fleetOf(200));
    await clock.advance(20_000);
    const before = fleet.pings.length;
    clock.suspend(3_600_000);
    await clock.advance(10);
    // Those that are due now, and those that were within the last second.
    expect(fleet.pings.length - before).toBeLessThan(80);
    await clock.advance(5_000);
    const asked = fleet.pings.slice(before).map(({ id }) => id);
    expect(new Set(asked).size).toBe(200);
    expect(asked.length).toBeLessThan(300);
  });

  test('take no notice of the wall clock being set', async () => {
    const clock = fakeClock();
    const fleet = moodyFleet(clock);
    const { monitor, worker } = openMonitor({ clock, ...fleet });
    monitor.start(ALONE);
    await clock.advance(10_000);
    const before = fleet.pings.length;
    clock.setNow(clock.now() - 86_400_000);
    await clock.advance(20_000);
    clock.setNow(clock.now() + 2 * 86_400_000);
    await clock.advance(20_000);
    expect(fleet.pings.length - before).toBe(8);
    expect(worker().status).toBe('active');
  });
});
