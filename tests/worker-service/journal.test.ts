import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { codeOf } from '#model/errors.ts';
import { localStamp } from '#model/local-time.ts';
import type { Journal } from '#worker-service/tasks/journal.ts';
import { JOURNAL_MIGRATIONS } from '#worker-service/tasks/journal-migrations.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { until } from '../helpers/until.ts';
import { startsOf } from './journal-of.ts';
import {
  accepted,
  ended,
  JOURNAL_THREAD_URL,
  journalFile,
  journalIn,
  REFUSED,
  seenLog,
} from './journal-scene.ts';
import { temporaryFolder } from './temporary-folder.ts';

async function errorOf(promise: Promise<unknown>): Promise<{ code: string | undefined; message: string }> {
  const error: unknown = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  return { code: codeOf(error), message: String(error) };
}

async function acceptedRow(journal: Journal, taskId: string | null, at = 1_000): Promise<number> {
  const acceptance = await journal.accept(accepted(taskId), at);
  if (acceptance.kind !== 'accepted') throw new Error(`${taskId} was ${acceptance.kind}`);
  return acceptance.row;
}

/** Accepts and ends tasks called `t1`, `t2` … , one a second from `from` on. */
async function endTasks(journal: Journal, count: number, from = 1_000): Promise<void> {
  const rows = Array.from({ length: count }, async (_, index) => {
    const at = from + index * 1_000;
    await journal.end(await acceptedRow(journal, `t${index + 1}`, at), at, ended());
  });
  await Promise.all(rows);
}

/** Runs `use` on a file that nobody else has open. */
function edit<T>(path: string, use: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(path);
  try {
    return use(database);
  } finally {
    database.close();
  }
}

test('a task comes back as it was accepted, started and ended, from a journal opened again', async () => {
  const dir = await temporaryFolder();
  const journal = await journalIn(dir);
  const params = { NUM: 1, label: 'ñandú "x"', exact: true, ratio: 0.1 };
  const task = accepted('a', { benchmark: 'other', params });
  expect(await journal.accept(task, 1_000)).toEqual({ kind: 'accepted', row: 1 });
  const queued = { ...task, row: 1, acceptedAt: 1_000, endedAt: null, end: null };
  expect(await journal.find('a')).toEqual({ ...queued, state: 'queued', startedAt: null, starts: 0 });
  await journal.start(1, 2_000);
  const running = { ...queued, state: 'running', startedAt: 2_000, starts: 1 };
  expect(await journal.find('a')).toEqual(running);
  const end = ended({
    answer: { status: 500, body: { error: 'b\u0000\ud83d\ude00', nested: { x: [null] } } },
  });
  await journal.end(1, 3_000, end);
  await journal.close();
  const again = await journalIn(dir);
  const record = { ...running, state: 'completed', endedAt: 3_000, end };
  expect(await again.find('a')).toEqual(record);
  expect(await again.lastEnded(10)).toEqual([record]);
  expect(await again.find('b')).toBeUndefined();
});

test('an id is accepted once, whatever came of it; those without one are always new', async () => {
  const journal = await journalIn(await temporaryFolder());
  const [first, second, other] = await Promise.all([
    journal.accept(accepted('a'), 1_000),
    journal.accept(accepted('a', { params: { N: 2 } }), 1_001),
    journal.accept(accepted('b'), 1_002),
  ]);
  expect(first).toEqual({ kind: 'accepted', row: 1 });
  expect(second).toMatchObject({ kind: 'known', record: { row: 1, params: { N: 1 }, state: 'queued' } });
  expect(other).toEqual({ kind: 'accepted', row: 2 });
  await journal.end(1, 2_000, ended({ state: 'failed' }));
  expect(await journal.accept(accepted('a'), 3_000)).toMatchObject({ record: { state: 'failed' } });
  expect(await acceptedRow(journal, null)).toBe(3);
  expect(await acceptedRow(journal, null)).toBe(4);
});

test('an id that was refused before anything of it ran may come again; one that was started may not', async () => {
  const journal = await journalIn(await temporaryFolder());
  const row = await acceptedRow(journal, 'waited');
  await journal.end(row, 2_000, REFUSED);
  expect(await journal.accept(accepted('waited', { params: { N: 9 } }), 3_000)).toMatchObject({
    kind: 'accepted',
  });
  expect(await journal.find('waited')).toMatchObject({ state: 'queued', params: { N: 9 } });
  const ran = await acceptedRow(journal, 'ran');
  await journal.start(ran, 2_000);
  await journal.end(ran, 2_001, REFUSED);
  expect(await journal.accept(accepted('ran'), 3_000)).toMatchObject({ kind: 'known' });
});

test('every start is counted', async () => {
  const dir = await temporaryFolder();
  const journal = await journalIn(dir);
  const row = await acceptedRow(journal, 'a');
  await acceptedRow(journal, 'b');
  await journal.start(row, 1);
  await journal.start(row, 2);
  expect(await journal.find('a')).toMatchObject({ starts: 2 });
  await journal.close();
  expect(startsOf(dir, 'w')).toEqual({ a: 2, b: 0 });
});

test('the first end stands, and saying it again is no error; of a row that is not there it is one', async () => {
  const journal = await journalIn(await temporaryFolder());
  const row = await acceptedRow(journal, 'a');
  await journal.end(row, 2_000, ended());
  await journal.end(row, 3_000, ended({ state: 'failed' }));
  expect(await journal.find('a')).toMatchObject({ state: 'completed', endedAt: 2_000 });
  expect((await errorOf(journal.end(99, 1, ended()))).message).toContain('row 99');
  expect((await errorOf(journal.start(row, 1))).message).toContain(`row ${row}`);
});

test('what is unfinished comes oldest first, what ended in the order of the ends', async () => {
  const dir = await temporaryFolder();
  const journal = await journalIn(dir);
  const rows = [];
  for (const id of ['a', 'b', 'c', 'd', 'e']) rows.push(await acceptedRow(journal, id));
  const [a = 0, b = 0, , , e = 0] = rows;
  await journal.end(e, 2_000, ended());
  await journal.end(b, 3_000, ended());
  await journal.end(a, 2_500, ended());
  await journal.close();
  const again = await journalIn(dir);
  expect((await again.unfinished()).map(({ taskId }) => taskId)).toEqual(['c', 'd']);
  expect((await again.lastEnded(2)).map(({ taskId }) => taskId)).toEqual(['a', 'b']);
});

test('rows are never used again, not even after all of them were pruned', async () => {
  const dir = await temporaryFolder();
  const journal = await journalIn(dir);
  await endTasks(journal, 3);
  await journal.close();
  const clock = fakeClock();
  const retention = { tasks: 0, ageMs: 1, bytes: 2 ** 30 };
  const pruned = await journalIn(dir, { clock, retention });
  await until('all are pruned', async () => (await pruned.lastEnded(10)).length === 0);
  expect(await acceptedRow(pruned, 'new')).toBe(4);
});

test('many at once are accepted in their order, and one that fails does not fail its neighbours', async () => {
  const journal = await journalIn(await temporaryFolder());
  const waits: Promise<unknown>[] = [];
  const order: string[] = [];
  for (let number = 1; number <= 200; number += 1) {
    waits.push(journal.accept(accepted(`t${number}`), number).then(() => order.push(`t${number}`)));
    if (number % 50 === 0) waits.push(journal.start(10_000 + number, 1).catch(() => order.push('failed')));
  }
  await Promise.all(waits);
  expect(order.filter((name) => name === 'failed')).toHaveLength(4);
  expect(order.filter((name) => name !== 'failed')).toEqual(
    Array.from({ length: 200 }, (_, index) => `t${index + 1}`),
  );
  expect(await journal.unfinished()).toHaveLength(200);
});

test('finished tasks beyond the number, the age and the size are pruned, the oldest first, at start and later', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({ tasks: fc.integer({ min: 0, max: 320 }), ageSeconds: fc.integer({ min: 1, max: 320 }) }),
      async ({ tasks, ageSeconds }) => {
        const dir = await temporaryFolder();
        const journal = await journalIn(dir);
        const clock = fakeClock();
        const count = 300;
        // The last one ends now.
        await endTasks(journal, count, clock.now() - (count - 1) * 1_000);
        const open = await acceptedRow(journal, 'unfinished', 1);
        await journal.close();
        const retention = { tasks, ageMs: ageSeconds * 1_000, bytes: 2 ** 30 };
        const pruned = await journalIn(dir, { clock, retention });
        const keeps = Math.min(count, tasks, ageSeconds + 1);
        await until('so many are left', async () => (await pruned.lastEnded(count)).length === keeps);
        const left = await pruned.lastEnded(count);
        expect(left.at(-1)?.taskId).toBe(keeps === 0 ? undefined : `t${count}`);
        expect((await pruned.unfinished()).map(({ row }) => row)).toEqual([open]);
        // An hour later all are too old; nothing but time has passed.
        await until('all are pruned', async () => {
          await clock.advance(3_600_000);
          return (await pruned.lastEnded(count)).length === 0;
        });
        expect((await pruned.unfinished()).map(({ row }) => row)).toEqual([open]);
        await pruned.close();
        expect(clock.pending).toBe(0);
      },
    ),
    { numRuns: 8, examples: [[{ tasks: 320, ageSeconds: 320 }], [{ tasks: 0, ageSeconds: 320 }]] },
  );
});

test('a journal that grew too large gives up its oldest answers', async () => {
  const dir = await temporaryFolder();
  const journal = await journalIn(dir);
  const large = ended({ answer: { status: 500, body: { stdout: 'x'.repeat(100_000) } } });
  for (let number = 1; number <= 250; number += 1) {
    await journal.end(await acceptedRow(journal, `t${number}`), number, large);
  }
  await journal.close();
  const pruned = await journalIn(dir, { retention: { tasks: 1_000, ageMs: 2 ** 50, bytes: 10 * 2 ** 20 } });
  const left = () => pruned.lastEnded(1_000);
  await until('it is small enough', async () => (await left()).length <= 100);
  expect((await left()).map(({ taskId }) => taskId).at(-1)).toBe('t250');
  expect((await left()).length).toBeGreaterThan(40);
});

test('a second worker with the same id and folder is refused and told what to do, the first goes on', async () => {
  const dir = await temporaryFolder();
  const first = await journalIn(dir);
  const { code, message } = await errorOf(journalIn(dir));
  expect(code).toBe('JOURNAL_BUSY');
  expect(message).toMatch(/already runs .*--id .*--dir/);
  await acceptedRow(first, 'a');
  await first.close();
  expect(await (await journalIn(dir)).find('a')).toMatchObject({ state: 'queued' });
});

test('a file that is no database is kept under a name with the time in it, said so, and a new one begun', async () => {
  const dir = await temporaryFolder();
  const path = journalFile(dir);
  const content = 'my thesis, not a database. '.repeat(200);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  const log = seenLog();
  const clock = fakeClock();
  const journal = await journalIn(dir, { log, clock });
  const kept = `${path}.${localStamp(clock.now())}.corrupt`;
  expect(await readFile(kept, 'utf8')).toBe(content);
  expect(log.lines).toMatchObject([{ level: 'error', fields: { kept } }]);
  expect(await acceptedRow(journal, 'a')).toBe(1);
});

test('damage in the middle of a file is found at start', async () => {
  const dir = await temporaryFolder();
  const path = journalFile(dir);
  const journal = await journalIn(dir);
  await endTasks(journal, 500);
  await journal.close();
  const bytes = await readFile(path);
  bytes.fill(0xa5, 4_096 * 3, 4_096 * 6);
  await writeFile(path, bytes);
  const log = seenLog();
  const again = await journalIn(dir, { log });
  expect(log.lines).toHaveLength(1);
  expect(await again.lastEnded(1)).toEqual([]);
  const names = (await readdir(dirname(path))).filter((name) => name.endsWith('.corrupt'));
  expect(await Promise.all(names.map((name) => readFile(join(dirname(path), name))))).toEqual([bytes]);
});

test('a journal of a newer release is refused, with both versions named, and left as it is', async () => {
  const dir = await temporaryFolder();
  const path = journalFile(dir);
  await mkdir(dirname(path), { recursive: true });
  edit(path, (database) => database.exec('CREATE TABLE future (x); PRAGMA user_version = 4711'));
  const { code, message } = await errorOf(journalIn(dir));
  expect(code).toBe('JOURNAL_NEWER');
  expect(message).toContain('4711');
  expect(edit(path, (database) => database.prepare('SELECT name FROM sqlite_schema').all())).toEqual([
    { name: 'future' },
  ]);
});

test('a new journal is made at the newest version', async () => {
  const dir = await temporaryFolder();
  await (await journalIn(dir)).close();
  const version = edit(journalFile(dir), (database) => database.prepare('PRAGMA user_version').get());
  expect(version).toEqual({ user_version: JOURNAL_MIGRATIONS.length });
});

test('a folder that cannot be made is reported with its path', async () => {
  const dir = await temporaryFolder();
  await writeFile(join(dir, 'results'), '');
  const { code, message } = await errorOf(journalIn(dir));
  expect(code).toBe('JOURNAL_UNWRITABLE');
  expect(message).toContain(journalFile(dir));
});

test('a full disk refuses what is new with a clear error, and keeps what was there', async () => {
  const journal = await journalIn(await temporaryFolder(), { maxPages: 40 });
  const row = await acceptedRow(journal, 'first');
  const filled = await errorOf(
    (async () => {
      for (let number = 0; ; number += 1) {
        await journal.accept(accepted(`t${number}`, { params: { text: 'x'.repeat(3_000) } }), number);
      }
    })(),
  );
  expect(filled.code).toBe('JOURNAL_FULL');
  expect(filled.message).toContain('free space');
  expect(await journal.find('first')).toMatchObject({ row, state: 'queued' });
});

test('close waits for what was asked before it, and refuses what is asked after it', async () => {
  const dir = await temporaryFolder();
  const journal = await journalIn(dir);
  const row = acceptedRow(journal, 'a');
  const closed = journal.close();
  expect((await errorOf(journal.accept(accepted('b'), 1))).code).toBe('JOURNAL_CLOSED');
  expect(await row).toBe(1);
  await closed;
  await journal.close();
  expect(await (await journalIn(dir)).unfinished()).toMatchObject([{ taskId: 'a' }]);
});

test('what was acknowledged before kill -9 is there afterwards: accepted tasks, and starts', async () => {
  const dir = await temporaryFolder();
  const program = fileURLToPath(new URL('./accepting-child.ts', import.meta.url));
  const child = spawn(process.execPath, [program, dir, JOURNAL_THREAD_URL.href], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => gone(child));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await until('a few hundred are accepted', () => output.split('\n').length > 300);
  await gone(child);
  const said = (word: string) =>
    output
      .split('\n')
      .slice(0, -1)
      .filter((line) => line.startsWith(`${word} `))
      .map((line) => line.slice(word.length + 1));
  const journal = await journalIn(dir);
  const unfinished = new Map((await journal.unfinished()).map((record) => [record.taskId, record]));
  expect(said('accepted').filter((id) => !unfinished.has(id))).toEqual([]);
  expect(said('started').length).toBeGreaterThan(0);
  expect(said('started').filter((id) => unfinished.get(id)?.starts !== 1)).toEqual([]);
});

/** Kills it if it still lives, and waits for its output to end. */
async function gone(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}
