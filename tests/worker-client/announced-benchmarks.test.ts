import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAnnounced } from '#worker-client/announced-benchmarks.ts';
import { readStatus } from '#worker-client/status-body.ts';
import { statusBody } from '../helpers/strange-workers.ts';

const label = { en: 'Step', es: 'Paso' };
const PARAMETERS = [
  { name: 'STEP', type: 'number', label, default: 0.5, minimum: 0, maximum: 1 },
  { name: 'METHOD', type: 'text', label, default: 'rk4', choices: ['euler', 'rk4'] },
  { name: 'VERBOSE', type: 'boolean', label },
];

function announce(...parameters: unknown[]) {
  return readAnnounced([{ name: 'own', parameters }]);
}

describe('what a worker announces of a benchmark', () => {
  test('is kept with its parameters: type, default, bounds, choices, labels', () => {
    const read = readStatus(
      JSON.stringify(statusBody('w', { benchmarks: [{ name: 'own', parameters: PARAMETERS }] })),
    );
    expect(read).toMatchObject({
      ok: true,
      value: {
        announced: [
          {
            name: 'own',
            parameters: [
              { name: 'STEP', type: 'number', label, default: 0.5, minimum: 0, maximum: 1, choices: null },
              { name: 'METHOD', type: 'text', default: 'rk4', minimum: null, choices: ['euler', 'rk4'] },
              { name: 'VERBOSE', type: 'boolean', default: null, choices: null },
            ],
          },
        ],
      },
    });
  });

  test('is nothing on a version 1 worker', () => {
    const read = readStatus(JSON.stringify(statusBody('w', {})));
    expect(read.ok && 'announced' in read.value).toBe(false);
  });

  test('cannot control the terminal, and labels are cut', () => {
    const hostile = { en: '\u001b[2JClear\u202e', es: 'x'.repeat(100) };
    expect(
      announce({ name: 'A', type: 'integer', label: hostile }).announced[0]?.parameters[0]?.label,
    ).toEqual({
      en: 'Clear',
      es: 'x'.repeat(40),
    });
  });

  test('is called by its name where it has no label', () => {
    expect(announce({ name: 'A', type: 'integer', label: 7 }).announced[0]?.parameters[0]?.label).toEqual({
      en: 'A',
      es: 'A',
    });
  });

  test.each([
    ['a name that is none', { name: 'no name', type: 'integer' }],
    ['a name with control characters', { name: 'A\u001b[2J', type: 'integer' }],
    ['a type that we do not know', { name: 'A', type: 'file' }],
    ['bounds that exclude each other', { name: 'A', type: 'integer', minimum: 2, maximum: 1 }],
    ['choices that cannot be shown', { name: 'A', type: 'text', choices: ['\u001b[2J'] }],
    [
      'more choices than a person goes through',
      { name: 'A', type: 'integer', choices: [...Array(101).keys()] },
    ],
    ['no choices', { name: 'A', type: 'integer', choices: [] }],
    ['no object', 7],
  ])('is its name alone where a parameter has %s', (_, odd) => {
    expect(announce(...PARAMETERS, odd)).toEqual({ names: ['own'], announced: [] });
  });

  test('is its name alone where a name comes twice, or there are more parameters than are kept', () => {
    expect(announce(PARAMETERS[0], PARAMETERS[0]).announced).toEqual([]);
    const many = Array.from({ length: 65 }, (_, index) => ({ name: `P${index}`, type: 'integer' }));
    expect(announce(...many).announced).toEqual([]);
    const all = Array.from({ length: 30 }, (_, index) => ({
      name: `b${index}`,
      parameters: many.slice(0, 64),
    }));
    const read = readAnnounced(all);
    expect(read.names).toHaveLength(30);
    expect(read.announced).toHaveLength(15);
  });

  test('has no default that could not be shown whole', () => {
    const long = announce({ name: 'A', type: 'text', default: 'x'.repeat(300) });
    expect(long.announced[0]?.parameters[0]?.default).toBeNull();
  });

  test('never stops the reading, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 5 }), (items) => {
        const body = JSON.stringify(
          statusBody('w', { benchmarks: items.map((parameters) => ({ name: 'b', parameters })) }),
        );
        expect(readStatus(body).ok).toBe(true);
      }),
    );
  });
});
