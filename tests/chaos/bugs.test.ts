import { expect, test } from 'vitest';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { type ChaosOptions, runChaos } from './chaos.ts';
import type { Verdict } from './classify.ts';
import type { Bug } from './messages.ts';

/** A bug shows in most short runs, and not in every one. */
const SEEDS = [7, 8, 9, 10, 11];

/** What short runs with a bug in the master find wrong of one kind. */
async function wrongWith(
  bug: Bug,
  kind: keyof Verdict['wrong'],
  options: Partial<ChaosOptions> = {},
): Promise<readonly string[]> {
  for (const seed of SEEDS) {
    const wrong = (await wrongOnce(bug, { ...options, seed }))[kind];
    if (wrong.length > 0) return wrong;
  }
  return [];
}

async function wrongOnce(
  bug: Bug,
  options: Partial<ChaosOptions> & Pick<ChaosOptions, 'seed'>,
): Promise<Verdict['wrong']> {
  const { verdict } = await runChaos({
    dir: await temporaryFolder(),
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
  expect(await wrongWith('acknowledged-early', 'lost', { masterEveryMs: 2_000 })).not.toEqual([]);
});

test('a cancel that is acknowledged before the commit is found as forgotten', async () => {
  // One worker that is often not there: much of what is called off waits.
  const often = { version2: 1, masterEveryMs: 2_000, workerEveryMs: 800 };
  const wrong = await wrongWith('cancelled-early', 'cancelForgotten', { ...often, tasks: 800 });
  expect(wrong).not.toEqual([]);
});

test.for(['resent-unasked', 'given-elsewhere-unasked'] as const)(
  'what is %s is found as runs that the record does not know of',
  async (bug) => {
    expect(await wrongWith(bug, 'ranUnasked')).not.toEqual([]);
  },
);

test('what is given up before TASK_TIMEOUT at a worker of version 1 that proves nothing is found', async () => {
  // They forget what they ran whenever they are killed.
  const fleet = { version1: 2, version2: 1, workerEveryMs: 800 };
  expect(await wrongWith('given-up-early', 'givenUpEarly', fleet)).not.toEqual([]);
});

test('what is sent again as it was to a worker of version 1 is found as run twice', async () => {
  expect(await wrongWith('resent-as-it-was', 'ranTwice', { version1: 2, version2: 1 })).not.toEqual([]);
});
