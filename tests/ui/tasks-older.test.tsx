import { afterEach, expect, test } from 'vitest';
import type { Batch } from '#model/batch.ts';
import type { Query } from '#model/commands.ts';
import type { Event } from '#model/events.ts';
import type { Snapshot } from '#model/snapshot.ts';
import type { Task } from '#model/task.ts';
import { NOW, snapshotOf, task } from './fleet.ts';
import type { Screen } from './screen.tsx';
import { openSized } from './view-context.ts';

const screens: Screen[] = [];
afterEach(() => {
  for (const screen of screens.splice(0)) screen.close();
});

const KNOWN = 500;
const TOTAL = 1_500;
/** The first tasks of the sweep failed, long before those that every screen knows. */
const FAILED = 220;

function ended(index: number): Task {
  const state = index <= FAILED ? 'failed' : 'completed';
  const updatedAt = NOW - 10_000_000 + index * 1_000;
  return task({ id: `t${index}`, sequence: index, batch: 'sweep-1', state, updatedAt });
}

const ALL = Array.from({ length: TOTAL }, (_, index) => ended(index + 1));

const BATCH: Batch = {
  id: 'sweep-1',
  description: '',
  benchmark: 'benchmark.py',
  createdAt: NOW - 10_000_000,
  startedAt: NOW - 9_999_000,
  endedAt: NOW - 8_000_000,
  counts: { pending: 0, assigned: 0, running: 0, completed: TOTAL - FAILED, failed: FAILED, cancelled: 0 },
  marks: [],
};

/** As after a restart of the master: the counts are all there, the tasks are the last that ended. */
function restarted(): Snapshot {
  const at = NOW;
  return snapshotOf([
    { type: 'tasks-added', at, tasks: ALL.slice(-KNOWN) },
    { type: 'batches-restored', at, batches: [BATCH] },
    { type: 'task-counts-restored', at, counts: BATCH.counts },
  ]);
}

function answer(query: Query): Promise<unknown> {
  if (query.type !== 'tasks') return Promise.reject(new Error(`not asked for: ${query.type}`));
  const { states, batch, before, limit } = query;
  const below = before ?? Number.POSITIVE_INFINITY;
  const page = ALL.filter(
    (one) => states.includes(one.state) && (batch ?? one.batch) === one.batch && one.sequence < below,
  );
  return Promise.resolve(page.reverse().slice(0, limit));
}

async function openTasks(): Promise<Screen> {
  const screen = await openSized(restarted(), { columns: 120, rows: 32, query: answer });
  screens.push(screen);
  await screen.press('3');
  await screen.frame('the batch', (text) => text.includes('sweep-1'));
  return screen;
}

test('an opened batch shows its failures first, however long ago they were', async () => {
  const screen = await openTasks();
  await screen.press('enter');
  await screen.frame(
    'the failures',
    () => screen.lines().filter((line) => line.includes('failed')).length > 20,
  );
  // Every single one: the marker goes down through all of them to the first that was sent.

  await screen.frame('all of them are there', (text) => text.includes('last 720 of'));
  for (let row = 0; row < FAILED; row += 1) await screen.press('j');
  await screen.frame('the first task of the sweep', (text) => /▸ .*\bt1\b/.test(text));
});

test('the tab of a state goes on to the oldest task of it', async () => {
  const screen = await openTasks();
  await screen.press('right', 'right', 'right', 'right', 'right');
  await screen.frame('tasks that no screen knew', (text) => text.includes('failed'));
  await screen.press('G');
  for (let page = 0; page < 10 && !/▸ .*\bt1\b/.test(screen.text()); page += 1) await screen.press('G');
  await screen.frame('the first task of the sweep', (text) => /▸ .*\bt1\b/.test(text));
  await screen.press('enter');
  await screen.frame('its details', () => screen.lines()[3] === ' t1');
});

test('the marker stays with its task when others come before it, and an action means that task', async () => {
  const tasks = ['one', 'two'].map((id, index) => task({ id, sequence: index + 1 }));
  const submitted = (one: Task): Event => ({
    type: 'task-changed',
    at: NOW,
    change: 'submitted',
    task: one,
    from: null,
  });
  const snapshot = snapshotOf(tasks.map(submitted));
  const screen = await openSized(snapshot, { columns: 120, rows: 32, query: answer });
  screens.push(screen);
  await screen.press('3');
  await screen.frame('the marker at the first', (text) => /▸ .*\bone\b/.test(text));
  screen.show(snapshotOf([submitted(task({ id: 'urgent', sequence: 3, priority: 10 }))], snapshot));
  await screen.frame('the marker where it was', (text) => /urgent[^▸]*▸ .*\bone\b/.test(text));
  await screen.press('c');
  await screen.frame('the question names it', (text) => text.includes('one'));
  await screen.press('right', 'enter');
  await screen.frame('the list', (text) => text.includes('urgent'));
  expect(screen.dispatched).toEqual([{ type: 'cancel-tasks', ids: ['one'] }]);
});
