import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TASK_STATES, type Task } from '#model/task.ts';
import { translator } from '#ui/i18n/translate.ts';
import { taskColumns } from '#ui/views/tasks/columns.ts';
import { taskDetails } from '#ui/views/tasks/details.ts';
import { queuePosition, TASK_SORTS, taskRows } from '#ui/views/tasks/rows.ts';
import { parametersText, runMilliseconds, timeCell } from '#ui/views/tasks/task-text.ts';
import { capacityOf } from '#ui/views/tasks/waiting.ts';
import { attempt, exampleFleet, NOW, task } from './fleet.ts';
import { contextOf, textOf } from './view-context.ts';

const t = translator('en');
const context = contextOf(exampleFleet(), { columns: 80, rows: 20 });

function ids(
  tasks: readonly Task[],
  over: { filter?: string; column?: string; descending?: boolean } = {},
): string[] {
  const { filter = '', column, descending = false } = over;
  const sort = column === undefined ? null : { column, descending };
  return taskRows(tasks, { filter, sort }, t).map(({ id }) => id);
}

const started = (id: string, at: number, over: Partial<Task> = {}) =>
  task({ id, state: 'running', attempts: [attempt({ assignedAt: at, sentAt: at })], ...over });
const finished = (id: string, at: number, over: Partial<Task> = {}) =>
  task({ id, state: 'completed', updatedAt: at, ...over });

describe('the order of tasks', () => {
  test('is what runs, longest first; then the queue as it will run; then what ended, newest first', () => {
    const tasks = [
      finished('ended-early', NOW - 9_000),
      task({ id: 'low', sequence: 1, priority: 1 }),
      finished('ended-late', NOW - 1_000, { state: 'failed' }),
      task({ id: 'high-second', sequence: 3, priority: 9 }),
      started('started-late', NOW - 1_000),
      task({ id: 'high-first', sequence: 2, priority: 9 }),
      finished('ended-between', NOW - 5_000, { state: 'cancelled' }),
      started('started-early', NOW - 5_000, { state: 'assigned' }),
    ];
    expect(ids(tasks)).toEqual([
      'started-early',
      'started-late',
      'high-first',
      'high-second',
      'low',
      'ended-late',
      'ended-between',
      'ended-early',
    ]);
  });

  test('does not depend on the order in which tasks became known, whatever it is sorted by', () => {
    const anyTask = fc.record({
      sequence: fc.nat({ max: 1_000 }),
      state: fc.constantFrom(...TASK_STATES),
      priority: fc.integer({ min: 1, max: 10 }),
      updatedAt: fc.integer({ min: NOW - 10, max: NOW }),
      worker: fc.constantFrom('worker-1', 'worker-2', 'worker-10'),
      attempts: fc.nat({ max: 3 }),
    });
    const anySort = fc.option(
      fc.record({ column: fc.constantFrom(...TASK_SORTS), descending: fc.boolean() }),
      { nil: null },
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(anyTask, { selector: ({ sequence }) => sequence, maxLength: 12 }),
        anySort,
        fc.infiniteStream(fc.nat({ max: 1_000 })),
        (records, sort, picks) => {
          const tasks = records.map(({ worker, attempts, ...over }) =>
            task({
              ...over,
              id: `task-${over.sequence}`,
              attempts: Array.from({ length: attempts }, (_, index) =>
                attempt({ number: index + 1, workerId: worker }),
              ),
            }),
          );
          const shuffled = tasks
            .map((known) => ({ known, key: picks.next().value ?? 0 }))
            .sort((a, b) => a.key - b.key)
            .map(({ known }) => known);
          const sorted = taskRows(tasks, { filter: '', sort }, t).map(({ id }) => id);
          expect(taskRows(shuffled, { filter: '', sort }, t).map(({ id }) => id)).toEqual(sorted);
          expect(new Set(sorted).size).toBe(tasks.length);
        },
      ),
    );
  });

  test('by state has trouble first, by priority the highest, by attempts the most, by time the longest run', () => {
    const tasks = [
      finished('quick', NOW - 1, { result: result(0.5), attempts: [attempt()], priority: 2 }),
      finished('slow', NOW - 3, {
        result: result(9),
        attempts: [attempt(), attempt({ number: 2 })],
        priority: 5,
      }),
      finished('broken', NOW - 2, { state: 'failed', result: null, priority: 1 }),
    ];
    expect(ids(tasks, { column: 'state' })[0]).toBe('broken');
    expect(ids(tasks, { column: 'priority' })).toEqual(['slow', 'quick', 'broken']);
    expect(ids(tasks, { column: 'attempts' })[0]).toBe('slow');
    expect(ids(tasks, { column: 'time' })).toEqual(['slow', 'quick', 'broken']);
    expect(ids(tasks, { column: 'time', descending: true })).toEqual(['broken', 'quick', 'slow']);
  });

  test('by worker counts numbers as numbers, and a queued task by the worker it wants', () => {
    const tasks = [
      task({ id: 'ten', wantedWorker: 'worker-10' }),
      task({ id: 'two', wantedWorker: 'worker-2' }),
      started('three', NOW, { attempts: [attempt({ workerId: 'worker-3' })] }),
    ];
    expect(ids(tasks, { column: 'worker' })).toEqual(['two', 'three', 'ten']);
  });

  test('by benchmark is alphabetical, and a column that is not there changes nothing', () => {
    const tasks = [
      task({ id: 'b', benchmark: 'b.py', sequence: 1 }),
      task({ id: 'a', benchmark: 'a.py', sequence: 2 }),
    ];
    expect(ids(tasks, { column: 'benchmark' })).toEqual(['a', 'b']);
    expect(ids(tasks, { column: 'no-such-column' })).toEqual(['b', 'a']);
  });
});

describe('the filter', () => {
  const tasks = [
    task({ id: 'one', description: 'Chapter two', sequence: 1 }),
    task({ id: 'two', wantedWorker: 'worker-07', sequence: 2, benchmark: 'benchmark_cython.py' }),
    finished('three', NOW, {
      attempts: [attempt({ error: 'MemoryError', outcome: 'failed' })],
      state: 'failed',
    }),
  ];

  test.each([
    ['one', ['one']],
    ['chapter', ['one']],
    ['worker-07', ['two']],
    ['cython', ['two']],
    ['memoryerror', ['three']],
    ['failed', ['three']],
    ['pending !chapter', ['two']],
    ['SEMILLA=42', ['one', 'two', 'three']],
    ['nothing-has-this', []],
  ])('%s lets through %j', (filter, expected) => {
    expect(ids(tasks, { filter })).toEqual(expected);
  });
});

describe('the place in the queue', () => {
  test('counts the pending tasks that are taken before', () => {
    const own = task({ id: 'own', sequence: 5, priority: 3 });
    const others = [
      task({ id: 'higher', sequence: 9, priority: 4 }),
      task({ id: 'older', sequence: 4, priority: 3 }),
      task({ id: 'younger', sequence: 6, priority: 3 }),
      started('running', NOW),
      finished('done', NOW),
    ];
    expect(queuePosition(own, [...others, own])).toEqual({ ahead: 2, total: 4 });
  });
});

describe('a task in cells', () => {
  test('tells of missing collisions only where it should count some', () => {
    const result = { particleCollisions: null, wallCollisions: null, executionSeconds: 1, output: '' };
    const details = (over: Parameters<typeof task>[0]) =>
      taskDetails(task({ state: 'completed', result, ...over }), context)
        .map(textOf)
        .join('\n');
    expect(details({})).toMatch(/Collisions +not told by the worker/);
    expect(details({ parameters: {} })).toContain('Collisions');
    expect(details({ parameters: { LIMIT: 5 } })).not.toContain('Collisions');
  });

  test('shows what a declared benchmark gave, and the two counts once', () => {
    const untold = { particleCollisions: null, wallCollisions: null, executionSeconds: 1, output: '' };
    const result = { ...untold, results: { found: 12, loss: 0.3, kind: 'twins' } };
    const column = taskColumns(
      { selected: null, capacity: capacityOf(context.snapshot), longestName: 9 },
      context,
    );
    const shown = (over: Partial<Task>) => {
      const one = finished('a', NOW, over);
      const cell = column.find(({ key }) => key === 'result')?.cell(one, 24) ?? [];
      const lines = taskDetails(one, context).map((line) => textOf(line).trimEnd());
      return { cell: textOf([cell].flat()), details: lines.join('\n') };
    };
    for (const parameters of [{ LIMIT: 10 }, { SEMILLA: 1 }]) {
      const { cell, details } = shown({ parameters, result });
      expect(cell).toBe('found 12  loss 0.3  kind twins');
      expect(details).toMatch(/Result +found 12\n +loss 0.3\n +kind twins\n/);
      expect(details).not.toContain('Collisions');
    }
    const counted = { ...untold, particleCollisions: 7, results: { particle_collisions: 7, loss: 0.3 } };
    const { cell, details } = shown({ result: counted });
    expect(cell).toBe('7 particle · – wall');
    expect(details).toMatch(/Collisions +7 particle · – wall\nResult +loss 0.3\nExecution/);
  });

  test('has its parameters short, shorter where room is short, and unknown ones by name', () => {
    const known = task({ parameters: { NUM_PARTICULAS: 100, NUM_PASOS: 500, SEMILLA: 42 } });
    expect(parametersText(known, t, 20)).toBe('100×500 seed 42');
    expect(parametersText(known, t, 16)).toBe('100×500 #42');
    const long = task({ parameters: { NUM_PARTICULAS: 100_000, NUM_PASOS: 20_000, SEMILLA: 4_294_967_295 } });
    expect(parametersText(long, t, 22)).toBe('100000×20000 #4294967295');
    const unseeded = task({ parameters: { NUM_PARTICULAS: 300, NUM_PASOS: 2_006, deep: true } });
    expect(parametersText(unseeded, t, 16)).toBe('300×2006 deep=true');
    expect(parametersText(task({ parameters: { NUM_PASOS: 5, deep: true } }), t, 20)).toBe(
      'NUM_PASOS=5 deep=true',
    );
    const more = task({ parameters: { ...known.parameters, THREADS: 4 } });
    expect(parametersText(more, t, 40)).toBe('100×500 seed 42 THREADS=4');
  });

  test('shows how long it waits, runs, or ran', () => {
    const text = (known: Task, width = 11) => timeCell(known, context, width).text;
    expect(text(task({ createdAt: NOW - 75_000 }))).toBe('1 min');
    expect(text(started('a', NOW - 2_000))).toBe('2 s');
    expect(text(finished('b', NOW, { result: result(1.92) }))).toBe('1.92 s');
    expect(text(finished('c', NOW, { state: 'cancelled' }))).toBe('–');
  });

  test('shows a time that is too long in words as a running clock', () => {
    const waiting = task({ createdAt: NOW - (23 * 3_600 + 59 * 60 + 5) * 1_000 });
    expect(timeCell(waiting, context, 11).text).toBe('23 h 59 min');
    expect(timeCell(waiting, context, 9).text).toBe('23:59:05');
  });

  test('takes the run time from the worker, else from sending to the answer', () => {
    const sent = attempt({ sentAt: NOW - 3_000, endedAt: NOW - 1_000, outcome: 'completed' });
    expect(runMilliseconds(finished('a', NOW, { attempts: [sent], result: result(1.5) }))).toBe(1_500);
    expect(runMilliseconds(finished('b', NOW, { attempts: [sent] }))).toBe(2_000);
    expect(runMilliseconds(finished('c', NOW))).toBe(0);
  });
});

function result(executionSeconds: number) {
  return { particleCollisions: 1, wallCollisions: 2, executionSeconds, output: '' };
}
