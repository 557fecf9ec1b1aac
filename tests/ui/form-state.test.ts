import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Event } from '#model/events.ts';
import type { Snapshot } from '#model/snapshot.ts';
import type { FieldId } from '#ui/overlays/form/form-fields.ts';
import { FORM_KEYMAP } from '#ui/overlays/form/form-keymap.ts';
import { formMessage as messageOf } from '#ui/overlays/form/form-message.ts';
import { fieldNote as noteOf } from '#ui/overlays/form/form-notes.ts';
import {
  type FormState,
  type FormStep,
  openForm,
  pressInForm,
  refuseForm,
} from '#ui/overlays/form/form-state.ts';
import { formContext } from '#ui/overlays/form/form-task.ts';
import { parameterText } from '#ui/overlays/form/form-written.ts';
import type { ViewContext } from '#ui/views/view.ts';
import {
  attempt,
  busyFleet,
  exampleFleet,
  healthyWorker,
  NOW,
  SETTINGS,
  snapshotOf,
  task,
  workerConfig,
} from './fleet.ts';
import { contextOf, textOf } from './view-context.ts';

const SIZE = { columns: 80, rows: 17 };

function started(...events: Event[]): Snapshot {
  return snapshotOf([
    { type: 'master-started', at: NOW - 60_000, version: '0', settings: SETTINGS, counters: null },
    ...events,
  ]);
}

function workers(...ids: string[]): Event[] {
  return ids.flatMap((id, index) => healthyWorker(workerConfig(id, `10.0.0.${index}`), NOW));
}

/** The form as it opens, after keys. */
function pressed(
  snapshot: Snapshot,
  keys: readonly string[],
  remembered: Readonly<Record<string, string>> = {},
): FormState {
  const { form } = lastStep(snapshot, keys, remembered);
  if (form === null) throw new Error('the form is closed');
  return form;
}

function lastStep(
  snapshot: Snapshot,
  keys: readonly string[],
  remembered: Readonly<Record<string, string>> = {},
): FormStep {
  const context = contextOf(snapshot, SIZE);
  let step: FormStep = { form: openForm(context, remembered) };
  for (const key of keys) if (step.form !== null) step = pressInForm(step.form, key, context);
  return step;
}

/** The texts of the form, its parameters by their own names. */
function texts(form: FormState, snapshot = fleet): Record<string, string> {
  const { parameters } = formContext(form, { snapshot });
  const written = parameters.map((parameter) => [
    parameter.name,
    parameterText(form, parameter, { snapshot }).text,
  ]);
  const { copies, description } = form.texts;
  return { ...Object.fromEntries(written), copies: copies.text, description: description.text };
}

function fieldNote(form: FormState, field: FieldId, context: ViewContext) {
  return noteOf(form, field, formContext(form, context));
}

function formMessage(form: FormState, context: ViewContext) {
  return messageOf(form, formContext(form, context));
}

const FIELD_IDS: readonly FieldId[] = [
  'benchmark',
  'worker',
  'parameter:NUM_PARTICULAS',
  'parameter:NUM_PASOS',
  'parameter:SEMILLA',
  'priority',
  'copies',
  'description',
  'more',
];

const fleet = started(...workers('worker-01', 'worker-02', 'worker-10'));

describe('the form opens', () => {
  test('on the configured defaults, automatic, for one task of priority 1', () => {
    const form = pressed(fleet, []);
    expect(form.choices).toEqual({ benchmark: 'benchmark.py', worker: '', priority: '1' });
    expect(texts(form)).toEqual({
      NUM_PARTICULAS: '100',
      NUM_PASOS: '500',
      SEMILLA: '42',
      copies: '1',
      description: '',
    });
  });

  test('on what was sent last, but never on its count and description', () => {
    const sent = lastStep(fleet, [
      ...['right', 'down', 'right', 'down', 'ctrl-u', '7', 'down', 'ctrl-u', '8', 'down', 'ctrl-u', '9'],
      ...['down', 'right', 'down', '5', 'down', 'x', 'enter'],
    ]);
    const form = pressed(fleet, [], sent.remember);
    expect(form.choices).toEqual({ benchmark: 'benchmark_cython.py', worker: 'worker-01', priority: '2' });
    expect(texts(form)).toEqual({
      NUM_PARTICULAS: '7',
      NUM_PASOS: '8',
      SEMILLA: '9',
      copies: '1',
      description: '',
    });
  });

  test.each([
    ['a worker that is gone', { worker: 'worker-99' }],
    ['a benchmark that nobody announces', { benchmark: 'gone.py' }],
    ['a priority out of range', { priority: '11' }],
    [
      'numbers that are none',
      {
        'benchmark.py:NUM_PARTICULAS': 'many',
        'benchmark.py:NUM_PASOS': '0',
        'benchmark.py:SEMILLA': '4294967296',
      },
    ],
    ['a number too long to be exact', { 'benchmark.py:NUM_PARTICULAS': '9'.repeat(16) }],
  ])('on the defaults instead of %s', (_, remembered) => {
    const form = pressed(fleet, [], remembered);
    expect(form.choices).toEqual({ benchmark: 'benchmark.py', worker: '', priority: '1' });
    expect(texts(form)).toMatchObject({ NUM_PARTICULAS: '100', NUM_PASOS: '500', SEMILLA: '42' });
  });

  test('on the configured benchmark while no worker announces any', () => {
    expect(pressed(started(), []).choices.benchmark).toBe('benchmark.py');
  });

  test('without a benchmark before the master has started, and then sends nothing', () => {
    const step = lastStep(snapshotOf([]), ['enter']);
    expect(step.command).toBeUndefined();
    expect(step.form?.choices.benchmark).toBe('');
    expect(step.form?.focus).toBe('benchmark');
  });
});

describe('the fields', () => {
  test('are gone through with down and tab, and back with up and shift-tab, round and round', () => {
    for (const [next, previous] of [
      ['down', 'up'],
      ['tab', 'shift-tab'],
    ] as const) {
      const visited = FIELD_IDS.map((_, count) => pressed(fleet, Array(count).fill(next)).focus);
      expect(visited).toEqual(FIELD_IDS);
      expect(pressed(fleet, Array(FIELD_IDS.length).fill(next)).focus).toBe('benchmark');
      expect(pressed(fleet, [previous]).focus).toBe('more');
    }
  });

  test('close on esc and leave what was remembered alone', () => {
    const step = lastStep(fleet, ['down', 'down', '9', 'esc']);
    expect(step).toEqual({ form: null });
  });
});

describe('a choice', () => {
  const worker = (...keys: string[]) => pressed(fleet, ['down', ...keys]).choices.worker;

  test('goes round with left and right', () => {
    expect(worker('right')).toBe('worker-01');
    expect(worker('right', 'right', 'right')).toBe('worker-10');
    expect(worker('right', 'right', 'right', 'right')).toBe('');
    expect(worker('left')).toBe('worker-10');
    expect(worker('end')).toBe('worker-10');
    expect(worker('end', 'home')).toBe('');
  });

  test('follows a typed name: the name itself, else its beginning, else any part of it', () => {
    expect(worker(...'worker-10')).toBe('worker-10');
    expect(worker(...'work')).toBe('worker-01');
    expect(worker('1', '0')).toBe('worker-10');
    expect(worker(...'WORKER-02')).toBe('worker-02');
    expect(worker('right', ...'auto')).toBe('');
  });

  test('stays where it is while that is as good as any other', () => {
    expect(worker('end', ...'work')).toBe('worker-10');
  });

  test('is gone through among the matches only while a name is typed', () => {
    expect(worker('0', 'right')).toBe('worker-02');
    expect(worker('0', 'right', 'right')).toBe('worker-10');
    expect(worker('0', 'right', 'right', 'right')).toBe('worker-01');
  });

  test('forgets the typed name when it is erased, cleared, or left', () => {
    expect(pressed(fleet, ['down', '1', '0', 'backspace']).search).toBe('1');
    expect(pressed(fleet, ['down', '1', '0', 'ctrl-u']).search).toBe('');
    expect(pressed(fleet, ['down', '1', '0', 'down']).search).toBe('');
  });

  test('stays, and is not sent, where nothing matches what was typed', () => {
    const step = lastStep(fleet, ['down', 'right', ...'zz', 'enter']);
    expect(step.command).toBeUndefined();
    expect(step.form).toMatchObject({ focus: 'worker', search: 'zz', tried: true });
    expect(step.form?.choices.worker).toBe('worker-01');
  });

  test('of the priority goes from 1 to 10, and takes digits', () => {
    const priority = (...keys: string[]) =>
      pressed(fleet, [...Array<string>(5).fill('down'), ...keys]).choices.priority;
    expect(priority('left')).toBe('10');
    expect(priority('7')).toBe('7');
    expect(priority('1', '0')).toBe('10');
    expect(priority('7', '0')).toBe('7');
    expect(priority('7', 'x')).toBe('7');
    expect(priority('end', 'right')).toBe('1');
  });

  test('of the benchmark is among what active workers announce, in alphabetical order', () => {
    const own = started(
      ...workers('worker-01'),
      announces('worker-01', ['z.py', 'a.py', 'z.py']),
      ...workers('worker-02'),
      announces('worker-02', ['m.py', 'a.py']),
    );
    expect(pressed(own, []).choices.benchmark).toBe('a.py');
    expect(pressed(own, ['right']).choices.benchmark).toBe('m.py');
    expect(pressed(own, ['left']).choices.benchmark).toBe('z.py');
    expect(textOf(fieldNote(pressed(own, []), 'benchmark', contextOf(own, SIZE)))).toBe(
      'announced by 2 of 2 active',
    );
  });
});

describe('workers come and go while the form is open', () => {
  test('and what was chosen stays chosen', () => {
    const form = pressed(fleet, ['down', 'right', 'right']);
    const later = contextOf(started(...workers('worker-00', 'worker-02', 'worker-10')), SIZE);
    expect(pressInForm(form, 'x', later).form?.choices.worker).toBe('worker-02');
    expect(pressInForm(form, 'right', later).form?.choices.worker).toBe('worker-10');
  });

  test('and a chosen one that is gone is said, not sent, and can be left in both directions', () => {
    const form = pressed(fleet, ['down', 'right', 'down']);
    const later = contextOf(started(...workers('worker-02', 'worker-10')), SIZE);
    const step = pressInForm(form, 'enter', later);
    expect(step.command).toBeUndefined();
    expect(step.form).toMatchObject({ focus: 'worker', tried: true });
    expect(textOf(fieldNote(form, 'worker', later))).toBe('no longer there: choose another');
    const atWorker = step.form ?? form;
    expect(pressInForm(atWorker, 'right', later).form?.choices.worker).toBe('');
    expect(pressInForm(atWorker, 'left', later).form?.choices.worker).toBe('worker-10');
  });

  test('and a chosen benchmark that nobody announces any more is said, and may be sent', () => {
    const form = pressed(fleet, []);
    const later = started(...workers('worker-01'), announces('worker-01', ['other.py']));
    expect(textOf(fieldNote(form, 'benchmark', contextOf(later, SIZE)))).toBe(
      'no active worker announces it',
    );
    expect(pressInForm(form, 'enter', contextOf(later, SIZE)).command?.tasks[0]?.benchmark).toBe(
      'benchmark.py',
    );
  });
});

describe('a number', () => {
  const PLACES = { particles: 2, steps: 3, seed: 4, copies: 6 } as const;
  const note = (field: keyof typeof PLACES, typed: string) => {
    const form = pressed(fleet, [...Array<string>(PLACES[field]).fill('down'), 'ctrl-u', ...typed]);
    const line = fieldNote(form, FIELD_IDS[PLACES[field]] ?? 'copies', contextOf(fleet, SIZE));
    return { text: textOf(line), bad: line.some(({ style }) => style === 'bad') };
  };

  test.each([
    ['particles', '1', false, 'NUM_PARTICULAS: 1 or more'],
    ['particles', '0', true, 'too small: 1 or more'],
    ['particles', '', true, 'missing: 1 or more'],
    ['particles', '1.5', true, 'not a whole number: 1.5'],
    ['particles', '1e3', true, 'not a whole number: 1e3'],
    ['particles', '-3', true, 'too small: 1 or more'],
    ['particles', '999999999999999', false, 'NUM_PARTICULAS: 1 or more'],
    ['steps', '+5', false, 'NUM_PASOS: 1 or more'],
    ['steps', '0', true, 'too small: 1 or more'],
    ['seed', '0', false, 'SEMILLA: 0 to 4294967295'],
    ['seed', '4294967295', false, 'SEMILLA: 0 to 4294967295'],
    ['seed', '4294967296', true, 'too large: 0 to 4294967295'],
    ['seed', '-1', true, 'too small: 0 to 4294967295'],
    ['copies', '1000', false, '1 to 1000 equal tasks'],
    ['copies', '1001', true, 'too large: 1 to 1000'],
    ['copies', '0', true, 'too small: 1 to 1000'],
  ] as const)('%s of “%s” is wrong: %s (%s)', (field, typed, bad, text) => {
    expect(note(field, typed)).toEqual({ text, bad });
  });

  test('takes no more characters than a list needs, and no number that is not exact', () => {
    const form = pressed(fleet, ['down', 'down', 'ctrl-u', ...'9'.repeat(80)]);
    expect(texts(form).NUM_PARTICULAS).toBe('9'.repeat(60));
    expect(pressInForm(form, 'enter', contextOf(fleet, SIZE)).command).toBeUndefined();
    const copies = pressed(fleet, [
      'down',
      'down',
      'down',
      'down',
      'down',
      'down',
      'ctrl-u',
      ...'9'.repeat(80),
    ]);
    expect(texts(copies).copies).toBe('9'.repeat(15));
  });
});

describe('sending', () => {
  const TYPED = [
    ...[
      'right',
      'down',
      ...'worker-10',
      'down',
      'ctrl-u',
      ...'1000',
      'down',
      'backspace',
      'backspace',
      ...'1',
    ],
    ...['down', 'left', 'left', '1', 'down', '4', 'down', 'ctrl-u', '3', 'down', 'o', 'n', 'space', 'i', 't'],
  ];

  test('asks for exactly the tasks that stand in the form', () => {
    const { command, remember } = lastStep(fleet, [...TYPED, 'enter']);
    const asked = {
      benchmark: 'benchmark_cython.py',
      parameters: { NUM_PARTICULAS: 1000, NUM_PASOS: 51, SEMILLA: 142 },
      priority: 4,
      wantedWorker: 'worker-10',
      description: 'on it',
    };
    expect(command).toEqual({ type: 'submit-tasks', tasks: [asked, asked, asked] });
    expect(remember).toEqual({
      benchmark: 'benchmark_cython.py',
      worker: 'worker-10',
      priority: '4',
      'benchmark_cython.py:NUM_PARTICULAS': '1000',
      'benchmark_cython.py:NUM_PASOS': '51',
      'benchmark_cython.py:SEMILLA': '142',
    });
  });

  test('leaves the choice of the worker to the master where it is automatic', () => {
    expect(lastStep(fleet, ['enter']).command?.tasks).toEqual([
      {
        benchmark: 'benchmark.py',
        parameters: { NUM_PARTICULAS: 100, NUM_PASOS: 500, SEMILLA: 42 },
        priority: 1,
        wantedWorker: null,
        description: '',
      },
    ]);
  });

  test('works from every field', () => {
    for (const count of FIELD_IDS.keys()) {
      expect(lastStep(fleet, [...Array<string>(count).fill('tab'), 'enter']).command?.type).toBe(
        'submit-tasks',
      );
    }
  });

  test('is done once, however often enter is pressed, and nothing changes meanwhile', () => {
    const context = contextOf(fleet, SIZE);
    const sending = pressed(fleet, ['enter']);
    for (const { keys } of FORM_KEYMAP) {
      for (const key of keys) expect(pressInForm(sending, key, context)).toEqual({ form: sending });
    }
    expect(pressInForm(sending, 'x', context)).toEqual({ form: sending });
  });

  test('moves to the first wrong field instead, and says why', () => {
    const step = lastStep(fleet, [
      'down',
      'down',
      'down',
      'down',
      'ctrl-u',
      'x',
      'down',
      'down',
      'ctrl-u',
      'enter',
    ]);
    expect(step.command).toBeUndefined();
    expect(step.remember).toBeUndefined();
    expect(step.form?.focus).toBe('parameter:SEMILLA');
    expect(step.form && formMessage(step.form, contextOf(fleet, SIZE))?.text).toBe(
      'Not sent. seed: not a whole number: x',
    );
  });

  test('is possible without any worker, and the form says that the task will wait', () => {
    const none = started();
    expect(formMessage(pressed(none, []), contextOf(none, SIZE))?.text).toBe(
      '1 task → automatic · will wait for a worker: none is configured',
    );
    expect(lastStep(none, ['enter']).command?.tasks).toHaveLength(1);
  });

  test('is shown with the count until the master answers', () => {
    const form = pressed(fleet, ['up', 'up', 'up', '2', 'enter']);
    expect(formMessage(form, contextOf(fleet, SIZE))?.text).toBe('Sending 12 tasks …');
  });

  test('that is refused leaves everything as it was, says why, and can be tried again', () => {
    const before = pressed(fleet, TYPED);
    const context = contextOf(fleet, SIZE);
    const { form: sending, command } = pressInForm(before, 'enter', context);
    const refused = refuseForm(sending ?? before, 'the disk is full');
    expect(refused.texts).toEqual(before.texts);
    expect(refused.choices).toEqual(before.choices);
    expect(refused.focus).toBe(before.focus);
    expect(formMessage(refused, context)?.text).toBe('Refused: the disk is full');
    expect(pressInForm(refused, 'enter', context).command).toEqual(command);
  });

  test('keeps the refusal in sight until something is changed', () => {
    const context = contextOf(fleet, SIZE);
    const refused = refuseForm(pressed(fleet, ['enter']), 'no');
    expect(pressInForm(refused, 'down', context).form?.refusal).toBe('no');
    expect(pressInForm(refused, 'right', context).form?.refusal).toBeNull();
  });

  test('strips what only controls a terminal from the description', () => {
    const hostile = '\u001b[31mred\u001b[0m\u202eback';
    const { command } = lastStep(fleet, ['up', 'up', ...hostile, 'enter']);
    expect(command?.tasks[0]?.description).toBe('red back');
  });
});

describe('what will happen is said as far as it is known', () => {
  const message = (snapshot: Snapshot, ...keys: string[]) =>
    formMessage(pressed(snapshot, keys), contextOf(snapshot, SIZE))?.text;

  test('how many slots are free, of the fleet or of the worker', () => {
    expect(message(fleet)).toBe('1 task → automatic · 3 of 3 slots free');
    expect(message(fleet, 'down', 'right')).toBe('1 task → worker-01 · 1 of 1 slot free');
    expect(message(fleet, 'up', 'up', 'up', '0', '0')).toBe('100 tasks → automatic · 3 of 3 slots free');
  });

  test('what it will wait for', () => {
    expect(message(busyFleet(), 'down', ...'worker-03')).toBe(
      '1 task → worker-03 · will wait for worker-03: lost 3 min · behind 2 queued',
    );
    expect(message(busyFleet({ maxConcurrentTasks: 1 }))).toContain(
      'will wait for ORCHESTRATOR_MAX_CONCURRENT_TASKS: 1 at once',
    );
  });

  test('how many queued tasks come first: those of at least its priority that could take its place', () => {
    const queued = (id: string, over: Parameters<typeof task>[0]): Event => ({
      type: 'task-changed',
      at: NOW,
      change: 'submitted',
      task: task({ id, ...over }),
      from: null,
    });
    const running: Event = {
      type: 'task-changed',
      at: NOW,
      change: 'sent',
      task: task({ id: 'r', state: 'running', attempts: [attempt()] }),
      from: null,
    };
    const busy = started(
      ...workers('worker-01'),
      running,
      queued('same', { priority: 1 }),
      queued('higher', { priority: 9 }),
      queued('later', { priority: 1, notBefore: NOW + 60_000 }),
      queued('elsewhere', { priority: 9, wantedWorker: 'worker-77' }),
      queued('there', { priority: 9, wantedWorker: 'worker-01' }),
    );
    const waits = '1 task → automatic · will wait for a free slot: 1 of 1 taken';
    expect(message(busy)).toBe(`${waits} · behind 2 queued`);
    const five = ['down', 'down', 'down', 'down', 'down', '5'];
    expect(message(busy, ...five)).toBe(`${waits} · behind 1 queued`);
    expect(message(busy, 'down', 'right', 'down', 'down', 'down', 'down', '5')).toBe(
      '1 task → worker-01 · will wait for worker-01: 1 of 1 slot taken · behind 2 queued',
    );
  });

  test('the state of the chosen worker, what runs there, and its own times', () => {
    const context = contextOf(exampleFleet(), { ...SIZE, columns: 200 });
    const of = (name: string) =>
      textOf(fieldNote(pressed(exampleFleet(), ['down', ...name]), 'worker', context));
    expect(of('worker-01')).toBe(
      '● active  free any moment  1 of 1 slot taken  runs b2c4d6e8  1.92 s on average here',
    );
    expect(of('worker-02')).toBe('◐ unstable  unhealthy');
    expect(of('worker-03')).toBe('○ inactive  lost 3 min');
    expect(of('worker-04')).toBe('◌ unknown  first ping …');
  });

  test('that the chosen worker does not announce the chosen benchmark', () => {
    const own = started(
      ...workers('worker-01', 'worker-02'),
      announces('worker-01', ['special.py']),
      announces('worker-02', ['benchmark.py']),
    );
    const form = pressed(own, ['down', 'right']);
    expect(textOf(fieldNote(form, 'worker', contextOf(own, { ...SIZE, columns: 200 })))).toBe(
      '● active  does not announce benchmark.py  0 of 1 slot taken',
    );
  });
});

describe('whatever is pressed', () => {
  test('a form that sends is a form without a mistake, and what it sends is in range', () => {
    const anyKey = fc.oneof(
      fc.constantFrom(...FORM_KEYMAP.flatMap(({ keys }) => keys).filter((key) => key !== 'esc')),
      fc.constantFrom(...'0123456789-x世', 'space'),
    );
    fc.assert(
      fc.property(fc.array(anyKey, { maxLength: 60 }), (keys) => {
        const { command } = lastStep(fleet, [...keys, 'enter']);
        for (const { parameters, priority, wantedWorker } of command?.tasks ?? []) {
          expect(parameters.NUM_PARTICULAS).toBeGreaterThanOrEqual(1);
          expect(parameters.NUM_PASOS).toBeGreaterThanOrEqual(1);
          expect(parameters.SEMILLA).toBeLessThan(2 ** 32);
          expect(Number.isSafeInteger(parameters.NUM_PARTICULAS)).toBe(true);
          expect(priority).toBeGreaterThanOrEqual(1);
          expect(priority).toBeLessThanOrEqual(10);
          expect([null, 'worker-01', 'worker-02', 'worker-10']).toContain(wantedWorker);
        }
      }),
    );
  });
});

function announces(workerId: string, benchmarks: readonly string[]): Event {
  return {
    type: 'worker-health-checked',
    at: NOW,
    workerId,
    health: { state: 'healthy', reasons: [], warnings: [], checkedAt: NOW },
    medianMs: 12,
    statusReport: { dockerImage: '', imageAvailable: false, benchmarks, pythonAvailable: true },
  };
}
