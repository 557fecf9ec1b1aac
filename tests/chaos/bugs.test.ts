import { expect, test } from 'vitest';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { runChaos } from './chaos.ts';

const SEED = 7;

test('an acknowledgement before the commit is found as lost tasks', async () => {
  const { verdict } = await runChaos({
    dir: await temporaryFolder(),
    seed: SEED,
    seconds: 12,
    tasks: 400,
    workers: 2,
    bug: 'acknowledged-early',
    masterEveryMs: 3_000,
    workerEveryMs: null,
    drainWithinMs: 5_000,
  });
  expect(verdict.wrong.lost).not.toEqual([]);
});

test.for(['resent-unasked', 'given-elsewhere-unasked'] as const)(
  'what is %s is found as runs that the record does not know of',
  async (bug) => {
    const { verdict } = await runChaos({
      dir: await temporaryFolder(),
      seed: SEED,
      seconds: 10,
      tasks: 300,
      workers: 2,
      bug,
      masterEveryMs: null,
      workerEveryMs: null,
      drainWithinMs: 20_000,
    });
    expect(verdict.wrong.ranUnasked).not.toEqual([]);
  },
);
