import { expect, test } from 'vitest';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { runChaos } from './chaos.ts';
import { again, told } from './report.ts';

// Longer on demand, in as many seconds as are wanted: CHAOS_SECONDS=3600 npm run test:chaos. CHAOS_SEED plans the mischief of an
// earlier run again; CHAOS_TASKS says how many tasks are submitted in that time.
const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);
const seconds = Number(process.env.CHAOS_SECONDS ?? 45);
const tasks = Number(process.env.CHAOS_TASKS ?? seconds * 70);

test('no task is lost, invented, recorded twice or run twice under one id, whatever breaks', async () => {
  const how = `run it again with ${again({ seed, seconds, tasks })}`;
  const report = await runChaos({ dir: await temporaryFolder(), seed, seconds, tasks }).catch((error) => {
    throw new Error(how, { cause: error });
  });
  process.stdout.write(told(report, { seed, seconds, tasks }));
  const wrong = Object.entries(report.verdict.wrong).filter(([, ids]) => ids.length > 0);
  expect(wrong, how).toEqual([]);
  expect(report.stderr, how).toBe('');
});
