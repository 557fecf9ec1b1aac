import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { BenchmarkParameter } from '#model/benchmark-parameter.ts';
import { expansionOf } from '#model/sweep.ts';
import { sweptValues, textOfValue, type Wish } from '#ui/overlays/form/form-values.ts';
import { exampleFleet } from './fleet.ts';
import { openScreen, type Screen } from './screen.tsx';

function wish(type: BenchmarkParameter['type'], over: Partial<Wish> = {}): Wish {
  return { type, minimum: null, maximum: null, choices: null, ...over };
}

const SEED = wish('integer', { minimum: 0, maximum: 2 ** 32 - 1 });
const PARTICLES = wish('integer', { minimum: 1 });
const STEP = wish('number', { minimum: 0, maximum: 1 });
const METHOD = wish('text', { choices: ['euler', 'rk4', 'a, b'] });
const GRID = wish('integer', { choices: [8, 16, 24] });

describe('a parameter', () => {
  test.each([
    ['42', SEED, 42, 1],
    [' 50, 100 ,200 ', SEED, [50, 100, 200], 3],
    ['1..20', SEED, ['1..20'], 20],
    ['5..5', SEED, ['5..5'], 1],
    ['0..100..5', SEED, ['0..100..5'], 21],
    ['1,10..12,99', SEED, [1, '10..12', 99], 5],
    ['1e-3', STEP, 0.001, 1],
    ['0..1..0.1, 0.25', STEP, ['0..1..0.1', 0.25], 12],
    ['true', wish('boolean'), true, 1],
    ['true,false', wish('boolean'), [true, false], 2],
    ['rk4', METHOD, 'rk4', 1],
    ['euler, rk4', METHOD, ['euler', 'rk4'], 2],
    ['a, b', METHOD, 'a, b', 1],
    ['8..24..8', GRID, ['8..24..8'], 3],
    ['one two', wish('text'), 'one two', 1],
    ['one,two', wish('text'), ['one', 'two'], 2],
    ['"one, two",three', wish('text'), ['one, two', 'three'], 2],
    ['""', wish('text'), '', 1],
  ] as const)('%j of %j goes through %j: %d', (text, of, wanted, count) => {
    expect(sweptValues(text, of, 1_000)).toEqual({ ok: true, value: { wanted, count } });
  });

  test.each([
    ['1,', PARTICLES, 'empty'],
    ['1..', PARTICLES, 'not-whole'],
    ['1,x', PARTICLES, 'not-whole'],
    ['0..5', PARTICLES, 'too-small'],
    ['1..5..0', PARTICLES, 'bad-range'],
    ['1..1001', PARTICLES, 'too-many'],
    ['1..600,1..600', PARTICLES, 'too-many'],
    ['1..4..0.5', PARTICLES, 'not-whole'],
    ['9007199254740993', PARTICLES, 'too-large'],
    ['1.5', STEP, 'too-large'],
    ['x', STEP, 'not-number'],
    ['1e999', wish('number'), 'too-large'],
    ['yes', wish('boolean'), 'not-boolean'],
    ['0..1', wish('boolean'), 'not-boolean'],
    ['verlet', METHOD, 'not-choice'],
    ['euler,', METHOD, 'empty'],
    ['9', GRID, 'not-choice'],
    ['8..9', GRID, 'not-choice'],
    ['', wish('text'), 'empty'],
    ['a,', wish('text'), 'empty'],
    ['1..5', wish('text'), 'range-text'],
    ['"open', wish('text'), 'bad-text'],
    ['a\u001b[31mb', wish('text'), 'bad-text'],
  ] as const)('%j of %j is wrong: %s', (text, of, problem) => {
    expect(sweptValues(text, of, 1_000)).toEqual({ ok: false, problem });
  });

  test('has a text for every value it may have, which says that value again', () => {
    const values = fc.oneof(
      fc
        .double({ noNaN: true, noDefaultInfinity: true })
        .map((value): [number, Wish] => [value + 0, wish('number')]),
      fc.boolean().map((value): [boolean, Wish] => [value, wish('boolean')]),
      fc
        .oneof(fc.stringMatching(/^[ -~ñ世]{0,40}$/), fc.constantFrom('1..5', '"1..5"', '0..9..3'))
        .map((value): [string, Wish] => [value, wish('text')]),
    );
    fc.assert(
      fc.property(values, ([value, of]) => {
        const read = sweptValues(textOfValue(value), of, 1_000);
        const asked = read.ok ? read.value.wanted : [];
        expect(expansionOf({ x: asked }, 1_000).fixed.x).toBe(Object.is(value, -0) ? 0 : value);
      }),
    );
  });
});

describe('the form', () => {
  const screens: Screen[] = [];
  afterEach(() => {
    for (const screen of screens.splice(0)) screen.close();
  });

  async function openForm(dispatch?: () => Promise<unknown>): Promise<Screen> {
    const screen = openScreen(exampleFleet(), { columns: 120, rows: 32, ...(dispatch ? { dispatch } : {}) });
    screens.push(screen);
    await screen.press('n');
    await screen.frame('the form', (text) => text.includes('New task'));
    return screen;
  }

  test('says how many tasks a sweep makes before they are made, and sends it as one', async () => {
    const screen = await openForm(() => Promise.resolve({ ids: [], batches: [{ id: 'b-1', tasks: 60 }] }));
    await screen.press('down', 'down', 'ctrl-u', ...'50,100,200', 'tab', 'tab', 'ctrl-u', ...'1..20');
    await screen.frame('the count', (text) => text.includes('60 tasks → automatic'));
    await screen.press('enter');
    await screen.frame('the tasks', (text) => text.includes('PARAMETERS'));
    expect(screen.dispatched).toMatchObject([
      {
        type: 'submit-tasks',
        tasks: [{ parameters: { NUM_PARTICULAS: [50, 100, 200], NUM_PASOS: 500, SEMILLA: ['1..20'] } }],
      },
    ]);
  });

  test('refuses more tasks than may be made at once, with the number', async () => {
    const screen = await openForm();
    await screen.press('down', 'down', 'ctrl-u', ...'1..1000', 'tab', 'tab', 'ctrl-u', ...'1..1000');
    const text = await screen.frame('the problem', (shown) => shown.includes('at most'));
    expect(text).toContain('1 000 000 tasks: at most 100 000 at once');
    await screen.press('enter');
    expect(screen.dispatched).toEqual([]);
  });
});
