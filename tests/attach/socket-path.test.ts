import { lstatSync } from 'node:fs';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkSocket, makeSocketFolder, socketPathOf } from '#attach/socket-path.ts';
import { UserError } from '#model/errors.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const LONG = 'x'.repeat(120);

describe('where a master listens', () => {
  test('is in its data folder, by whatever way that is named', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'logs'));
    await symlink(folder, join(folder, 'link'));
    const { path } = socketPathOf(join(folder, 'logs'));
    expect(path).toBe(join(folder, 'logs', 'elastic.sock'));
    expect(socketPathOf(join(folder, 'link', 'logs')).path).toBe(path);
    // Also before logs/ is there.
    expect(socketPathOf(join(folder, 'link', 'new')).path).toBe(join(folder, 'new', 'elastic.sock'));
  });

  test.each([
    ['linux', 107],
    ['darwin', 103],
  ] as const)('on %s a path of %i bytes is the longest that is used as it is', (platform, longest) => {
    const folderOf = (length: number) =>
      `/${'ñ'.repeat(20)}${'y'.repeat(length - 41 - '/elastic.sock'.length)}`;
    const { path, isTemporary } = socketPathOf(folderOf(longest), { platform });
    expect([Buffer.byteLength(path), isTemporary]).toEqual([longest, false]);
    const longer = socketPathOf(folderOf(longest + 1), { platform });
    expect(longer.path).toMatch(/^\/tmp\/elastic-tui-[0-9a-f]{32}\/elastic\.sock$/);
    expect(longer.isTemporary).toBe(true);
  });

  test('two folders never share one', () => {
    expect(socketPathOf(`/${LONG}/a`).path).not.toBe(socketPathOf(`/${LONG}/b`).path);
  });
});

test('a socket in a folder that others may not enter is refused with what to do, and in what is no folder there is none', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'logs'), '');
  expect(() => checkSocket(socketPathOf(join(folder, 'logs')))).not.toThrow();
  // A name that no file system takes fails as a folder does that may not be entered, for root too.
  const place = { path: `${folder}/${'x'.repeat(300)}/elastic.sock`, dataDir: folder, isTemporary: false };
  expect(() => checkSocket(place)).toThrow(UserError);
  expect(() => checkSocket(place)).toThrow(/cannot be looked at \(ENAMETOOLONG\): attach as the user whom/);
});

describe('a folder of its own under the temporary one', () => {
  const placed = async () => socketPathOf(`/${LONG}`, { temporary: await temporaryFolder() });

  test('is made closed, and taken again as it is', async () => {
    const place = await placed();
    makeSocketFolder(place);
    makeSocketFolder(place);
    expect(lstatSync(dirname(place.path)).mode & 0o777).toBe(0o700);
  });

  test('that is a link to somewhere else is neither used nor believed', async () => {
    const place = await placed();
    const elsewhere = await temporaryFolder();
    await chmod(elsewhere, 0o700);
    await symlink(elsewhere, dirname(place.path));
    await writeFile(place.path, '');
    expect(() => makeSocketFolder(place)).toThrow(/is no folder/);
    expect(() => checkSocket(place)).toThrow(/is no folder/);
  });

  test('that is open to others is neither used nor believed', async () => {
    const place = await placed();
    makeSocketFolder(place);
    await writeFile(place.path, '');
    await chmod(dirname(place.path), 0o711);
    expect(() => makeSocketFolder(place)).toThrow(/is open to others/);
    expect(() => checkSocket(place)).toThrow(/is open to others/);
  });

  test.runIf(process.getuid?.() === 0)(
    'that belongs to another user is neither used nor believed',
    async () => {
      const { chown } = await import('node:fs/promises');
      const place = await placed();
      makeSocketFolder(place);
      await writeFile(place.path, '');
      await chown(dirname(place.path), 12_345, 12_345);
      expect(() => makeSocketFolder(place)).toThrow(/belongs to another user/);
      expect(() => checkSocket(place)).toThrow(/belongs to another user/);
    },
  );
});
