import { bindingOf, type Keymap } from '#ui/keys/keymap.ts';
import { EMPTY_LINE, type Line, line, lineWidth, span, truncate, widthOf, wrap } from '#ui/lines/line.ts';
import type { Area } from '#ui/views/view.ts';

/** Which of the two answers `enter` gives. */
export type DialogFocus = 'cancel' | 'confirm';

/** A question with two answers, in the reader's language. */
export interface Dialog {
  readonly title: string;
  /** What is asked, one paragraph each: the target and the count come first, since the end may have no room. */
  readonly text: readonly string[];
  readonly cancel: string;
  readonly confirm: string;
}

type DialogAction = 'answer' | 'other' | 'leave';

/** The keys of every question. */
export const DIALOG_KEYMAP: Keymap<DialogAction> = [
  { action: 'answer', keys: ['enter'], label: 'dialog.key.answer', footer: 10 },
  {
    action: 'other',
    keys: ['tab', 'shift-tab', 'left', 'right', 'h', 'l'],
    label: 'dialog.key.other',
    footer: 20,
  },
  { action: 'leave', keys: ['esc'], label: 'dialog.key.leave', footer: 30 },
];

/** What a key does to a question: another focus, or an answer. */
export function dialogKey(focus: DialogFocus, key: string): DialogFocus | 'cancelled' | 'confirmed' {
  switch (bindingOf(DIALOG_KEYMAP, key)?.action) {
    case 'answer':
      return focus === 'confirm' ? 'confirmed' : 'cancelled';
    case 'leave':
      return 'cancelled';
    case 'other':
      return focus === 'confirm' ? 'cancel' : 'confirm';
    case undefined:
      return focus;
  }
}

/** The question in the area. Where rows are short, first the air gives way, then the title, then the end of the text. */
export function dialogLines(dialog: Dialog, focus: DialogFocus, area: Area): Line[] {
  const wrapped = (text: string) => wrap(text, area.columns - 2);
  const title = wrapped(dialog.title).map((part) => line(` ${part}`, 'title'));
  const text = dialog.text.flatMap(wrapped);
  const buttons = buttonLines(dialog, focus, area);
  const lines = text.map((part) => line(` ${part}`));
  const roomy = [EMPTY_LINE, ...title, EMPTY_LINE, ...lines, EMPTY_LINE, ...buttons];
  if (roomy.length <= area.rows) return roomy;
  const dense = [...title, ...lines, ...buttons];
  if (dense.length <= area.rows) return dense;
  const room = Math.max(0, area.rows - buttons.length);
  if (room >= text.length) return [...lines, ...buttons];
  const cut = text
    .slice(0, room)
    .map((part, row) => (row === room - 1 ? cutOff(part, area.columns - 2) : part));
  return [...cut.map((part) => line(` ${part}`)), ...buttons];
}

/** The text with the sign that there is more of it. */
function cutOff(text: string, width: number): string {
  return widthOf(`${text} …`) <= width ? `${text} …` : `${truncate(text, width - 1)}…`.replace('……', '…');
}

/** Cells between the two answers, closer together where they would not fit otherwise. */
const GAPS = [3, 1];

/** Both answers in a row, else one below the other; where there is a row for one alone, the one that `enter` gives. */
function buttonLines({ cancel, confirm }: Dialog, focus: DialogFocus, area: Area): Line[] {
  const button = (id: DialogFocus, text: string) =>
    span(` ${truncate(text, area.columns - 3)} `, id === focus ? 'selected' : undefined);
  const [left, right] = [button('cancel', cancel), button('confirm', confirm)];
  const rows = GAPS.map((gap) => [span(' '), left, span(' '.repeat(gap)), right]);
  const fitting = rows.find((spans) => lineWidth(spans) <= area.columns);
  if (fitting !== undefined) return [fitting];
  const stacked = [
    [span(' '), left],
    [span(' '), right],
  ];
  return area.rows > stacked.length ? stacked : stacked.slice(...(focus === 'cancel' ? [0, 1] : [1, 2]));
}
