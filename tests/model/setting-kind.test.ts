import { describe, expect, test } from 'vitest';
import { fitsKind, type SettingKind } from '#model/setting-kind.ts';

const SECONDS: SettingKind = { type: 'seconds', least: 0.01, most: 10 };
const INTEGER: SettingKind = { type: 'integer', least: 0, most: 100 };
const LEVEL: SettingKind = { type: 'choice', choices: ['error', 'info'], also: ['critical'] };

describe('a value', () => {
  test.each([
    [SECONDS, '5'],
    [SECONDS, '0.01'],
    [SECONDS, '10.'],
    [SECONDS, '.5'],
    [INTEGER, '0'],
    [INTEGER, '007'],
    [LEVEL, 'ERROR'],
    [LEVEL, 'critical'],
  ])('%o takes “%s”', (kind, text) => {
    expect(fitsKind(kind, text)).toBe(true);
  });

  test.each([
    [SECONDS, ''],
    [SECONDS, '0'],
    [SECONDS, '10.1'],
    [SECONDS, '1e1'],
    [SECONDS, '5 s'],
    [SECONDS, '5\n'],
    [SECONDS, '.'],
    [INTEGER, '1.5'],
    [INTEGER, '-1'],
    [INTEGER, '101'],
    [INTEGER, '0x10'],
    [LEVEL, ''],
    [LEVEL, 'constructor'],
  ])('%o does not take “%s”', (kind, text) => {
    expect(fitsKind(kind, text)).toBe(false);
  });
});
