import { expect, test } from 'vitest';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { runChaos } from './chaos.ts';
import { told } from './report.ts';

const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);
const seconds = Number(process.env.CHAOS_SECONDS ?? 40);
const tasks = Number(process.env.CHAOS_TASKS ?? seconds * 40);

test('no task is lost, invented, recorded twice or run twice under one id, whatever breaks', async () => {
  const report = await runChaos({ dir: await temporaryFolder(), seed, seconds, tasks });
  process.stdout.write(told(report, { seed, seconds }));
  const wrong = Object.entries(report.verdict.wrong).filter(([, ids]) => ids.length > 0);
  expect(wrong, `CHAOS_SEED=${seed}`).toEqual([]);
  expect(report.stderr, `CHAOS_SEED=${seed}`).toBe('');
});
