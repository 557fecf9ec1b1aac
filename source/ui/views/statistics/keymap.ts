import type { Keymap } from '#ui/keys/keymap.ts';
import type { StatisticsAction } from './statistics-state.ts';

export const STATISTICS_KEYMAP: Keymap<StatisticsAction> = [
  { action: 'down', keys: ['j', 'down'], label: 'key.down', footer: 10 },
  { action: 'up', keys: ['k', 'up'], label: 'key.up', footer: 11 },
  { action: 'top', keys: ['g', 'home'], label: 'key.top' },
  { action: 'bottom', keys: ['G', 'end'], label: 'key.bottom' },
  { action: 'page-down', keys: ['ctrl-d', 'pagedown'], label: 'key.page-down' },
  { action: 'page-up', keys: ['ctrl-u', 'pageup'], label: 'key.page-up' },
  { action: 'range', keys: ['t'], label: 'key.range', footer: 15, footerLabel: 'key.range-short' },
];
