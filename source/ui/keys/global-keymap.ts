import type { Keymap } from './keymap.ts';

export type GlobalAction =
  | 'view-workers'
  | 'view-statistics'
  | 'view-tasks'
  | 'view-configuration'
  | 'view-logs'
  | 'next-view'
  | 'previous-view'
  | 'new-task'
  | 'palette'
  | 'wall'
  | 'copy'
  | 'copy-more'
  | 'language'
  | 'help'
  | 'put-aside'
  | 'quit'
  | 'quit-at-once';

/** Keys that mean the same in every view. */
export const GLOBAL_KEYMAP: Keymap<GlobalAction> = [
  { action: 'view-workers', keys: ['1'], label: 'view.workers' },
  { action: 'view-statistics', keys: ['2'], label: 'view.statistics' },
  { action: 'view-tasks', keys: ['3'], label: 'view.tasks' },
  { action: 'view-configuration', keys: ['4'], label: 'view.configuration' },
  { action: 'view-logs', keys: ['5'], label: 'view.logs' },
  { action: 'next-view', keys: ['tab'], label: 'key.next-view' },
  { action: 'previous-view', keys: ['shift-tab'], label: 'key.previous-view' },
  {
    action: 'new-task',
    keys: ['n'],
    label: 'key.new-task',
    footer: 20,
    footerShort: 'key.new-task-short',
    changes: true,
  },
  { action: 'palette', keys: [':'], label: 'key.palette', footer: 89, footerLabel: 'key.palette-short' },
  { action: 'copy', keys: ['y'], label: 'key.copy' },
  { action: 'copy-more', keys: ['Y'], label: 'key.copy-more' },
  { action: 'wall', keys: ['w'], label: 'key.wall' },
  { action: 'language', keys: ['L'], label: 'key.language' },
  { action: 'help', keys: ['?'], label: 'key.help', footer: 91 },
  { action: 'put-aside', keys: ['ctrl-z'], label: 'key.put-aside' },
  { action: 'quit', keys: ['q'], label: 'key.quit', footer: 92, footerLabel: 'key.quit-short' },
  { action: 'quit-at-once', keys: ['ctrl-c'], label: 'key.quit-at-once' },
];

/** What means something while the wall is shown: nothing that belongs to a view, nothing that changes anything. */
export const WALL_KEYMAP: Keymap<GlobalAction> = GLOBAL_KEYMAP.filter(({ changes }) => changes !== true).map(
  (binding) =>
    binding.action === 'wall'
      ? { ...binding, keys: [...binding.keys, 'esc'], label: 'key.leave-wall', footer: 10 }
      : binding,
);
