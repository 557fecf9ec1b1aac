import { describe, expect, test } from 'vitest';
import type { Event } from '#model/events.ts';
import type { Incident } from '#model/snapshot.ts';
import { incidentLine } from '#ui/frame/incident-text.ts';
import { interruption } from '#ui/reader/spoken-screen.ts';
import { healthCell } from '#ui/views/workers/health-text.ts';
import { exampleFleet, healthyWorker, NOW, SETTINGS, snapshotOf, workerConfig } from './fleet.ts';
import { contextOf, textOf } from './view-context.ts';

const LEAVING: Event = { type: 'worker-leaving', at: NOW, workerId: 'worker-01' };

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
    expect(said({ type: 'worker-leaving', at: NOW, workerId: 'worker-01' }, 'es')).toBe(
      'worker-01 ya no está configurado: termina lo que ejecuta y se va',
    );
  });

  test('nobody is interrupted by what they did to the fleet themselves', () => {
    const before = interruption(exampleFleet());
    expect(interruption(snapshotOf([LEAVING], exampleFleet()))).toEqual(before);
  });
});
