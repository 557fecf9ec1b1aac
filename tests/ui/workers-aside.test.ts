import { expect, test } from 'vitest';
import type { Event } from '#model/events.ts';
import { reduce } from '#model/reduce.ts';
import { valuesOf } from '#model/ring.ts';
import type { Language } from '#ui/i18n/translate.ts';
import { workerDetails } from '#ui/views/workers/details.ts';
import { drainQuestion } from '#ui/views/workers/drain-question.ts';
import { healthCell } from '#ui/views/workers/health-text.ts';
import { failingWorker, healthyWorker, NOW, pingReport, snapshotOf, task, workerConfig } from './fleet.ts';
import { contextOf, textOf } from './view-context.ts';

const BEFORE = snapshotOf(healthyWorker(workerConfig('worker-01', '10.0.0.1'), NOW));
const SET_ASIDE: Event = {
  type: 'worker-set-aside',
  at: NOW,
  workerId: 'worker-01',
  aside: { since: NOW, until: NOW + 300_000, failed: 3, completed: 1, taskId: 't-1', error: 'no memory' },
};
const ASIDE = reduce(BEFORE, SET_ASIDE);

function shown(snapshot: typeof ASIDE, language: Language) {
  const context = contextOf(snapshot, { columns: 160, rows: 60, language });
  const worker = snapshot.workers.get('worker-01');
  if (worker === undefined) throw new Error('worker-01 is not there');
  const details = workerDetails(worker, context).map(textOf).join('\n');
  return { cell: healthCell(worker, context).text, details };
}

test.each<[Language, string, string, string]>([
  [
    'en',
    'set aside',
    'set aside until 21:47:07: failed 3 tasks in which others succeed, completed 1; at last: no memory',
    'worker-01 set aside: it failed 3 tasks in which others succeed, at last: no memory',
  ],
  [
    'es',
    'apartado',
    'apartado hasta 21:47:07: falló 3 tareas que otros completan, completó 1; la última: no memory',
    'worker-01 apartado: falló 3 tareas que otros completan; la última: no memory',
  ],
])('a worker that is set aside says so, until when and why, in %s', (language, cell, reason, incident) => {
  const seen = shown(ASIDE, language);
  expect(seen.cell).toBe(cell);
  expect(seen.details).toContain(reason);
  expect(seen.details).toContain(incident);
});

test('once it is taken back it is healthy again, and both are in the log', () => {
  const back = reduce(ASIDE, { type: 'worker-taken-back', at: NOW + 300_000, workerId: 'worker-01' });
  expect(shown(back, 'en').cell).toBe('healthy');
  expect(
    valuesOf(back.log)
      .slice(-2)
      .map(({ level, message, fields }) => [level, message, fields]),
  ).toEqual([
    [
      'warn',
      'worker set aside: it fails tasks in which others succeed',
      { worker: 'worker-01', seconds: 300, failed: 3, completed: 1, task: 't-1', error: 'no memory' },
    ],
    ['info', 'worker gets another chance', { worker: 'worker-01' }],
  ]);
});

test('what a worker runs that is not of ours, or was given up there, is told as that, while it answers', () => {
  const given = task({ id: 'night-sweep-4', batch: 'night-sweep', state: 'pending' });
  const pinged = (taskId: string): Event => ({
    type: 'worker-pinged',
    at: NOW,
    workerId: 'worker-01',
    outcome: {
      ok: true,
      latencyMs: 12,
      report: pingReport('worker-01', { currentTask: { taskId, benchmark: 'benchmark.py' } }),
    },
  });
  const known: Event = { type: 'task-changed', at: NOW, change: 'submitted', task: given, from: null };
  const busy = snapshotOf([known, pinged('night-sweep-4.2')], BEFORE);
  expect(shown(busy, 'en').details).toContain('night-sw…-4 (given up here)');
  expect(shown(reduce(busy, pinged('somebody-elses')), 'en').details).toContain('somebody (not ours)');
  const lost = snapshotOf(failingWorker(workerConfig('worker-01', '10.0.0.1'), 9, NOW), busy);
  expect(shown(lost, 'en').details).not.toContain('given up');
  expect(shown(lost, 'en').details).toMatch(/Failures +9 in a row/);
});

test('a worker that runs nothing has nothing to finish when it is drained', () => {
  const worker = BEFORE.workers.get('worker-01');
  expect(drainQuestion(worker ? [worker] : [])).toMatchObject({ text: 'confirm.drain-idle-text' });
  const busy = worker && { ...worker, inFlight: ['a'] };
  expect(drainQuestion(busy ? [busy] : [])).toMatchObject({ text: 'confirm.drain-text' });
});
