import type { Command } from '#model/commands.ts';
import type { MessageKey } from '#ui/i18n/en.ts';
import type { Marks } from '#ui/list/marks.ts';
import type { ViewContext } from '#ui/views/view.ts';
import type { Dialog } from './dialog.ts';

/** A command of a person, except for the form's. */
export type ActCommand = Exclude<Command, { readonly type: 'submit-tasks' }>;

/** What is asked before something is done: it names the target and the count. */
export interface Question {
  readonly title: MessageKey;
  readonly text: MessageKey;
  readonly values: Readonly<Record<string, string | number>>;
  /** What there is to say beside it, in the reader's language: what is left alone. */
  readonly notes?: readonly string[];
  /** What the button says that does it. */
  readonly confirm: MessageKey;
  /** What is done once it is confirmed, all at once. */
  readonly commands: readonly ActCommand[];
  /** The marks that it is about, which go once it is done; missing: it is about no marks. */
  readonly marks?: Marks;
}

/** The question as it is asked. */
export function confirmDialog(
  { title, text, notes = [], values, confirm }: Question,
  { t }: Pick<ViewContext, 't'>,
): Dialog {
  return {
    title: t(title, values),
    text: [t(text, values), ...notes],
    cancel: t('confirm.leave'),
    confirm: t(confirm),
  };
}
