import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { KEYS } from '../helpers/terminal.ts';
import { until } from '../helpers/until.ts';
import { startWorkerProcess } from '../helpers/worker-process.ts';
import { makeSite } from './site.ts';

const ENV = `# The fleet of the second floor
ELASTIC_PING_INTERVAL=0.4   # seconds
ELASTIC_HEALTH_CHECK_INTERVAL='0.8'
`;

async function startWorker(id: string) {
  const worker = await startWorkerProcess({ id });
  onTestFinished(async () => {
    await worker.kill();
  });
  return { id, ip: '127.0.0.1', port: worker.port };
}

test('a worker appears when it is written into the file, a mistake there is shown, and a value is changed by keys', async () => {
  const [alpha, beta] = await Promise.all([startWorker('alpha'), startWorker('beta')]);
  const site = await makeSite({ workers: [alpha] });
  const [env, workers] = [join(site.dir, '.env'), join(site.dir, 'config_workers.json')];
  await writeFile(env, ENV);
  /** As an editor does: beside the old file, then in its place. */
  async function save(text: string): Promise<void> {
    await writeFile(`${workers}~`, text);
    await rename(`${workers}~`, workers);
  }

  const session = site.open();
  await session.sees('the one worker', /1\/1 active +1 healthy/);
  await save(JSON.stringify({ workers: [alpha, beta] }));
  await session.sees('the other one too', /2\/2 active +2 healthy/);
  await save('{"workers": [{"id": "alpha"}');
  await session.sees(
    'what is wrong, and that both are still there',
    (text) =>
      /config_workers\.json is not valid JSON \(line 1, column \d+/.test(text) && text.includes('2/2 active'),
  );
  await save(JSON.stringify({ workers: [alpha] }));
  await session.sees(
    'one worker again, and nothing wrong',
    (text) => /1\/1 active/.test(text) && !text.includes('! configuration'),
  );

  session.type('4/PING_INTERVAL');
  session.type(KEYS.enter);
  await session.sees('the key alone', /▸ ELASTIC_PING_INTERVAL +0\.4 +\.env/);
  session.type('e');
  await session.sees('the field', /0\.4▏/);
  session.type('x');
  await session.sees('the mistake', /0\.4x▏ +not possible: seconds/);
  session.type('\u007f5');
  session.type(KEYS.enter);
  await session.sees('what is in force', /▸ ELASTIC_PING_INTERVAL +0\.45 +\.env/);
  expect(await readFile(env, 'utf8')).toBe(ENV.replace('=0.4 ', '=0.45 '));
  await until('the log tells it', async () =>
    /configuration changed ELASTIC_PING_INTERVAL="0\.4 to 0\.45"/.test(await site.log()),
  );
});
