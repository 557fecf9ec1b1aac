import type { Keymap } from '#ui/keys/keymap.ts';
import { LIST_KEYMAP, type ListAction } from '#ui/list/list-state.ts';

export type WorkersAction = ListAction | 'mark' | 'problems' | 'inactive' | 'shell';

export const WORKERS_KEYMAP: Keymap<WorkersAction> = [
  ...LIST_KEYMAP,
  { action: 'mark', keys: ['space'], label: 'key.mark' },
  { action: 'problems', keys: ['p'], label: 'key.problems', footer: 42, footerLabel: 'key.problems-short' },
  { action: 'inactive', keys: ['i'], label: 'key.inactive' },
  {
    action: 'shell',
    keys: ['s'],
    label: 'key.shell',
    footer: 30,
    footerLabel: 'key.shell-short',
    changes: true,
  },
];
