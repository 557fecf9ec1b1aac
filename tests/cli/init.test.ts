import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadSettings } from '#configuration/settings.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { called } from './command-line.ts';

const ROOT = join(import.meta.dirname, '../..');
const FILES = ['.env', 'config_workers.json'];

test('init writes the files that are shipped, in a folder that it makes, readable by their owner alone', async () => {
  const dir = join(await temporaryFolder(), 'new', 'site');
  const { code, stdout } = await called(['init', '--dir', dir]);
  expect(code).toBe(0);
  expect((await readdir(dir)).toSorted()).toEqual(FILES);
  for (const name of FILES) {
    expect(await readFile(join(dir, name), 'utf8')).toBe(await readFile(join(ROOT, name), 'utf8'));
    expect(stdout).toContain(`wrote ${join(dir, name)}\n`);
    expect((await stat(join(dir, name))).mode & 0o777).toBe(0o600);
  }
  expect(stdout).toContain('doctor');
  expect((await loadSettings({ dir, environment: {} })).warnings).toEqual([]);
});

test('init never touches a file that is there, and says so', async () => {
  const dir = await temporaryFolder();
  await writeFile(join(dir, '.env'), 'WORKER_01_IP=10.0.0.1\n');
  const first = await called(['init', '--dir', dir, '--json']);
  expect(first.code).toBe(0);
  expect(JSON.parse(first.stdout)).toEqual({
    files: [
      { file: join(dir, '.env'), state: 'kept' },
      { file: join(dir, 'config_workers.json'), state: 'written' },
    ],
  });
  expect(await readFile(join(dir, '.env'), 'utf8')).toBe('WORKER_01_IP=10.0.0.1\n');
  const again = await called(['init', '--dir', dir]);
  expect(again.stdout).toContain(`kept  ${join(dir, 'config_workers.json')}`);
});

test('ten calls at the same instant write each file once, and leave nothing else behind', async () => {
  const dir = await temporaryFolder();
  const calls = await Promise.all(Array.from({ length: 10 }, () => called(['init', '--dir', dir, '--json'])));
  const states = calls.flatMap(({ stdout }) => JSON.parse(stdout).files as { state: string }[]);
  expect(states.filter(({ state }) => state === 'written')).toHaveLength(2);
  expect((await readdir(dir)).toSorted()).toEqual(FILES);
});

test('init says what to do where it cannot write', async () => {
  const dir = await temporaryFolder();
  await writeFile(join(dir, 'file'), '');
  const { code, stderr } = await called(['init', '--dir', join(dir, 'file', 'below')]);
  expect(code).toBe(2);
  expect(stderr).toContain('ENOTDIR');
  expect(stderr).toContain('--dir');
});
