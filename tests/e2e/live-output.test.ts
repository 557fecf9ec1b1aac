import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { KEYS, opened } from '../helpers/terminal.ts';
import { startWorkerProcess } from '../helpers/worker-process.ts';
import { declarePrograms } from '../worker-service/declared-programs.ts';
import { makeSite } from './site.ts';

test('the details of a running task show what it prints and how far it is, until it has ended', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'elastic-worker-'));
  await declarePrograms(dir);
  const worker = await startWorkerProcess({ id: 'alpha', dir });
  onTestFinished(async () => {
    await worker.kill();
    await rm(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  });
  const site = await makeSite({ workers: [{ id: 'alpha', port: worker.port }] });
  await mkdir(join(site.dir, 'task_queues'));
  const task = { task_id: 'watched', algorithm: 'wait', parameters: { NAME: 'here' } };
  await writeFile(join(site.dir, 'task_queues', 'one.json'), JSON.stringify({ tasks: [task] }));
  const session = await opened(site.open());
  session.type('3');
  await session.sees('it runs', /▸ ◑ running +watched/);
  session.type(KEYS.enter);
  const stepIn = (text: string) => Number(/step (\d+) \/ 1000000/.exec(text)?.[1]);
  const first = await session.sees('a step and the bar', (text) => stepIn(text) > 0 && /░ *$/m.test(text));
  expect(first).toMatch(/0\.\d %, /);
  await session.sees('a later step', (text) => stepIn(text) > stepIn(first));
  await writeFile(join(dir, 'go-here'), '');
  await session.sees('its end, and no live output any more', (text) => {
    return /✓ completed/.test(text) && !text.includes('Output so far');
  });
  session.type('q');
  expect((await session.exited).code).toBe(0);
});
