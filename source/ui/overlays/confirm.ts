import type { Command } from '#model/commands.ts';
import type { MessageKey } from '#ui/i18n/en.ts';
import { EMPTY_LINE, type Line, line, span, wrap } from '#ui/lines/line.ts';
import type { ViewContext } from '#ui/views/view.ts';

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
  const button = (id: ConfirmState['focus'], text: string) =>
    span(` ${text} `, id === focus ? 'selected' : undefined);
  const title = line(` ${t(question.title, question.values)}`, 'title');
  const buttons = [
    span(' '),
    button('cancel', t('confirm.leave')),
    span('   '),
    button('confirm', t(question.confirm)),
  ];
  const text = wrap(t(question.text, question.values), area.columns - 2).map((part) => line(` ${part}`));
  const roomy = [EMPTY_LINE, title, EMPTY_LINE, ...text, EMPTY_LINE, buttons];
  if (roomy.length <= area.rows) return roomy;
  // Where rows are short the text gives way, never the answers.
  return [title, ...text.slice(0, Math.max(0, area.rows - 2)), buttons];
}

/** What a key does to the question: another focus, an answer, or nothing. */
export function confirmKey(state: ConfirmState, key: string): ConfirmState | 'cancelled' | 'confirmed' {
  switch (key) {
    case 'enter':
      return state.focus === 'confirm' ? 'confirmed' : 'cancelled';
    case 'esc':
      return 'cancelled';
    case 'tab':
    case 'shift-tab':
    case 'left':
    case 'right':
    case 'h':
    case 'l':
      return { ...state, focus: state.focus === 'confirm' ? 'cancel' : 'confirm' };
    default:
      return state;
  }
}
