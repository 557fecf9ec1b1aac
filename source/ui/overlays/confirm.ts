import type { Command } from '#model/commands.ts';
import type { MessageKey } from '#ui/i18n/en.ts';
import type { Line } from '#ui/lines/line.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { questionKey, questionLines } from './question-lines.ts';

/** A command of a person, except for the form's. */
export type ActCommand = Exclude<Command, { readonly type: 'submit-tasks' }>;

/** What is asked before something is done: it names the target and the count. */
export interface Question {
  readonly title: MessageKey;
  readonly text: MessageKey;
  readonly values: Readonly<Record<string, string | number>>;
  /** What the button says that does it. */
  readonly confirm: MessageKey;
  /** What is done once it is confirmed, all at once. */
  readonly commands: readonly ActCommand[];
}

/** A question on the screen. Cancel is focused. */
export interface ConfirmState {
  readonly focus: 'cancel' | 'confirm';
  readonly question: Question;
}

export function confirmLines({ focus, question }: ConfirmState, { t, area }: ViewContext): Line[] {
  return questionLines(
    {
      title: t(question.title, question.values),
      text: t(question.text, question.values),
      answers: [t('confirm.leave'), t(question.confirm)],
      focused: focus === 'cancel' ? 0 : 1,
    },
    area,
  );
}

/** What a key does to the question: another focus, an answer, or nothing. */
export function confirmKey(state: ConfirmState, key: string): ConfirmState | 'cancelled' | 'confirmed' {
  switch (questionKey(key)) {
    case 'answer':
      return state.focus === 'confirm' ? 'confirmed' : 'cancelled';
    case 'stay':
      return 'cancelled';
    case 'other':
      return { ...state, focus: state.focus === 'confirm' ? 'cancel' : 'confirm' };
    case null:
      return state;
  }
}
