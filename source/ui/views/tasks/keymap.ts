import type { Keymap } from '#ui/keys/keymap.ts';
import { MATCH_KEYMAP } from '#ui/keys/match-keymap.ts';
import { LIST_KEYMAP, type ListAction } from '#ui/list/list-state.ts';

/** What a person does to a task or a batch. */
type TaskAction = 'cancel' | 'retry' | 'again' | 'export-csv' | 'export-json';

/** What the Tasks view does beside what every list does. */
export type TasksAction =
  | ListAction
  | TaskAction
  | 'mark'
  | 'next-tab'
  | 'previous-tab'
  | 'next-match'
  | 'previous-match'
  | 'pager';

/** The keys of the Tasks view. The filter is one of the output as well, where details have the keys. */
export const TASKS_KEYMAP: Keymap<TasksAction> = [
  ...LIST_KEYMAP.map((binding) =>
    binding.action === 'filter' ? { ...binding, detailsFooter: 40 } : binding,
  ),
  { action: 'mark', keys: ['space'], label: 'key.mark' },
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
  ...MATCH_KEYMAP,
  {
    action: 'pager',
    keys: ['p'],
    label: 'key.pager-output',
    footerLabel: 'key.pager-short',
    detailsFooter: 42,
  },
  // It changes no task, but leaves a file at the master.
  { action: 'export-csv', keys: ['e'], label: 'key.export-csv', changes: true },
  { action: 'export-json', keys: ['E'], label: 'key.export-json', changes: true },
];
