import { describe, expect, test } from 'vitest';
import { LANGUAGES } from '#ui/i18n/translate.ts';
import { lineWidth } from '#ui/lines/line.ts';
import { confirmDialog } from '#ui/overlays/confirm.ts';
import { type DialogFocus, dialogKey, dialogLines } from '#ui/overlays/dialog.ts';
import { quitDialog } from '#ui/overlays/quit.ts';
import { taskQuestion } from '#ui/views/tasks/questions.ts';
import { exampleFleet, task } from './fleet.ts';
import { contextOf, textOf } from './view-context.ts';

const TEXTS = {
  title: 'Cancel a batch?',
  text: ['60 tasks of batch night-sweep are called off: all that has not ended.', 'Gone: 2.'],
  cancel: 'Leave it',
  confirm: 'Cancel the batch',
};

const drawn = (columns: number, rows: number, focus: DialogFocus = 'cancel') =>
  dialogLines(TEXTS, focus, { columns, rows }).map(textOf);

describe('a question', () => {
  test('has air where there is room', () => {
    expect(drawn(80, 20)).toEqual([
      '',
      ' Cancel a batch?',
      '',
      ' 60 tasks of batch night-sweep are called off: all that has not ended.',
      ' Gone: 2.',
      '',
      '  Leave it     Cancel the batch ',
    ]);
  });

  test('gives up the air, then the title, then the end of the text, which says so, and never an answer', () => {
    expect(drawn(80, 4)).toEqual([
      ' Cancel a batch?',
      ' 60 tasks of batch night-sweep are called off: all that has not ended.',
      ' Gone: 2.',
      '  Leave it     Cancel the batch ',
    ]);
    expect(drawn(80, 3)[0]).toContain('60 tasks of batch');
    expect(drawn(80, 2)).toEqual([
      ' 60 tasks of batch night-sweep are called off: all that has not ended. …',
      '  Leave it     Cancel the batch ',
    ]);
    expect(drawn(20, 4)).toEqual([
      ' 60 tasks of batch',
      ' night-sweep are …',
      '  Leave it ',
      '  Cancel the batch ',
    ]);
  });

  test('has in two rows the answer that enter gives', () => {
    expect(drawn(20, 2)).toEqual([' 60 tasks of batch…', '  Leave it ']);
    expect(drawn(20, 2, 'confirm')[1]).toBe('  Cancel the batch ');
  });

  test('wraps a title that is too long', () => {
    const lines = dialogLines({ ...TEXTS, title: 'Run 1 000 tasks again?' }, 'cancel', {
      columns: 20,
      rows: 20,
    });
    expect(lines.map(textOf).slice(1, 3)).toEqual([' Run 1 000 tasks', ' again?']);
  });

  test.each(LANGUAGES)('names its target first and fits into every window, in %s', (language) => {
    const fleet = exampleFleet();
    const { t } = contextOf(fleet, { columns: 80, rows: 20, language });
    const question = taskQuestion({ kind: 'task', id: 'x-1', task: task({ id: 'x-1' }) }, 'cancel', t);
    if (question === null) throw new Error('nothing is asked');
    for (const dialog of [confirmDialog(question, { t }), quitDialog({ t, snapshot: fleet })]) {
      for (let columns = 20; columns <= 90; columns += 1) {
        for (const rows of [2, 4, 9, 30]) {
          const lines = dialogLines(dialog, 'cancel', { columns, rows });
          expect(lines.length).toBeLessThanOrEqual(rows);
          for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(columns);
          expect(lines.map(textOf).join('\n')).toContain(dialog.cancel);
        }
      }
    }
    expect(
      dialogLines(confirmDialog(question, { t }), 'cancel', { columns: 20, rows: 4 }).map(textOf).join(),
    ).toContain('x-1');
  });

  test('is answered with enter, changed with tab and the arrows, left with esc, and keeps its answer for all else', () => {
    expect(dialogKey('cancel', 'enter')).toBe('cancelled');
    expect(dialogKey('confirm', 'enter')).toBe('confirmed');
    expect(dialogKey('confirm', 'esc')).toBe('cancelled');
    for (const key of ['tab', 'shift-tab', 'left', 'right', 'h', 'l']) {
      expect(dialogKey('cancel', key)).toBe('confirm');
      expect(dialogKey('confirm', key)).toBe('cancel');
    }
    for (const key of ['y', 'c', 'space', 'q']) expect(dialogKey('cancel', key)).toBe('cancel');
  });
});
