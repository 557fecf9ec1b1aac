import type { Keymap } from '#ui/keys/keymap.ts';
import { LIST_KEYMAP, type ListAction } from '#ui/list/list-state.ts';

/** What a person does to a task or a batch. */
export type TaskAction = 'cancel' | 'retry' | 'again' | 'export-csv' | 'export-json';

/** The keys of the Tasks view. */
export const TASKS_KEYMAP: Keymap<ListAction | TaskAction | 'next-tab' | 'previous-tab'> = [
  ...LIST_KEYMAP,
  { action: 'next-tab', keys: ['right', 'l'], label: 'key.next-tab' },
  { action: 'previous-tab', keys: ['left', 'h'], label: 'key.previous-tab' },
  {
    action: 'cancel',
    keys: ['c'],
    label: 'key.cancel',
    footer: 30,
    footerLabel: 'key.cancel-short',
    changes: true,
  },
  {
    action: 'retry',
    keys: ['r'],
    label: 'key.retry',
    footer: 31,
    footerLabel: 'key.retry-short',
    changes: true,
  },
  {
    action: 'again',
    keys: ['a'],
    label: 'key.again',
    footer: 32,
    footerLabel: 'key.again-short',
    changes: true,
  },
  // It changes no task, but leaves a file at the master.
  { action: 'export-csv', keys: ['e'], label: 'key.export-csv', changes: true },
  { action: 'export-json', keys: ['E'], label: 'key.export-json', changes: true },
];
