import { describe, expect, test, vi } from 'vitest';
import type { BenchmarkParameter } from '#model/benchmark-parameter.ts';
import type { Event } from '#model/events.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { lineWidth } from '#ui/lines/line.ts';
import { formLines } from '#ui/overlays/form/form-lines.ts';
import { fieldNote } from '#ui/overlays/form/form-notes.ts';
import {
  type FormState,
  type FormStep,
  openForm,
  openFormAgain,
  pressInForm,
} from '#ui/overlays/form/form-state.ts';
import { formContext } from '#ui/overlays/form/form-task.ts';
import { healthyWorker, NOW, SETTINGS, snapshotOf, task, workerConfig } from './fleet.ts';
import { contextOf, textOf } from './view-context.ts';

const SIZE = { columns: 100, rows: 22 };

function parameter(
  name: string,
  type: BenchmarkParameter['type'],
  over: Partial<BenchmarkParameter> = {},
): BenchmarkParameter {
  const label = { en: `${name} (en)`, es: `${name} (es)` };
  return { name, type, label, default: null, minimum: null, maximum: null, choices: null, ...over };
}

const ORBIT: readonly BenchmarkParameter[] = [
  parameter('BODIES', 'integer', { default: 8, minimum: 2, maximum: 64 }),
  parameter('STEP', 'number', { default: 0.5, minimum: 0, maximum: 1 }),
  parameter('METHOD', 'text', { default: 'rk4', choices: ['euler', 'rk4', 'verlet'] }),
  parameter('TRACE', 'boolean', { default: false }),
  parameter('NOTE', 'text', { default: '' }),
];

interface Announcing {
  readonly [worker: string]: Readonly<Record<string, readonly BenchmarkParameter[]>>;
}

function fleetOf(announcing: Announcing): Snapshot {
  return snapshotOf([
    { type: 'master-started', at: NOW - 60_000, version: '0', settings: SETTINGS, counters: null },
    ...Object.entries(announcing).flatMap(([id, benchmarks], index): Event[] => [
      ...healthyWorker(workerConfig(id, `10.0.0.${index}`), NOW),
      {
        type: 'worker-health-checked',
        at: NOW,
        workerId: id,
        health: { state: 'healthy', reasons: [], warnings: [], checkedAt: NOW },
        medianMs: 12,
        statusReport: {
          dockerImage: '',
          imageAvailable: false,
          benchmarks: Object.keys(benchmarks),
          announced: Object.entries(benchmarks).map(([name, parameters]) => ({ name, parameters })),
          pythonAvailable: true,
        },
      },
    ]),
  ]);
}

const ORBITS = fleetOf({ 'worker-01': { orbit: ORBIT } });

function stepOf(snapshot: Snapshot, keys: readonly string[], from?: FormState): FormStep {
  const context = contextOf(snapshot, SIZE);
  let step: FormStep = { form: from ?? openForm(context, {}) };
  for (const key of keys) if (step.form !== null) step = pressInForm(step.form, key, context);
  return step;
}

function sent(snapshot: Snapshot, ...keys: string[]) {
  return stepOf(snapshot, [...keys, 'enter']).command?.tasks[0]?.parameters;
}

function notes(snapshot: Snapshot, form: FormState): Record<string, string> {
  const context = formContext(form, contextOf(snapshot, SIZE));
  return Object.fromEntries(
    context.parameters.map(({ name }) => [name, textOf(fieldNote(form, `parameter:${name}`, context))]),
  );
}

function screenOf(snapshot: Snapshot, form: FormState, size = SIZE, language: 'en' | 'es' = 'en'): string {
  const lines = formLines(form, contextOf(snapshot, { ...size, language }));
  for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(size.columns);
  expect(lines.length).toBeLessThanOrEqual(size.rows);
  return lines.map(textOf).join('\n');
}

const down = (count: number): string[] => Array<string>(count).fill('down');

describe('the form has the parameters that the workers announce', () => {
  test('with their labels, defaults, types and ranges', () => {
    const form = openForm(contextOf(ORBITS, SIZE), {});
    expect(sent(ORBITS)).toEqual({ BODIES: 8, STEP: 0.5, METHOD: 'rk4', TRACE: false, NOTE: '' });
    expect(notes(ORBITS, form)).toEqual({
      BODIES: 'BODIES: 2 to 64',
      STEP: 'STEP: 0 to 1',
      METHOD: 'METHOD: euler, rk4, verlet',
      TRACE: 'TRACE: false, true',
      NOTE: 'NOTE: text; commas make a list',
    });
    const screen = screenOf(ORBITS, form);
    expect(screen).toMatch(/BODIES \(en\) +8 /);
    expect(screen).toMatch(/METHOD \(en\) +‹ rk4 › +2\/3/);
    expect(screenOf(ORBITS, form, SIZE, 'es')).toMatch(/METHOD \(es\) +‹ rk4 ›/);
    expect(screen).not.toContain('particles');
  });

  test('and those of the particle benchmark where nobody announces any', () => {
    const old = fleetOf({ 'worker-01': {} });
    expect(sent(old)).toEqual({ NUM_PARTICULAS: 100, NUM_PASOS: 500, SEMILLA: 42 });
  });

  test('and other fields with another benchmark, each with what was written for it', () => {
    const two = fleetOf({
      'worker-01': {
        alpha: [parameter('N', 'integer', { default: 1 })],
        beta: [parameter('N', 'integer', { default: 2 })],
      },
    });
    const written = stepOf(two, [...down(2), 'ctrl-u', '7', 'up', 'up', 'right', ...down(2), 'ctrl-u', '9']);
    expect(written.form && stepOf(two, ['enter'], written.form).command?.tasks[0]).toMatchObject({
      benchmark: 'beta',
      parameters: { N: 9 },
    });
    const back = stepOf(two, ['up', 'up', 'left', 'enter'], written.form ?? undefined);
    expect(back.command?.tasks[0]).toMatchObject({ benchmark: 'alpha', parameters: { N: 7 } });
    expect(back.remember).toEqual({ benchmark: 'alpha', worker: '', priority: '1', 'alpha:N': '7' });
    const again = openForm(contextOf(two, SIZE), { ...back.remember, 'beta:N': '5' });
    const other = stepOf(two, ['right', 'enter'], again);
    expect(other.command?.tasks[0]).toMatchObject({ benchmark: 'beta', parameters: { N: 5 } });
    expect(other.remember).toMatchObject({ 'alpha:N': '7', 'beta:N': '5' });
  });
});

test('the fleet is gone through for another fleet, not for another key or frame', () => {
  const snapshot = fleetOf({ 'worker-01': { orbit: ORBIT }, 'worker-02': { orbit: ORBIT } });
  const gone = vi.spyOn(snapshot.workers, Symbol.iterator);
  const first = stepOf(snapshot, ['down', 'right']).form;
  screenOf(snapshot, first ?? openForm(contextOf(snapshot, SIZE), {}));
  const before = gone.mock.calls.length;
  expect(before).toBeGreaterThan(0);
  const after = stepOf(snapshot, ['up', 'down', 'left', ...down(8), 'x'], first ?? undefined).form;
  screenOf(snapshot, after ?? openForm(contextOf(snapshot, SIZE), {}));
  expect(gone.mock.calls.length).toBe(before);
});

describe('a value', () => {
  test.each([
    ['a choice by its beginning', [...down(4), 'v', ...'erlet'], { METHOD: 'verlet' }],
    ['a choice by going on', [...down(4), 'right'], { METHOD: 'verlet' }],
    ['a choice by going round', [...down(4), 'right', 'right'], { METHOD: 'euler' }],
    ['the first and the last choice', [...down(4), 'home', 'end'], { METHOD: 'verlet' }],
    ['a boolean', [...down(5), 'right'], { TRACE: true }],
    ['a boolean that is typed', [...down(5), ...'true'], { TRACE: true }],
    ['a fraction', [...down(3), 'ctrl-u', ...'0.125'], { STEP: 0.125 }],
    ['a sweep of fractions', [...down(3), 'ctrl-u', ...'0..1..0.25'], { STEP: ['0..1..0.25'] }],
    ['a sweep of choices', [...down(4), ...',euler'], { METHOD: ['rk4', 'euler'] }],
    ['a sweep of booleans', [...down(5), ...',true'], { TRACE: [false, true] }],
    ['a sweep of texts', [...down(6), 'ctrl-u', ...'a,b'], { NOTE: ['a', 'b'] }],
    ['a text that looks like a range', [...down(6), 'ctrl-u', ...'"1..5"'], { NOTE: '"1..5"' }],
    ['a text with a comma', [...down(6), 'ctrl-u', ...'"a,b"'], { NOTE: 'a,b' }],
  ])('may be %s', (_, keys, parameters) => {
    expect(sent(ORBITS, ...keys)).toMatchObject(parameters);
  });

  test.each([
    ['too large', [...down(2), 'ctrl-u', ...'65'], 'BODIES', 'too large: 2 to 64'],
    ['no whole number', [...down(2), 'ctrl-u', ...'2.5'], 'BODIES', 'not a whole number: 2.5'],
    ['no number', [...down(3), 'ctrl-u', 'x'], 'STEP', 'not a number: x'],
    ['no choice', [...down(4), 'ctrl-u', ...'rk5'], 'METHOD', 'none of euler, rk4, verlet'],
    ['neither true nor false', [...down(5), 'ctrl-u', ...'si'], 'TRACE', 'true or false, not si'],
    ['the text of a range', [...down(6), 'ctrl-u', ...'1..5'], 'NOTE', 'as a text it is written "1..5"'],
  ])('that is %s is not sent, and its own field says why', (_, keys, name, says) => {
    const step = stepOf(ORBITS, [...keys, 'enter']);
    expect(step.command).toBeUndefined();
    expect(step.form?.focus).toBe(`parameter:${name}`);
    expect(step.form && notes(ORBITS, step.form)[name]).toBe(says);
  });

  test('makes a sweep with others, whose count stands in the form before it is made', () => {
    const form = stepOf(ORBITS, [
      ...down(2),
      'ctrl-u',
      ...'2..11',
      ...down(2),
      ...',euler',
      'down',
      ...',true',
    ]).form;
    expect(form && screenOf(ORBITS, form)).toContain('40 tasks → automatic');
  });
});

describe('workers that announce the same benchmark differently', () => {
  const bounds = (minimum: number, maximum: number, value: number) => [
    parameter('N', 'integer', { minimum, maximum, default: value }),
    parameter('MODE', 'text', {
      choices: minimum < 10 ? ['a', 'b'] : ['b', 'c'],
      default: minimum < 10 ? 'a' : 'c',
    }),
  ];
  const differing = fleetOf({
    'worker-01': { own: bounds(1, 20, 5) },
    'worker-02': { own: bounds(10, 50, 30) },
  });

  test('offer what all of them take while the master chooses', () => {
    const form = openForm(contextOf(differing, SIZE), {});
    expect(notes(differing, form)).toEqual({ N: 'N: 10 to 20', MODE: 'MODE: b' });
  });

  test('offer what the chosen one takes where one is chosen', () => {
    const first = stepOf(differing, ['down', 'right']).form;
    expect(first && notes(differing, first)).toEqual({ N: 'N: 1 to 20', MODE: 'MODE: a, b' });
    expect(sent(differing, 'down', 'right', 'right')).toEqual({ N: 30, MODE: 'c' });
  });

  test('that have nothing in common must be chosen among', () => {
    const apart = fleetOf({
      'worker-01': { own: [parameter('N', 'integer', { maximum: 5, default: 1 })] },
      'worker-02': { own: [parameter('N', 'integer', { minimum: 9, default: 9 })] },
    });
    const step = stepOf(apart, ['enter']);
    expect(step.command).toBeUndefined();
    expect(step.form && notes(apart, step.form).N).toBe('the workers differ: choose one by name');
    expect(sent(apart, 'down', 'right')).toEqual({ N: 1 });
  });
});

describe('the focus', () => {
  test('goes to the benchmark where its parameter is gone with its worker', () => {
    const form = stepOf(ORBITS, down(4)).form;
    const later = fleetOf({ 'worker-02': { other: [] } });
    expect(
      form && stepOf(later, ['x'], { ...form, choices: { ...form.choices, benchmark: 'other' } }).form?.focus,
    ).toBe('benchmark');
  });

  test('is in sight with many parameters in a small window', () => {
    const many = Array.from({ length: 64 }, (_, index) =>
      parameter(`P${index}`, 'integer', { default: index }),
    );
    const large = fleetOf({ 'worker-01': { large: many } });
    for (const size of [
      { columns: 80, rows: 17 },
      { columns: 40, rows: 8 },
      { columns: 20, rows: 3 },
    ]) {
      for (const index of [0, 31, 63]) {
        const form = stepOf(large, down(2 + index)).form;
        expect(form && screenOf(large, form, size)).toContain(`▸ P${index} (en)`);
      }
    }
  });
});

describe('a task that is sent again with changes', () => {
  const again = (snapshot: Snapshot, over: Parameters<typeof task>[0]) =>
    openFormAgain(contextOf(snapshot, SIZE), {}, { origin: task(over), swept: {} });

  test('fills the form with all that it had, whatever its benchmark', () => {
    const parameters = { BODIES: 12, STEP: 0.25, METHOD: 'euler', TRACE: true, NOTE: 'a, "b"' };
    const form = again(ORBITS, {
      benchmark: 'orbit',
      parameters,
      priority: 4,
      wantedWorker: 'worker-01',
      description: 'x',
    });
    expect(stepOf(ORBITS, ['enter'], form).command?.tasks).toEqual([
      { benchmark: 'orbit', parameters, priority: 4, wantedWorker: 'worker-01', description: 'x' },
    ]);
  });

  test('keeps its parameters where nobody announces its benchmark any more', () => {
    const parameters = { WIDTH: 3, LABEL: 'x', DEEP: true };
    const form = again(ORBITS, { benchmark: 'gone', parameters, wantedWorker: null });
    expect(stepOf(ORBITS, ['enter'], form).command?.tasks[0]).toMatchObject({
      benchmark: 'gone',
      parameters,
    });
  });

  test('says what its worker would refuse by now', () => {
    const form = again(ORBITS, { benchmark: 'orbit', parameters: { BODIES: 100 }, wantedWorker: null });
    const step = stepOf(ORBITS, ['enter'], form);
    expect(step.command).toBeUndefined();
    expect(step.form && notes(ORBITS, step.form).BODIES).toBe('too large: 2 to 64');
  });

  test('is not sent to a worker that is gone', () => {
    const form = again(ORBITS, { benchmark: 'orbit', parameters: {}, wantedWorker: 'worker-77' });
    expect(stepOf(ORBITS, ['enter'], form).form?.focus).toBe('worker');
  });
});
