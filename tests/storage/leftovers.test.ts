import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removeLeftovers } from '#storage/leftovers.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

test('what a killed master left half written is removed, and nothing that a person may have put there', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'worker_state.json');
  const modified = new Date(2026, 10, 23, 21, 0);
  const seconds = modified.getTime() / 1_000;
  const kept = [
    '1',
    'bak',
    '20261123',
    '20261123_214207.corrupt',
    '2611232100',
    `${seconds}`,
    `${seconds + 60}`,
    '9999999999',
    '381726549x',
  ].map((ending) => `worker_state.json.${ending}`);
  const leftovers = ['worker_state.json.3817265491', 'worker_state.json.381726549'];
  const others = ['other.json.3817265491'];
  for (const name of [...kept, ...leftovers, ...others]) {
    await writeFile(join(folder, name), '{');
    await utimes(join(folder, name), modified, modified);
  }
  await removeLeftovers(path);
  expect((await readdir(folder)).sort()).toEqual([...kept, ...others].sort());
});

test('without a folder there is nothing to remove', async () => {
  const folder = await temporaryFolder();
  await removeLeftovers(join(folder, 'none', 'worker_state.json'));
  expect(await readdir(folder)).toEqual([]);
});
