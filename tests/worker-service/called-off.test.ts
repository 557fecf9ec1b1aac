import { expect, test } from 'vitest';
import { createCalledOff } from '#worker-service/tasks/called-off.ts';
import { until } from '../helpers/until.ts';
import { accepted } from './journal-scene.ts';
import { type Gate, runnerScene } from './runner-scene.ts';
import { temporaryFolder } from './temporary-folder.ts';

test('a task that comes after it was called off is accepted as cancelled, and never starts', async () => {
  const scene = await runnerScene({ dir: await temporaryFolder() });
  expect(await scene.runner.cancel('a')).toBeUndefined();
  const late = await scene.runner.submit(accepted('a'));
  if (late.kind !== 'accepted') throw new Error(`it was ${late.kind}`);
  const end = await late.ended;
  expect(end).toMatchObject({ state: 'cancelled', answer: { status: 500, body: { state: 'cancelled' } } });
  expect((await scene.runner.cancel('a'))?.record).toMatchObject({ state: 'cancelled', starts: 0 });
  // Another that it sends is its own.
  await scene.runner.submit(accepted('b'));
  (await until('the next one runs', () => scene.running()[0])).end();
  expect(await scene.runner.submit(accepted('a'))).toEqual({ kind: 'known', taskId: 'a', end });
  expect(scene.runs.map(({ taskId }) => taskId)).toEqual(['b']);
});

test('one that comes while the worker looks for it to call it off does not start either', async () => {
  const opened = Promise.withResolvers<void>();
  const gate: Gate = async (promise) => {
    await opened.promise;
    return promise;
  };
  const scene = await runnerScene({ dir: await temporaryFolder(), gate });
  const cancelled = scene.runner.cancel('a');
  const late = scene.runner.submit(accepted('a'));
  opened.resolve();
  expect((await cancelled)?.record).toMatchObject({ state: 'cancelled', starts: 0 });
  expect(await late).toMatchObject({ kind: 'accepted' });
  expect(scene.runs).toEqual([]);
});

test('what has ended and is called off then is not remembered as called off', async () => {
  const scene = await runnerScene({ dir: await temporaryFolder() });
  await scene.runner.submit(accepted('a'));
  (await until('it runs', () => scene.running()[0])).end();
  await until('it has ended', () => scene.ends[0]);
  expect((await scene.runner.cancel('a'))?.record).toMatchObject({ state: 'completed' });
  expect((await scene.runner.submit(accepted('a'))).kind).toBe('known');
});

test('of ids that never came the oldest are forgotten first; one that is called off again is new', () => {
  const calledOff = createCalledOff(2);
  for (const id of ['a', 'b', 'a', 'c']) calledOff.add(id);
  expect(['a', 'b', 'c'].filter((id) => calledOff.has(id))).toEqual(['a', 'c']);
});
