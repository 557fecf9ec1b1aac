import type { Keymap } from '#ui/keys/keymap.ts';
import { LIST_KEYMAP, type ListAction } from '#ui/list/list-state.ts';

/** The keys of the Workers view. */
export const WORKERS_KEYMAP: Keymap<ListAction | 'drain'> = [
  ...LIST_KEYMAP,
  { action: 'drain', keys: ['d'], label: 'key.drain', footer: 30, changes: true },
];
