import { describe, expect, test } from 'vitest';
import type { TasksAnswer } from '#model/commands.ts';
import { type Language, translator } from '#ui/i18n/translate.ts';
import { actNotice } from '#ui/overlays/act-notice.ts';
import type { ActCommand } from '#ui/overlays/confirm.ts';
import { exampleFleet, NOW, snapshotOf, task } from './fleet.ts';

const SWEPT = task({ id: 'night-sweep-17', batch: 'night-sweep', state: 'running' });
const { tasks } = snapshotOf(
  [{ type: 'task-changed', at: NOW, change: 'submitted', task: SWEPT, from: null }],
  exampleFleet(),
);
const CANCEL: ActCommand = { type: 'cancel-batch', batch: 'night-sweep' };
const TOLD = { id: SWEPT.id, reason: { code: 'told', worker: 'worker-01' } } as const;
const GOES_ON = { id: 'a-1', reason: { code: 'goes-on', worker: 'worker-02', sent: true } } as const;

function said(answer: TasksAnswer, command = CANCEL, language: Language = 'en') {
  const told = { tasks, t: translator(language) };
  return actNotice([command], [{ status: 'fulfilled', value: answer }], told);
}

describe('what came of a command', () => {
  test('on one task is one line, which tells it apart from others of its sweep', () => {
    expect(said({ done: 1, notes: [TOLD] })).toEqual({
      text: 'task night-sw…-17: worker-01 is told to end it',
      style: 'good',
      lines: [],
    });
    expect(said({ done: 1, notes: [GOES_ON] }, CANCEL, 'es')?.text).toBe(
      'tarea a-1: no se puede avisar a worker-02, sigue allí',
    );
  });

  test('on one that had ended is said as what it is', () => {
    const ended = { id: 'a-1', reason: { code: 'ended', state: 'failed' } } as const;
    const completed = { id: 'a-1', reason: { code: 'not-again', state: 'completed' } } as const;
    expect(said({ done: 0, notes: [ended] })).toMatchObject({
      text: 'task a-1 is failed: there is nothing to cancel',
      style: 'bad',
    });
    expect(said({ done: 0, notes: [completed] }, { type: 'retry-tasks', ids: ['a-1'] })?.text).toBe(
      'task a-1 is completed: only what failed or was cancelled runs again',
    );
  });

  test('on many is their count, and how many workers are still ending theirs', () => {
    expect(said({ done: 12, notes: [] })).toMatchObject({ text: '12 tasks called off', lines: [] });
    expect(said({ done: 12, notes: [TOLD, { ...TOLD, id: 'x' }] })).toMatchObject({
      text: '12 tasks called off, 2 while running',
      lines: [],
    });
    expect(said({ done: 3, notes: [] }, { type: 'retry-batch', batch: 'b' })?.text).toBe('3 tasks run again');
  });

  test('on many has a line for each of which there is more to say', () => {
    expect(said({ done: 3, notes: [TOLD, GOES_ON] })).toEqual({
      text: '3 tasks called off, 1 while running',
      style: 'good',
      lines: ['task a-1: worker-02 cannot be told, it goes on there'],
    });
  });

  test('is not said where the screen shows it anyway', () => {
    const drain: ActCommand = { type: 'drain-worker', workerId: 'worker-01', drained: true };
    const answers = [{ status: 'fulfilled', value: { drained: true } }] as const;
    expect(actNotice([drain], answers, { tasks, t: translator('en') })).toBeNull();
  });
});
