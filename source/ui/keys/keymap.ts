import type { MessageKey } from '#ui/i18n/en.ts';
import type { Translate } from '#ui/i18n/translate.ts';

/** One action and the keys that start it. Footer, help and the README's table are made from these. */
export interface Binding<Action extends string = string> {
  readonly action: Action;
  /** Key names as `keyNames` gives them; the first is shown. */
  readonly keys: readonly string[];
  readonly label: MessageKey;
  /**
   * Shown in the footer in this order, smallest first; without it only in the help and the palette. It is the priority
   * as well: where room is short the largest goes first, but `footerKept` and what stands from 89 on (the palette, the
   * help, the way out) go last.
   */
  readonly footer?: number;
  /** A shorter text for the footer. */
  readonly footerLabel?: MessageKey;
  /** A still shorter one, for a footer that has no room for all its keys. */
  readonly footerShort?: MessageKey;
  /** Stays in the footer when others go for want of room. */
  readonly footerKept?: boolean;
  /** Changes something at the master: off with `--readonly`. */
  readonly changes?: boolean;
  /** Goes before what the key means everywhere, while the view says so; means nothing at other times. */
  readonly claims?: boolean;
  /** Its place in the footer while details have the keys; without it, it is not told there unless it changes something. */
  readonly detailsFooter?: number;
}

export type Keymap<Action extends string = string> = readonly Binding<Action>[];

/** The binding that `key` starts, or undefined. */
export function bindingOf<Action extends string>(
  keymap: Keymap<Action>,
  key: string,
): Binding<Action> | undefined {
  return keymap.find(({ keys }) => keys.includes(key));
}

const SIGNS: Readonly<Record<string, string>> = { up: '↑', down: '↓', left: '←', right: '→' };

/** Keys that are called otherwise on the keyboards of another language. */
const NAMED: Readonly<Record<string, MessageKey>> = {
  space: 'key-name.space',
  home: 'key-name.home',
  end: 'key-name.end',
  pageup: 'key-name.pageup',
  pagedown: 'key-name.pagedown',
  backspace: 'key-name.backspace',
  delete: 'key-name.delete',
  'shift-tab': 'key-name.shift-tab',
};

/** The keys of a binding as they are shown: `j/↓`. */
export function shownKeys({ keys }: Pick<Binding, 'keys'>, t: Translate): string {
  return keys.map((key) => SIGNS[key] ?? (NAMED[key] === undefined ? key : t(NAMED[key]))).join('/');
}
