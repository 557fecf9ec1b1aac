import { expect, test } from 'vitest';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { type ChaosOptions, runChaos } from './chaos.ts';
import type { Verdict } from './classify.ts';
import type { Bug } from './messages.ts';

const SEED = 7;

/** What a short run with a bug in the master finds wrong. */
async function wrongWith(bug: Bug, options: Partial<ChaosOptions>): Promise<Verdict['wrong']> {
  const { verdict } = await runChaos({
    dir: await temporaryFolder(),
    seed: SEED,
    seconds: 8,
    tasks: 320,
    version1: 0,
    version2: 2,
    bug,
    masterEveryMs: null,
    workerEveryMs: null,
    // What a bug leaves undone is not waited for.
    drainWithinMs: 2_000,
    ...options,
  });
  return verdict.wrong;
}

test('an acknowledgement before the commit is found as lost tasks', async () => {
  const wrong = await wrongWith('acknowledged-early', { masterEveryMs: 2_000 });
  expect(wrong.lost).not.toEqual([]);
});

test('a cancel that is acknowledged before the commit is found as forgotten', async () => {
  // One worker that is often not there: much of what is called off waits.
  const often = { version2: 1, masterEveryMs: 2_000, workerEveryMs: 800 };
  const wrong = await wrongWith('cancelled-early', { ...often, tasks: 800 });
  expect(wrong.cancelForgotten).not.toEqual([]);
});

test.for(['resent-unasked', 'given-elsewhere-unasked'] as const)(
  'what is %s is found as runs that the record does not know of',
  async (bug) => {
    expect((await wrongWith(bug, {})).ranUnasked).not.toEqual([]);
  },
);

test('what is given up before TASK_TIMEOUT at a worker of version 1 that proves nothing is found', async () => {
  // They forget what they ran whenever they are killed.
  const wrong = await wrongWith('given-up-early', { version1: 2, version2: 1, workerEveryMs: 800 });
  expect(wrong.givenUpEarly).not.toEqual([]);
});

test('what is sent again as it was to a worker of version 1 is found as run twice', async () => {
  const wrong = await wrongWith('resent-as-it-was', { version1: 2, version2: 1 });
  expect(wrong.ranTwice).not.toEqual([]);
});
