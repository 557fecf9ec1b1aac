import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { KEYS, WORKER_KEYS } from '#configuration/keys.ts';
import { loadSettings } from '#configuration/settings.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../..');

test('the shipped files change no default and configure no worker, so that a newcomer sees a living fleet', async () => {
  const dir = await temporaryFolder();
  for (const name of ['.env', 'config_workers.json']) await copyFile(join(ROOT, name), join(dir, name));
  const settings = await loadSettings({ dir, environment: {} });
  const plain = await temporaryFolder();
  const defaults = await loadSettings({ dir: plain, environment: {} });
  expect(settings.warnings).toEqual([]);
  expect(settings.workers).toEqual([]);
  expect(settings.entries.map(({ key, value }) => [key, value])).toEqual(
    defaults.entries.map(({ key, value }) => [key, value]),
  );
});

test('the shipped .env shows every key with its default, commented out', async () => {
  const lines = (await readFile(join(ROOT, '.env'), 'utf8')).split('\n');
  expect(lines.every((line) => line === '' || line.startsWith('# '))).toBe(true);
  const shown = lines.filter((line) => /^# [A-Z_]+=/.test(line));
  const expected = [...Object.values(KEYS), ...Object.values(WORKER_KEYS)].map(({ name, fallback }) => `# ${name}=${fallback}`);
  expect(shown.toSorted()).toEqual(expected.toSorted());
  expect(lines).toContain('# WORKER_01_IP=172.20.10.3');
});
