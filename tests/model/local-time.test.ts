import { expect, test } from 'vitest';
import { localTime } from '#model/local-time.ts';

test('a timestamp is local time without a zone and with six decimals', () => {
  const moment = new Date(2026, 2, 4, 5, 6, 7, 8);
  expect(localTime(moment.getTime())).toBe('2026-03-04T05:06:07.008000');
});
