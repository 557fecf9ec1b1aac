import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Parameter } from '#worker-service/catalogue/benchmark.ts';
import { readParameters } from '#worker-service/catalogue/parameters.ts';
import { LEGACY_PARAMETERS } from '#worker-service/catalogue/shipped.ts';
import { fillTemplate, placeholdersIn } from '#worker-service/catalogue/template.ts';

const label = { en: 'x', es: 'x' };
const SCENE: Parameter = { name: 'SCENE', type: 'text', label };
const SCALE: Parameter = { name: 'SCALE', type: 'number', label, default: 1, minimum: -2.5, maximum: 10 };
const MODE: Parameter = { name: 'MODE', type: 'text', label, default: 'fast', choices: ['fast', '--slow'] };
const DRY: Parameter = { name: 'DRY', type: 'boolean', label, default: false };
const CODE: Parameter = { name: 'CODE', type: 'text', label, default: 'a1', pattern: '[a-z]\\d|-x' };
const ALL = [SCENE, SCALE, MODE, DRY, CODE];

function read(given: unknown, parameters: readonly Parameter[] = ALL) {
  return readParameters({ parameters, given, unknown: 'error' });
}

describe('parameters', () => {
  test('values are taken as declared, and defaults stand for what is missing', () => {
    expect(read({ SCENE: 'house', SCALE: 0.5, MODE: '--slow', DRY: true, CODE: '-x' })).toEqual({
      ok: true,
      values: { SCENE: 'house', SCALE: 0.5, MODE: '--slow', DRY: true, CODE: '-x' },
    });
    expect(read({ SCENE: '' })).toEqual({
      ok: true,
      values: { SCENE: '', SCALE: 1, MODE: 'fast', DRY: false, CODE: 'a1' },
    });
  });

  test.each([
    [{}, /^params\.SCENE is missing; expected a text of at most/],
    [{ SCENE: 7 }, /^params\.SCENE is 7; expected a text/],
    [{ SCENE: '--output=/etc/passwd' }, /SCENE is "--output=.*not beginning with -/],
    [{ SCENE: 'a\u0000b' }, /SCENE is "a\\u0000b"/],
    [{ SCENE: 'x'.repeat(1_025) }, /SCENE is "xxx.*…; expected a text of at most 1024/],
    [{ SCENE: 's', SCALE: -3 }, /SCALE is -3; expected a number from -2\.5 to 10/],
    [{ SCENE: 's', SCALE: 'NaN' }, /SCALE is "NaN"/],
    [{ SCENE: 's', MODE: 'slow' }, /MODE is "slow"; expected one of "fast", "--slow"/],
    [{ SCENE: 's', DRY: 'true' }, /DRY is "true"; expected true or false/],
    [{ SCENE: 's', CODE: 'a1b' }, /CODE is "a1b"; expected .* matching/],
    [{ SCENE: 's', OTHER: 1 }, /params\.OTHER is no parameter of this benchmark; it has SCENE, SCALE/],
    [JSON.parse('{"SCENE":"s","__proto__":1}'), /params\.__proto__ is no parameter/],
    [[], /^params is \[\]; expected an object/],
    [null, /^params is null; expected an object/],
    ['x', /^params is "x"; expected an object/],
  ])('%j is refused with an error that names the parameter', (given, error) => {
    const answer = read(given);
    expect(answer).toEqual({ ok: false, errors: [expect.stringMatching(error)] });
  });

  test('everything that is wrong is said together', () => {
    const answer = read({ SCALE: 99, MODE: 1, X: 1 });
    expect(answer.ok ? [] : answer.errors).toHaveLength(4);
  });

  test('the three parameters of version 1 take digits as text, and ignore what they do not know', () => {
    const given = { NUM_PARTICULAS: '7', SEMILLA: 4_294_967_295, COLOR: 'red' };
    expect(readParameters({ parameters: LEGACY_PARAMETERS, given, unknown: 'ignored' })).toEqual({
      ok: true,
      values: { NUM_PARTICULAS: 7, NUM_PASOS: 500, SEMILLA: 4_294_967_295 },
    });
    for (const wrong of [0, 1.5, -1, 1e300, '1e3', '', true, null, 250_001]) {
      const read = readParameters({
        parameters: LEGACY_PARAMETERS,
        given: { NUM_PARTICULAS: wrong },
        unknown: 'ignored',
      });
      expect(read.ok, JSON.stringify(wrong)).toBe(false);
    }
  });
});

test('no values at all make it throw, and none that it takes is out of range', () => {
  const value = fc.oneof(fc.double(), fc.string(), fc.constant(null), fc.integer({ min: -5, max: 5_000 }));
  const names = fc.constantFrom('NUM_PARTICULAS', 'NUM_PASOS', 'SEMILLA', '__proto__', 'constructor');
  const given = fc.oneof(fc.anything(), fc.dictionary(names, value));
  fc.assert(
    fc.property(given, (candidate) => {
      const read = readParameters({ parameters: LEGACY_PARAMETERS, given: candidate, unknown: 'ignored' });
      if (!read.ok) return;
      const { NUM_PARTICULAS, NUM_PASOS, SEMILLA } = read.values;
      expect([NUM_PARTICULAS, NUM_PASOS, SEMILLA].every(Number.isSafeInteger)).toBe(true);
      expect(Math.min(Number(NUM_PARTICULAS), Number(NUM_PASOS))).toBeGreaterThanOrEqual(1);
      expect(SEMILLA).toBeGreaterThanOrEqual(0);
      expect(SEMILLA).toBeLessThan(2 ** 32);
    }),
  );
});

describe('argument templates', () => {
  test('a placeholder gives the value, in one argument, whatever it contains', () => {
    const values = { A: '$(id) {B} "x"', B: 2 };
    expect(fillTemplate('--a={A};{B}', values)).toBe('--a=$(id) {B} "x";2');
    expect(fillTemplate('{{A}} {} {1}', values)).toBe('{A} {} {1}');
  });

  test('the parameters that a template names are known', () => {
    expect(placeholdersIn('{A}-{B_2}{{C}} {1} {}')).toEqual(['A', 'B_2']);
  });
});
