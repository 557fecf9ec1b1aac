import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { earlyStart, nextSlot, oneAtATime, repeat, slotsFor } from '#worker-monitor/schedule.ts';
import { fakeClock } from '../helpers/fake-clock.ts';

const slots = fc
  .record({
    id: fc.string({ maxLength: 64 }),
    origin: fc.integer({ min: 0, max: 10_000_000 }),
    intervalMs: fc.integer({ min: 50, max: 600_000 }),
  })
  .map(({ id, origin, intervalMs }) => slotsFor(id, origin, intervalMs));

describe('the slots of a worker', () => {
  test('a phase lies within the interval and comes from the id alone', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 50, max: 600_000 }), (id, intervalMs) => {
        const { phaseMs } = slotsFor(id, 0, intervalMs);
        expect(phaseMs).toBeGreaterThanOrEqual(0);
        expect(phaseMs).toBeLessThan(intervalMs);
        expect(slotsFor(id, 777, intervalMs).phaseMs).toBe(phaseMs);
      }),
    );
  });

  test('the next slot is later than now by at most one interval, however long it ran', () => {
    fc.assert(
      fc.property(slots, fc.double({ min: 0, max: 1e10, noNaN: true }), (of, elapsed) => {
        const now = of.origin + elapsed;
        const next = nextSlot(of, now);
        expect(next).toBeGreaterThan(now);
        expect(next - now).toBeLessThanOrEqual(
          of.intervalMs * (1 + 1e-6) + of.phaseMs * Number(elapsed < of.phaseMs),
        );
      }),
    );
  });

  test('the first ping comes within a second, and the slot after it within an interval', () => {
    fc.assert(
      fc.property(slots, (of) => {
        const first = earlyStart(of);
        expect(first).toBeGreaterThanOrEqual(of.origin);
        expect(first - of.origin).toBeLessThan(1_000);
        expect(nextSlot(of, first) - first).toBeLessThanOrEqual(of.intervalMs * (1 + 1e-6));
      }),
    );
  });

  test.each([10, 100, 1_000])('a fleet of %i is spread over the interval', (workers) => {
    const perFifth = [0, 0, 0, 0, 0];
    for (let n = 1; n <= workers; n += 1) {
      const fifth = Math.floor(slotsFor(`worker-${String(n).padStart(2, '0')}`, 0, 5_000).phaseMs / 1_000);
      perFifth[fifth] = (perFifth[fifth] ?? 0) + 1;
    }
    expect(Math.max(...perFifth)).toBeLessThanOrEqual(0.4 * workers);
    expect(Math.min(...perFifth)).toBeGreaterThanOrEqual(0.1 * workers);
  });
});

describe('what is repeated at the slots', () => {
  function start(intervalMs = 5_000, phaseMs = 1_700) {
    const clock = fakeClock();
    const ran: number[] = [];
    const of = { origin: 0, phaseMs, intervalMs };
    const end = repeat({ clock, slots: of, firstAt: 100, run: () => ran.push(clock.monotonic()) });
    return { clock, ran, end };
  }

  test('runs first when told, then at each slot, without drift', () => {
    const { clock, ran } = start();
    clock.advanceSync(5_000 * 10_000);
    expect(ran.slice(0, 4)).toEqual([100, 1_700, 6_700, 11_700]);
    expect(ran.at(-1)).toBe(1_700 + 5_000 * 9_999);
    expect(ran).toHaveLength(10_001);
  });

  test('does not care for the wall clock', () => {
    const { clock, ran } = start();
    clock.advanceSync(2_000);
    clock.setNow(0);
    clock.advanceSync(5_000);
    clock.setNow(Date.UTC(2040, 1, 1));
    clock.advanceSync(5_000);
    expect(ran).toEqual([100, 1_700, 6_700, 11_700]);
  });

  test('leaves out the slots of a suspension, and goes on at the next', () => {
    const { clock, ran } = start();
    clock.advanceSync(2_000);
    clock.suspend(60_000);
    clock.advanceSync(10_000);
    expect(ran).toEqual([100, 1_700, 66_700, 71_700]);
  });

  test('is only late where the process was held up for a moment', () => {
    const { clock, ran } = start();
    clock.advanceSync(6_000);
    clock.suspend(1_500);
    clock.advanceSync(5_000);
    expect(ran).toEqual([100, 1_700, 7_500, 11_700]);
  });

  test('on a machine that is always late, every other slot is kept', () => {
    const { clock, ran } = start();
    clock.advanceSync(4_000);
    for (let k = 0; k < 10; k += 1) {
      clock.suspend(5_000);
      clock.advanceSync(0);
    }
    expect(ran.slice(2)).toEqual([14_000, 24_000, 34_000, 44_000, 54_000]);
  });

  test('ends when told, and leaves no timer', () => {
    const { clock, ran, end } = start();
    clock.advanceSync(2_000);
    end();
    clock.advanceSync(60_000);
    expect(ran).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });
});

describe('one at a time', () => {
  test('asked while it runs, it runs once more right after, not twice at once', async () => {
    const clock = fakeClock();
    const log: string[] = [];
    const ask = oneAtATime(async () => {
      log.push(`begin ${clock.monotonic()}`);
      await new Promise<void>((resolve) => clock.after(100, resolve));
      log.push(`end ${clock.monotonic()}`);
    });
    ask();
    ask();
    ask();
    await clock.advance(1_000);
    expect(log).toEqual(['begin 0', 'end 100', 'begin 100', 'end 200']);
    ask();
    await clock.advance(1_000);
    expect(log.slice(4)).toEqual(['begin 1000', 'end 1100']);
  });
});
