import { describe, expect, test } from 'vitest';
import type { Batch } from '#model/batch.ts';
import type { Query } from '#model/commands.ts';
import type { Task } from '#model/task.ts';
import type { AppState } from '#ui/app-state.ts';
import { sendBatchAgain } from '#ui/batch-again.ts';
import { readingLines } from '#ui/overlays/reading.ts';
import { type Desk, openDesk } from './desk.ts';
import { attempt, exampleFleet, NOW, snapshotOf, task } from './fleet.ts';
import { contextOf, textOf } from './view-context.ts';

const TOTAL = 1_200;

/** A sweep over seeds that ended long ago. */
const OLD = Array.from({ length: TOTAL }, (_, index) =>
  task({
    id: `old-${index + 1}`,
    sequence: index + 1,
    batch: 'old',
    state: 'completed',
    parameters: { SEMILLA: index + 1 },
    attempts: [attempt()],
  }),
);

const BATCH: Batch = {
  id: 'old',
  description: '',
  benchmark: 'benchmark.py',
  createdAt: NOW - 9_000_000,
  startedAt: NOW - 9_000_000,
  endedAt: NOW - 8_000_000,
  counts: { pending: 0, assigned: 0, running: 0, completed: TOTAL, failed: 0, cancelled: 0 },
  marks: [],
};

const AFTER_RESTART = snapshotOf(
  [
    { type: 'tasks-added', at: NOW, tasks: OLD.slice(-3) },
    { type: 'batches-restored', at: NOW, batches: [BATCH] },
  ],
  exampleFleet(),
);

/** The Tasks view with the key pressed at the batch, and the reading that it asks for. */
function pressAgain(
  answer: (query: Query) => Promise<readonly Task[]>,
  between: (desk: Desk) => void = () => {},
) {
  const desk = openDesk(AFTER_RESTART);
  desk.press('3', ...'/old', 'enter', 'g');
  expect(desk.state().views.tasks.selected).toBe('batch:old');
  desk.effects();
  desk.press('a');
  const effects = desk.effects();
  expect(effects).toEqual([{ type: 'read-batch', batch: BATCH }]);
  let state = desk.state();
  const seen: AppState[] = [];
  const { t, format } = desk.context();
  const queries: Query[] = [];
  const done = sendBatchAgain(BATCH, {
    store: {
      getSnapshot: () => AFTER_RESTART,
      async query(query) {
        queries.push(query);
        const page = await answer(query);
        between(desk);
        return page as never;
      },
    },
    texts: { t, format },
    remembered: () => ({}),
    current: () => state,
    become(next) {
      state = next;
      seen.push(next);
    },
  });
  return { done, seen, queries, state: () => state, leave: () => (state = { ...state, overlay: null }) };
}

/** As the master's database answers, newest first. */
function pages(tasks: readonly Task[]) {
  return async (query: Query): Promise<readonly Task[]> => {
    if (query.type !== 'tasks') throw new Error(`not asked for: ${query.type}`);
    const { batch, before, limit } = query;
    const below = before ?? Number.POSITIVE_INFINITY;
    return tasks
      .filter((one) => one.batch === batch && one.sequence < below)
      .toReversed()
      .slice(0, limit);
  };
}

describe('a batch whose tasks are not all known to the screen', () => {
  test('is read page by page, which is told, and opens the form with its sweep', async () => {
    const { done, seen, queries, state } = pressAgain(pages(OLD));
    await done;
    expect(queries).toHaveLength(3);
    const told = seen.flatMap(({ overlay }) => (overlay?.kind === 'reading' ? [overlay.seen] : []));
    expect(told).toEqual([500, 1_000]);
    const { overlay } = state();
    if (overlay?.kind !== 'form') throw new Error('no form');
    expect(Object.values(overlay.state.values).map(({ text }) => text)).toEqual([`1..${TOTAL}`]);
  });

  test('says how far it is, and how it is stopped, in any window', () => {
    const reading = { batch: 'old', seen: 500, total: TOTAL };
    const lines = readingLines(reading, contextOf(AFTER_RESTART, { columns: 20, rows: 4 })).map(textOf);
    expect(lines).toEqual([' Reading the tasks', ' of old: 500 of', ' 1 200', ' Any key stops it.']);
  });

  test('opens nothing once somebody has left the reading, and is not read any further', async () => {
    const reading = pressAgain(pages(OLD), () => reading.leave());
    await reading.done;
    expect(reading.queries).toHaveLength(1);
    expect(reading.state().overlay).toBeNull();
  });

  test('says how many are left where some have been removed, and what else can be done', async () => {
    const { done, state } = pressAgain(pages(OLD.slice(400)));
    await done;
    expect(state().overlay).toBeNull();
    expect(state().notice?.text).toBe(
      'old: only 800 of its 1 200 tasks are still kept; open it and send one again',
    );
  });

  test('says why it could not be read', async () => {
    const { done, state } = pressAgain(() => Promise.reject(new Error('no answer from\u001b[2J the master')));
    await done;
    expect(state().overlay).toBeNull();
    expect(state().notice?.text).toBe('no answer from the master');
  });

  test('is left with any key', () => {
    const desk = openDesk(AFTER_RESTART);
    desk.press('3', ...'/old', 'enter', 'g', 'a');
    expect(desk.state().overlay).toEqual({ kind: 'reading', batch: 'old', seen: 0, total: TOTAL });
    desk.press('q');
    expect(desk.state().overlay).toBeNull();
    expect(desk.effects().map(({ type }) => type)).toEqual(['read-batch']);
  });
});
