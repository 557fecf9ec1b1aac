import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatFor } from '#ui/i18n/format.ts';

const en = formatFor('en');
const es = formatFor('es');
const [second, minute, hour, day] = [1_000, 60_000, 3_600_000, 86_400_000];

describe('numbers', () => {
  test('have the decimal sign of the language', () => {
    expect(en.number(1.25, 2)).toBe('1.25');
    expect(es.number(1.25, 2)).toBe('1,25');
    expect(en.number(1234)).toBe('1234');
  });

  test('of things have their thousands apart', () => {
    expect(en.count(12)).toBe('12');
    expect(en.count(1_234)).toBe('1 234');
    expect(es.count(1_234_567)).toBe('1 234 567');
  });
});

describe('a rate', () => {
  test('has one decimal', () => {
    expect(en.percent(0.998)).toBe('99.8 %');
    expect(es.percent(0.5)).toBe('50,0 %');
    expect(en.percent(0)).toBe('0.0 %');
  });

  test('is 100 % only where nothing is missing', () => {
    expect(en.percent(1)).toBe('100 %');
    expect(en.percent(0.999_999)).toBe('99.9 %');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.nat(1_000_000), (total, good) => {
        fc.pre(good < total);
        expect(en.percent(good / total)).not.toBe('100 %');
      }),
    );
  });
});

describe('a latency', () => {
  test('has two digits, with the unit that fits', () => {
    expect(en.latency(0.62)).toBe('0.6 ms');
    expect(es.latency(9.5)).toBe('9,5 ms');
    expect(en.latency(12.4)).toBe('12 ms');
    expect(en.latency(999)).toBe('999 ms');
    expect(en.latency(1_900)).toBe('1.9 s');
  });

  test('goes over from one unit to the next without a fourth digit', () => {
    expect(en.latency(9.96)).toBe('10 ms');
    expect(en.latency(999.6)).toBe('1.0 s');
  });

  test('never takes more than the seven cells of its column, up to a quarter of an hour', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 900_000, noNaN: true }), (ms) => en.latency(ms).length <= 7),
    );
  });
});

describe('a length of time', () => {
  test('is told in its largest units', () => {
    expect(en.duration(0)).toBe('0 s');
    expect(en.duration(59_999)).toBe('59 s');
    expect(en.duration(minute)).toBe('1 min');
    expect(en.duration(4 * hour + 5 * minute)).toBe('4 h 05 min');
    expect(en.duration(3 * day + 4 * hour)).toBe('3 d 04 h');
  });

  test('is nothing rather than negative where a clock was set back', () => {
    expect(en.duration(-5 * second)).toBe('0 s');
    expect(en.uptime(-5 * second)).toBe('00:00:00');
  });

  test('runs as a clock for the uptime, with seconds until a day has passed', () => {
    expect(en.uptime(4 * hour + 17 * minute + 9 * second)).toBe('04:17:09');
    expect(en.uptime(3 * day + 4 * hour + 17 * minute)).toBe('3d 04:17');
  });

  test('of a run has hundredths below a minute', () => {
    expect(en.seconds(1.92)).toBe('1.92 s');
    expect(es.seconds(0.4)).toBe('0,40 s');
    expect(en.seconds(125)).toBe('2 min 05 s');
  });

  test('of a run just below a minute is not rounded to 60 s', () => {
    expect(en.seconds(59.999)).toBe('1 min 00 s');
    expect(en.seconds(59.99)).toBe('59.99 s');
  });
});

test('moments are local, the date in an order that sorts', () => {
  const at = new Date(2026, 0, 5, 7, 8, 9).getTime();
  expect(en.time(at)).toBe('07:08:09');
  expect(es.dateTime(at)).toBe('2026-01-05 07:08:09');
});
