import { describe, expect, test } from 'vitest';
import type { TasksAnswer } from '#model/commands.ts';
import type { NoteReason } from '#model/task-note.ts';
import { tabsLine } from '#ui/frame/frame-lines.ts';
import { LANGUAGES, type Language, translator } from '#ui/i18n/translate.ts';
import { line } from '#ui/lines/line.ts';
import { actNotice } from '#ui/overlays/act-notice.ts';
import type { ActCommand } from '#ui/overlays/confirm.ts';
import { nothingToDo } from '#ui/views/tasks/questions.ts';
import { BATCH } from './actions-scene.ts';
import { exampleFleet, NOW, snapshotOf, task } from './fleet.ts';
import { contextOf, textOf } from './view-context.ts';

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
      'tarea a-1: worker-02 no recibe avisos, sigue',
    );
  });

  test('on one that had ended is said as what it is', () => {
    const ended = { id: 'a-1', reason: { code: 'ended', state: 'failed' } } as const;
    const completed = { id: 'a-1', reason: { code: 'not-again', state: 'completed' } } as const;
    expect(said({ done: 0, notes: [ended] })).toMatchObject({
      text: 'task a-1 is failed: nothing to cancel',
      style: 'bad',
    });
    expect(said({ done: 0, notes: [completed] }, { type: 'retry-tasks', ids: ['a-1'] })?.text).toBe(
      'task a-1 is completed: nothing to run again',
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
      lines: ['task a-1: worker-02 cannot be told, it goes on'],
    });
  });

  test('has room beside the tabs at 80 columns, in every language', () => {
    const swept = { id: 'night-sweep-100', batch: 'night-sweep' };
    const known = snapshotOf(
      [{ type: 'task-changed', at: NOW, change: 'submitted', task: { ...SWEPT, ...swept }, from: null }],
      exampleFleet(),
    );
    const reasons: NoteReason[] = [
      { code: 'told', worker: 'worker-01' },
      { code: 'goes-on', worker: 'worker-01', sent: true },
      { code: 'ended', state: 'completed' },
      { code: 'not-again', state: 'completed' },
      { code: 'master-ends' },
    ];
    for (const language of LANGUAGES) {
      const t = translator(language);
      const row = {
        kind: 'batch',
        id: 'x',
        batch: { ...BATCH.batch, id: NOW.toString().repeat(3) },
        expanded: false,
      } as const;
      const texts = [
        ...reasons.map((reason) => {
          const value = { done: 0, notes: [{ id: swept.id, reason }] };
          const told = { tasks: known.tasks, t };
          return actNotice([CANCEL], [{ status: 'fulfilled', value }], told)?.text ?? '';
        }),
        ...(['cancel', 'retry'] as const).flatMap((action) => [
          nothingToDo(row, action, t),
          nothingToDo(null, action, t),
        ]),
      ];
      for (const text of texts) {
        const context = contextOf(known, { columns: 80, rows: 24, language });
        expect(textOf(tabsLine('tasks', line(text), context))).toContain(text);
      }
    }
  });

  test('is not said where the screen shows it anyway', () => {
    const drain: ActCommand = { type: 'drain-worker', workerId: 'worker-01', drained: true };
    const answers = [{ status: 'fulfilled', value: { drained: true } }] as const;
    expect(actNotice([drain], answers, { tasks, t: translator('en') })).toBeNull();
  });
});
