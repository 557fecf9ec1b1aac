import { afterEach, describe, expect, test } from 'vitest';
import { NUMBER_FIELDS, sweptNumbers } from '#ui/overlays/form/form-fields.ts';
import { exampleFleet } from './fleet.ts';
import { openScreen, type Screen } from './screen.tsx';

describe('a parameter', () => {
  test.each([
    ['42', 42, 1],
    [' 50, 100 ,200 ', [50, 100, 200], 3],
    ['1..20', ['1..20'], 20],
    ['0..100..5', ['0..100..5'], 21],
    ['1,10..12,99', [1, '10..12', 99], 5],
  ] as const)('%j goes through %j: %d', (text, wanted, count) => {
    expect(sweptNumbers(text, NUMBER_FIELDS.seed, 1_000)).toEqual({ wanted, count });
  });

  test.each([
    ['1,', 'empty'],
    ['1..', 'not-whole'],
    ['1,x', 'not-whole'],
    ['0..5', 'too-small'],
    ['1..5..0', 'bad-range'],
    ['1..1001', 'too-many'],
    ['1..4..0.5', 'not-whole'],
    ['9007199254740993', 'too-large'],
  ] as const)('%j is wrong: %s', (text, problem) => {
    expect(sweptNumbers(text, NUMBER_FIELDS.particles, 1_000)).toBe(problem);
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
