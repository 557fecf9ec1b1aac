import { describe, expect, test } from 'vitest';
import type { Event } from '#model/events.ts';
import { NO_TASKS } from '#model/snapshot.ts';
import { expansionOf } from '#model/sweep.ts';
import type { Task } from '#model/task.ts';
import { formLines } from '#ui/overlays/form/form-lines.ts';
import { fieldNote } from '#ui/overlays/form/form-notes.ts';
import { type FormState, openForm, openFormAgain, pressInForm } from '#ui/overlays/form/form-state.ts';
import { formContext } from '#ui/overlays/form/form-task.ts';
import { batchRowId } from '#ui/views/tasks/batch-rows.ts';
import { againRequest } from '#ui/views/tasks/send-again.ts';
import { healthyWorker, NOW, SETTINGS, snapshotOf, task, workerConfig } from './fleet.ts';
import { contextOf, textOf } from './view-context.ts';

const SIZE = { columns: 120, rows: 26 };

const FLEET = snapshotOf([
  { type: 'master-started', at: NOW - 60_000, version: '0', settings: SETTINGS, counters: null },
  ...healthyWorker({ ...workerConfig('worker-01', '10.0.0.1'), labels: ['gpu', 'rack-2'] }, NOW),
  ...healthyWorker({ ...workerConfig('worker-02', '10.0.0.2'), labels: ['rack-10', 'gpu'] }, NOW),
]);

function pressed(keys: readonly string[], from?: FormState, snapshot = FLEET) {
  const context = contextOf(snapshot, SIZE);
  let step = { form: from ?? openForm(context, {}) } as ReturnType<typeof pressInForm>;
  for (const key of keys) if (step.form !== null) step = pressInForm(step.form, key, context);
  return step;
}

function screenOf(form: FormState | null): string {
  return form === null ? '' : formLines(form, contextOf(FLEET, SIZE)).map(textOf).join('\n');
}

function labelsNote(form: FormState | null): string {
  const context = contextOf(FLEET, SIZE);
  return form === null ? '' : textOf(fieldNote(form, 'labels', formContext(form, context)));
}

describe('the labels', () => {
  test('are a field where workers have some, and no field where none has', () => {
    expect(screenOf(pressed([]).form)).toMatch(/labels .*→ goes through gpu, rack-2, rack-10/);
    const plain = snapshotOf(healthyWorker(workerConfig('worker-01', '10.0.0.1'), NOW));
    const form = openForm(contextOf(plain, SIZE), {});
    expect(formContext(form, { snapshot: plain }).fields).not.toContain('labels');
  });

  test('are gone through with right, and behind a comma the next is', () => {
    const first = pressed(['down', 'down', 'right']).form;
    expect(first?.texts.labels.text).toBe('gpu');
    const second = pressed(['right'], first ?? undefined).form;
    expect(second?.texts.labels.text).toBe('rack-2');
    const both = pressed([',', 'right'], second ?? undefined);
    expect(both.form?.texts.labels.text).toBe('rack-2, gpu');
    expect(pressed(['right'], both.form ?? undefined).form?.texts.labels.text).toBe('rack-2, rack-10');
    expect(pressed(['enter'], both.form ?? undefined).command?.tasks[0]?.labels).toEqual(['rack-2', 'gpu']);
    expect(pressed(['down', 'down', ...'rack-1', 'right']).form?.texts.labels.text).toBe('rack-10');
  });

  test('that no worker has, or none has together, are said', () => {
    expect(labelsNote(pressed(['down', 'down', ...'tpu']).form)).toBe('no worker has tpu');
    expect(labelsNote(pressed(['down', 'down', ...'rack-2,rack-10']).form)).toBe('no worker has all of them');
    expect(labelsNote(pressed(['down', 'right', 'down', ...'rack-10']).form)).toBe(
      'worker-01 has not all of them',
    );
    expect(screenOf(pressed(['down', 'down', ...'tpu']).form)).toContain('will wait for a worker');
  });
});

describe('what is seldom needed', () => {
  test('is one line until it is unfolded', () => {
    const folded = pressed(['up']).form;
    expect(folded?.focus).toBe('more');
    expect(screenOf(folded)).not.toMatch(/^ *retries/m);
    for (const key of ['right', 'space']) {
      const open = pressed([key, ...'2.5', 'down', '0'], folded ?? undefined);
      expect(pressed(['enter'], open.form ?? undefined).command?.tasks[0]).toMatchObject({
        timeoutMs: 2_500,
        retries: 0,
      });
    }
  });

  test('is not sent where it is empty', () => {
    expect(Object.keys(pressed(['up', 'right', 'enter']).command?.tasks[0] ?? {})).toEqual([
      'benchmark',
      'parameters',
      'priority',
      'wantedWorker',
      'description',
    ]);
  });

  test.each([
    ['0', 'timeout', 'too small: 0.001 to 604800'],
    ['x', 'timeout', 'not a number: x'],
  ])('says what is wrong with %j as %s', (typed, field, says) => {
    const step = pressed(['up', 'right', ...typed, 'enter']);
    expect(step.command).toBeUndefined();
    expect(step.form?.focus).toBe(field);
    expect(screenOf(step.form)).toContain(`Not sent. time limit: ${says}`);
  });
});

describe('a task that is sent again', () => {
  const full: Partial<Task> = {
    benchmark: 'benchmark.py',
    labels: ['gpu', 'rack-2'],
    timeoutMs: 90_500,
    retries: 3,
    priority: 7,
    wantedWorker: 'worker-01',
    description: 'again',
  };
  const again = (over: Partial<Task>) =>
    openFormAgain(contextOf(FLEET, SIZE), {}, { origin: task(over), swept: {} });

  test('keeps labels, time limit and retries, all of them in sight', () => {
    const { parameters, ...asked } = full;
    expect(pressed(['enter'], again(full)).command?.tasks).toEqual([
      { ...asked, parameters: task().parameters },
    ]);
    const screen = screenOf(again(full));
    expect(screen).toMatch(/labels +gpu, rack-2/);
    expect(screen).toMatch(/time limit +90.5/);
    expect(screen).toMatch(/retries +3/);
  });

  test('keeps when it was to begin and to be done only while that is to come, and says so', () => {
    const later = again({ ...full, startAt: NOW + 60_000, deadline: NOW + 3_600_000 });
    expect(pressed(['enter'], later).command?.tasks[0]).toMatchObject({
      startAt: NOW + 60_000,
      deadline: NOW + 3_600_000,
    });
    expect(screenOf(later)).toContain('will wait until ');
    expect(screenOf(later)).toContain('worthless after ');
    const past = pressed(['enter'], again({ ...full, startAt: NOW - 1, deadline: NOW })).command?.tasks[0];
    expect(Object.keys(past ?? {})).not.toContain('startAt');
    expect(Object.keys(past ?? {})).not.toContain('deadline');
  });

  test('keeps labels that no worker has any more', () => {
    const gone = again({ ...full, labels: ['gone'], wantedWorker: null });
    expect(pressed(['enter'], gone).command?.tasks[0]?.labels).toEqual(['gone']);
    expect(labelsNote(gone)).toBe('no worker has gone');
  });

  test('keeps a text that looks like a range', () => {
    const form = again({ benchmark: 'texts', parameters: { PAGES: '1..5', SAID: '"1..5"' } });
    const asked = pressed(['enter'], form).command?.tasks[0]?.parameters ?? {};
    expect(expansionOf(asked, 10)).toEqual({ fixed: { PAGES: '1..5', SAID: '"1..5"' }, axes: [] });
  });
});

describe('a batch that is sent again', () => {
  function swept(
    parameters: readonly Task['parameters'][],
    over: (index: number) => Partial<Task> = () => ({}),
  ) {
    const batch: Event = {
      type: 'batch-submitted',
      at: NOW,
      batch: {
        id: 'night',
        description: '',
        benchmark: 'benchmark.py',
        createdAt: NOW,
        counts: NO_TASKS,
        startedAt: null,
        endedAt: null,
        marks: [],
      },
      tasks: parameters.length,
    };
    const tasks = parameters.map((one, index) =>
      task({
        id: `night-${index + 1}`,
        sequence: index + 1,
        batch: 'night',
        parameters: one,
        ...over(index),
      }),
    );
    return { batch, tasks };
  }

  function request({ batch, tasks }: ReturnType<typeof swept>, known = tasks.length) {
    const snapshot = snapshotOf(
      [
        batch,
        ...tasks.map(
          (one): Event => ({ type: 'task-changed', at: NOW, change: 'submitted', task: one, from: null }),
        ),
      ],
      FLEET,
    );
    const { batches } = snapshot.tasks;
    const entry = batches.get('night');
    if (entry === undefined) throw new Error('no batch');
    const keep = new Set(tasks.slice(0, known).map(({ id }) => id));
    const some = snapshot.tasks.known.without(({ id }) => !keep.has(id));
    const context = contextOf({ ...snapshot, tasks: { ...snapshot.tasks, known: some } }, SIZE);
    const row = { kind: 'batch', id: batchRowId('night'), batch: entry, expanded: false } as const;
    return againRequest(row, context);
  }

  const grid = [1, 2, 3].flatMap((steps) =>
    [0.1, 0.2, 0.3, 0.4].flatMap((step) =>
      ['a', '1..5'].map((name) => ({ NUM_PASOS: steps, STEP: step, NAME: name, SEMILLA: 42 })),
    ),
  );

  test('opens with its sweep: ranges where they are, lists elsewhere, and asks for the same tasks', () => {
    const asked = request(swept(grid));
    if (asked?.type !== 'open-form') throw new Error('no form');
    expect(asked.swept).toEqual({ NUM_PASOS: '1..3', STEP: '0.1..0.4..0.1', NAME: 'a,"1..5"' });
    const form = openFormAgain(contextOf(FLEET, SIZE), {}, asked);
    const parameters = pressed(['enter'], form).command?.tasks[0]?.parameters ?? {};
    const { fixed, axes } = expansionOf(parameters, 100);
    expect(fixed).toEqual({ SEMILLA: 42 });
    expect(Object.fromEntries(axes.map(({ name, values }) => [name, values]))).toEqual({
      NUM_PASOS: [1, 2, 3],
      STEP: [0.1, 0.2, 0.3, 0.4],
      NAME: ['a', '1..5'],
    });
  });

  test('of numbers without a step is a list, and downwards a range', () => {
    const asked = request(swept([50, 100, 200].map((value) => ({ NUM_PASOS: value }))));
    expect(asked).toMatchObject({ swept: { NUM_PASOS: '50,100,200' } });
    const down = request(swept([9, 7, 5].map((value) => ({ NUM_PASOS: value }))));
    expect(down).toMatchObject({ swept: { NUM_PASOS: '9..5..-2' } });
  });

  test('is read first where not all of its tasks are known here', () => {
    expect(request(swept(grid), 7)).toMatchObject({ type: 'read-batch', batch: { id: 'night' } });
  });

  test('says that it cannot where its tasks are no sweep', () => {
    const reason = 'night is no sweep: open it and send one of its tasks again';
    const holes = grid.slice(1);
    expect(request(swept(holes))).toEqual({ type: 'refuse', reason });
    expect(request(swept(grid, (index) => ({ priority: index === 3 ? 9 : 1 })))).toEqual({
      type: 'refuse',
      reason,
    });
  });
});
