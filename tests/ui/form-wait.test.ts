import { describe, expect, test } from 'vitest';
import type { Event } from '#model/events.ts';
import type { Task } from '#model/task.ts';
import type { PingReport } from '#model/worker.ts';
import { fieldNote } from '#ui/overlays/form/form-notes.ts';
import { openForm } from '#ui/overlays/form/form-state.ts';
import { formContext } from '#ui/overlays/form/form-task.ts';
import {
  attempt,
  healthyWorker,
  NOW,
  pingReport,
  SETTINGS,
  snapshotOf,
  task,
  workerConfig,
} from './fleet.ts';
import { contextOf, textOf } from './view-context.ts';

/** Of worker-01: two slots, benchmark.py lasts 10 s there on average. */
function fleetOf(tasks: readonly Task[], more: readonly Event[] = [], settings = SETTINGS) {
  return snapshotOf([
    { type: 'master-started', at: NOW - 60_000, version: '0', settings, counters: null },
    ...healthyWorker({ ...workerConfig('worker-01', '10.0.0.1'), slots: 2 }, NOW),
    {
      type: 'worker-performance-restored',
      at: NOW,
      workerId: 'worker-01',
      performance: { 'benchmark.py': { runs: 4, meanSeconds: 10 } },
    },
    ...tasks.flatMap((one): Event[] => {
      const pending: Task = { ...one, state: 'pending', attempts: [] };
      const submitted: Event = {
        type: 'task-changed',
        at: NOW,
        change: 'submitted',
        task: pending,
        from: null,
      };
      if (one.state === 'pending') return [submitted];
      return [submitted, { type: 'task-changed', at: NOW, change: 'sent', task: one, from: 'pending' }];
    }),
    ...more,
  ]);
}

function running(id: string, sentAt: number, over: Partial<Task> = {}): Task {
  return task({ id, state: 'running', attempts: [attempt({ sentAt })], ...over });
}

function queued(id: string, over: Partial<Task> = {}): Task {
  return task({ id, wantedWorker: 'worker-01', ...over });
}

function pinged(report: Partial<PingReport>): Event {
  const outcome = { ok: true, latencyMs: 12, report: pingReport('worker-01', report) } as const;
  return { type: 'worker-pinged', at: NOW, workerId: 'worker-01', outcome };
}

function note(snapshot: ReturnType<typeof fleetOf>, priority = '1', language: 'en' | 'es' = 'en'): string {
  const context = contextOf(snapshot, { columns: 200, rows: 30, language });
  const form = openForm(context, { worker: 'worker-01', benchmark: 'benchmark.py', priority });
  return textOf(fieldNote(form, 'worker', formContext(form, context)));
}

const BUSY = [running('a', NOW - 4_000), running('b', NOW - 1_000)];

describe('the worker field says when the chosen worker will have a slot', () => {
  test('at once while one is free', () => {
    expect(note(fleetOf([]))).toContain('● active  free now  0 of 2');
    expect(note(fleetOf([running('a', NOW - 4_000)]))).toContain('  free now  ');
  });

  test('when the first of its runs has lasted as long as those before it', () => {
    expect(note(fleetOf(BUSY))).toContain('  free in about 6 s  ');
    expect(note(fleetOf(BUSY), '1', 'es')).toContain('● activo  libre en unos 6 s  ');
  });

  test('after what waits for it with at least the same priority, slot by slot', () => {
    // The slots are free in 6 and 9 s; two tasks of 10 s go first, to 16 and 19 s.
    const waiting = [queued('c'), queued('d')];
    expect(note(fleetOf([...BUSY, ...waiting]))).toContain('  free in about 16 s  ');
    expect(note(fleetOf([...BUSY, ...waiting]), '2')).toContain('  free in about 6 s  ');
    const later = [queued('c', { notBefore: NOW + 60_000 }), queued('d', { startAt: NOW + 60_000 })];
    expect(note(fleetOf([...BUSY, ...later]))).toContain('  free in about 6 s  ');
    const elsewhere = [queued('c', { wantedWorker: 'worker-02' })];
    expect(note(fleetOf([...BUSY, ...elsewhere]))).toContain('  free in about 6 s  ');
  });

  test('at the earliest, where tasks wait that any worker may take', () => {
    const shared = queued('c', { wantedWorker: null });
    expect(note(fleetOf([...BUSY, shared]))).toContain('  free in 6 s or more  ');
    expect(note(fleetOf([...BUSY, { ...shared, labels: ['gpu'] }]))).toContain('  free in about 6 s  ');
    expect(note(fleetOf([...BUSY, { ...shared, benchmark: 'special' }]))).toContain('  free in about 6 s  ');
  });

  test('any moment, where a run lasts longer than those before it', () => {
    expect(note(fleetOf([running('a', NOW - 40_000), running('b', NOW)]))).toContain('  free any moment  ');
  });

  test('that it is not known, where a benchmark never ran, or tasks of others are there', () => {
    const strange = [running('a', NOW, { benchmark: 'new' }), running('b', NOW, { benchmark: 'new' })];
    expect(note(fleetOf(strange))).toContain('  wait not known  ');
    const mixed = [running('a', NOW - 4_000), running('b', NOW, { benchmark: 'new' })];
    expect(note(fleetOf(mixed))).toContain('  free in about 6 s  ');
    expect(note(fleetOf([], [pinged({ slots: 2, slotsFree: 0 })]))).toContain('  wait not known  ');
    expect(note(fleetOf([], [pinged({ slots: 2, slotsFree: 0 })]), '1', 'es')).toContain(
      '  espera desconocida  ',
    );
  });

  test('from the runs on other workers, where it has none of its own', () => {
    const runs = {
      ran: { median: 30_000, p95: 40_000 },
      name: 'new',
      completed: 3,
      failed: 0,
      waited: null,
      perMinute: 1,
    };
    const strange = [
      running('a', NOW, { benchmark: 'new' }),
      running('b', NOW - 5_000, { benchmark: 'new' }),
    ];
    const { tasks, ...rest } = fleetOf(strange);
    const known = { since: NOW, until: NOW, tasks: 3, byBenchmark: [runs], byWorker: [] };
    expect(note({ ...rest, tasks: { ...tasks, runs: known } })).toContain('  free in about 25 s  ');
  });

  test('nothing of a time while it takes no tasks, or as many run as may run at all', () => {
    const drained: Event = {
      type: 'worker-drained',
      at: NOW,
      workerId: 'worker-01',
      drained: true,
      restored: false,
    };
    expect(note(fleetOf([], [drained]))).toContain('  wait not known  ');
    const limited = { ...SETTINGS, maxConcurrentTasks: 1 };
    expect(note(fleetOf(BUSY.slice(0, 1), [], limited))).toContain('  wait not known  ');
  });
});
