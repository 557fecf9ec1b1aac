import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readStateFile } from '#persistence/worker-state-file.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const STARTED = new Date(2026, 10, 23, 21, 42, 7).getTime();
const clock = () => fakeClock(STARTED);

test('without a file there is nothing to restore and nothing to say', async () => {
  const folder = await temporaryFolder();
  expect(await readStateFile(join(folder, 'worker_state.json'), clock())).toEqual({
    state: null,
    notice: null,
  });
  await writeFile(join(folder, 'logs'), '');
  const beneath = join(folder, 'logs', 'worker_state.json');
  expect(await readStateFile(beneath, clock())).toEqual({ state: null, notice: null });
});

test('a file is read back, with a byte-order mark too', async () => {
  const path = join(await temporaryFolder(), 'worker_state.json');
  await writeFile(
    path,
    '\uFEFF{"stats": {"total_pings": 7}, "workers": {"worker-01": {"discovered": true}}}',
  );
  const { state, notice } = await readStateFile(path, clock());
  expect(state?.counters.totalPings).toBe(7);
  expect(state?.workers.get('worker-01')?.discovered).toBe(true);
  expect(notice).toBeNull();
});

test.each([
  ['half a document', '{"version": 2, "workers": {"worker'],
  ['an empty file', ''],
  ['another JSON value', '[1, 2]'],
  ['terminal control', '\u001b[2J{'],
])('%s is kept under a name with the time in it, and said so', async (_, content) => {
  const path = join(await temporaryFolder(), 'worker_state.json');
  await writeFile(path, content);
  const { state, notice } = await readStateFile(path, clock());
  const kept = `${path}.20261123_214207.corrupt`;
  expect(state).toBeNull();
  expect(notice).toContain(`${path} cannot be used (`);
  expect(notice).toContain(`it was kept as ${kept}`);
  expect(notice).not.toMatch(/\p{Cc}/u);
  expect(await readdir(dirname(path))).toEqual([basename(kept)]);
  expect(await readFile(kept, 'utf8')).toBe(content);
});

test('no file that was kept earlier is ever replaced', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'worker_state.json');
  for (const content of ['first', 'second', 'third']) {
    await writeFile(path, content);
    await readStateFile(path, clock());
  }
  const kept = await Promise.all(
    (await readdir(folder)).sort().map(async (name) => [name, await readFile(join(folder, name), 'utf8')]),
  );
  expect(kept).toEqual([
    ['worker_state.json.20261123_214207.corrupt', 'first'],
    ['worker_state.json.20261123_214207_2.corrupt', 'second'],
    ['worker_state.json.20261123_214207_3.corrupt', 'third'],
  ]);
});

test('what cannot even be moved is said, and leaves nothing behind', async () => {
  const path = join(await temporaryFolder(), 'worker_state.json');
  await mkdir(path);
  const { state, notice } = await readStateFile(path, clock());
  expect(state).toBeNull();
  expect(notice).toContain('it could not be moved aside (');
  expect(await readdir(dirname(path))).toEqual(['worker_state.json']);
});

test('a device and a pipe are neither read nor moved', async () => {
  const folder = await temporaryFolder();
  execFileSync('/bin/sh', ['-c', 'mkfifo "$0"', join(folder, 'pipe')]);
  await symlink('/dev/zero', join(folder, 'device'));
  for (const name of ['pipe', 'device']) {
    expect(await readStateFile(join(folder, name), clock())).toEqual({ state: null, notice: null });
  }
  expect(await readdir(folder)).toEqual(['device', 'pipe']);
});

test('no content makes it throw, and none is lost', async () => {
  const path = join(await temporaryFolder(), 'worker_state.json');
  const time = clock();
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), async (content) => {
      time.advanceSync(1_000);
      await writeFile(path, content);
      const { state, notice } = await readStateFile(path, time);
      expect(state === null).toBe(notice !== null);
      const kept = /kept as (\S+);/.exec(notice ?? '')?.[1] ?? path;
      expect(await readFile(kept, 'utf8')).toBe(Buffer.from(content).toString());
    }),
    { numRuns: 40 },
  );
});
