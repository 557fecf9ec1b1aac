import { expect, test } from 'vitest';
import { until } from '../helpers/until.ts';
import { accepted } from './journal-scene.ts';
import { type Gate, runnerScene } from './runner-scene.ts';
import { temporaryFolder } from './temporary-folder.ts';

test('while a task that ended long ago is sent again, whoever asks for it is told how it ended', async () => {
  const opened = Promise.withResolvers<void>();
  let isHeld = false;
  const gate: Gate = async (promise) => {
    if (isHeld) await opened.promise;
    return promise;
  };
  const scene = await runnerScene({ dir: await temporaryFolder(), gate });
  const first = await scene.runner.submit(accepted('a'));
  (await until('it runs', () => scene.running()[0])).end();
  if (first.kind !== 'accepted') throw new Error(`it was ${first.kind}`);
  const end = await first.ended;

  isHeld = true;
  const again = scene.runner.submit(accepted('a'));
  const found = scene.runner.find('a');
  const cancelled = scene.runner.cancel('a');
  isHeld = false;
  opened.resolve();
  expect((await again).kind).toBe('known');
  for (const view of [await found, await cancelled]) {
    expect(view?.record).toMatchObject({ state: 'completed', starts: 1 });
    expect(await view?.ended).toEqual(end);
  }
});
