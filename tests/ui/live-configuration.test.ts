import { describe, expect, test } from 'vitest';
import type { Event } from '#model/events.ts';
import type { Incident } from '#model/snapshot.ts';
import { incidentLine } from '#ui/frame/incident-text.ts';
import { interruption } from '#ui/reader/spoken-screen.ts';
import { healthCell } from '#ui/views/workers/health-text.ts';
import { exampleFleet, healthyWorker, NOW, SETTINGS, snapshotOf, workerConfig } from './fleet.ts';
import { contextOf, textOf } from './view-context.ts';

const LEAVING = { type: 'workers-leaving', at: NOW, workerIds: ['worker-01'] } as const satisfies Event;

function said(incident: Incident, language: 'en' | 'es' = 'en'): string {
  const context = contextOf(exampleFleet(), { columns: 120, rows: 30, language });
  return textOf(incidentLine(incident, context)).replace(/^\S+ +/, '');
}

describe('what happens to the configuration is told', () => {
  test('with each value before and after, and when it counts; secrets stay hidden', () => {
    const incident: Incident = {
      type: 'settings-changed',
      at: NOW,
      settings: SETTINGS,
      changes: [
        { key: 'TASK_TIMEOUT', from: '60', to: '' },
        { key: 'WORKER_STATE_FILE', from: 'a', to: 'b', applies: 'at-restart' },
        { key: 'SOME_TOKEN', from: 'old-secret', to: 'new\u001b[2Jsecret' },
      ],
    };
    expect(said(incident)).toBe(
      'configuration changed: TASK_TIMEOUT 60 → –, ' +
        'WORKER_STATE_FILE a → b (at the next start of this program), SOME_TOKEN •••••••• → ••••••••',
    );
    const many = Array.from({ length: 10_000 }, (_, index) => ({
      key: `WORKER w${index}`,
      from: 'a',
      to: '',
    }));
    expect(said({ ...incident, changes: many }).endsWith('WORKER w2 a → – +9997')).toBe(true);
    expect(said({ ...incident, changes: [] }, 'es')).toBe('configuración leída de nuevo');
  });

  test('a worker that leaves says so instead of its health, and gets no new tasks', () => {
    const config = workerConfig('worker-01', '10.0.0.1');
    const snapshot = snapshotOf([...healthyWorker(config, NOW), LEAVING]);
    const worker = snapshot.workers.get('worker-01');
    expect(worker && healthCell(worker, contextOf(snapshot, { columns: 80, rows: 24 }))).toEqual({
      text: 'leaving',
      style: 'warning',
    });
    expect(said({ ...LEAVING, workerIds: ['a', 'b', 'c', 'd', 'e'] }, 'es')).toBe(
      'ya sin configurar, se van al terminar: a, b, c +2',
    );
    expect(said({ type: 'workers-removed', at: NOW, workers: worker ? [worker] : [] })).toBe(
      'gone from the configuration: worker-01',
    );
  });

  test('nobody is interrupted by what they did to the fleet themselves', () => {
    const before = interruption(exampleFleet());
    expect(interruption(snapshotOf([LEAVING], exampleFleet()))).toEqual(before);
  });
});
