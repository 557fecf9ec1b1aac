import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { printService } from '#cli/install-service.ts';
import { parseWorkerArguments } from '#cli/worker-arguments.ts';

const UNIT = new URL('../../docs/elastic-worker.service', import.meta.url);
const CHECKOUT = '/opt/elastic-tui';
const ARGUMENTS = [
  ...['install-service', '--print', '--host', '0.0.0.0'],
  ...['--dir', '/var/lib/elastic-worker', '--token-file', '/etc/elastic-worker.token'],
];

/** `UPDATE_UNIT=1 npx vitest run tests/docs` writes the unit instead of comparing it. */
test('docs/elastic-worker.service is what install-service prints for the paths of docs/worker.md', async () => {
  const asked = parseWorkerArguments(ARGUMENTS);
  if (!('service' in asked)) throw new Error('not understood as install-service');
  const { output } = await printService(asked, {
    execPath: `${CHECKOUT}/node_modules/node/bin/node`,
    argv: ['', `${CHECKOUT}/bin/elastic-worker.js`],
    cwd: () => CHECKOUT,
    env: {},
  });
  if (process.env.UPDATE_UNIT) await writeFile(UNIT, output);
  else expect(await readFile(UNIT, 'utf8')).toBe(output);
});
