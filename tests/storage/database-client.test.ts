import { expect, onTestFinished, test } from 'vitest';
import { codeOf } from '#model/errors.ts';
import { openDatabaseClient } from '#storage/database-client.ts';
import type { CountingAnswers, CountingAsk } from './counting-thread.ts';

async function opened() {
  const client = await openDatabaseClient<CountingAsk, CountingAnswers>({
    threadUrl: new URL('./counting-thread.ts', import.meta.url),
    name: 'counting database',
    data: null,
    closed: () => new Error('it is closed'),
  });
  onTestFinished(() => client.close());
  return client;
}

test('what is asked while a commit is under way shares the next one', async () => {
  const { ask } = await opened();
  const first = ask({ kind: 'slow' });
  // It has left for the thread.
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  const rest = Array.from({ length: 20 }, () => ask({ kind: 'add' }));
  await first;
  expect(await Promise.all(rest)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  expect(await ask({ kind: 'commits' })).toEqual([1, 20]);
});

test('a question sees the writes that were asked with it, whatever the order', async () => {
  const { ask } = await opened();
  const commits = ask({ kind: 'commits' });
  await Promise.all([ask({ kind: 'add' }), ask({ kind: 'add' })]);
  expect(await commits).toEqual([2]);
});

test('a write that fails comes back with its code, and its neighbours are done', async () => {
  const { ask } = await opened();
  const [one, failed, two] = await Promise.allSettled([
    ask({ kind: 'add' }),
    ask({ kind: 'fail' }),
    ask({ kind: 'add' }),
  ]);
  expect([one, two]).toEqual([
    { status: 'fulfilled', value: 1 },
    { status: 'fulfilled', value: 2 },
  ]);
  expect(failed.status === 'rejected' && codeOf(failed.reason)).toBe('REFUSED');
});

test('close does what was asked before it and refuses what comes after', async () => {
  const { ask, close } = await opened();
  const before = ask({ kind: 'add' });
  const closing = close();
  await expect(ask({ kind: 'add' })).rejects.toThrow('it is closed');
  expect(await before).toBe(1);
  await closing;
  await close();
});

test('a thread that cannot be started is an error that names it', async () => {
  const opening = openDatabaseClient<CountingAsk, CountingAnswers>({
    threadUrl: new URL('./no-such-thread.ts', import.meta.url),
    name: 'counting database',
    data: null,
    closed: () => new Error('it is closed'),
  });
  await expect(opening).rejects.toThrow(/the thread of the counting database ended/);
});
