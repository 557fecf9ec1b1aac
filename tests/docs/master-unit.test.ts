import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { called } from '../cli/command-line.ts';

const UNIT = new URL('../../docs/elastic-tui.service', import.meta.url);
const PROGRAM = '/opt/elastic-tui/bin/elastic-tui.js';
const FOLDER = '/var/lib/elastic-tui';
const ARGUMENTS = ['--dir', FOLDER, 'install-service', '--print', '--user', 'elastic-tui'];

/** `UPDATE_UNIT=1 npx vitest run tests/docs` writes the unit instead of comparing it. */
test('docs/elastic-tui.service is what install-service prints for the paths of docs/running-the-master.md', async () => {
  const programs = { worker: new URL('file:///nowhere'), taskDatabase: new URL('file:///nowhere') };
  const { code, stdout, stderr } = await called(ARGUMENTS, { program: { launcher: PROGRAM, programs } });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const output = stdout.replace(`ExecStart=${process.execPath} `, 'ExecStart=/usr/bin/node ');
  expect(output).not.toBe(stdout);
  if (process.env.UPDATE_UNIT) await writeFile(UNIT, output);
  else expect(await readFile(UNIT, 'utf8')).toBe(output);
});
