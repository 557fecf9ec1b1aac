import { execFile } from 'node:child_process';
import { chmod, lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { replaceFile } from '#storage/replace-file.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

async function folderWith(text: string): Promise<{ folder: string; path: string }> {
  const folder = await temporaryFolder();
  const path = join(folder, 'state.json');
  await writeFile(path, text);
  return { folder, path };
}

test('the content is the new one, and nothing is left beside it', async () => {
  const { folder, path } = await folderWith('old and longer');
  await replaceFile(path, 'new €');
  expect(await readFile(path, 'utf8')).toBe('new €');
  expect(await readdir(folder)).toEqual(['state.json']);
});

test('a file that was not there gets the permissions asked for, whatever the umask', async () => {
  const path = join(await temporaryFolder(), 'state.json');
  await replaceFile(path, 'new', { mode: 0o666 });
  expect((await stat(path)).mode & 0o7777).toBe(0o666);
});

test('without a mode the permissions stay', async () => {
  const { path } = await folderWith('old');
  await chmod(path, 0o640);
  await replaceFile(path, 'new');
  expect((await stat(path)).mode & 0o7777).toBe(0o640);
});

test('a link stays one, and what it points to is replaced', async () => {
  const { folder, path } = await folderWith('old');
  await mkdir(join(folder, 'links'));
  const link = join(folder, 'links', 'current.json');
  await symlink(path, link);
  await replaceFile(link, 'new');
  expect((await lstat(link)).isSymbolicLink()).toBe(true);
  expect(await readFile(path, 'utf8')).toBe('new');
  expect(await readdir(join(folder, 'links'))).toEqual(['current.json']);
});

test('parts may share a buffer: each is written before the next is asked for', async () => {
  const { path } = await folderWith('old');
  const buffer = new Uint8Array(1);
  function* parts() {
    for (const byte of Buffer.from('abcdefgh')) {
      buffer[0] = byte;
      yield buffer;
    }
  }
  await replaceFile(path, parts());
  expect(await readFile(path, 'utf8')).toBe('abcdefgh');
});

test('parts that end in an error leave the old file, and nothing beside it', async () => {
  const { folder, path } = await folderWith('old');
  function* parts() {
    yield Buffer.from('half');
    throw new Error('no more');
  }
  await expect(replaceFile(path, parts())).rejects.toThrow('no more');
  expect(await readFile(path, 'utf8')).toBe('old');
  expect(await readdir(folder)).toEqual(['state.json']);
});

test('where a folder stands in its place nothing is left beside it', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'state.json', 'full'), { recursive: true });
  await expect(replaceFile(join(folder, 'state.json'), 'new')).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
  expect(await readdir(folder)).toEqual(['state.json']);
});

// A file size limit answers as a full disk does: a part is written, and only the next write fails.
test('where there is room for a part only, the old file stays', async () => {
  const { folder, path } = await folderWith('old');
  const program = fileURLToPath(new URL('./replacing-child.ts', import.meta.url));
  const replace = (bytes: number) =>
    promisify(execFile)('sh', [
      '-c',
      `ulimit -f 100 && exec "$0" "$@"`,
      process.execPath,
      program,
      path,
      `${bytes}`,
    ]);
  expect((await replace(1_000_000)).stdout).toBe('EFBIG');
  expect(await readFile(path, 'utf8')).toBe('old');
  expect(await readdir(folder)).toEqual(['state.json']);
  expect((await replace(10_000)).stdout).toBe('replaced');
});
