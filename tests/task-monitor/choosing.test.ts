import { expect, test } from 'vitest';
import { startSite } from './site.ts';
import { type Run, startTaskWorker } from './task-worker.ts';

/** Steps of a task, and the seconds that a worker says it took. */
function secondsOf(run: Run, perStep: number): number {
  return Number(run.params.NUM_PASOS) * perStep;
}

function steps(count: number) {
  return { parameters: { NUM_PARTICULAS: 10, NUM_PASOS: count } };
}

test('a worker that fails what others complete is set aside with the reason, and gets another chance', async () => {
  const bad = await startTaskWorker('bad');
  const good = await startTaskWorker('good');
  const site = await startSite({ workers: [bad, good] });
  bad.answerAtOnce((run) => run.fail(500, 'no memory'));
  good.answerAtOnce((run) => run.succeed({ seconds: 1 }));
  const aside = () => site.current().workers.get('bad')?.aside ?? null;
  let submitted = 0;
  // While the good one is busy the bad one gets its share.
  while (aside() === null && submitted < 100) {
    await site.submit({}, {}, {}, {});
    submitted += 4;
    await site.until('all are completed', () => site.current().tasks.counts.completed === submitted);
  }
  expect(aside()).toMatchObject({ error: 'no memory', completed: 0 });
  expect(aside()?.failed).toBeGreaterThanOrEqual(3);
  const before = bad.runs.length;
  expect(before).toBeLessThanOrEqual(8);
  await site.submit({}, {}, {}, {});
  await site.until('all are completed', () => site.current().tasks.counts.completed === submitted + 4);
  expect(bad.runs).toHaveLength(before);

  await site.clock.advance(5 * 60_000);
  expect(aside()).toBeNull();
  expect(site.eventsOf('worker-taken-back')).toHaveLength(1);
});

test('what was learnt of durations is learnt again at the next start, by size', async () => {
  const slow = await startTaskWorker('a-slow');
  const fast = await startTaskWorker('b-fast');
  const before = await startSite({ workers: [slow, fast] });
  slow.answerAtOnce((run) => run.succeed({ seconds: secondsOf(run, 0.05) }));
  fast.answerAtOnce((run) => run.succeed({ seconds: secondsOf(run, 0.01) }));
  // The slow one did the short tasks: its runs were not longer.
  await before.submit({ ...steps(20), wantedWorker: 'a-slow' }, { ...steps(1_000), wantedWorker: 'b-fast' });
  await before.until('both are completed', () => before.current().tasks.counts.completed === 2);
  await before.close();

  const site = await startSite({ dir: before.dir, workers: [slow, fast] });
  const [id = ''] = await site.submit({ id: 'later', ...steps(100) });
  await site.until('it is completed', () => site.task(id).state === 'completed');
  expect(site.task(id).attempts[0]?.workerId).toBe('b-fast');
});

test('of tasks that are submitted together the long ones go first, where it is known how long they take', async () => {
  const worker = await startTaskWorker('worker-01');
  const site = await startSite({ workers: [worker] });
  worker.answerAtOnce((run) => run.succeed({ seconds: secondsOf(run, 0.01) }));
  const [first = ''] = await site.submit(steps(10));
  await site.until('the first is completed', () => site.task(first).state === 'completed');
  await site.submit(
    { id: 'short', ...steps(10) },
    { id: 'long', ...steps(1_000) },
    { id: 'urgent', ...steps(1), priority: 10 },
  );
  await site.until('all are completed', () => site.current().tasks.counts.completed === 4);
  expect(worker.taskIds.slice(1)).toEqual(['urgent', 'long', 'short']);
});

test('what others run at a worker takes its slots, as its ping tells', async () => {
  const worker = await startTaskWorker('worker-01');
  const site = await startSite();
  site.healthy({ ...worker.config, slots: null }, { slots: 4, slotsFree: 1, queued: 0 });
  await site.submit({}, {}, {});
  await site.until('one came', () => worker.runs[0]);
  await site.settle();
  expect(worker.runs).toHaveLength(1);
  site.ping('worker-01', { slots: 4, slotsFree: 2 });
  await site.until('all came', () => worker.runs[2]);
});
