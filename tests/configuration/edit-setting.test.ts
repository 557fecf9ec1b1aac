import {
  chmod,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { editSetting } from '#configuration/edit-setting.ts';
import { loadSettings } from '#configuration/settings.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { folderWith, type Written } from './written.ts';

const FILE = `# Fleet of the second floor\r
ELASTIC_PING_INTERVAL=5   # seconds\r
WORKER_TOKEN='s3cret'\r
`;

async function scene(written: Written = { dotenv: FILE }) {
  const dir = await folderWith(written);
  const environment = written.environment ?? {};
  return {
    dir,
    path: join(dir, '.env'),
    edit: (key: string, value: string, was: string) =>
      editSetting({ dir, environment, edit: { key, value, was } }),
    settings: () => loadSettings({ dir, environment }),
  };
}

describe('a setting that is edited', () => {
  test('is in .env and in force, and the rest of the file is as it was', async () => {
    const { edit, path, settings } = await scene();
    await edit('ELASTIC_PING_INTERVAL', '2.5', '5');
    expect(await readFile(path, 'utf8')).toBe(FILE.replace('=5', '=2.5'));
    expect((await settings()).pingIntervalMs).toBe(2_500);
  });

  test('that was not in the file comes into it, and the file is made where there is none', async () => {
    const { edit, path, dir } = await scene({});
    await edit('TASK_TIMEOUT', '90', '60');
    expect(await readFile(path, 'utf8')).toBe('TASK_TIMEOUT=90\n');
    // It may come to hold a token.
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(dir)).toEqual(['.env']);
  });

  test('to nothing counts as not set', async () => {
    const { edit, path, settings } = await scene();
    await edit('ELASTIC_PING_INTERVAL', '', '5');
    expect(await readFile(path, 'utf8')).toBe(FILE.replace('=5', '='));
    expect((await settings()).entries).toContainEqual(
      expect.objectContaining({ key: 'ELASTIC_PING_INTERVAL', value: '5', source: 'default' }),
    );
  });

  test('keeps the mode and the owner of the file, and the byte-order mark', async () => {
    const { edit, path } = await scene({ dotenv: `\uFEFF${FILE}` });
    await chmod(path, 0o640);
    const before = await stat(path);
    await edit('ELASTIC_PING_INTERVAL', '7', '5');
    const after = await stat(path);
    expect([after.mode, after.uid, after.gid]).toEqual([before.mode, before.uid, before.gid]);
    expect(await readFile(path, 'utf8')).toBe(`\uFEFF${FILE.replace('=5', '=7')}`);
  });

  test('is written where a link leads to, and the link stays one', async () => {
    const { edit, path } = await scene({});
    const target = join(await temporaryFolder(), 'shared.env');
    await writeFile(target, FILE);
    await symlink(target, path);
    await edit('ELASTIC_PING_INTERVAL', '7', '5');
    expect(await readFile(target, 'utf8')).toBe(FILE.replace('=5', '=7'));
    expect((await lstat(path)).isSymbolicLink()).toBe(true);
    expect(await readlink(path)).toBe(target);
  });

  test('replaces the file at once: who has the old one open reads the old one to the end', async () => {
    const { edit, path, dir } = await scene();
    await link(path, join(dir, 'old'));
    await edit('ELASTIC_PING_INTERVAL', '7', '5');
    expect(await readFile(join(dir, 'old'), 'utf8')).toBe(FILE);
    expect((await readdir(dir)).sort()).toEqual(['.env', 'old']);
  });
});

describe('what is refused changes nothing', () => {
  test.each([
    ['ELASTIC_PING_INTERVAL', 'soon', '5', 'SETTING_INVALID', /is "soon"; expected a number of seconds/],
    [
      'ELASTIC_PING_INTERVAL',
      '2\nWORKER_01_IP=10.6.6.6',
      '5',
      'SETTING_INVALID',
      /expected a number of seconds/,
    ],
    ['ELASTIC_LOG_FILE', 'x.log', 'logs/elastic_orchestrator.log', 'SETTING_NOT_EDITABLE', /in its file/],
    ['ELASTIC_SSH_COMMAND', 'rm -rf /', 'ssh', 'SETTING_NOT_EDITABLE', /in its file/],
    ['TASK_RETENTION_DAYS', '1', '30', 'SETTING_NOT_EDITABLE', /in its file/],
    ['WORKER_TOKEN', 'x', 's3cret', 'SETTING_NOT_EDITABLE', /in its file/],
    ['WORKER_01_IP', '10.6.6.6', '', 'SETTING_NOT_EDITABLE', /in its file/],
    ['__proto__', 'x', '', 'SETTING_NOT_EDITABLE', /in its file/],
    ['ELASTIC_PING_INTERVAL', '2', '4', 'SETTING_CHANGED', /has been set to "5" meanwhile/],
  ])('%s to “%s”', async (key, value, was, code, message) => {
    const { edit, path } = await scene();
    await expect(edit(key, value, was)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as unknown,
    });
    expect(await readFile(path, 'utf8')).toBe(FILE);
  });

  test('a key that the environment sets', async () => {
    const { edit, path } = await scene({ dotenv: FILE, environment: { ELASTIC_PING_INTERVAL: '3' } });
    await expect(edit('ELASTIC_PING_INTERVAL', '2', '3')).rejects.toMatchObject({
      code: 'SETTING_OVERRIDDEN',
    });
    expect(await readFile(path, 'utf8')).toBe(FILE);
  });

  test('anything, while a file is wrong', async () => {
    const { edit, path } = await scene({ dotenv: 'TASK_TIMEOUT=soon\n' });
    await expect(edit('ELASTIC_PING_INTERVAL', '2', '5')).rejects.toMatchObject({
      code: 'CONFIGURATION_INVALID',
    });
    expect(await readFile(path, 'utf8')).toBe('TASK_TIMEOUT=soon\n');
  });

  test('a file that is not UTF-8, whose comments would be lost', async () => {
    const { edit, path } = await scene();
    const latin = Buffer.from('# a\u00f1o\nELASTIC_PING_INTERVAL=5\n', 'latin1');
    await writeFile(path, latin);
    await expect(edit('ELASTIC_PING_INTERVAL', '2', '5')).rejects.toMatchObject({
      code: 'SETTING_NOT_WRITTEN',
      message: expect.stringContaining('it is not UTF-8') as unknown,
    });
    expect(await readFile(path)).toEqual(latin);
  });

  test('something that is no file', async () => {
    const { edit, path } = await scene({});
    await mkdir(path);
    await expect(edit('ELASTIC_PING_INTERVAL', '2', '5')).rejects.toMatchObject({
      code: 'CONFIGURATION_INVALID',
    });
    expect((await stat(path)).isDirectory()).toBe(true);
  });
});

test('two edits of one value: the second is told what the first made of it', async () => {
  const { edit, path } = await scene();
  await edit('ELASTIC_PING_INTERVAL', '6', '5');
  await expect(edit('ELASTIC_PING_INTERVAL', '7', '5')).rejects.toMatchObject({ code: 'SETTING_CHANGED' });
  await writeFile(path, `${await readFile(path, 'utf8')}HTTP_TIMEOUT=4 # by hand\n`);
  await edit('TASK_TIMEOUT', '9', '60');
  expect(await readFile(path, 'utf8')).toBe(
    `${FILE.replace('=5', '=6')}HTTP_TIMEOUT=4 # by hand\nTASK_TIMEOUT=9\r\n`,
  );
});
