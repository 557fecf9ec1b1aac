import fc from 'fast-check';
import stringWidth from 'string-width-exact';
import { afterEach, describe, expect, test } from 'vitest';
import { NO_TASKS } from '#model/snapshot.ts';
import { TASK_STATES, type Task, type TaskState } from '#model/task.ts';
import { headingRow, placeColumns, tableRow } from '#ui/lines/columns.ts';
import { lineWidth, widthOf } from '#ui/lines/line.ts';
import { taskColumns } from '#ui/views/tasks/columns.ts';
import { countsLine } from '#ui/views/tasks/counts-line.ts';
import { taskDetails } from '#ui/views/tasks/details.ts';
import { INITIAL_TASKS, type TasksState } from '#ui/views/tasks/tasks-state.ts';
import { tasksView } from '#ui/views/tasks/view.tsx';
import { capacityOf } from '#ui/views/tasks/waiting.ts';
import { openDesk } from './desk.ts';
import { attempt, busyFleet, exampleFleet, NOW, snapshotOf, task } from './fleet.ts';
import { anyText } from './line-text.ts';
import type { Screen } from './screen.tsx';
import { contextOf, openSized, textOf } from './view-context.ts';

const screens: Screen[] = [];
afterEach(() => {
  for (const screen of screens.splice(0)) screen.close();
});

async function openTasks(
  columns: number,
  rows: number,
  over: Partial<Parameters<typeof openSized>[1]> = {},
): Promise<Screen> {
  const screen = await openSized(busyFleet(), { columns, rows, ...over });
  screens.push(screen);
  await screen.press('3');
  await screen.frame('the Tasks view', (text) => text.includes('▸ ◑'));
  return screen;
}

function widest(screen: Screen): number {
  return Math.max(...screen.lines().map((line) => stringWidth(line)));
}

describe('the list', () => {
  test('draws tasks even in 20×5', async () => {
    const screen = await openTasks(20, 5);
    expect(screen.lines()).toHaveLength(5);
    expect(screen.text()).toContain('▸ ◑  b2c4d6e8');
    expect(widest(screen)).toBeLessThanOrEqual(20);
  });

  test('says what to do where there is no task, and where the filter lets none through', async () => {
    const empty = await openSized(snapshotOf([]), { columns: 80, rows: 24 });
    screens.push(empty);
    await empty.press('3');
    await empty.frame('the hint', (text) => text.includes('No tasks yet. n makes one.'));
    const screen = await openTasks(80, 24);
    await screen.press(...'/nowhere', 'enter');
    await screen.frame('the hint', (text) =>
      text.includes('No task matches “nowhere”. esc clears the filter.'),
    );
    await screen.press('esc');
    await screen.frame('the list', (text) => text.includes('b2c4d6e8'));
  });

  test('keeps the selection on its task when that moves', async () => {
    const screen = await openTasks(80, 24);
    await screen.press('j', 'j', 'j');
    await screen.frame('the fourth row', (text) => /▸ . pending {4}sweep-a\./.test(text));
    const now = busyFleet();
    const running = now.tasks.known.get('sweep-a.17');
    if (running === undefined) throw new Error('the fleet has no such task');
    screen.show(
      snapshotOf(
        [
          {
            type: 'task-changed',
            at: NOW,
            change: 'sent',
            task: { ...running, state: 'running', attempts: [attempt({ assignedAt: NOW, sentAt: NOW })] },
            from: 'pending',
          },
        ],
        now,
      ),
    );
    await screen.frame('the task in its new place', (text) => /▸ . running {4}sweep-a\./.test(text));
  });

  test('is sorted and reversed by keys', async () => {
    const screen = await openTasks(120, 32);
    const firstRow = () => screen.lines()[5] ?? '';
    await screen.press('o');
    await screen.frame('sorted by state', () => firstRow().includes('failed'));
    await screen.press('o', 'o');
    await screen.frame(
      'sorted by priority',
      (text) => text.includes('PRIO▼') && firstRow().includes('005a9b1c'),
    );
    await screen.press('O');
    await screen.frame(
      'the other way round',
      (text) => text.includes('PRIO▲') && !firstRow().includes('005a9b1c'),
    );
  });

  test('has no details to open where it has no rows', () => {
    const context = contextOf(snapshotOf([]), { columns: 80, rows: 20 });
    expect(tasksView.onKey(INITIAL_TASKS, 'enter', context).open).toBe(false);
  });
});

describe('the counts above the list', () => {
  const text = (snapshot = busyFleet(), columns = 200) =>
    textOf(countsLine(contextOf(snapshot, { columns, rows: 20 }), null));

  test('are those of all tasks, and say how many of the finished ones are listed', () => {
    expect(text()).toContain('◦  14 pending  ◑ 1 running  ✓ 12 034 completed  ✗ 41 failed  ⊘ 3 cancelled');
    expect(text()).toContain('last 32 of 12 078 finished');
  });

  test('stay where they are while tasks go from the queue to a worker, and are those of its rows in a tab', () => {
    const withCounts = (over: Partial<Record<TaskState, number>>, tab: TaskState | null = null) => {
      const { tasks, ...rest } = exampleFleet();
      const snapshot = { ...rest, tasks: { ...tasks, counts: { ...NO_TASKS, completed: 5, ...over } } };
      const context = contextOf(snapshot, { columns: 120, rows: 20, language: 'es' });
      return textOf(countsLine(context, tab)).trimEnd();
    };
    expect(withCounts({ pending: 100, running: 2 })).toBe(
      ' ◦ 100 pendientes  ◑ 2 en curso  ✓ 5 completadas  ✗ 0 fallidas   últimas 2 de 5 terminadas',
    );
    expect(withCounts({ pending: 1, running: 1, assigned: 1 })).toBe(
      ' ◦   1 pendiente   ◑ 2 en curso  ✓ 5 completadas  ✗ 0 fallidas   últimas 2 de 5 terminadas',
    );
    expect(withCounts({ running: 2, assigned: 1 }, 'running')).toContain('◑ 2 en curso  ✓');
    expect(withCounts({ running: 2, assigned: 1 }, 'assigned')).toContain('◔ 1 asignada   ◑ 2 en curso  ✓');
  });

  test('do not speak of the last ones where all are listed', () => {
    expect(text(exampleFleet())).toContain('✓ 1 completed  ✗ 1 failed');
    expect(text(exampleFleet())).not.toContain('last');
  });

  test('say that the limit holds the queue back, with its name where there is room', () => {
    const held = busyFleet({ maxConcurrentTasks: 1 });
    expect(text(held)).toContain('held back by ORCHESTRATOR_MAX_CONCURRENT_TASKS = 1');
    expect(text(held, 80)).toContain('queue held: limit 1');
    expect(text(busyFleet({ maxConcurrentTasks: 9 }))).not.toContain('held');
  });

  test('fit into every width, and keep the numbers longest', () => {
    const held = busyFleet({ maxConcurrentTasks: 1 });
    for (let columns = 20; columns <= 220; columns += 1) {
      const context = contextOf(held, { columns, rows: 20 });
      expect(lineWidth(countsLine(context, null))).toBeLessThanOrEqual(columns);
    }
    expect(text(held, 60)).toContain('◦ 14  ◑ 1  ✓ 12 034  ✗ 41  ⊘ 3');
  });
});

describe('the details', () => {
  const of = (known: Task, columns = 80, snapshot = busyFleet()) =>
    taskDetails(known, contextOf(snapshot, { columns, rows: 20 })).map((line) => textOf(line).trimEnd());

  test('name the whole id, every parameter, and what a pending task waits for', () => {
    const lines = of(
      task({ id: 'new-one', sequence: 500, wantedWorker: 'worker-03', description: 'why not' }),
    );
    expect(lines[0]).toBe('new-one');
    expect(lines).toContain('State        ◦ pending for 5 s');
    expect(lines).toContain('Waits        for worker-03: lost 3 min');
    expect(lines).toContain('Queue        14 of 14 come before it');
    expect(lines).toContain('Parameters   NUM_PARTICULAS=100  NUM_PASOS=500  SEMILLA=42');
    expect(lines).toContain('Worker       worker-03, and no other');
    expect(lines).toContain('Description  why not');
    expect(lines).toContain('none yet');
  });

  test('give every attempt with its worker, its time, its outcome and its error', () => {
    const lines = of(
      task({
        state: 'failed',
        attempts: [
          attempt({ sentAt: NOW - 9_000, endedAt: NOW - 8_000, outcome: 'failed', error: 'exit 1' }),
          attempt({
            number: 2,
            workerId: 'worker-02',
            sentAt: null,
            endedAt: NOW - 7_000,
            outcome: 'not-sent',
            error: 'refused',
          }),
          attempt({
            number: 3,
            workerId: 'worker-05',
            sentAt: NOW - 6_000,
            endedAt: NOW - 4_000,
            outcome: 'lost',
            error: null,
          }),
          attempt({
            number: 4,
            sentAt: NOW - 3_000,
            endedAt: NOW - 2_000,
            outcome: 'timeout',
            error: 'too long',
          }),
        ],
      }),
    );
    expect(lines).toContain('Attempts  2 of 4 used up');
    expect(lines).toContain('1  worker-01  ✗ failed              21:41:58      1.00 s');
    expect(lines).toContain('   exit 1');
    expect(lines).toContain('2  worker-02  ○ not reached         –                  –');
    expect(lines).toContain('3  worker-05  ○ no news of it       21:42:01      2.00 s');
    expect(lines).toContain('4  worker-01  ✗ no answer in time   21:42:04      1.00 s');
    expect(lines).toContain('Error       too long');
  });

  test('count attempts against the retries that the task has of its own', () => {
    const failed = attempt({ sentAt: NOW - 9_000, endedAt: NOW - 8_000, outcome: 'failed', error: 'exit 1' });
    const lines = of(task({ state: 'failed', retries: 0, attempts: [failed] }));
    expect(lines).toContain('Attempts  1 of 1 used up');
  });

  test('give the result before everything else, and what was not told as not told', () => {
    const result = { particleCollisions: 171, wallCollisions: 112, executionSeconds: 1.92, output: '' };
    const lines = of(
      task({
        state: 'completed',
        updatedAt: NOW - 1_000,
        result,
        attempts: [attempt({ outcome: 'completed', endedAt: NOW })],
      }),
    );
    expect(lines.slice(2, 5)).toEqual([
      'State       ✓ completed',
      'Collisions  171 particle · 112 wall',
      'Execution   1.92 s',
    ]);
    const silent = of(
      task({
        state: 'completed',
        result: { ...result, particleCollisions: null, wallCollisions: null, executionSeconds: null },
      }),
    );
    expect(silent).toContain('Collisions  not told by the worker');
    expect(silent).toContain('Execution   not told by the worker');
  });

  test('end with the last lines that the program printed, each as it was', () => {
    const output = Array.from({ length: 300 }, (_, index) => `  line ${index}`).join('\n');
    const result = { particleCollisions: 1, wallCollisions: 1, executionSeconds: 1, output: `${output}\n` };
    const lines = of(task({ state: 'completed', result }));
    expect(lines.at(-1)).toBe('  line 299');
    expect(lines).toContain('  line 100');
    expect(lines).not.toContain('  line 99');
  });

  test('say that a task is gone when it is, and how to go back', async () => {
    const screen = await openTasks(80, 24);
    await screen.press('enter');
    await screen.frame('the details', (text) => text.includes('b2c4d6e8-0000-4000-8000-000000000002'));
    screen.show(snapshotOf([]));
    await screen.frame('the hint', (text) => text.includes('is not among the ones shown any more'));
  });

  test('scroll to their end and no further, so that the first key back moves again', async () => {
    const screen = await openTasks(80, 24);
    await screen.press(...'/broken', 'enter', 'enter');
    const top = () => screen.lines()[3];
    screen.resize(80, 15);
    await screen.frame('more below', (text) => text.includes('↓ 8 more'));
    await screen.press('j');
    await screen.frame('one line further', (text) => text.includes('↓ 7 more') && top() === '');
    await screen.press('G');
    await screen.frame('the end', (text) => text.includes('no result within 60 s') && !text.includes('more'));
    const end = screen.text();
    await screen.press('j', 'pagedown');
    expect(screen.text()).toBe(end);
    await screen.press('k');
    await screen.frame('one line back', (text) => text.includes('↓ 2 more'));
    await screen.press('g');
    await screen.frame('the top', () => top() === ' broken-1');
  });

  test('stand beside the table from 140 columns on, and follow the selection', async () => {
    const screen = await openTasks(140, 32);
    await screen.frame('the first', (text) => text.includes('│ b2c4d6e8-0000-4000-8000-000000000002'));
    await screen.press('j');
    await screen.frame('the second', (text) => text.includes('│ 005a9b1c-5d1e-4c7a-9d43-0a1b2c3d4e5f'));
    screen.resize(139, 32);
    await screen.frame('no pane', (text) => !text.includes('│'));
  });
});

describe('whatever a worker or a user says', () => {
  const anyTask = fc.record({
    id: anyText,
    state: fc.constantFrom(...TASK_STATES),
    benchmark: anyText,
    worker: anyText,
    error: fc.option(anyText, { nil: null }),
    description: anyText,
    output: anyText,
    value: anyText,
    count: fc.option(fc.nat(), { nil: null }),
  });
  type AnyTask = typeof anyTask extends fc.Arbitrary<infer Made> ? Made : never;
  const anyColumns = fc.integer({ min: 20, max: 220 });

  function made({ id, state, benchmark, worker, error, description, output, value, count }: AnyTask): Task {
    return task({
      id,
      state,
      benchmark,
      description,
      wantedWorker: worker,
      parameters: { NUM_PARTICULAS: 1, NUM_PASOS: value, [value]: true },
      attempts:
        state === 'pending' ? [] : [attempt({ workerId: worker, outcome: 'failed', endedAt: NOW, error })],
      result: { particleCollisions: count, wallCollisions: null, executionSeconds: count, output },
    });
  }

  test('every row of the table is as wide as its heading', () => {
    fc.assert(
      fc.property(fc.array(anyTask, { maxLength: 5 }), anyColumns, (records, columns) => {
        const context = contextOf(busyFleet(), { columns, rows: 20 });
        const options = {
          selected: records[0]?.id ?? null,
          capacity: capacityOf(context.snapshot),
          longestName: Math.max(0, ...records.map(({ worker }) => widthOf(worker))),
        };
        const placed = placeColumns(taskColumns(options, context), columns - 3);
        const width = lineWidth(headingRow(placed, { column: 'time', descending: true }));
        expect(width).toBeLessThanOrEqual(columns - 3);
        for (const record of records) expect(lineWidth(tableRow(placed, made(record)))).toBe(width);
      }),
    );
  });

  test('no line of the details is wider than the room they have', () => {
    fc.assert(
      fc.property(anyTask, anyColumns, (record, columns) => {
        const lines = taskDetails(made(record), contextOf(busyFleet(), { columns, rows: 20 }));
        for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(columns);
      }),
    );
  });

  test('wide characters of 60 cells break no column on the screen', async () => {
    const wide = '日本語の長い名前'.repeat(4);
    const hostile = task({
      id: wide,
      sequence: 1,
      state: 'failed',
      benchmark: wide,
      updatedAt: NOW,
      attempts: [attempt({ workerId: wide, outcome: 'failed', endedAt: NOW, error: wide })],
    });
    const screen = await openSized(
      snapshotOf(
        [{ type: 'task-changed', at: NOW, change: 'restored', task: hostile, from: null }],
        busyFleet(),
      ),
      { columns: 120, rows: 32 },
    );
    screens.push(screen);
    await screen.press('3', ...'/日本', 'enter');
    await screen.frame('the one task', (text) => text.includes('1 of 48'));
    const [heading = '', row = ''] = screen.lines().slice(4, 6);
    expect(stringWidth(row.slice(0, row.indexOf('3.99 s') + 6))).toBe(
      stringWidth(heading.slice(0, heading.indexOf('TIME') + 4)),
    );
    expect(widest(screen)).toBe(120);
    await screen.press('enter');
    await screen.frame('its details', (text) => text.includes('NUM_PASOS=500'));
    expect(widest(screen)).toBe(120);
  });
});

describe('the state of the view', () => {
  const context = contextOf(busyFleet(), { columns: 80, rows: 20 });
  const press = (state: TasksState, ...keys: string[]) =>
    keys.reduce((now, key) => tasksView.onKey(now, key, context), state);

  test('stays the same object for keys that mean nothing here', () => {
    expect(press(INITIAL_TASKS, 'x')).toBe(INITIAL_TASKS);
  });

  test('takes letters as text while the filter is written, and only then', () => {
    expect(tasksView.capturesText(press(INITIAL_TASKS, '/'))).toBe(true);
    expect(tasksView.capturesText(press(INITIAL_TASKS, '/', 'j', 'enter'))).toBe(false);
    expect(press(INITIAL_TASKS, '/', 'j', 'enter').filter).toBe('j');
  });

  test('says beside the tabs what the filter lets through', () => {
    expect(tasksView.status(INITIAL_TASKS, context)).toEqual([]);
    expect(textOf(tasksView.status(press(INITIAL_TASKS, ...'/cython'), context))).toContain('4 of 47');
  });

  test('says of which state the tasks of a tab are, also where no counts stand above them', () => {
    const desk = openDesk(busyFleet(), { columns: 40, rows: 8 });
    desk.press('3');
    expect(desk.status()).toBe('');
    desk.press('left', 'left', 'space');
    expect(desk.status()).toBe('only failed  1 marked');
    desk.press('right', 'right', 'esc');
    expect(desk.status()).toBe('');
  });
});
