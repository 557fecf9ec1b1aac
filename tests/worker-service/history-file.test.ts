import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { localStamp, localTime } from '#model/local-time.ts';
import { readHistory } from '#worker-client/history-body.ts';
import type { HistoryEntry } from '#worker-service/tasks/history.ts';
import { historyEntry, merged, readEntries } from '#worker-service/tasks/history-entries.ts';
import { historyPath, type KeptHistory, openHistory } from '#worker-service/tasks/history-file.ts';
import type { EndedTask } from '#worker-service/tasks/task.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { until } from '../helpers/until.ts';
import { accepted, ended, REFUSED, seenLog } from './journal-scene.ts';
import { temporaryFolder } from './temporary-folder.ts';

const ALL = { limit: 100, success: null };
const ids = (history: KeptHistory) => history.list(ALL).map(({ task_id }) => task_id);

/** A task that ended at second `number`. */
function task(number: number, changes: Partial<EndedTask> = {}): EndedTask {
  const at = number * 1_000;
  const times = { acceptedAt: at, startedAt: at, endedAt: at, starts: 1 };
  const end = changes.end ?? ended();
  return { ...accepted(`t${number}`), row: number, state: end.state, ...times, end, ...changes };
}

async function scene({ dir = '', recorded = [] as readonly EndedTask[] } = {}) {
  const folder = dir === '' ? await temporaryFolder() : dir;
  const path = historyPath(folder, 'w');
  const clock = fakeClock();
  const log = seenLog();
  const journal = { lastEnded: async (limit: number) => recorded.slice(-limit) };
  const open = () => openHistory({ path, workerId: 'w', clock, log, journal });
  const written = async () => readEntries(JSON.parse(await readFile(path, 'utf8')));
  return { dir: folder, path, clock, log, open, written };
}

test('the file is what /history tells, and comes back at the next start', async () => {
  const { open, path } = await scene();
  const history = await open();
  history.record(task(1));
  history.record(task(2, { end: ended({ state: 'failed', error: 'bad' }) }));
  const told = history.list(ALL);
  await history.close();
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(told);
  const again = await open();
  expect(again.list(ALL)).toEqual(told);
  // Version 1 counts from its start.
  expect(again.statistics().total_tasks).toBe(0);
  expect(await readdir(dirname(path))).toEqual(['worker_w_history.json']);
});

test('an entry has the keys of version 1', async () => {
  const end = ended({ state: 'failed', error: 'bad', seconds: 2.5 });
  expect(historyEntry(task(3, { end, taskId: null }), 'w')).toEqual({
    task_id: 'unknown',
    algorithm: 'noop',
    parameters: { N: 1 },
    execution_time: 2.5,
    success: false,
    result: end.answer.body,
    error: 'bad',
    timestamp: localTime(3_000),
    worker_id: 'w',
  });
});

test('many tasks share a write, and the last ones are written at the end', async () => {
  const { open, path, clock, written } = await scene();
  const history = await open();
  for (let number = 1; number <= 150; number += 1) history.record(task(number));
  await clock.advance(499);
  expect(await readFile(path, 'utf8').catch(() => null)).toBeNull();
  expect(clock.pending).toBe(1);
  await clock.advance(1);
  await until('it is written', async () => (await written()).length === 100);
  expect((await written()).at(-1)?.task_id).toBe('t150');
  expect(clock.pending).toBe(0);
  history.record(task(151));
  await history.close();
  expect((await written()).at(-1)?.task_id).toBe('t151');
  expect(clock.pending).toBe(0);
});

test('what ends during a write is written after it', async () => {
  const { open, clock, written } = await scene();
  const history = await open();
  history.record(task(1));
  clock.advanceSync(500);
  history.record(task(2));
  await until('both are written', async () => {
    await clock.advance(500);
    return (await written()).length === 2;
  });
});

test('a file of the old worker is read: unknown keys, other types and missing ones', async () => {
  const { open, path } = await scene();
  await mkdir(dirname(path), { recursive: true });
  const entry = {
    task_id: 'old',
    algorithm: 'benchmark.py',
    parameters: { NUM_PARTICULAS: 100 },
    execution_time: 1.25,
    success: true,
    result: { status: 'success', particle_collisions: null },
    error: null,
    timestamp: '2026-11-23T21:45:48.248550',
    worker_id: 'worker-01',
  };
  const broken = {
    task_id: 7,
    execution_time: 'long',
    success: 'yes',
    result: [1],
    parameters: { deep: {} },
  };
  await writeFile(path, `\uFEFF${JSON.stringify([{ ...entry, extra: 1 }, null, 'x', {}, broken])}`);
  const history = await open();
  expect(history.list(ALL)).toEqual([
    entry,
    {
      task_id: '7',
      algorithm: '',
      parameters: {},
      execution_time: 0,
      success: false,
      result: null,
      error: null,
      timestamp: '',
      worker_id: '',
    },
  ]);
  expect(ids(history)).toEqual(['old', '7']);
});

test.each(['{"task_history": []}', '[{"task_id": "a"', ''])(
  'a file that holds %j is kept under a name with the time in it, and said so',
  async (content) => {
    const { open, path, log, clock } = await scene();
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    const history = await open();
    const kept = `${path}.${localStamp(clock.now())}.corrupt`;
    expect(await readFile(kept, 'utf8')).toBe(content);
    expect(log.lines).toEqual([{ level: 'warn', message: expect.stringContaining(kept), fields: {} }]);
    expect(ids(history)).toEqual([]);
  },
);

test('what a killed worker had not written yet comes from the journal, once, and is written', async () => {
  const { open, dir } = await scene({ recorded: [task(1), task(2)] });
  const first = await open();
  expect(ids(first)).toEqual(['t1', 't2']);
  await first.close();
  const recorded = [task(1), task(2), task(3), task(4, { taskId: null }), task(4, { taskId: null })];
  const second = await scene({ dir, recorded });
  const again = await second.open();
  expect(ids(again)).toEqual(['t1', 't2', 't3', 'unknown', 'unknown']);
  await again.close();
  expect(await second.written()).toEqual(again.list(ALL));
  expect(ids(await second.open())).toHaveLength(5);
});

test('merging keeps what the file has, adds what only the journal has, and does so once', () => {
  const entries = fc.array(
    fc.nat({ max: 12 }).map((number) => historyEntry(task(number), 'w')),
    { maxLength: 12 },
  );
  const count = (of: readonly HistoryEntry[]) => {
    const counts = new Map<string, number>();
    for (const { task_id } of of) counts.set(task_id, (counts.get(task_id) ?? 0) + 1);
    return counts;
  };
  fc.assert(
    fc.property(entries, entries, (written, recorded) => {
      const [inFile, inJournal] = [count(written), count(recorded)];
      const union = count(merged(written, recorded));
      for (const id of new Set([...inFile.keys(), ...inJournal.keys()])) {
        expect(union.get(id)).toBe(Math.max(inFile.get(id) ?? 0, inJournal.get(id) ?? 0));
      }
      expect(merged(merged(written, recorded), recorded)).toEqual(merged(written, recorded));
    }),
  );
});

test('a task that was refused before it ran is not told: it runs again, here or elsewhere', async () => {
  const refused = task(1, { end: REFUSED, starts: 0 });
  const { open } = await scene({ recorded: [refused] });
  const history = await open();
  history.record(refused);
  history.record(task(2, { end: REFUSED, starts: 1 }));
  expect(ids(history)).toEqual(['t2']);
  expect(history.statistics().total_tasks).toBe(1);
});

test('what is not accepted can be told too', async () => {
  const { open, written } = await scene();
  const history = await open();
  history.add({ ...historyEntry(task(1), 'w'), parameters: {}, success: false });
  await history.close();
  expect(await written()).toEqual(history.list(ALL));
});

test('a hundred answers of programs that printed without end fit into what a master reads', async () => {
  const { open } = await scene();
  const history = await open();
  const flood = '\u0001'.repeat(1_000_000);
  const params = { text: 'x'.repeat(100_000) };
  const body = { status: 'error', error: `${flood}bad`, stdout: flood, params, return_code: 1 };
  for (let number = 1; number <= 100; number += 1) {
    const end = ended({ state: 'failed', answer: { status: 500, body }, error: `${flood}bad` });
    history.record(task(number, { end, params }));
  }
  const answer = JSON.stringify({ task_history: history.list(ALL) });
  expect(Buffer.byteLength(answer)).toBeLessThan(16 * 2 ** 20);
  const read = readHistory(answer);
  expect(read.ok && read.value.map(({ outcome }) => outcome)).toEqual(
    Array(100).fill({ kind: 'failed', httpStatus: null, error: expect.stringMatching(/bad$/) }),
  );
});

test('a file that cannot be written is one warning, and is tried again with the next task and at the end', async () => {
  const { dir, open, path, clock, log, written } = await scene();
  const history = await open();
  await writeFile(join(dir, 'results'), 'in the way');
  history.record(task(1));
  await clock.advance(500);
  await until('it was tried', () => log.lines.length > 0);
  for (const number of [2, 3]) {
    history.record(task(number));
    await clock.advance(500);
  }
  await history.close();
  expect(log.lines).toEqual([
    {
      level: 'warn',
      message: 'the history could not be written',
      fields: { path, error: expect.any(String) },
    },
  ]);
  expect(ids(history)).toEqual(['t1', 't2', 't3']);
  await rm(join(dir, 'results'));
  await history.close();
  expect(await written()).toEqual(history.list(ALL));
});
