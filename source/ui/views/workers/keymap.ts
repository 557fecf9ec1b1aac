import type { Keymap } from '#ui/keys/keymap.ts';
import { LIST_KEYMAP, type ListAction } from '#ui/list/list-state.ts';

/** What the Workers view does beside what every list does. */
export type WorkersAction = ListAction | 'mark' | 'problems' | 'inactive' | 'drain' | 'shell';

/** The keys of the Workers view. */
export const WORKERS_KEYMAP: Keymap<WorkersAction> = [
  ...LIST_KEYMAP,
  { action: 'mark', keys: ['space'], label: 'key.mark' },
  { action: 'problems', keys: ['p'], label: 'key.problems', footer: 42, footerLabel: 'key.problems-short' },
  { action: 'inactive', keys: ['i'], label: 'key.inactive' },
  {
    action: 'drain',
    keys: ['d'],
    label: 'key.drain',
    footer: 30,
    footerLabel: 'key.drain-short',
    changes: true,
  },
  {
    action: 'shell',
    keys: ['s'],
    label: 'key.shell',
    footer: 31,
    footerLabel: 'key.shell-short',
    changes: true,
  },
];
