import type { Keymap } from '#ui/keys/keymap.ts';

export type FormAction =
  | 'send'
  | 'close'
  | 'next'
  | 'previous'
  | 'left'
  | 'right'
  | 'start'
  | 'end'
  | 'erase'
  | 'delete'
  | 'clear';

/** The keys of the dispatch form; every other key is text for the field it is in. */
export const FORM_KEYMAP: Keymap<FormAction> = [
  { action: 'send', keys: ['enter'], label: 'form.key.send', footer: 10 },
  { action: 'next', keys: ['tab', 'down'], label: 'form.key.next', footer: 20 },
  { action: 'previous', keys: ['shift-tab', 'up'], label: 'form.key.previous' },
  { action: 'left', keys: ['left'], label: 'form.key.left' },
  { action: 'right', keys: ['right'], label: 'form.key.right', footer: 30, footerLabel: 'form.key.change' },
  { action: 'start', keys: ['home', 'ctrl-a'], label: 'form.key.start' },
  { action: 'end', keys: ['end', 'ctrl-e'], label: 'form.key.end' },
  { action: 'erase', keys: ['backspace'], label: 'form.key.erase' },
  { action: 'delete', keys: ['delete'], label: 'form.key.delete' },
  { action: 'clear', keys: ['ctrl-u'], label: 'form.key.clear' },
  { action: 'close', keys: ['esc'], label: 'form.key.close', footer: 40 },
];
