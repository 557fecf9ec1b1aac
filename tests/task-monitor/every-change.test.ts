import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { startSite } from './site.ts';
import { startTaskWorker } from './task-worker.ts';

/** Counts every change of a row of `task`, and forbids any of the history. */
function watched(path: string): { changesOf(id: string): unknown } {
  const database = new DatabaseSync(path);
  onTestFinished(() => database.close());
  database.exec(`
    CREATE TABLE seen (sequence INTEGER);
    CREATE TRIGGER see AFTER UPDATE ON task BEGIN INSERT INTO seen VALUES (NEW.sequence); END;
    CREATE TRIGGER never_edited BEFORE UPDATE ON change BEGIN SELECT RAISE(ABORT, 'edited'); END;
    CREATE TRIGGER never_removed BEFORE DELETE ON change BEGIN SELECT RAISE(ABORT, 'removed'); END;
  `);
  const count = database.prepare(
    'SELECT COUNT(*) AS number FROM seen JOIN task ON task.sequence = seen.sequence WHERE id = ?',
  );
  return { changesOf: (id) => count.get(id)?.number };
}

test('whatever happens to a task, each change of its row is one event and one line that is never edited', async () => {
  const first = await startTaskWorker('worker-01');
  const second = await startTaskWorker('worker-02');
  const site = await startSite({ workers: [first, second] });
  const { changesOf } = watched(site.database);
  const has = (change: string) => () => site.told('a').includes(change);

  await site.submit({ id: 'a', wantedWorker: 'worker-01' });
  (await site.until('it came', () => first.runs[0])).fail(500, 'bad luck');
  await site.until('it waits', has('requeued'));
  await site.clock.advance(30_000);
  await site.until('it came again', () => first.runs[1]);
  await site.until('it runs', () => site.task('a').state === 'running');
  site.becomes('worker-01', 'inactive');
  await site.until('it was given up', () => site.task('a').attempts[1]?.outcome === 'died');
  await site.monitor.dispatch({ type: 'cancel-tasks', ids: ['a'] });
  await site.monitor.dispatch({ type: 'retry-tasks', ids: ['a'] });
  site.healthy(first.config);
  (await site.until('it came once more', () => first.runs[2])).succeed();
  await site.until('it is completed', has('completed'));
  await site.clock.advance(5_000);
  first.runs[1]?.succeed();
  await site.until('the late one is shown', has('duplicate'));

  const lines = await site.store.history('a');
  expect(lines.map(({ change }) => change)).toEqual(site.told('a'));
  expect(site.told('a')).toEqual(
    ['submitted', 'assigned', 'sent', 'requeued', 'assigned', 'sent', 'requeued'].concat([
      'cancelled',
      'retried',
      'assigned',
      'sent',
      'completed',
      'duplicate',
    ]),
  );
  expect(lines.map(({ state }) => state)).toEqual(
    site.eventsOf('task-changed').map(({ task }) => task.state),
  );
  expect(changesOf('a')).toBe(lines.length - 1);
  const times = lines.map(({ at }) => at);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  // The late one came when it came, and the task had ended before.
  const task = await site.store.task('a');
  expect(times.at(-1)).toBe(task?.attempts[1]?.endedAt);
  expect(times.at(-2)).toBe(task?.updatedAt);
});
