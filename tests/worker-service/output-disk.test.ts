import { open, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type OutputFile, openNewFile } from '#worker-service/execution/output-writer.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { until } from '../helpers/until.ts';
import { folderOf, MEGABYTE, NEVER, openStore, readAll, summary } from './output-scene.ts';
import { temporaryFolder } from './temporary-folder.ts';

test('a full disk loses the file, never the run, and is told of once', async () => {
  const openNew = () => open('/dev/full', 'w');
  const { create, problems } = await openStore(await temporaryFolder(), { openNew });
  const output = create(7);
  for (let index = 0; index < 100; index += 1) {
    output.push('stdout', Buffer.alloc(65_536, 97));
    await new Promise(setImmediate);
  }
  output.push('stdout', Buffer.from('END'));
  await output.close();
  expect(problems).toEqual([expect.stringMatching(/^the output of task 7 is not kept whole: ENOSPC/)]);
  expect(output.tail('stdout').endsWith('aEND')).toBe(true);
  const size = 100 * 65_536 + 3;
  expect(output.size()).toBe(size);
  expect(summary(await readAll(output))).toMatchObject({ skipped: size - MEGABYTE });
});

test('a disk that becomes free again loses only what came while it was full', async () => {
  const dir = await temporaryFolder();
  let full = true;
  const openNew = async (path: string): Promise<OutputFile> => {
    if (full) throw new Error('ENOSPC: no space left');
    return openNewFile(path);
  };
  const { create, problems } = await openStore(dir, { openNew });
  const output = create(1);
  output.push('stdout', Buffer.from('lost'));
  await until('it was lost', () => problems.length === 1);
  full = false;
  output.push('stdout', Buffer.from('kept'));
  await output.close();
  const later = await (await openStore(dir)).open(1);
  expect(later === undefined ? [] : await readAll(later)).toEqual([
    { offset: 0, skipped: 4 },
    { offset: 4, stream: 'stdout', bytes: Buffer.from('kept') },
  ]);
});

test('a disk that hangs takes no memory, keeps no task from ending, and no reader from its end', async () => {
  const clock = fakeClock();
  let writes = 0;
  const openNew = async (): Promise<OutputFile> => ({
    write: () => {
      writes += 1;
      return new Promise<never>(() => {});
    },
    close: async () => {},
  });
  const store = await openStore(await temporaryFolder(), { clock, openNew });
  const output = store.create(1);
  // Always the same bytes: what grows is what is kept of them.
  const chunk = Buffer.alloc(65_536, 98);
  const before = process.memoryUsage().rss;
  for (let index = 0; index < 4_000; index += 1) output.push('stdout', chunk);
  expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  const reading = readAll(output);
  const closed = output.close();
  await until('it hangs', () => writes > 0);
  await clock.advance(2_000);
  await closed;
  expect(summary(await reading)).toMatchObject({ skipped: 4_000 * 65_536 - MEGABYTE });
  expect(store.problems[0]).toMatch(/the disk is too slow/);
  // When some wait for it already, it is asked no more.
  for (let row = 2; row <= 4; row += 1) {
    const next = store.create(row);
    next.push('stdout', Buffer.from('x'));
    const ended = next.close();
    await clock.advance(2_000);
    await ended;
  }
  const last = store.create(5);
  last.push('stdout', Buffer.from('x'));
  await last.close();
  expect(store.problems.at(-1)).toMatch(/task 5 .* the disk does not answer/);
});

test('damaged files are read to an end, and show no more than they have', async () => {
  const dir = await temporaryFolder();
  const { create, open: openOutput } = await openStore(dir);
  const output = create(1);
  output.push('stdout', Buffer.from('a'.repeat(100)));
  await output.close();
  const path = join(folderOf(dir), '1.index');
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), fc.nat({ max: 200 }), async (bytes, offset) => {
      // Offsets stay small, or the test could not count the bytes.
      await writeFile(
        path,
        bytes.map((byte, index) => (index % 16 < 5 ? 0 : byte)),
      );
      const found = await openOutput(1);
      for await (const piece of found?.read(offset, NEVER) ?? []) {
        if ('bytes' in piece) expect(Buffer.from(piece.bytes).toString()).toMatch(/^a+$/);
      }
    }),
  );
});

test('only numbers name files, and a link in their place is replaced, not followed', async () => {
  const dir = await temporaryFolder();
  const { create, open: openOutput } = await openStore(dir);
  for (const row of [0, -1, 1.5, Number.NaN, 2 ** 60]) expect(() => create(row)).toThrow(RangeError);
  await expect(openOutput(0.5)).rejects.toThrow(RangeError);
  await create(1).close();
  const outside = join(await temporaryFolder(), 'outside');
  await writeFile(outside, 'untouched');
  await symlink(outside, join(folderOf(dir), '2.output'));
  const output = create(2);
  output.push('stdout', Buffer.from('mine'));
  await output.close();
  expect(await readFile(outside, 'utf8')).toBe('untouched');
  expect(await readFile(join(folderOf(dir), '2.output'), 'utf8')).toBe('mine');
});
