import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Stream } from '#worker-service/execution/run.ts';
import type { OutputPiece } from '#worker-service/execution/task-output.ts';
import { until } from '../helpers/until.ts';
import { folderOf, MEGABYTE, NEVER, openStore, readAll, sizeOf, summary, unfold } from './output-scene.ts';
import { temporaryFolder } from './temporary-folder.ts';

test('from any offset the same bytes come, while the task runs, after it, and from a worker started later', async () => {
  const dir = await temporaryFolder();
  let row = 0;
  const pushes = fc.array(
    fc.tuple(fc.constantFrom<Stream>('stdout', 'stderr'), fc.uint8Array({ maxLength: 30 })),
    { maxLength: 60 },
  );
  const store = await openStore(dir, { limits: { tasks: 10_000 } });
  await fc.assert(
    fc.asyncProperty(pushes, fc.nat({ max: 1_000 }), fc.nat({ max: 59 }), async (all, from, pauseAt) => {
      row += 1;
      const output = store.create(row);
      const printed = all.flatMap(([stream, bytes]) => [...bytes].map((byte) => [stream, byte] as const));
      const offset = Math.min(from, printed.length);
      const live = readAll(output, offset);
      for (const [index, [stream, bytes]] of all.entries()) {
        output.push(stream, bytes);
        if (index === pauseAt) await new Promise(setImmediate);
      }
      await output.close();
      const expected = printed.slice(offset);
      expect(unfold(await live, offset)).toEqual(expected);
      expect(unfold(await readAll(output, offset), offset)).toEqual(expected);
      const later = await (await openStore(dir, { limits: { tasks: 10_000 } })).open(row);
      expect(later?.size()).toBe(printed.length);
      expect(unfold(later === undefined ? [] : await readAll(later, offset), offset)).toEqual(expected);
    }),
  );
  expect(store.problems).toEqual([]);
});

test('who follows gets each piece when it comes, not at the end', async () => {
  const { create } = await openStore(await temporaryFolder());
  const output = create(1);
  const reading = output.read(0, NEVER)[Symbol.asyncIterator]();
  for (const [offset, text] of [
    [0, 'one'],
    [3, 'two'],
  ] as const) {
    const next = reading.next();
    output.push('stdout', Buffer.from(text));
    expect(await next).toEqual({
      done: false,
      value: { offset, stream: 'stdout', bytes: Buffer.from(text) },
    });
  }
  const last = reading.next();
  await output.close();
  expect(await last).toEqual({ done: true, value: undefined });
});

test('a signal ends a reader that waits', async () => {
  const { create } = await openStore(await temporaryFolder());
  const output = create(1);
  output.push('stderr', Buffer.from('x'));
  const controller = new AbortController();
  const pieces: OutputPiece[] = [];
  const reading = (async () => {
    for await (const piece of output.read(0, controller.signal)) pieces.push(piece);
  })();
  await until('the piece is there', () => pieces.length === 1);
  controller.abort();
  await reading;
  expect(pieces).toHaveLength(1);
  await output.close();
});

test('of a large output the memory has the end of each stream, and the files have all of it', async () => {
  const dir = await temporaryFolder();
  const { create, problems } = await openStore(dir);
  const output = create(1);
  const line = (index: number) => Buffer.from(`${String(index).padStart(1_023, '.')}\n`);
  for (let index = 0; index < 4_000; index += 1) {
    output.push('stdout', line(index));
    if (index === 5) output.push('stderr', Buffer.from('early'));
    // As a pipe would: it gives the disk its turn.
    if (index % 100 === 0) await new Promise(setImmediate);
  }
  await output.close();
  expect(output.tail('stdout')).toHaveLength(MEGABYTE);
  expect(output.tail('stdout').endsWith('3999\n')).toBe(true);
  expect(output.tail('stderr')).toBe('early');
  const { stdout, stderr, skipped } = summary(await readAll(output));
  expect([stdout.length, stderr, skipped]).toEqual([4_000 * 1_024, 'early', 0]);
  expect(stdout.startsWith(line(0).toString())).toBe(true);
  expect(problems).toEqual([]);
});

test('beyond the limit of a task nothing more is written, and it is said how much is missing', async () => {
  const dir = await temporaryFolder();
  const { create, problems } = await openStore(dir, { limits: { taskBytes: 100_000 } });
  const output = create(1);
  const size = 5 * MEGABYTE;
  const following = readAll(output);
  for (let written = 0; written < size; written += 65_536) {
    output.push('stdout', Buffer.alloc(65_536, 120));
    await new Promise(setImmediate);
  }
  await output.close();
  expect(await sizeOf(dir)).toBeLessThanOrEqual(100_000);
  // Who keeps up sees all of it, on the disk or not.
  expect(summary(await following)).toMatchObject({ skipped: 0 });
  const all = summary(await readAll(output));
  expect(all.stdout.length + all.skipped).toBe(size);
  expect(all.stdout.length).toBe(65_536 + MEGABYTE);
  const kept = await (await openStore(dir)).open(1);
  expect(summary(kept === undefined ? [] : await readAll(kept))).toMatchObject({ skipped: size - 65_536 });
  expect(problems).toEqual([]);
});

test('the files of the last tasks are kept, within a size, and what is not ours stays', async () => {
  const dir = await temporaryFolder();
  const limits = { tasks: 3, totalBytes: 40_000 };
  const { create, open: openOutput } = await openStore(dir, { limits });
  for (let row = 1; row <= 5; row += 1) {
    const output = create(row);
    output.push('stdout', Buffer.alloc(row === 5 ? 30_000 : 10_000));
    await output.close();
    if (row === 1) await writeFile(join(folderOf(dir), 'mine.txt'), 'mine');
  }
  const names = async () => (await readdir(folderOf(dir))).sort();
  await until('the old ones are gone', async () => (await names()).length === 3);
  expect(await names()).toEqual(['5.index', '5.output', 'mine.txt']);
  expect(await openOutput(4)).toBeUndefined();
  expect((await openOutput(5))?.size()).toBe(30_000);
  await openStore(dir, { limits: { totalBytes: 100 } });
  await until('all are gone', async () => (await names()).length === 1);
  expect(await readFile(join(folderOf(dir), 'mine.txt'), 'utf8')).toBe('mine');
});

test('a task that printed nothing has an output, an empty one', async () => {
  const dir = await temporaryFolder();
  await (await openStore(dir)).create(1).close();
  const later = await (await openStore(dir)).open(1);
  expect([later?.size(), later === undefined ? null : await readAll(later)]).toEqual([0, []]);
});

test('of a worker that was killed there is what had been written', async () => {
  const dir = await temporaryFolder();
  const output = (await openStore(dir)).create(1);
  output.push('stdout', Buffer.from('half'));
  const later = await until('it is on the disk', async () => {
    const found = await (await openStore(dir)).open(1);
    return found?.size() === 4 ? found : null;
  });
  expect(summary(await readAll(later))).toMatchObject({ stdout: 'half', skipped: 0 });
  await output.close();
});
